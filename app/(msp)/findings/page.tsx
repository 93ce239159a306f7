import { clsx } from 'clsx';
import type { Metadata } from 'next';
import { ListSkeleton } from '@/components/backup/skeletons';
import { SEVERITY_WORD } from '@/components/backup/status-mark';
import { BulkBar } from '@/components/findings/bulk-bar';
import { CausePanel } from '@/components/findings/cause-panel';
import { CauseTable } from '@/components/findings/cause-table';
import type { WorkableCause } from '@/components/findings/cause-verbs';
import { CauseWork } from '@/components/findings/cause-work';
import { causeState, timelineLines } from '@/components/findings/cause-words';
import { counted, countText } from '@/components/format/amounts';
import { wordsIn } from '@/components/format/words';
import { DropViewButton } from '@/components/forms/drop-view-button';
import { KeepViewDialog } from '@/components/forms/keep-view-dialog';
import { LiveRefresh } from '@/components/shell/live-refresh';
import { AddressSelect } from '@/components/ui/address-select';
import { Chip } from '@/components/ui/chip';
import { CsvLink } from '@/components/ui/csv-link';
import { Empty } from '@/components/ui/empty';
import { FilterField } from '@/components/ui/filter-field';
import { Kbd } from '@/components/ui/kbd';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import { causeTitle } from '@/domain/findings/cause-title';
import { QUEUE_TABS } from '@/domain/findings/queue-tab';
import { SEVERITIES } from '@/domain/findings/harm';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { changeMark } from '@/server/data/change-mark';
import { findMsp } from '@/server/data/clients';
import { QUEUE_COUNT_MAX, QUEUE_PAGE_SIZE, type QueuedCause } from '@/server/data/finding-queue';
import { type FindingsScreen, readFindings } from '@/server/data/findings-screen';
import { type KeptView, listKeptViews } from '@/server/data/kept-views';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../page-top';
import { requestTime } from '../request-time';
import { SlowPart } from '../slow-part';
import {
  type FindingsAddress,
  findingsHref,
  findingsQuery,
  keptFindingsQuery,
  readFindingsAddress,
} from './findings-address';

export const metadata: Metadata = { title: 'Findings' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** The queue: what needs somebody, by cause, the gravest first, and what to do about it. */
export default async function FindingsPage({ searchParams }: Props) {
  const session = await requireSession('view-fleet');
  const address = readFindingsAddress(await searchParams);
  const now = requestTime();
  const { scope, personId } = session;
  // The mark first: what happens while the rest is read then has the page made anew.
  const [mark, msp, views] = await webDatabase().inScope(scope, async (tx) => [
    await changeMark(tx, scope.mspId, null),
    await findMsp(tx, scope.mspId),
    await listKeptViews(tx, scope.mspId, { personId, screen: 'findings' }),
  ]);
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Findings' }]} />
      <LiveRefresh clientId={null} mark={mark} at={now.getTime()} timeZone={msp.timeZone} />
      <main id="content">
        <SlowPart
          skeleton={
            <div className="px-4 pt-5 lg:px-6">
              <ListSkeleton title="Findings" />
            </div>
          }
        >
          {findingsContent(session, address, views, now)}
        </SlowPart>
      </main>
    </>
  );
}

async function findingsContent(
  session: CurrentSession,
  address: FindingsAddress,
  views: readonly KeptView[],
  now: Date,
) {
  const { scope, role, personId } = session;
  const screen = await readFindings(webDatabase(), scope, personId, address, now);
  const mayWork = may(role, 'work-findings', scope.clientIds);
  const causes = screen.causes.map((cause) => titled(cause, now));
  const workable = causes.map((cause) => workableOf(cause, now));
  const opened = screen.opened && titled(screen.opened.cause, now);
  const isPlain = keptFindingsQuery(address) === '';
  return (
    <CauseWork
      causes={workable}
      opened={opened && workableOf(opened, now)}
      tab={address.tab}
      mayWork={mayWork}
      assignees={screen.colleagues.map(({ personId: id, name, clientIds }) => ({
        personId: id,
        name,
        clientIds,
      }))}
      personId={personId}
      ticketSystems={screen.ticketSystems.map(({ channelId, name }) => ({ channelId, name }))}
    >
      {opened && <h1 className="sr-only xl:hidden">{headline(screen.counts.open)}</h1>}
      <div className={opened ? 'xl:grid xl:grid-cols-[minmax(0,1fr)_404px]' : undefined}>
        <div className={clsx('min-w-0 px-4 pt-5 pb-8 lg:px-6', opened && 'max-xl:hidden')}>
          <Head screen={screen} isPlain={isPlain} mayWork={mayWork} />
          {(screen.causes.length > 0 || !isPlain || hasAny(screen)) && (
            <Filters address={address} screen={screen} />
          )}
          <Views address={address} views={views} />
          {causes.length === 0 ? (
            <NoCauses address={address} screen={screen} />
          ) : (
            <CauseTable
              causes={causes}
              group={address.group}
              openedId={opened?.causeId ?? null}
              mayWork={mayWork}
              now={now.getTime()}
              hrefOf={(causeId) => findingsHref(address, { causeId })}
            />
          )}
          <Pages address={address} screen={screen} />
          <BulkBar causes={workable} />
        </div>
        {opened && screen.opened && (
          <CausePanel
            opened={{ ...screen.opened, cause: opened }}
            leading={screen.opened.cause.lead?.rule ?? null}
            workable={workableOf(opened, now)}
            timeline={timelineLines(
              screen.opened.events,
              wordsIn(opened.timeZone, now.getTime()),
              now.getTime(),
            )}
            words={wordsIn(opened.timeZone, now.getTime())}
            now={now.getTime()}
            closeHref={findingsHref(address, { causeId: null })}
            mayWork={mayWork}
            mayManageTickets={may(role, 'manage-notifications', scope.clientIds)}
          />
        )}
      </div>
    </CauseWork>
  );
}

type TitledCause = QueuedCause & { readonly title: string };

function titled(cause: QueuedCause, now: Date): TitledCause {
  return { ...cause, title: causeTitle(cause, wordsIn(cause.timeZone, now.getTime())) };
}

function workableOf(cause: TitledCause, now: Date): WorkableCause {
  const { causeId, version, title, clientId, clientName, assignedTo, ticketReference, ticketUrl } = cause;
  const state = causeState(cause, now.getTime());
  return {
    causeId,
    version,
    title,
    clientId,
    clientName,
    assignedTo,
    ticketReference,
    ticketUrl,
    hasKeptTicket: cause.ticketState !== null,
    isOpen: cause.closedAt === null,
    isSnoozed: state === 'snoozed',
    isWaived: state === 'waived',
  };
}

function hasAny({ counts }: FindingsScreen): boolean {
  return QUEUE_TABS.some((tab) => counts[tab] > 0);
}

function cappedText(count: number): string {
  return count > QUEUE_COUNT_MAX ? `${countText(QUEUE_COUNT_MAX)}+` : countText(count);
}

function Head({ screen, isPlain, mayWork }: { screen: FindingsScreen; isPlain: boolean; mayWork: boolean }) {
  const { counts } = screen;
  return (
    <div className="mb-3.5 flex items-start justify-between gap-4">
      <div>
        <h1>{headline(counts.open)}</h1>
        <p className="text-13 text-ink-3">{isPlain ? sentenceOf(screen) : 'In this view.'}</p>
      </div>
      {mayWork && (
        <p className="text-ink-3 flex items-center gap-1 pt-1.5 text-xs whitespace-nowrap max-xl:hidden">
          <Kbd>j</Kbd> <Kbd>k</Kbd> move <Kbd>x</Kbd> select <Kbd>Enter</Kbd> open <Kbd>?</Kbd> all keys
        </p>
      )}
    </div>
  );
}

function headline(open: number): string {
  if (open === 0) return 'Nothing needs anybody';
  return `${cappedText(open)} ${open === 1 ? 'cause needs' : 'causes need'} someone`;
}

function sentenceOf({ counts, causes, hasMore }: FindingsScreen): string {
  const findings = causes.reduce((sum, cause) => sum + cause.findingCount, 0);
  const isWhole = !hasMore && counts.open === causes.length && counts.open > 0;
  const parts = [
    isWhole && `${counted(findings, 'finding')} in ${counted(counts.open, 'cause')}`,
    counts.unassigned > 0 && `${cappedText(counts.unassigned)} assigned to nobody`,
    counts.snoozed > 0 && `${cappedText(counts.snoozed)} snoozed`,
    counts.waived > 0 && `${cappedText(counts.waived)} waived`,
  ].filter((part) => part !== false);
  return parts.length > 0 ? `${parts.join('; ')}.` : 'Policy and reality agree everywhere.';
}

const TAB_WORDS = {
  open: 'Open',
  mine: 'Mine',
  unassigned: 'Unassigned',
  snoozed: 'Snoozed',
  waived: 'Waived',
  notes: 'Notes',
} as const;

const GROUPS = [
  { value: 'client', name: 'Group by client' },
  { value: 'severity', name: 'Group by severity' },
  { value: 'person', name: 'Group by person' },
];

function Filters({ address, screen }: { address: FindingsAddress; screen: FindingsScreen }) {
  return (
    <>
      <nav aria-label="Parts of the queue" className="flex flex-wrap items-center gap-1.5">
        {QUEUE_TABS.map((tab) => (
          <Chip
            key={tab}
            href={findingsHref(address, { tab, page: 1, causeId: null })}
            isOn={address.tab === tab}
            count={Math.min(screen.counts[tab], QUEUE_COUNT_MAX)}
          >
            {TAB_WORDS[tab]}
            {screen.counts[tab] > QUEUE_COUNT_MAX && <span className="sr-only"> more than</span>}
          </Chip>
        ))}
      </nav>
      <div className="mt-2 mb-2 flex flex-wrap items-center gap-1.5">
        <FilterField label="Filter causes" />
        <AddressSelect
          label="Severity"
          any="Any severity"
          name="severity"
          choices={SEVERITIES.map((severity) => ({ value: severity, name: SEVERITY_WORD[severity] }))}
        />
        <AddressSelect
          label="Client"
          any="Any client"
          name="client"
          choices={screen.clients.map(({ clientId, name }) => ({ value: clientId, name }))}
        />
        <AddressSelect
          label="Rule"
          any="Any rule"
          name="rule"
          choices={screen.rules.map((rule) => ({ value: rule, name: rule }))}
        />
        <AddressSelect label="Group" any="Group by harm" name="group" choices={GROUPS} />
        <span className="ml-auto">
          <CsvLink
            href={`/api/v1/findings/csv?${findingsQuery(address, { page: 1, causeId: null })}`}
            what="the causes of this view"
          />
        </span>
      </div>
    </>
  );
}

const VIEWS = '/api/v1/findings/views';

/** The person's own views, and what can be done with the one that is shown. */
function Views({ address, views }: { address: FindingsAddress; views: readonly KeptView[] }) {
  const query = keptFindingsQuery(address);
  const shown = views.find((view) => view.query === query);
  if (views.length === 0 && query === '') return null;
  return (
    <nav aria-label="Your views" className="mb-2 flex flex-wrap items-center gap-1.5">
      {views.map((view) => (
        <Chip
          key={view.name}
          href={view.query ? `/findings?${view.query}` : '/findings'}
          isOn={view === shown}
        >
          {view.name}
        </Chip>
      ))}
      {shown ? (
        <>
          <KeepViewDialog key={shown.name} address={VIEWS} query={query} formerName={shown.name} />
          <DropViewButton address={VIEWS} name={shown.name} query={query} />
        </>
      ) : (
        query !== '' && <KeepViewDialog address={VIEWS} query={query} formerName={null} />
      )}
    </nav>
  );
}

/** What an empty part of the queue is for. */
const EMPTY = {
  open: 'A finding is a gap between what a client was promised and what its backups are. Those with one cause stand here together, until the cause is gone.',
  mine: 'Choose a cause in the open queue and press s to give it to yourself.',
  unassigned: 'Every open cause has somebody who takes care of it.',
  snoozed: 'Press z on a cause that can wait: it comes back by itself, or at once when it turns critical.',
  waived:
    'A gap that a client accepts is waived with a reason, a name and an end. It stands here then; the status stays as it is.',
  notes:
    'What no policy asks for and is worth knowing all the same, such as data that nobody ever restored, stands here. It changes no status.',
} as const;

function NoCauses({ address, screen }: { address: FindingsAddress; screen: FindingsScreen }) {
  const isFiltered =
    address.search !== '' || address.severity !== null || address.clientId !== null || address.rule !== null;
  if (isFiltered)
    return (
      <Empty title="No cause fits this view.">
        <TextLink
          href={findingsHref(address, { search: '', severity: null, clientId: null, rule: null, page: 1 })}
        >
          Take the filters away
        </TextLink>
      </Empty>
    );
  if (address.page > 1)
    return (
      <Empty title="There are fewer causes by now.">
        <TextLink href={findingsHref(address, { page: 1 })}>Go to the first page</TextLink>
      </Empty>
    );
  const title =
    address.tab === 'open' && !hasAny(screen)
      ? 'No finding is open: policy and reality agree.'
      : `Nothing is ${EMPTY_WORD[address.tab]}.`;
  return (
    <Empty title={title}>
      <p>{EMPTY[address.tab]}</p>
    </Empty>
  );
}

const EMPTY_WORD = {
  open: 'open',
  mine: 'assigned to you',
  unassigned: 'unassigned',
  snoozed: 'snoozed',
  waived: 'waived',
  notes: 'noted',
} as const;

function Pages({
  address,
  screen: { causes, hasMore },
}: {
  address: FindingsAddress;
  screen: FindingsScreen;
}) {
  const { page } = address;
  if (page === 1 && !hasMore) return null;
  const from = (page - 1) * QUEUE_PAGE_SIZE + 1;
  return (
    <nav aria-label="Pages" className="text-13 text-ink-2 mt-3 flex items-center gap-3">
      {causes.length > 0 && (
        <span className="tabular-nums">
          {countText(from)}–{countText(from + causes.length - 1)}
        </span>
      )}
      {page > 1 && (
        <TextLink href={findingsHref(address, { page: page - 1, causeId: null })} rel="prev">
          Previous
        </TextLink>
      )}
      {hasMore && (
        <TextLink href={findingsHref(address, { page: page + 1, causeId: null })} rel="next">
          Next
        </TextLink>
      )}
    </nav>
  );
}
