import { Link } from '../ui/link';

/** Leads to the report that said something. Its time is the first half of its id, so the end is what tells it apart. */
export function ReportLink({ rawReportId }: { rawReportId: string }) {
  return (
    <Link
      href={`/raw-reports/${rawReportId}`}
      className="text-accent font-mono text-xs hover:underline"
      aria-label={`Show the report it came from, ${shortId(rawReportId)}`}
      title="Show the report it came from"
    >
      {shortId(rawReportId)}
    </Link>
  );
}

function shortId(id: string): string {
  return `rpt-${id.slice(-6)}`;
}
