import { Link } from '../ui/link';

/** Leads to the record of a restore test. Its time is the first half of its id, so the end is what tells it apart. */
export function RecordLink({ recordId }: { recordId: string }) {
  return (
    <Link
      href={`/restore-tests/${recordId}`}
      className="text-accent font-mono text-xs hover:underline"
      aria-label={`Show the record of the test, ${recordName(recordId)}`}
      title="Show the record of the test"
    >
      {recordName(recordId)}
    </Link>
  );
}

/** What a record is called in few letters. */
export function recordName(recordId: string): string {
  return `rec-${recordId.slice(-6)}`;
}
