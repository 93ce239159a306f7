import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { DayLegend } from '@/components/backup/day-bar';
import { DayCalendar } from '@/components/backup/day-calendar';
import { DayChanges } from '@/components/backup/day-changes';
import { DayFindings } from '@/components/backup/day-findings';
import { DayKeys } from '@/components/backup/day-keys';
import { PastVerdict } from '@/components/backup/past-verdict';
import { RunTable } from '@/components/backup/run-table';
import { counted } from '@/components/format/amounts';
import { dateText, wordsIn } from '@/components/format/words';
import { Chip } from '@/components/ui/chip';
import { CsvLink } from '@/components/ui/csv-link';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { requireSession } from '@/server/auth/require-scope';
import {
  readSystemHistory,
  type CountedRun,
  type HistoryDay,
  type SystemHistoryDetail,
} from '@/server/data/system-history';
import { readSystemAsOf, type SystemAsOf } from '@/server/data/system-as-of';
import { webDatabase } from '@/server/data/web-database';
import { systemTitle } from '../../../page-subjects';
import { PageTop } from '../../../page-top';
import { requestTime } from '../../../request-time';
import { dayIn, idIn, pastInstantIn } from '../../../system-address';

interface Props {
  params: Promise<{ systemId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `History of ${await systemTitle((await params).systemId)}` };
}

const IMPORTED_SHOWN = 10;

interface View {
  readonly history: SystemHistoryDetail;
  /** null: the first. */
  readonly jobId: string | null;
  readonly now: number;
}

/** Thirteen months of a system, day by day, and what happened on one of them. */
export default async function HistoryPage({ params, searchParams }: Props) {
  const session = await requireSession('view-fleet');
  const systemId = z.uuid().safeParse((await params).systemId).data;
  const given = await searchParams;
  const now = requestTime();
  const jobId = idIn(given, 'job');
  const asked = {
    job: { jobId },
    dayIn: (zone: Parameters<typeof dayIn>[1]) => dayIn(given, zone, now.getTime()),
  };
  const history = systemId && (await readSystemHistory(webDatabase(), session.scope, systemId, asked, now));
  if (!history) notFound();
  const { system, client, day } = history;
  const at = day && asOfInstant(day, pastInstantIn(given, now.getTime()), now);
  const standing = at && (await readSystemAsOf(webDatabase(), session.scope, systemId, at, now));
  const view: View = { history, jobId, now: now.getTime() };
  return (
    <>
      <PageTop
        session={session}
        clientId={client.clientId}
        crumbs={[
          { name: client.name, href: `/clients/${client.clientId}` },
          { name: system.name, href: `/systems/${systemId}` },
          { name: 'History' },
        ]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-start justify-between gap-x-4">
          <div>
            <h1>History of {system.name}</h1>
            <p className="text-13 text-ink-3">13 months to today · all times {client.timeZone}</p>
          </div>
          <CsvLink href={`/api/v1/systems/${systemId}/history/csv`} what="the days of this system" />
        </div>
        <DayKeys className="grid grid-cols-[minmax(0,1fr)] gap-x-10 xl:grid-cols-[minmax(0,640px)_minmax(0,1fr)]">
          <div>
            <Statuses view={view} />
            <Jobs view={view} />
            <ImportedJobs view={view} />
          </div>
          <div>
            {day ? <Day view={view} day={day} past={at && standing && { at, standing }} /> : <NoDay />}
          </div>
        </DayKeys>
      </main>
    </>
  );
}

/** The instant of the day that is asked for, else its end, or now. */
function asOfInstant({ startsAt, endsAt }: HistoryDay, asked: Date | null, now: Date): Date {
  if (asked && asked.getTime() >= startsAt && asked.getTime() < endsAt) return asked;
  return new Date(Math.min(endsAt - 1, now.getTime()));
}

function hrefOf(
  { history: { system, day }, jobId }: View,
  changed: { jobId?: string; date?: string; at?: number },
): string {
  const [job, date] = [changed.jobId ?? jobId, changed.date ?? day?.date];
  const query = new URLSearchParams({
    ...(job && { job }),
    ...(date && { day: date }),
    ...(changed.at !== undefined && { at: new Date(changed.at).toISOString() }),
  });
  return `/systems/${system.systemId}/history${query.size > 0 ? `?${query}` : ''}${partOf(changed)}`;
}

/** What was asked for stands below the calendars on narrow screens. */
function partOf(changed: { date?: string; at?: number }): string {
  if (changed.at !== undefined) return '#as-of';
  return changed.date ? '#day' : '';
}

function Statuses({ view }: { view: View }) {
  const { statusDays, system, day } = view.history;
  return (
    <Section id="status" title="Status" aside="worst of each day">
      <DayCalendar
        name={`Status of ${system.name}`}
        days={statusDays.map(({ date, status }) => ({ date, state: status }))}
        hrefOf={(date) => hrefOf(view, { date })}
        openDate={day?.date ?? null}
      />
      <div className="mt-2">
        <DayLegend states={['compliant', 'at-risk', 'non-compliant', 'unknown', 'no-data']} />
      </div>
    </Section>
  );
}

function Jobs({ view }: { view: View }) {
  const { jobs, jobHistories, day } = view.history;
  const shown = jobHistories[0];
  if (!shown)
    return (
      <Section id="jobs" title="Jobs">
        <p className="text-13 text-ink-3">No job was reported.</p>
      </Section>
    );
  return (
    <Section id="jobs" title="Jobs" aside="worst run of each day">
      <div className="mb-2.5 flex flex-wrap gap-1.5">
        {jobs.map((job) => (
          <Chip
            key={job.jobId}
            href={hrefOf(view, { jobId: job.jobId })}
            isOn={job.jobId === shown.job.jobId}
          >
            {job.name}
          </Chip>
        ))}
      </div>
      <DayCalendar
        name={shown.job.name}
        days={shown.days.map(({ date, outcome, runs }) => ({ date, state: outcome, note: noteOf(runs) }))}
        hrefOf={(date) => hrefOf(view, { date })}
        openDate={day?.date ?? null}
      />
      <div className="mt-2">
        <DayLegend
          states={['success', 'warning', 'failed', 'missed', 'not-scheduled', 'not-yet-due', 'no-data']}
        />
      </div>
    </Section>
  );
}

/** What files tell of stands apart: a day that only a file calls good must not look like one that was seen. */
function ImportedJobs({ view }: { view: View }) {
  const { importedHistories, day } = view.history;
  if (importedHistories.length === 0) return null;
  return (
    <Section
      id="imported"
      title="Imported"
      aside="as files say that somebody brought in; they prove no copy and count in no status"
    >
      {importedHistories.slice(0, IMPORTED_SHOWN).map(({ name, days }) => (
        <div key={name} className="mb-4">
          <h3 className="text-13 mb-1 font-semibold [overflow-wrap:anywhere]">
            {name} <span className="text-ink-3 font-normal">imported</span>
          </h3>
          <DayCalendar
            name={`${name}, imported`}
            days={days.map(({ date, outcome, runs }) => ({
              date,
              state: outcome,
              note: runs.length > 0 ? `${noteOf(runs)}, imported` : '',
            }))}
            hrefOf={(date) => hrefOf(view, { date })}
            openDate={day?.date ?? null}
          />
        </div>
      ))}
      {importedHistories.length > IMPORTED_SHOWN && (
        <p className="text-13 text-ink-3 mb-2">
          And {counted(importedHistories.length - IMPORTED_SHOWN, 'more job')}.
        </p>
      )}
      <p className="text-13">
        <TextLink href={`/systems/${view.history.system.systemId}/runs?told=imports`}>
          All imported runs
        </TextLink>
      </p>
    </Section>
  );
}

function noteOf(runs: readonly CountedRun[]): string {
  return runs.map((run) => `${run.count} ${run.status}${run.isPartial ? ' in part' : ''}`).join(', ');
}

function NoDay() {
  return (
    <Section id="day" title="A day">
      <p className="text-13 text-ink-3">
        Choose a day to see its runs with their reports, how the status changed and why, and which findings
        were opened or closed. Arrows move from day to day, up and down by months; Enter opens.
      </p>
    </Section>
  );
}

interface Past {
  readonly at: Date;
  readonly standing: SystemAsOf;
}

function Day({ view, day, past }: { view: View; day: HistoryDay; past: Past | null }) {
  const { system, client, statusDays } = view.history;
  const { timeZone } = client;
  const words = wordsIn(timeZone, view.now);
  const status = statusDays.find((one) => one.date === day.date)?.status ?? 'no-data';
  const { changes, runs, findings, hasMoreRuns } = day;
  return (
    <>
      <Section
        id="day"
        title={`${dateText(day.date)} ${day.date.slice(0, 4)}`}
        aside={status === 'no-data' ? 'no data: nothing was known of it yet' : undefined}
      >
        <h3 className="text-13 mb-1 font-semibold">Changes of status</h3>
        {changes.length === 0 ? (
          <Nothing>
            {status === 'no-data' ? 'None.' : `None: it was ${status.replace('at-risk', 'at risk')} all day.`}
          </Nothing>
        ) : (
          <DayChanges
            changes={changes}
            timeZone={timeZone}
            words={words}
            hrefOf={(at) => hrefOf(view, { at })}
          />
        )}
      </Section>
      {past && (
        <Section id="as-of" title={`As of ${words.formatInstant(past.at.getTime())}`}>
          <PastVerdict standing={past.standing} words={words} />
        </Section>
      )}
      <Section
        id="day-runs"
        title="Runs"
        aside={runs.length > 0 && !hasMoreRuns ? counted(runs.length, 'run') : undefined}
      >
        {runs.length === 0 ? (
          <Nothing>No run was reported for this day.</Nothing>
        ) : (
          <RunTable runs={runs} timeZone={timeZone} now={view.now} />
        )}
        {hasMoreRuns && (
          <p className="mt-2">
            <TextLink href={`/systems/${system.systemId}/runs?day=${day.date}`}>
              All runs of this day
            </TextLink>
          </p>
        )}
      </Section>
      <Section id="day-findings" title="Findings opened or closed">
        {findings.length === 0 ? (
          <Nothing>None.</Nothing>
        ) : (
          <DayFindings findings={findings} day={day} timeZone={timeZone} words={words} />
        )}
      </Section>
    </>
  );
}

function Nothing({ children }: { children: ReactNode }) {
  return <p className="text-13 text-ink-3">{children}</p>;
}
