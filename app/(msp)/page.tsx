import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { ColumnChooser } from '@/components/backup/column-chooser';
import { DayLegend } from '@/components/backup/day-bar';
import { DayKeys } from '@/components/backup/day-keys';
import { FleetChanges, FleetSummary } from '@/components/backup/fleet-summary';
import { FleetTable } from '@/components/backup/fleet-table';
import { FleetSkeleton } from '@/components/backup/skeletons';
import { FirstStepsLine } from '@/components/first-hour/first-steps-line';
import { TourOffer } from '@/components/first-hour/tour-offer';
import { TOUR_PARAMETER } from '@/components/first-hour/tour-stops';
import { counted } from '@/components/format/amounts';
import { exactText, wordsIn } from '@/components/format/words';
import { DropViewButton } from '@/components/forms/drop-view-button';
import { KeepViewDialog } from '@/components/forms/keep-view-dialog';
import { NewClientDialog } from '@/components/forms/new-client-dialog';
import { LiveRefresh } from '@/components/shell/live-refresh';
import { Chip } from '@/components/ui/chip';
import { CsvLink } from '@/components/ui/csv-link';
import { Empty } from '@/components/ui/empty';
import { FilterField } from '@/components/ui/filter-field';
import { Kbd } from '@/components/ui/kbd';
import { Pager } from '@/components/ui/pager';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import { FIRST_STEPS, type FirstStep, firstSteps, leadsToFirstSteps } from '@/domain/first-hour/first-steps';
import { findingText } from '@/domain/protection/sentence';
import type { StatusCounts } from '@/domain/protection/system-status';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { changeMark } from '@/server/data/change-mark';
import { findMsp } from '@/server/data/clients';
import type { Tx } from '@/server/data/database';
import { hasEndedTour } from '@/server/data/ended-tours';
import { findFirstSteps } from '@/server/data/first-steps';
import { readFleet, type Fleet } from '@/server/data/fleet';
import { FLEET_PAGE_SIZE } from '@/server/data/fleet-clients';
import { type KeptView, listKeptViews } from '@/server/data/kept-views';
import { countEndedClients } from '@/server/data/ended-clients';
import { countSamples, listMarkedSamples } from '@/server/data/sample-clients';
import { webDatabase } from '@/server/data/web-database';
import { type FleetAddress, fleetCsvHref, fleetHref, fleetQuery, readFleetAddress } from './fleet-address';
import { PageTop } from './page-top';
import { requestTime } from './request-time';
import { SlowPart } from './slow-part';
import { timeZones } from './time-zones';

export const metadata: Metadata = { title: 'Fleet' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** What needs me now, across all clients, and why? */
export default async function FleetPage({ searchParams }: Props) {
  const session = await requireSession('view-fleet');
  const given = await searchParams;
  const address = readFleetAddress(given);
  const now = requestTime();
  const { scope } = session;
  // The mark first: what happens while the rest is read then has the page made anew.
  const [mark, msp, views, isOffered, steps] = await webDatabase().inScope(scope, async (tx) => [
    await changeMark(tx, scope.mspId, null),
    await findMsp(tx, scope.mspId),
    await listKeptViews(tx, scope.mspId, { personId: session.personId, screen: 'fleet' }),
    !(await hasEndedTour(tx, scope.mspId, session.personId)),
    await firstStepsFor(tx, session),
  ]);
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[]} />
      <LiveRefresh clientId={null} mark={mark} at={now.getTime()} timeZone={msp.timeZone} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        {steps ? (
          <FirstStepsLine total={FIRST_STEPS.length} {...steps} />
        ) : (
          isOffered && !given[TOUR_PARAMETER] && <TourOffer />
        )}
        <SlowPart skeleton={<FleetSkeleton hasViews={views.length > 0 || fleetQuery(address) !== ''} />}>
          {fleetContent(session, { address, views, timeZone: msp.timeZone, now })}
        </SlowPart>
      </main>
    </>
  );
}

/** How far the MSP is, for an owner who is to be led back to its first steps; null: nobody is. */
async function firstStepsFor(
  tx: Tx,
  { scope, role }: CurrentSession,
): Promise<{ doneCount: number; next: FirstStep } | null> {
  if (!may(role, 'set-up-msp', scope.clientIds)) return null;
  if ((await countSamples(tx, scope.mspId)).samples > 0) return null;
  const facts = await findFirstSteps(tx, scope.mspId);
  const { doneCount, next } = firstSteps(facts);
  return next !== null && leadsToFirstSteps(facts) ? { doneCount, next } : null;
}

interface Asked {
  readonly address: FleetAddress;
  readonly views: readonly KeptView[];
  readonly timeZone: string;
  readonly now: Date;
}

async function fleetContent({ scope, role }: CurrentSession, { address, views, timeZone, now }: Asked) {
  const fleet = await readFleet(webDatabase(), scope, address, address.open, now);
  const { samples, endedCount } = await webDatabase().inScope(scope, async (tx) => ({
    samples: await listMarkedSamples(tx, scope.mspId),
    endedCount: await countEndedClients(tx, scope.mspId),
  }));
  const addClient = may(role, 'manage-clients', scope.clientIds) && (
    <NewClientDialog timeZones={timeZones()} timeZone={timeZone} />
  );
  const clientCount = totalOf(fleet.totals.clients) + fleet.totals.emptyClients;
  const endedClients = endedCount > 0 && (
    <TextLink href="/clients/ended" className="underline">
      {counted(endedCount, 'ended client')}
    </TextLink>
  );
  if (clientCount === 0)
    return (
      <NoClients>
        {addClient}
        {endedClients}
      </NoClients>
    );
  return (
    <>
      <div className="mb-5 grid gap-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,440px)]">
        <FleetSummary
          clients={fleet.totals.clients}
          systems={fleet.totals.systems}
          causes={sharedCauses(fleet, timeZone, now)}
          hrefOf={(status) =>
            fleetHref(address, { status: address.status === status ? null : status, page: 1 })
          }
        />
        <FleetChanges changes={fleet.changes} now={now.getTime()} />
      </div>
      <Filters address={address} fleet={fleet}>
        {addClient}
      </Filters>
      <Views address={address} views={views} />
      <Clients address={address} fleet={fleet} samples={samples} now={now} />
      <p className="text-ink-3 mt-2 text-xs">
        {counted(clientCount, 'client')}, {counted(totalOf(fleet.totals.systems), 'system')}. Computed{' '}
        {exactText(now.getTime(), timeZone)}. Times of a client are in its own zone.
        {endedClients && <> Not counted: {endedClients}.</>}
      </p>
    </>
  );
}

function Filters({ address, fleet, children }: { address: FleetAddress; fleet: Fleet; children: ReactNode }) {
  const { clients, emptyClients } = fleet.totals;
  const needsMe = totalOf(clients) - clients.compliant;
  const href = (status: FleetAddress['status']): string => fleetHref(address, { status, page: 1 });
  return (
    <div className="mb-2 flex flex-wrap items-center gap-1.5">
      <FilterField label="Filter clients, systems, agents" />
      <Chip href={href(null)} isOn={address.status === null} count={totalOf(clients) + emptyClients}>
        All clients
      </Chip>
      <Chip href={href('needs-me')} isOn={address.status === 'needs-me'} count={needsMe}>
        Needs me
      </Chip>
      {address.status !== null && address.status !== 'needs-me' && (
        <Chip href={href(null)} isOn count={clients[address.status]}>
          {address.status.replace('at-risk', 'at risk')} ×
          <span className="sr-only">take this filter away</span>
        </Chip>
      )}
      <div className="ml-auto flex items-center gap-1.5 print:hidden">
        <TextLink href="/wallboard">Wallboard</TextLink>
        <ColumnChooser without={address.without} hrefOf={(without) => fleetHref(address, { without })} />
        <CsvLink href={fleetCsvHref(address)} what="the clients of this view" />
        {children}
      </div>
    </div>
  );
}

const VIEWS = '/api/v1/fleet/views';

/** The person's own views, and what can be done with the one that is shown. */
function Views({ address, views }: { address: FleetAddress; views: readonly KeptView[] }) {
  const query = fleetQuery(address);
  const shown = views.find((view) => view.query === query);
  if (views.length === 0 && query === '') return null;
  return (
    <nav aria-label="Your views" className="mb-2 flex flex-wrap items-center gap-1.5">
      {views.map((view) => (
        <Chip key={view.name} href={view.query ? `/?${view.query}` : '/'} isOn={view === shown}>
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

function Clients({
  address,
  fleet,
  samples,
  now,
}: {
  address: FleetAddress;
  fleet: Fleet;
  samples: ReadonlySet<string>;
  now: Date;
}) {
  if (fleet.rows.length === 0)
    return (
      <Empty title="No client fits this view.">
        <TextLink href="/">Show all clients</TextLink>
      </Empty>
    );
  return (
    <DayKeys>
      <FleetTable
        rows={fleet.rows}
        samples={samples}
        without={address.without}
        now={now.getTime()}
        sorting={{
          key: address.sort,
          isReversed: address.isReversed,
          hrefOf: (sort, isReversed) => fleetHref(address, { sort, isReversed, page: 1 }),
        }}
        toggleHref={(clientId) =>
          fleetHref(address, {
            open: address.open.includes(clientId)
              ? address.open.filter((id) => id !== clientId)
              : [...address.open, clientId],
          })
        }
      />
      <Pager
        page={address.page}
        pageSize={FLEET_PAGE_SIZE}
        total={fleet.total}
        hrefOf={(page) => fleetHref(address, { page })}
      />
      <div className="mt-3.5 flex flex-wrap items-center justify-between gap-3">
        <DayLegend states={['compliant', 'at-risk', 'non-compliant', 'unknown', 'no-data']} />
        <p className="text-ink-3 flex items-center gap-1.5 text-xs max-md:hidden print:hidden">
          <Kbd>j</Kbd>
          <Kbd>k</Kbd> move <Kbd>→</Kbd> open <Kbd>Enter</Kbd> go to client <Kbd>?</Kbd> all keys
        </p>
      </div>
    </DayKeys>
  );
}

function NoClients({ children }: { children: ReactNode }) {
  return (
    <Empty title="Nothing is connected yet.">
      <p>
        Add a client, then connect a machine that backs it up: one line on that machine, and its first verdict
        stands here within a minute.
      </p>
      <div className="mt-3">{children}</div>
    </Empty>
  );
}

/** What several failing systems have in common. */
function sharedCauses(fleet: Fleet, timeZone: string, now: Date) {
  const words = wordsIn(timeZone, now.getTime());
  return fleet.causes
    .filter(({ status, finding }) => status === 'non-compliant' && finding.detail.kind !== 'digit')
    .map(({ clientName, systemCount, finding }) => ({
      clientName,
      systemCount,
      text: findingText(finding, words),
    }));
}

function totalOf(counts: StatusCounts): number {
  return counts['non-compliant'] + counts.unknown + counts['at-risk'] + counts.compliant;
}
