import { Plug } from 'lucide-react';
import type { Metadata } from 'next';
import { ListSkeleton } from '@/components/backup/skeletons';
import { ChannelTable } from '@/components/channels/channel-table';
import { CHANNEL_STATE_WORD } from '@/components/channels/channel-words';
import { counted } from '@/components/format/amounts';
import { LiveRefresh } from '@/components/shell/live-refresh';
import { buttonClass } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import { Empty } from '@/components/ui/empty';
import { FilterField } from '@/components/ui/filter-field';
import { Link } from '@/components/ui/link';
import { Pager } from '@/components/ui/pager';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { changeMark } from '@/server/data/change-mark';
import { CHANNEL_PAGE_SIZE, CHANNEL_STATES, type ChannelView } from '@/server/data/channel-lists';
import { type ChannelsScreen, readChannels } from '@/server/data/channel-screens';
import { findMsp } from '@/server/data/clients';
import { webDatabase } from '@/server/data/web-database';
import { connectHref } from '../../connect/connect-address';
import type { GivenParameters } from '../../list-address';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';
import { SlowPart } from '../../slow-part';
import { AgentsTabs } from '../agents-tabs';
import { channelsHref, readChannelsAddress } from './channels-address';

export const metadata: Metadata = { title: 'Channels' };

interface Props {
  searchParams: Promise<GivenParameters>;
}

/** The ways by which backups tell of themselves without an agent: which are heard, and what became of their last message. */
export default async function ChannelsPage({ searchParams }: Props) {
  const session = await requireSession('view-agents');
  const { scope } = session;
  const view = readChannelsAddress(await searchParams);
  const now = requestTime();
  const [mark, msp] = await webDatabase().inScope(scope, async (tx) => [
    await changeMark(tx, scope.mspId, null),
    await findMsp(tx, scope.mspId),
  ]);
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Agents', href: '/agents' }, { name: 'Channels' }]}
      />
      <LiveRefresh clientId={null} mark={mark} at={now.getTime()} timeZone={msp.timeZone} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <SlowPart skeleton={<ListSkeleton title="Pings, mails, webhooks, pulls" />}>
          {channelsContent(session, view, now)}
        </SlowPart>
      </main>
    </>
  );
}

async function channelsContent({ scope, role }: CurrentSession, view: ChannelView, now: Date) {
  const screen = await readChannels(webDatabase(), scope, view, now);
  const client = screen.clients.find(({ clientId }) => clientId === view.clientId);
  const isNew = isPlain(view) && screen.channels.length + screen.counts.closed === 0;
  const mayManage = may(role, 'manage-channels', scope.clientIds);
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h1>Pings, mails, webhooks, pulls</h1>
          <p className="text-13 text-ink-2">{sentenceOf(screen)}</p>
        </div>
        {mayManage && (
          <Link href={connectHref({ clientId: view.clientId })} className={buttonClass('primary')}>
            <Plug size={14} aria-hidden="true" /> Connect a backup
          </Link>
        )}
      </div>
      <AgentsTabs here="channels" mayManage={mayManage} />
      {!isNew && <Filters view={view} screen={screen} clientName={client?.name ?? null} />}
      {screen.channels.length === 0 ? (
        <Nothing isNew={isNew} mayManage={mayManage} />
      ) : (
        <List view={view} screen={screen} now={now.getTime()} />
      )}
    </>
  );
}

const isPlain = (view: ChannelView): boolean =>
  view.search === '' && view.state === null && view.clientId === null;

function sentenceOf({ counts }: ChannelsScreen): string {
  const active = counts.reporting + counts.silent + counts['never-heard'];
  if (active === 0) return 'No backup tells of itself this way yet.';
  const wrong = [
    counts.silent > 0 && `${counts.silent} silent`,
    counts['never-heard'] > 0 && `${counts['never-heard']} never heard`,
    counts.aside > 0 && `${counts.aside} whose last message could not be read`,
  ].filter(Boolean);
  return `${counted(active, 'channel')}: ${wrong.length > 0 ? wrong.join(', ') : 'all are heard and read'}. They tell of runs, never of copies.`;
}

function Filters({
  view,
  screen: { counts },
  clientName,
}: {
  view: ChannelView;
  screen: ChannelsScreen;
  clientName: string | null;
}) {
  const href = (state: ChannelView['state']): string => channelsHref(view, { state, page: 1 });
  const active = counts.reporting + counts.silent + counts['never-heard'];
  return (
    <div className="mt-4 mb-2 flex flex-wrap items-center gap-1.5">
      <FilterField label="Filter channels and clients" />
      <Chip href={href(null)} isOn={view.state === null} count={active}>
        All
      </Chip>
      {CHANNEL_STATES.filter((state) => counts[state] > 0 || view.state === state).map((state) => (
        <Chip key={state} href={href(state)} isOn={view.state === state} count={counts[state]}>
          {CHANNEL_STATE_WORD[state]}
        </Chip>
      ))}
      {(counts.aside > 0 || view.state === 'aside') && (
        <Chip href={href('aside')} isOn={view.state === 'aside'} count={counts.aside}>
          Last message put aside
        </Chip>
      )}
      {view.clientId !== null && (
        <Chip href={channelsHref(view, { clientId: null, page: 1 })} isOn>
          {clientName ?? 'a client that is gone'} ×<span className="sr-only">take this filter away</span>
        </Chip>
      )}
    </div>
  );
}

function Nothing({ isNew, mayManage }: { isNew: boolean; mayManage: boolean }) {
  if (!isNew)
    return (
      <Empty title="No channel fits this view.">
        <TextLink href="/agents/channels" className="underline">
          Show all channels
        </TextLink>
      </Empty>
    );
  return (
    <div className="mt-4">
      <Empty title="No channel is open yet.">
        A script can ping at its end, a product can mail or call a webhook: for what no agent can run on.{' '}
        {mayManage && (
          <>
            <TextLink href="/connect" className="underline">
              Connect a backup
            </TextLink>{' '}
            shows, product by product, what each way can prove.
          </>
        )}
      </Empty>
    </div>
  );
}

function List({ view, screen, now }: { view: ChannelView; screen: ChannelsScreen; now: number }) {
  return (
    <>
      <ChannelTable
        channels={screen.channels}
        now={now}
        sorting={{
          key: view.sort,
          isReversed: view.isReversed,
          hrefOf: (sort, isReversed) => channelsHref(view, { sort, isReversed, page: 1 }),
        }}
      />
      <Pager
        page={view.page}
        pageSize={CHANNEL_PAGE_SIZE}
        total={screen.total}
        hrefOf={(page) => channelsHref(view, { page })}
      />
    </>
  );
}
