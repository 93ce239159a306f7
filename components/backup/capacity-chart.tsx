import { sizeText } from '../format/amounts';
import { dayText } from '../format/words';
import { Table, Td, Th, Tr } from '../ui/table';
import { ReportLink } from './report-link';

export interface CapacityDay {
  measuredAt: Date;
  totalBytes: number | null;
  usedBytes: number | null;
  freeBytes: number | null;
  storedBytes: number | null;
  rawReportId: string;
}

const [WIDTH, HEIGHT, TOP] = [720, 160, 8];

/** How full a repository was, day by day: the line is what is in use, the dashed one what there is. The table below says the same. */
export function CapacityChart({ days, timeZone }: { days: readonly CapacityDay[]; timeZone: string }) {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return null;
  return (
    <figure className="max-w-[960px]">
      <p className="text-ink-3 mb-1 text-xs">
        From nothing to {sizeText(greatestOf(days))}. Solid: in use; dashed: what there is.
      </p>
      <Lines days={days} label={summaryOf(first, last, timeZone)} />
      <figcaption className="text-ink-3 mt-1 flex justify-between text-xs">
        <span>{dayText(first.measuredAt.getTime(), timeZone)}</span>
        <span>{dayText(last.measuredAt.getTime(), timeZone)}</span>
      </figcaption>
      <details className="text-13 mt-2">
        <summary className="text-accent cursor-pointer">The numbers, with the report of each</summary>
        <div className="mt-2">
          <CapacityTable days={days} timeZone={timeZone} />
        </div>
      </details>
    </figure>
  );
}

function Lines({ days, label }: { days: readonly CapacityDay[]; label: string }) {
  const greatest = greatestOf(days);
  const from = days[0]?.measuredAt.getTime() ?? 0;
  const span = Math.max((days.at(-1)?.measuredAt.getTime() ?? 0) - from, 1);
  const at = (day: CapacityDay, bytes: number): string => {
    const x = days.length === 1 ? WIDTH / 2 : ((day.measuredAt.getTime() - from) / span) * WIDTH;
    return `${x.toFixed(1)},${(TOP + (1 - bytes / greatest) * (HEIGHT - TOP)).toFixed(1)}`;
  };
  const pointsOf = (bytesOf: (day: CapacityDay) => number | null): string[] =>
    days.flatMap((day) => {
      const bytes = bytesOf(day);
      return bytes === null ? [] : [at(day, bytes)];
    });
  const used = pointsOf(inUse);
  return (
    <svg
      viewBox={`-4 0 ${WIDTH + 8} ${HEIGHT + 4}`}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- it is drawn here, and no file
      role="img"
      aria-label={label}
      className="border-line block w-full border-b"
    >
      <polyline
        points={pointsOf((day) => day.totalBytes).join(' ')}
        fill="none"
        stroke="var(--ink-3)"
        strokeWidth="1.5"
        strokeDasharray="5 4"
      />
      <polyline
        points={used.join(' ')}
        fill="none"
        stroke="var(--accent)"
        strokeWidth="2"
        strokeLinejoin="round"
      />
      {used.length === 1 && (
        <circle cx={used[0]?.split(',')[0]} cy={used[0]?.split(',')[1]} r="3.5" fill="var(--accent)" />
      )}
    </svg>
  );
}

function greatestOf(days: readonly CapacityDay[]): number {
  return Math.max(...days.map((day) => Math.max(day.totalBytes ?? 0, inUse(day) ?? 0)), 1);
}

/** Of the medium; where only the tool speaks, what it keeps there. */
function inUse({ usedBytes, storedBytes }: CapacityDay): number | null {
  return usedBytes ?? storedBytes;
}

function summaryOf(first: CapacityDay, last: CapacityDay, timeZone: string): string {
  const told = (day: CapacityDay): string =>
    `${sizeText(inUse(day))}${day.totalBytes === null ? '' : ` of ${sizeText(day.totalBytes)}`}`;
  const dayOf = (day: CapacityDay): string => dayText(day.measuredAt.getTime(), timeZone);
  return `In use: ${told(first)} on ${dayOf(first)}, ${told(last)} on ${dayOf(last)}.`;
}

const HEAD = (
  <>
    <Th>Day</Th>
    <Th className="text-right">In use</Th>
    <Th className="text-right">Of</Th>
    <Th className="text-right">Free</Th>
    <Th className="text-right">Stored by the tool</Th>
    <Th className="text-right">Report</Th>
  </>
);

function CapacityTable({ days, timeZone }: { days: readonly CapacityDay[]; timeZone: string }) {
  return (
    <Table head={HEAD}>
      {days.toReversed().map((day) => (
        <Tr key={day.measuredAt.toISOString()}>
          <Td at="first">{dayText(day.measuredAt.getTime(), timeZone)}</Td>
          <Td at="first-right" className="text-right tabular-nums">
            {sizeText(inUse(day))}
          </Td>
          <Td at="hidden" className="text-right tabular-nums">
            {sizeText(day.totalBytes)}
          </Td>
          <Td at="hidden" className="text-right tabular-nums">
            {sizeText(day.freeBytes)}
          </Td>
          <Td at="hidden" className="text-right tabular-nums">
            {sizeText(day.storedBytes)}
          </Td>
          <Td at="second-right" className="text-right">
            <ReportLink rawReportId={day.rawReportId} />
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
