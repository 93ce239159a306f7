import type { Metadata } from 'next';
import { AGENT_STATE_WORD, AgentTable } from '@/components/backup/agent-table';
import { EnrolmentList } from '@/components/backup/enrolment-list';
import { ListSkeleton } from '@/components/backup/skeletons';
import { counted } from '@/components/format/amounts';
import { ConnectDialog } from '@/components/forms/connect-dialog';
import { LiveRefresh } from '@/components/shell/live-refresh';
import { Chip } from '@/components/ui/chip';
import { buttonClass } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { FilterField } from '@/components/ui/filter-field';
import { Link } from '@/components/ui/link';
import { Pager } from '@/components/ui/pager';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { type AgentsScreen, readAgents } from '@/server/data/agent-screens';
import { AGENT_PAGE_SIZE, AGENT_STATES, type AgentView } from '@/server/data/agents';
import { changeMark } from '@/server/data/change-mark';
import { findMsp } from '@/server/data/clients';
import { webDatabase } from '@/server/data/web-database';
import { connectHref } from '../connect/connect-address';
import { PageTop } from '../page-top';
import { requestTime } from '../request-time';
import { SlowPart } from '../slow-part';
import { agentsHref, readAgentsAddress } from './agents-address';
import { AgentsTabs } from './agents-tabs';

export const metadata: Metadata = { title: 'Agents' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Who reports, who fell silent, whose reports are missing; and the way to connect a machine. */
export default async function AgentsPage({ searchParams }: Props) {
  const session = await requireSession('view-agents');
  const { scope } = session;
  const view = readAgentsAddress(await searchParams);
  const now = requestTime();
  const [mark, msp] = await webDatabase().inScope(scope, async (tx) => [
    await changeMark(tx, scope.mspId, null),
    await findMsp(tx, scope.mspId),
  ]);
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Agents' }]} />
      <LiveRefresh clientId={null} mark={mark} at={now.getTime()} timeZone={msp.timeZone} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <SlowPart skeleton={<ListSkeleton title="Agents" />}>
          {agentsContent(session, view, msp.timeZone, now)}
        </SlowPart>
      </main>
    </>
  );
}

async function agentsContent({ scope, role }: CurrentSession, view: AgentView, timeZone: string, now: Date) {
  const screen = await readAgents(webDatabase(), scope, view, now);
  const client = screen.clients.find(({ clientId }) => clientId === view.clientId);
  const choices = client ? [client] : screen.clients;
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h1>Agents</h1>
          <p className="text-13 text-ink-2">{sentenceOf(screen)}</p>
        </div>
        {choices.length > 0 && (
          <div className="flex flex-wrap gap-1.5">
            {may(role, 'manage-channels', scope.clientIds) && (
              <Link href={connectHref({ clientId: view.clientId })} className={buttonClass()}>
                Connect a backup
              </Link>
            )}
            {may(role, 'mint-enrolment-token', scope.clientIds) && (
              <ConnectDialog clients={choices} kind="primary" />
            )}
          </div>
        )}
      </div>
      <AgentsTabs here="agents" mayManage={may(role, 'manage-channels', scope.clientIds)} />
      {!isNew(view, screen) && <Filters view={view} screen={screen} clientName={client?.name ?? null} />}
      <List view={view} screen={screen} now={now.getTime()} />
      {screen.enrolments.length > 0 && (
        <Section id="tokens" title="Newest tokens" aside="each connects one machine, once">
          <EnrolmentList enrolments={screen.enrolments} timeZone={timeZone} now={now.getTime()} />
        </Section>
      )}
    </>
  );
}

/** Nothing was ever connected, so that there is nothing to filter. */
function isNew(view: AgentView, { agents, counts }: AgentsScreen): boolean {
  const isPlain = view.search === '' && view.state === null && view.clientId === null;
  return isPlain && agents.length + counts.revoked === 0;
}

function sentenceOf({ counts }: AgentsScreen): string {
  const active = counts.reporting + counts.silent + counts['never-heard'];
  if (active === 0) return 'Nothing reports yet.';
  const wrong = [
    counts.silent > 0 && `${counts.silent} silent`,
    counts['never-heard'] > 0 && `${counts['never-heard']} never heard`,
    counts.missing > 0 && `${counts.missing} with missing reports`,
  ].filter(Boolean);
  return `${counted(active, 'agent')}: ${wrong.length > 0 ? wrong.join(', ') : 'all report, none with gaps'}.`;
}

function Filters({
  view,
  screen: { counts },
  clientName,
}: {
  view: AgentView;
  screen: AgentsScreen;
  clientName: string | null;
}) {
  const href = (state: AgentView['state']): string => agentsHref(view, { state, page: 1 });
  const active = counts.reporting + counts.silent + counts['never-heard'];
  return (
    <div className="mt-4 mb-2 flex flex-wrap items-center gap-1.5">
      <FilterField label="Filter machines and clients" />
      <Chip href={href(null)} isOn={view.state === null} count={active}>
        All
      </Chip>
      {AGENT_STATES.filter((state) => counts[state] > 0 || view.state === state).map((state) => (
        <Chip key={state} href={href(state)} isOn={view.state === state} count={counts[state]}>
          {AGENT_STATE_WORD[state]}
        </Chip>
      ))}
      {(counts.missing > 0 || view.state === 'missing') && (
        <Chip href={href('missing')} isOn={view.state === 'missing'} count={counts.missing}>
          Reports missing
        </Chip>
      )}
      {view.clientId !== null && (
        <Chip href={agentsHref(view, { clientId: null, page: 1 })} isOn>
          {clientName ?? 'a client that is gone'} ×<span className="sr-only">take this filter away</span>
        </Chip>
      )}
    </div>
  );
}

function List({ view, screen, now }: { view: AgentView; screen: AgentsScreen; now: number }) {
  const { agents, total, clients } = screen;
  if (agents.length === 0)
    return isNew(view, screen) ? (
      <div className="mt-4">
        <Empty title="No machine is connected yet.">
          {clients.length === 0 ? (
            <>
              <TextLink href="/" className="underline">
                Add a client
              </TextLink>{' '}
              first: a machine is connected for the client whose data it backs up.
            </>
          ) : (
            <>
              Choose <b>Connect a machine</b>: one line on the machine that makes the backups, and its first
              report appears here while you watch. Where no agent can run,{' '}
              <TextLink href="/connect" className="underline">
                connect the backup
              </TextLink>{' '}
              by a ping, a mail or a webhook.
            </>
          )}
        </Empty>
      </div>
    ) : (
      <Empty title="No agent fits this view.">
        <TextLink href="/agents">Show all agents</TextLink>
      </Empty>
    );
  return (
    <>
      <AgentTable
        agents={agents}
        now={now}
        sorting={{
          key: view.sort,
          isReversed: view.isReversed,
          hrefOf: (sort, isReversed) => agentsHref(view, { sort, isReversed, page: 1 }),
        }}
      />
      <Pager
        page={view.page}
        pageSize={AGENT_PAGE_SIZE}
        total={total}
        hrefOf={(page) => agentsHref(view, { page })}
      />
    </>
  );
}
