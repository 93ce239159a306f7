import { type PullProblem, pullProblemSentence } from '@/domain/pull/pull-problem';
import { durationText } from '@/domain/protection/sentence';
import { Mark } from '../backup/status-mark';
import { countText } from '../format/amounts';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';

interface PullRow {
  readonly at: Date;
  readonly tookMs: number;
  readonly problem: PullProblem | null;
  readonly httpStatus: number | null;
  readonly detail: string | null;
  readonly items: number;
  readonly fresh: number;
}

const HEAD = (
  <>
    <Th>Asked</Th>
    <Th>It</Th>
    <Th className="text-right">Shown</Th>
    <Th className="text-right">New</Th>
    <Th className="text-right">Took</Th>
  </>
);

/** The last pulls of a connector, newest first: what each brought, or why it came to nothing. */
export function PullTable({
  pulls,
  timeZone,
  now,
}: {
  pulls: readonly PullRow[];
  timeZone: string;
  now: number;
}) {
  return (
    <Table head={HEAD}>
      {pulls.map((pull) => (
        <Rows key={pull.at.getTime()} pull={pull} timeZone={timeZone} now={now} />
      ))}
    </Table>
  );
}

function Rows({ pull, timeZone, now }: { pull: PullRow; timeZone: string; now: number }) {
  const { at, tookMs, problem, items, fresh } = pull;
  return (
    <>
      <Tr isOpenBelow={problem !== null}>
        <Td at="first-right" className="@max-2xl:text-ink-3">
          <Moment at={at.getTime()} timeZone={timeZone} now={now} />
        </Td>
        <Td at="first">
          {problem === null ? <Mark tone="ok">went well</Mark> : <Mark tone="bad">came to nothing</Mark>}
        </Td>
        <Td at="second" className="text-right tabular-nums @max-2xl:text-left">
          {countText(items)}
          <span className="text-ink-3 @2xl:hidden"> shown</span>
        </Td>
        <Td at="second-right" className="text-right tabular-nums">
          {countText(fresh)}
          <span className="text-ink-3 @2xl:hidden"> new</span>
        </Td>
        <Td at="hidden" className="text-ink-3 text-right tabular-nums">
          {tookMs < 1000 ? 'under a second' : durationText(tookMs)}
        </Td>
      </Tr>
      {problem !== null && (
        <Tr className="@max-2xl:block @max-2xl:pt-0">
          <Td at="first" colSpan={5} className="text-ink-2 pt-0 pb-2 !whitespace-normal @2xl:h-auto">
            {pullProblemSentence(problem)} <Said {...pull} />
          </Td>
        </Tr>
      )}
    </>
  );
}

function Said({ httpStatus, detail }: Pick<PullRow, 'httpStatus' | 'detail'>) {
  if (httpStatus === null && detail === null) return null;
  return (
    <span className="text-ink-3 [overflow-wrap:anywhere]">
      {httpStatus !== null && `It answered ${httpStatus}. `}
      {detail}
    </span>
  );
}
