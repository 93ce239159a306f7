import { durationText } from '@/domain/protection/sentence';
import { type Instant, MINUTE } from '@/domain/time/instant';
import { counted } from '../format/amounts';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { type Sorting, SortTh } from '../ui/sort-th';
import { Table, Td, Th, Tr } from '../ui/table';
import { ReportLink } from './report-link';
import { Mark, type Tone } from './status-mark';

export type AgentState = 'silent' | 'never-heard' | 'reporting' | 'revoked';

interface AgentRow {
  agentId: string;
  clientId: string | null;
  clientName: string | null;
  timeZone: string;
  name: string;
  hostname: string;
  os: string | null;
  version: string;
  lastSeenAt: Date | null;
  clockSkewMs: number | null;
  missingReports: number;
  newestReportId: string | null;
  state: AgentState;
}

type AgentSort = 'state' | 'client' | 'machine' | 'version' | 'heard';

interface Props {
  agents: readonly AgentRow[];
  now: Instant;
  /** null: in the order given, of one client that needs no naming. */
  sorting: Sorting<AgentSort> | null;
}

/** A greater difference is told (security-and-reliability.md §6.5). */
const SKEW_TOLERANCE = 5 * MINUTE;

/** The programs that report, in the order given. */
export function AgentTable({ agents, now, sorting }: Props) {
  const head = (
    <>
      <SortTh name="Machine" by="machine" sorting={sorting} />
      {sorting && <SortTh name="Client" by="client" sorting={sorting} />}
      <Th className="@max-4xl:hidden">Operating system</Th>
      <SortTh name="Version" by="version" sorting={sorting} />
      <SortTh name="Last heard" by="heard" sorting={sorting} />
      <SortTh name="State" by="state" sorting={sorting} className="pl-4" />
      <Th className="text-right">Newest report</Th>
    </>
  );
  return (
    <Table head={head}>
      {agents.map((agent) => (
        <Tr key={agent.agentId} data-row="">
          <Td at="second">
            <span className="block max-w-[34ch] truncate" title={`${agent.hostname} ${agent.name}`}>
              <Link
                href={`/agents/${agent.agentId}`}
                data-row-link=""
                className="font-medium hover:underline"
              >
                {agent.hostname}
              </Link>
              {agent.name !== agent.hostname && <span className="text-ink-3"> {agent.name}</span>}
            </span>
          </Td>
          {sorting && (
            <Td at="third" className="@max-2xl:text-ink-3">
              <span className="block max-w-[28ch] truncate">{agent.clientName ?? 'your own'}</span>
            </Td>
          )}
          <Td at="hidden" className="@max-4xl:hidden">
            <span className="block max-w-[24ch] truncate" title={agent.os ?? undefined}>
              {agent.os ?? '–'}
            </span>
          </Td>
          <Td at="hidden">{agent.version}</Td>
          <Td at="first-right" className="@max-2xl:text-ink-3">
            {agent.lastSeenAt ? (
              <Moment at={agent.lastSeenAt.getTime()} timeZone={agent.timeZone} now={now} />
            ) : (
              'never'
            )}
          </Td>
          <Td at="first" className="@2xl:pl-4">
            <span className="flex flex-col">
              <AgentStateMark state={agent.state} missingReports={agent.missingReports} />
              <Notes agent={agent} />
            </span>
          </Td>
          <Td at="second-right" className="text-right">
            {agent.newestReportId && <ReportLink rawReportId={agent.newestReportId} />}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function Notes({ agent: { missingReports, clockSkewMs } }: { agent: AgentRow }) {
  const skew = skewText(clockSkewMs);
  const notes = [
    missingReports > 0 ? `${counted(missingReports, 'report')} never arrived` : null,
    skew && Math.abs(clockSkewMs ?? 0) > SKEW_TOLERANCE ? `its clock is ${skew}` : null,
  ].filter(Boolean);
  return notes.length > 0 && <span className="text-ink-3 text-xs">{notes.join('; ')}</span>;
}

/** '12 min behind', '0.2 s ahead'; null: nothing was delivered yet. */
export function skewText(clockSkewMs: number | null): string | null {
  if (clockSkewMs === null) return null;
  const size = Math.abs(clockSkewMs);
  const amount = size < MINUTE ? `${(size / 1000).toFixed(1)} s` : durationText(size);
  return `${amount} ${clockSkewMs >= 0 ? 'behind' : 'ahead'}`;
}

const TONE: Readonly<Record<AgentState, Tone>> = {
  silent: 'unk',
  'never-heard': 'unk',
  reporting: 'ok',
  revoked: 'off',
};
export const AGENT_STATE_WORD: Readonly<Record<AgentState, string>> = {
  silent: 'Silent',
  'never-heard': 'Never heard',
  reporting: 'Reporting',
  revoked: 'Revoked',
};

/** Whether an agent is heard. One that reports with gaps is no plain success. */
export function AgentStateMark({ state, missingReports }: { state: AgentState; missingReports: number }) {
  const hasGaps = state === 'reporting' && missingReports > 0;
  return <Mark tone={hasGaps ? 'risk' : TONE[state]}>{AGENT_STATE_WORD[state]}</Mark>;
}
