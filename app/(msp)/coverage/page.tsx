import type { Metadata } from 'next';
import { ListSkeleton } from '@/components/backup/skeletons';
import { CoverageTable } from '@/components/coverage/coverage-table';
import { COVERAGE_WORD, coverageSentence } from '@/components/coverage/coverage-words';
import { ImportDialog } from '@/components/coverage/import-dialog';
import { ImportList } from '@/components/coverage/import-list';
import { counted } from '@/components/format/amounts';
import { AddressSelect } from '@/components/ui/address-select';
import { Chip } from '@/components/ui/chip';
import { CsvLink } from '@/components/ui/csv-link';
import { Empty } from '@/components/ui/empty';
import { FilterField } from '@/components/ui/filter-field';
import { Pager } from '@/components/ui/pager';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp } from '@/server/data/clients';
import {
  COVERAGE_FILTERS,
  COVERAGE_PAGE_SIZE,
  type CoverageScreen,
  type CoverageView,
  readCoverage,
} from '@/server/data/coverage-screen';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../page-top';
import { requestTime } from '../request-time';
import { SlowPart } from '../slow-part';
import { coverageHref, readCoverageAddress } from './coverage-address';

export const metadata: Metadata = { title: 'Coverage' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Which machines there are, by the inventories, and which of them are backed up. */
export default async function CoveragePage({ searchParams }: Props) {
  const session = await requireSession('view-fleet');
  const view = readCoverageAddress(await searchParams);
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Coverage' }]} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <SlowPart skeleton={<ListSkeleton title="Coverage" />}>
          {coverageContent(session, view, requestTime())}
        </SlowPart>
      </main>
    </>
  );
}

async function coverageContent({ scope, role }: CurrentSession, view: CoverageView, now: Date) {
  const screen = await readCoverage(webDatabase(), scope, view, now);
  const { timeZone } = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
  const mayDecide = may(role, 'declare', scope.clientIds);
  const hasInventory = screen.imports.length > 0;
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h1>Coverage</h1>
          <p className="text-13 text-ink-2 max-w-[80ch]">{sentenceOf(screen, view)}</p>
        </div>
        {mayDecide && screen.clients.length > 0 && (
          <ImportDialog
            key={view.clientId ?? ''}
            clients={screen.clients}
            clientId={view.clientId}
            kind={hasInventory ? 'plain' : 'primary'}
          />
        )}
      </div>
      {(hasInventory || view.clientId !== null) && <Filters view={view} screen={screen} />}
      <List view={view} screen={screen} mayDecide={mayDecide} timeZone={timeZone} now={now.getTime()} />
      {hasInventory && (
        <Section id="inventories" title="Inventories" aside="the newest of each client holds">
          <ImportList
            imports={screen.imports}
            mayImport={mayDecide}
            timeZone={timeZone}
            now={now.getTime()}
          />
        </Section>
      )}
    </>
  );
}

function sentenceOf(
  { counts, imports, clientsWithoutInventory }: CoverageScreen,
  view: CoverageView,
): string {
  if (imports.length === 0) return 'No inventory yet: nobody can say which machines are not backed up.';
  const without =
    clientsWithoutInventory > 0 && view.clientId === null
      ? ` ${counted(clientsWithoutInventory, 'client')} ${clientsWithoutInventory === 1 ? 'has' : 'have'} no inventory.`
      : '';
  return `${coverageSentence(counts)}${without}`;
}

function Filters({
  view,
  screen: { filterCounts, clients, imports },
}: {
  view: CoverageView;
  screen: CoverageScreen;
}) {
  const href = (state: CoverageView['state']): string => coverageHref(view, { state, page: 1 });
  return (
    <div className="mt-4 mb-2 flex flex-wrap items-center gap-1.5">
      <FilterField label="Filter machines, clients, sites" />
      <AddressSelect
        label="Client"
        any="All clients"
        name="client"
        choices={clients.map(({ clientId, name }) => ({ value: clientId, name }))}
      />
      <Chip href={href(null)} isOn={view.state === null}>
        All
      </Chip>
      {COVERAGE_FILTERS.filter((state) => filterCounts[state] > 0 || view.state === state).map((state) => (
        <Chip key={state} href={href(state)} isOn={view.state === state} count={filterCounts[state]}>
          {COVERAGE_WORD[state]}
        </Chip>
      ))}
      {imports.length > 0 && (
        <span className="ml-auto">
          <CsvLink href={coverageHref(view, { page: 1 }, '/api/v1/coverage/csv')} what="these machines" />
        </span>
      )}
    </div>
  );
}

interface ListProps {
  view: CoverageView;
  screen: CoverageScreen;
  mayDecide: boolean;
  timeZone: string;
  now: number;
}

function List({ view, screen, mayDecide, timeZone, now }: ListProps) {
  if (screen.imports.length === 0) return <NoInventory view={view} screen={screen} mayDecide={mayDecide} />;
  if (screen.machines.length === 0)
    return (
      <Empty title="No machine fits this view.">
        <TextLink href="/coverage">Show all machines</TextLink>
      </Empty>
    );
  return (
    <>
      <CoverageTable
        machines={screen.machines}
        mayDecide={mayDecide}
        timeZone={timeZone}
        now={now}
        sorting={{
          key: view.sort,
          isReversed: view.isReversed,
          hrefOf: (sort, isReversed) => coverageHref(view, { sort, isReversed, page: 1 }),
        }}
      />
      <Pager
        page={view.page}
        pageSize={COVERAGE_PAGE_SIZE}
        total={screen.total}
        hrefOf={(page) => coverageHref(view, { page })}
      />
    </>
  );
}

function NoInventory({ view, screen, mayDecide }: Pick<ListProps, 'view' | 'screen' | 'mayDecide'>) {
  const whose =
    view.clientId === null ? 'No client has an inventory yet.' : 'This client has no inventory yet.';
  return (
    <div className="mt-4">
      <Empty title={whose}>
        <NextStep hasClients={screen.clients.length > 0} mayDecide={mayDecide} />
      </Empty>
    </div>
  );
}

function NextStep({ hasClients, mayDecide }: { hasClients: boolean; mayDecide: boolean }) {
  if (!hasClients)
    return (
      <>
        <TextLink href="/" className="underline">
          Add a client
        </TextLink>{' '}
        first.
      </>
    );
  if (!mayDecide) return 'A technician can import one: a list of all machines, such as an RMM exports.';
  return (
    <>
      Export the list of machines from your RMM as CSV and choose <b>Import an inventory</b>. Each machine of
      it stands here then: backed up, or not; and what reports without being in the list.
    </>
  );
}
