import type { Metadata } from 'next';
import { ListSkeleton } from '@/components/backup/skeletons';
import { counted, countText } from '@/components/format/amounts';
import { AssignSelect } from '@/components/restore-tests/assign-select';
import { CoverageFigures } from '@/components/restore-tests/coverage-figures';
import { MonthCalendar } from '@/components/restore-tests/month-calendar';
import { TO_DO_WORD } from '@/components/restore-tests/record-words';
import { performerText, RecordTable } from '@/components/restore-tests/record-table';
import { type ToDoRow, ToDoTable } from '@/components/restore-tests/to-do-table';
import { AddressSelect } from '@/components/ui/address-select';
import { buttonClass } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import { CsvLink } from '@/components/ui/csv-link';
import { Empty } from '@/components/ui/empty';
import { FilterField } from '@/components/ui/filter-field';
import { Link } from '@/components/ui/link';
import { Pager } from '@/components/ui/pager';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { may } from '@/domain/access/permissions';
import { monthAway } from '@/domain/restore-test/calendar-month';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { type Colleague, listColleagues, seesClient } from '@/server/data/identity-colleagues';
import {
  readRestoreTests,
  type RestoreTestsScreen,
  type RestoreTestsView,
  TO_DO_PAGE_SIZE,
  TO_DO_STATES,
  type ToDo,
} from '@/server/data/restore-tests-screen';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../page-top';
import { requestTime } from '../request-time';
import { SlowPart } from '../slow-part';
import { readRestoreTestsAddress, restoreTestsHref } from './restore-tests-address';

export const metadata: Metadata = { title: 'Restore tests' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** Which restore tests are due, overdue, to be reviewed and done, and how much of the fleet they prove. */
export default async function RestoreTestsPage({ searchParams }: Props) {
  const session = await requireSession('view-fleet');
  const view = readRestoreTestsAddress(await searchParams);
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Restore tests' }]} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <SlowPart skeleton={<ListSkeleton title="Restore tests" />}>
          {restoreTestsContent(session, view, requestTime())}
        </SlowPart>
      </main>
    </>
  );
}

async function restoreTestsContent({ scope, role }: CurrentSession, view: RestoreTestsView, now: Date) {
  const screen = await readRestoreTests(webDatabase(), scope, view, now);
  const mayRecord = may(role, 'record-restore-test', scope.clientIds);
  const colleagues = mayRecord ? await webDatabase().inScope(scope, (tx) => listColleagues(tx)) : [];
  const { coverage, recent, lowerChecks } = screen;
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h1>Restore tests</h1>
          <p className="text-13 text-ink-2 max-w-[80ch]">{sentenceOf(screen)}</p>
        </div>
        {mayRecord && (
          <Link href="/restore-tests/new" className={buttonClass('primary')}>
            Record a test
          </Link>
        )}
      </div>
      <CoverageFigures coverage={coverage} />
      <MonthCalendar
        month={screen.month}
        weeks={screen.weeks}
        timeZone={screen.timeZone}
        hrefs={{
          before: restoreTestsHref(view, { month: monthAway(screen.month, -1) }),
          today: restoreTestsHref(view, { month: null }),
          after: restoreTestsHref(view, { month: monthAway(screen.month, 1) }),
        }}
      />
      <Section
        id="to-do"
        title="To do"
        aside={
          <CsvLink href={restoreTestsHref(view, { page: 1 }, '/api/v1/restore-tests/csv')} what="this list" />
        }
      >
        <Filters view={view} screen={screen} />
        <ToDoList
          view={view}
          screen={screen}
          colleagues={mayRecord ? colleagues : null}
          now={now.getTime()}
        />
      </Section>
      <Section id="recent" title="Newest restore tests" aside="data really brought back and compared">
        {recent.length > 0 ? (
          <RecordTable records={recent} now={now.getTime()} />
        ) : (
          <Empty title="Nobody has brought data back yet.">
            An agent that is told to records its tests here by itself; what you restore by hand you record
            yourself.
          </Empty>
        )}
      </Section>
      {lowerChecks.length > 0 && (
        <Section
          id="lower"
          title="Checks that are not restore tests"
          aside="L0 to L3: no content was compared"
        >
          <RecordTable records={lowerChecks} now={now.getTime()} />
        </Section>
      )}
    </>
  );
}

function sentenceOf({ counts, coverage }: RestoreTestsScreen): string {
  if (coverage.systems === 0) return 'No system has a backup yet, so there is nothing to bring back.';
  const parts = [
    counts.failed > 0 && `${countText(counts.failed)} failed without a retest`,
    counts.overdue > 0 && `${countText(counts.overdue)} overdue`,
    counts.never > 0 && `${countText(counts.never)} never tested`,
    counts.due > 0 && `${countText(counts.due)} due this week`,
    counts.review > 0 && `${countText(counts.review)} wait for a reviewer`,
  ].filter((part) => part !== false);
  const told = parts.length > 0 ? `${parts.join(', ')}.` : 'Nothing is due.';
  return `${told} Data was really restored for ${countText(coverage.tested)} of ${counted(coverage.systems, 'system')} in the last ${coverage.days} days.`;
}

function Filters({
  view,
  screen: { counts, clients },
}: {
  view: RestoreTestsView;
  screen: RestoreTestsScreen;
}) {
  const href = (state: RestoreTestsView['state']): string => restoreTestsHref(view, { state, page: 1 });
  return (
    <div className="mb-2 flex flex-wrap items-center gap-1.5">
      <FilterField label="Filter systems, clients, people" />
      <AddressSelect
        label="Client"
        any="All clients"
        name="client"
        choices={clients.map(({ clientId, name }) => ({ value: clientId, name }))}
      />
      <Chip href={href(null)} isOn={view.state === null}>
        All
      </Chip>
      {TO_DO_STATES.filter((state) => counts[state] > 0 || view.state === state).map((state) => (
        <Chip key={state} href={href(state)} isOn={view.state === state} count={counts[state]}>
          {TO_DO_WORD[state]}
        </Chip>
      ))}
    </div>
  );
}

interface ListProps {
  view: RestoreTestsView;
  screen: RestoreTestsScreen;
  /** Who can be asked for a test; null: whoever looks may ask nobody. */
  colleagues: readonly Colleague[] | null;
  now: number;
}

function ToDoList({ view, screen, colleagues, now }: ListProps) {
  if (screen.toDo.length === 0)
    return view.search || view.state !== null || view.page > 1 ? (
      <Empty title="Nothing fits this view.">
        <TextLink href="/restore-tests">Show everything there is to do</TextLink>
      </Empty>
    ) : (
      <Empty title="Nothing to do.">
        Every data set was restored within what its policy asks, and every record was looked at.
      </Empty>
    );
  return (
    <>
      <ToDoTable rows={screen.toDo.map((one) => rowOf(one, colleagues))} now={now} />
      <Pager
        page={view.page}
        pageSize={TO_DO_PAGE_SIZE}
        total={screen.total}
        hrefOf={(page) => restoreTestsHref(view, { page })}
      />
    </>
  );
}

function rowOf(toDo: ToDo, colleagues: readonly Colleague[] | null): ToDoRow {
  if (toDo.kind === 'record') {
    const { recordId, level, result, performedAt, record } = toDo.record;
    return {
      key: `${toDo.state} ${recordId}`,
      state: toDo.state,
      systemName: record.system.name,
      clientName: record.client.name,
      dataSetName: null,
      href: `/restore-tests/${recordId}`,
      timeZone: record.client.timeZone,
      at: performedAt,
      level,
      lastTestAt: performedAt,
      lastResult: result,
      by: performerText(record.performer),
    };
  }
  const { of, dueAt, level, lastTest, copy } = toDo.test;
  return {
    key: `${toDo.state} ${of.dataSetId}`,
    state: toDo.state,
    systemName: of.systemName,
    clientName: of.clientName,
    dataSetName: of.isOneOfSeveral ? of.dataSetName : null,
    href: colleagues === null ? `/systems/${of.systemId}` : `/restore-tests/new?point=${copy?.pointId ?? ''}`,
    timeZone: of.timeZone,
    at: dueAt,
    level,
    lastTestAt: lastTest?.endedAt ?? null,
    lastResult: lastTest?.result ?? null,
    by:
      colleagues === null ? (
        (of.assignee?.name ?? <span className="text-ink-3">nobody yet</span>)
      ) : (
        <AssignSelect
          systemId={of.systemId}
          systemName={of.systemName}
          personId={of.assignee?.personId ?? null}
          people={colleagues
            .filter((one) => seesClient(one, of.clientId))
            .map(({ personId, name }) => ({ personId, name }))}
        />
      ),
  };
}
