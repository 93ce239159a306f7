import { dayText } from '../format/words';

interface Props {
  client: {
    readonly archivedAt: Date | null;
    readonly deletedAt: Date | null;
    readonly timeZone: string;
  };
}

/** Says of a client that has left what is not there any more, so that nobody takes what is empty for what never was. */
export function LeftNote({ client: { archivedAt, deletedAt, timeZone } }: Props) {
  if (archivedAt === null) return null;
  const textOf = (at: Date) => dayText(at.getTime(), timeZone);
  return (
    <p role="note" className="border-line-2 text-13 text-ink-2 my-2 max-w-[80ch] rounded-md border px-3 py-2">
      The service for this client ended on {textOf(archivedAt)}.
      {deletedAt !== null &&
        ` Its operational data was deleted on ${textOf(deletedAt)}: lists of runs, expected runs and changes of status are not here any more. Records of restore tests and signed documents are; packs that were made before hold the lists.`}
    </p>
  );
}
