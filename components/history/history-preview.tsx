import { LEFT_OUT_REASONS } from '@/domain/history/read-row';
import { IMPORTED_STATUSES } from '@/domain/history/settings';
import type { Instant } from '@/domain/time/instant';
import { RunMark } from '../backup/status-mark';
import { countText, sizeText, tookText } from '../format/amounts';
import { CsvLink } from '../ui/csv-link';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { LEFT_OUT_WORD } from './history-words';
import type { ShownHistory } from './use-history-preview';

interface Props {
  importId: string;
  shown: ShownHistory;
  systems: readonly { readonly systemId: string; readonly name: string }[];
  timeZone: string;
  now: Instant;
}

/** What a file would tell: counted, its first runs, and what of it would be left out with the reason. */
export function HistoryPreview({ importId, shown, systems, timeZone, now }: Props) {
  const { counts, leftOut, runs } = shown;
  const leftOutCount = Object.values(leftOut).reduce((sum, count) => sum + count, 0);
  return (
    <div className="text-13">
      <output className="block">
        <Counts counts={counts} /> · {countText(leftOutCount)} left out
      </output>
      {runs.length > 0 && <FirstRuns runs={runs} systems={systems} timeZone={timeZone} now={now} />}
      {leftOutCount > 0 && <LeftOut importId={importId} shown={shown} />}
    </div>
  );
}

/** How many runs ended in which way. */
export function Counts({ counts }: { counts: ShownHistory['counts'] }) {
  return (
    <span className="inline-flex flex-wrap gap-x-4 align-bottom">
      {IMPORTED_STATUSES.map((status) => (
        <span key={status} className="inline-flex items-center gap-1.5">
          <RunMark status={status} isPartial={false} />
          <span className="tabular-nums">{countText(counts[status])}</span>
        </span>
      ))}
    </span>
  );
}

const RUNS_SHOWN = 10;

function FirstRuns({
  runs,
  systems,
  timeZone,
  now,
}: Pick<Props, 'systems' | 'timeZone' | 'now'> & { runs: ShownHistory['runs'] }) {
  const names = new Map(systems.map(({ systemId, name }) => [systemId, name]));
  const head = (
    <>
      <Th>Started</Th>
      <Th>System</Th>
      <Th>Job</Th>
      <Th>Outcome</Th>
      <Th className="text-right">Took</Th>
      <Th className="text-right">Size</Th>
      <Th className="text-right">Line</Th>
    </>
  );
  return (
    <div className="mt-3">
      <h3 className="text-13 mb-1 font-semibold">Its first runs, as they would be read</h3>
      <Table head={head}>
        {runs.slice(0, RUNS_SHOWN).map((run) => (
          <Tr key={run.line}>
            <Td at="first-right">
              <Moment at={run.occurredAt} timeZone={safeZone(timeZone)} now={now} />
            </Td>
            <Td at="second">{names.get(run.systemId) ?? '–'}</Td>
            <Td at="third">
              <span className="block max-w-[34ch] truncate">{run.jobName}</span>
            </Td>
            <Td at="first">
              <RunMark status={run.status} isPartial={false} />
            </Td>
            <Td at="hidden" className="text-right">
              {tookText(
                run.startedAt === null || run.endedAt === null ? null : (run.endedAt - run.startedAt) / 1000,
              )}
            </Td>
            <Td at="hidden" className="text-right">
              {sizeText(run.sizeBytes)}
            </Td>
            <Td at="second-right" className="text-ink-3 text-right tabular-nums">
              {countText(run.line)}
            </Td>
          </Tr>
        ))}
      </Table>
    </div>
  );
}

/** While somebody types the name of a zone, it is none. */
function safeZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

const EXAMPLES_SHOWN = 3;

function LeftOut({ importId, shown: { leftOut, leftOutRows } }: Pick<Props, 'importId' | 'shown'>) {
  const reasons = LEFT_OUT_REASONS.filter((why) => leftOut[why] !== undefined);
  return (
    <div className="mt-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-13 font-semibold">Left out</h3>
        <CsvLink href={`/api/v1/history-imports/${importId}/left-out`} what="the rows that are left out" />
      </div>
      <ul>
        {reasons.map((why) => (
          <li key={why} className="border-line border-b py-1.5">
            <span className="tabular-nums">{countText(leftOut[why] ?? 0)}</span> {LEFT_OUT_WORD[why]}
            <span className="text-ink-3 block text-xs [overflow-wrap:anywhere]">
              {leftOutRows
                .filter((row) => row.why === why)
                .slice(0, EXAMPLES_SHOWN)
                .map(({ line, detail }) => `line ${countText(line)}${detail === null ? '' : `: ${detail}`}`)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
