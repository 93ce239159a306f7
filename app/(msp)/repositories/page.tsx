import type { Metadata } from 'next';
import { RepositoryTable } from '@/components/backup/repository-table';
import { ListSkeleton } from '@/components/backup/skeletons';
import { LiveRefresh } from '@/components/shell/live-refresh';
import { Chip } from '@/components/ui/chip';
import { Empty } from '@/components/ui/empty';
import { FilterField } from '@/components/ui/filter-field';
import { Pager } from '@/components/ui/pager';
import { TextLink } from '@/components/ui/text-link';
import { requireSession } from '@/server/auth/require-scope';
import { changeMark } from '@/server/data/change-mark';
import { findMsp } from '@/server/data/clients';
import { REPOSITORY_PAGE_SIZE, type RepositoryView } from '@/server/data/repositories';
import { readRepositories, type RepositoriesScreen } from '@/server/data/repository-screens';
import { webDatabase } from '@/server/data/web-database';
import type { TenantScope } from '@/server/tenancy/tenant-scope';
import { PageTop } from '../page-top';
import { requestTime } from '../request-time';
import { SlowPart } from '../slow-part';
import { readRepositoriesAddress, repositoriesHref } from './repositories-address';

export const metadata: Metadata = { title: 'Repositories' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Where backups are written, across all clients: what is known of each place, from whom, and what needs somebody. */
export default async function RepositoriesPage({ searchParams }: Props) {
  const session = await requireSession('view-fleet');
  const view = readRepositoriesAddress(await searchParams);
  const now = requestTime();
  const { scope } = session;
  const [mark, msp] = await webDatabase().inScope(scope, async (tx) => [
    await changeMark(tx, scope.mspId, null),
    await findMsp(tx, scope.mspId),
  ]);
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Repositories' }]} />
      <LiveRefresh clientId={null} mark={mark} at={now.getTime()} timeZone={msp.timeZone} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <SlowPart skeleton={<ListSkeleton title="Repositories" />}>
          {repositoriesContent(scope, view, now)}
        </SlowPart>
      </main>
    </>
  );
}

async function repositoriesContent(scope: TenantScope, view: RepositoryView, now: Date) {
  const screen = await readRepositories(webDatabase(), scope, view, now);
  return (
    <>
      <h1>Repositories</h1>
      <p className="text-13 text-ink-2">{sentenceOf(screen)}</p>
      {(screen.counts.all > 0 || view.clientId !== null) && <Filters view={view} screen={screen} />}
      <List view={view} screen={screen} now={now.getTime()} />
    </>
  );
}

const WORDS = {
  unreadable: 'Not readable',
  low: 'Less than a tenth free',
  due: 'Declarations due',
} as const;
const STATES = ['unreadable', 'low', 'due'] as const;

function sentenceOf({ counts }: RepositoriesScreen): string {
  if (counts.all === 0) return 'None was reported yet.';
  const all = counts.all === 1 ? '1 repository' : `${counts.all} repositories`;
  const wrong = STATES.filter((state) => counts[state] > 0).map(
    (state) => `${counts[state]} ${WORDS[state].toLowerCase()}`,
  );
  return `${all}: ${wrong.length > 0 ? wrong.join(', ') : 'all readable, none short of room'}.`;
}

function Filters({
  view,
  screen: { counts, clientName },
}: {
  view: RepositoryView;
  screen: RepositoriesScreen;
}) {
  const href = (state: RepositoryView['state']): string => repositoriesHref(view, { state, page: 1 });
  return (
    <div className="mt-4 mb-2 flex flex-wrap items-center gap-1.5">
      <FilterField label="Filter repositories, clients" />
      <Chip href={href(null)} isOn={view.state === null} count={counts.all}>
        All
      </Chip>
      {STATES.filter((state) => counts[state] > 0 || view.state === state).map((state) => (
        <Chip key={state} href={href(state)} isOn={view.state === state} count={counts[state]}>
          {WORDS[state]}
        </Chip>
      ))}
      {view.clientId !== null && (
        <Chip href={repositoriesHref(view, { clientId: null, page: 1 })} isOn>
          {clientName ?? 'a client that is gone'} ×<span className="sr-only">take this filter away</span>
        </Chip>
      )}
    </div>
  );
}

function List({
  view,
  screen: { repositories, total },
  now,
}: {
  view: RepositoryView;
  screen: RepositoriesScreen;
  now: number;
}) {
  if (repositories.length === 0)
    return view.search === '' && view.state === null && view.clientId === null ? (
      <div className="mt-4">
        <Empty title="No repository is known yet.">
          <TextLink href="/agents" className="underline">
            Connect a machine
          </TextLink>
          : its first report tells where its backups are written, and each place stands here with what is
          known of it.
        </Empty>
      </div>
    ) : (
      <Empty title="No repository fits this view.">
        <TextLink href="/repositories">Show all repositories</TextLink>
      </Empty>
    );
  return (
    <>
      <RepositoryTable
        repositories={repositories}
        now={now}
        sorting={{
          key: view.sort,
          isReversed: view.isReversed,
          hrefOf: (sort, isReversed) => repositoriesHref(view, { sort, isReversed, page: 1 }),
        }}
      />
      <Pager
        page={view.page}
        pageSize={REPOSITORY_PAGE_SIZE}
        total={total}
        hrefOf={(page) => repositoriesHref(view, { page })}
      />
    </>
  );
}
