import type { Instant } from '@/domain/time/instant';
import { MINUTE, SECOND } from '@/domain/time/instant';
import { durationText } from '@/domain/protection/sentence';
import { counted } from '../format/amounts';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { ReportLink } from './report-link';
import { Mark } from './status-mark';

interface AgentRow {
  agentId: string;
  name: string;
  hostname: string;
  os: string | null;
  version: string;
  revokedAt: Date | null;
  lastSeenAt: Date | null;
  clockSkewMs: number | null;
  missingReports: number;
  newestReportId: string | null;
}

interface Props {
  agents: readonly AgentRow[];
  /** An agent not heard for this long is silent. */
  silenceSeconds: number;
  timeZone: string;
  now: Instant;
}

/** A greater difference is told (security-and-reliability.md §6.5). */
const SKEW_TOLERANCE = 5 * MINUTE;

/** The programs that report for a client, silent ones first. */
export function AgentTable({ agents, silenceSeconds, timeZone, now }: Props) {
  const head = (
    <>
      <Th>Machine</Th>
      <Th>System</Th>
      <Th>Version</Th>
      <Th>Last heard</Th>
      <Th className="pl-4">State</Th>
      <Th className="text-right">Newest report</Th>
    </>
  );
  return (
    <Table head={head}>
      {agents.map((agent) => (
        <Tr key={agent.agentId}>
          <Td at="second">
            <span className="block max-w-[34ch] truncate" title={`${agent.hostname} ${agent.name}`}>
              <span className="font-medium">{agent.hostname}</span>
              {agent.name !== agent.hostname && <span className="text-ink-3"> {agent.name}</span>}
            </span>
          </Td>
          <Td at="hidden">
            <span className="block max-w-[24ch] truncate" title={agent.os ?? undefined}>
              {agent.os ?? '–'}
            </span>
          </Td>
          <Td at="hidden">{agent.version}</Td>
          <Td at="first-right" className="@max-2xl:text-ink-3">
            {agent.lastSeenAt ? (
              <Moment at={agent.lastSeenAt.getTime()} timeZone={timeZone} now={now} />
            ) : (
              'never'
            )}
          </Td>
          <Td at="first" className="@2xl:pl-4">
            <AgentState agent={agent} silenceSeconds={silenceSeconds} now={now} />
          </Td>
          <Td at="second-right" className="text-right">
            {agent.newestReportId && <ReportLink rawReportId={agent.newestReportId} />}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function AgentState({
  agent,
  silenceSeconds,
  now,
}: {
  agent: AgentRow;
  silenceSeconds: number;
  now: Instant;
}) {
  const skew = Math.abs(agent.clockSkewMs ?? 0);
  const notes = [
    agent.missingReports > 0 ? `${counted(agent.missingReports, 'report')} never arrived` : null,
    skew > SKEW_TOLERANCE
      ? `its clock is ${durationText(skew)} ${(agent.clockSkewMs ?? 0) > 0 ? 'behind' : 'ahead'}`
      : null,
  ].filter(Boolean);
  return (
    <span className="flex flex-col">
      {stateMark(agent, silenceSeconds, now)}
      {notes.length > 0 && <span className="text-ink-3 text-xs">{notes.join('; ')}</span>}
    </span>
  );
}

function stateMark(agent: AgentRow, silenceSeconds: number, now: Instant) {
  if (agent.revokedAt) return <Mark tone="off">Revoked</Mark>;
  if (agent.lastSeenAt === null) return <Mark tone="unk">Never heard</Mark>;
  const isSilent = now - agent.lastSeenAt.getTime() >= silenceSeconds * SECOND;
  if (isSilent) return <Mark tone="unk">Silent</Mark>;
  return <Mark tone={agent.missingReports > 0 ? 'risk' : 'ok'}>Reporting</Mark>;
}
