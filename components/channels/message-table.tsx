import type { Instant } from '@/domain/time/instant';
import { Mark, RunMark } from '../backup/status-mark';
import { ReportLink } from '../backup/report-link';
import { countText } from '../format/amounts';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';
import { MESSAGE_STATE } from './channel-words';

export interface MessageRow {
  rawReportId: string;
  number: number;
  receivedAt: Date;
  state: 'pending' | 'processed' | 'quarantined';
  reason: string | null;
  ping: { kind: PingKind; exitStatus: number | null } | null;
  runs: readonly {
    runId: string;
    jobId: string;
    jobName: string;
    status: 'success' | 'warning' | 'failed' | 'cancelled' | 'running' | 'missed' | 'unknown';
    systemId: string;
    systemName: string;
  }[];
}

type PingKind = 'success' | 'fail' | 'start' | 'log' | 'ign';

const PING_WORD: Readonly<Record<PingKind, string>> = {
  success: 'success',
  fail: 'failure',
  start: 'a run began',
  log: 'a line of a log',
  ign: 'nothing that its check listens to',
};

const HEAD = (
  <>
    <Th className="text-right">Number</Th>
    <Th>Received</Th>
    <Th>Read as</Th>
    <Th>Run</Th>
    <Th>System</Th>
    <Th className="text-right">Message</Th>
  </>
);

/** What came to a channel, newest first: what it was read as, or why it was put aside, and the run that it became. */
export function MessageTable({
  messages,
  timeZone,
  now,
}: {
  messages: readonly MessageRow[];
  timeZone: string;
  now: Instant;
}) {
  return (
    <Table head={HEAD}>
      {messages.map((message) => (
        <Rows key={message.rawReportId} message={message} timeZone={timeZone} now={now} />
      ))}
    </Table>
  );
}

function Rows({ message, timeZone, now }: { message: MessageRow; timeZone: string; now: Instant }) {
  const { rawReportId, number, receivedAt, reason, runs } = message;
  const [run, ...more] = runs;
  return (
    <>
      <Tr isOpenBelow={reason !== null}>
        <Td at="hidden" className="text-ink-3 text-right tabular-nums">
          {countText(number)}
        </Td>
        <Td at="first-right" className="@max-2xl:text-ink-3">
          <Moment at={receivedAt.getTime()} timeZone={timeZone} now={now} />
        </Td>
        <Td at="first">
          <ReadAs message={message} />
        </Td>
        <Td at="second">
          {run ? (
            <span className="inline-flex items-center gap-2">
              <RunMark status={run.status} isPartial={false} />
              <span className="text-ink-3 max-w-[28ch] truncate">{run.jobName}</span>
              {more.length > 0 && <span className="text-ink-3">and {more.length} more</span>}
            </span>
          ) : (
            <span className="text-ink-3">none</span>
          )}
        </Td>
        <Td at="third">
          {run && (
            <TextLink href={`/systems/${run.systemId}/runs?job=${run.jobId}`}>{run.systemName}</TextLink>
          )}
        </Td>
        <Td at="second-right" className="text-right">
          <ReportLink rawReportId={rawReportId} />
        </Td>
      </Tr>
      {reason !== null && (
        <Tr className="@max-2xl:block @max-2xl:pt-0">
          <Td at="first" colSpan={6} className="text-ink-2 pt-0 pb-2 !whitespace-normal @2xl:h-auto">
            {reason}
          </Td>
        </Tr>
      )}
    </>
  );
}

function ReadAs({ message: { state, ping } }: { message: MessageRow }) {
  const [tone, word] = MESSAGE_STATE[state];
  if (state !== 'processed' || ping === null) return <Mark tone={tone}>{word}</Mark>;
  return (
    <span>
      {PING_WORD[ping.kind]}
      {ping.exitStatus !== null && <span className="text-ink-3"> exit {ping.exitStatus}</span>}
    </span>
  );
}
