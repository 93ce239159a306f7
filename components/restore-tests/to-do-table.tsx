import type { ReactNode } from 'react';
import { durationText } from '@/domain/protection/sentence';
import type { ProofLevel, RestoreRecord } from '@/domain/restore-test/record';
import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';
import { LevelBadge } from './level-badge';
import { TO_DO_TONE, TO_DO_WORD, type ToDoWordState } from './record-words';

/** Something to do, as a row. */
export interface ToDoRow {
  readonly key: string;
  readonly state: ToDoWordState;
  readonly systemName: string;
  readonly clientName: string;
  /** Beside the system, where it has several data sets. */
  readonly dataSetName: string | null;
  readonly href: string;
  readonly timeZone: string;
  /** When it is due; of a record: when the test ended. */
  readonly at: Instant;
  readonly level: ProofLevel;
  /** null: nothing was ever brought back. */
  readonly lastTestAt: Instant | null;
  readonly lastResult: RestoreRecord['result'] | null;
  /** Whose turn it is, or who made it. */
  readonly by: ReactNode;
}

/** What there is to do of restore tests, most pressing first. */
export function ToDoTable({ rows, now }: { rows: readonly ToDoRow[]; now: Instant }) {
  const head = (
    <>
      <Th>State</Th>
      <Th>System</Th>
      <Th>When</Th>
      <Th>Last proof</Th>
      <Th>By</Th>
    </>
  );
  return (
    <Table head={head}>
      {rows.map((row) => (
        <Tr key={row.key}>
          <Td at="second">
            <Mark tone={TO_DO_TONE[row.state]}>{stateText(row, now)}</Mark>
          </Td>
          <Td at="first" className="min-w-0 @2xl:max-w-[36ch] @2xl:truncate">
            <TextLink href={row.href} className="font-medium">
              {row.systemName}
            </TextLink>
            <span className="text-ink-3">
              {row.dataSetName !== null && ` ${row.dataSetName}`} · {row.clientName}
            </span>
          </Td>
          <Td at="first-right" className="@max-2xl:text-ink-3">
            {row.state === 'never' ? (
              <span className="text-ink-3">from the first backup on</span>
            ) : (
              <>
                {row.state === 'review' && 'ran '}
                <Moment at={row.at} timeZone={row.timeZone} now={now} isShort />
              </>
            )}
          </Td>
          <Td at="second-right">
            <span className="inline-flex items-center gap-2">
              <LevelBadge level={row.level} />
              <LastTest row={row} now={now} />
            </span>
          </Td>
          <Td at="third">{row.by}</Td>
        </Tr>
      ))}
    </Table>
  );
}

function LastTest({ row: { lastTestAt, lastResult, timeZone }, now }: { row: ToDoRow; now: Instant }) {
  if (lastTestAt === null) return <span className="text-ink-3">never restored</span>;
  return (
    <span className="text-ink-2 max-md:sr-only">
      {lastResult !== 'passed' && `${lastResult} `}
      <Moment at={lastTestAt} timeZone={timeZone} now={now} isShort />
    </span>
  );
}

function stateText({ state, at }: ToDoRow, now: Instant): string {
  if (state === 'overdue') return `Overdue ${durationText(now - at)}`;
  if (state === 'due') return `Due in ${durationText(at - now)}`;
  return TO_DO_WORD[state];
}
