import type { ReactNode } from 'react';
import { jobDays, type DayPlan, type DueRun, type JobDay } from '@/domain/protection/job-days';
import type { RunFacts } from '@/domain/protection/facts';
import type { Instant } from '@/domain/time/instant';
import { tookText } from '../format/amounts';
import { clockText } from '../format/words';
import { Moment } from '../ui/moment';
import { TextLink } from '../ui/text-link';
import { DayBar, DayLegend } from './day-bar';
import { RunMark } from './status-mark';

interface JobRow {
  jobId: string;
  name: string;
  tool: string;
  repositoryName: string | null;
  createdAt: Instant;
  lastHeardAt: Instant | null;
  runs: readonly JobRun[];
  /** How its days are named; null: by their worst run. The runs of it are those above. */
  plan: DayPlan<JobRun> | null;
  /** When it is due, in words, and what can be done about it. */
  schedule: ReactNode;
}

interface JobRun {
  status: RunFacts['status'];
  isPartial: boolean;
  at: Instant;
  durationSeconds: number | null;
  message: string | null;
}

interface Props {
  jobs: readonly JobRow[];
  systemId: string;
  timeZone: string;
  dayStartHour: number;
  now: Instant;
}

/** A system's jobs with their last thirty days. */
export function JobList({ jobs, systemId, timeZone, dayStartHour, now }: Props) {
  return (
    <>
      <ul className="border-line border-t">
        {jobs.map((job) => {
          const newest = job.runs.toSorted((a, b) => b.at - a.at);
          const last = newest[0];
          const href = `/systems/${systemId}/runs?job=${job.jobId}`;
          const days = jobDays(
            job.runs,
            { since: Math.min(job.createdAt, ...job.runs.map((run) => run.at)), until: job.lastHeardAt },
            timeZone,
            dayStartHour,
            now,
            30,
            job.plan ?? undefined,
          );
          return (
            <li
              key={job.jobId}
              className="border-line text-13 grid min-h-12 grid-cols-[minmax(0,1fr)_minmax(154px,329px)_188px] items-center gap-5 border-b max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-x-3 max-md:gap-y-1.5 max-md:py-2.5"
            >
              <div className="min-w-0">
                <TextLink href={href} className="!text-ink block truncate font-medium">
                  {job.name}
                </TextLink>
                <span className="text-ink-3 text-xs">
                  {job.tool}
                  {job.repositoryName && ` to ${job.repositoryName}`}
                </span>
                {job.schedule}
              </div>
              <div className="max-md:col-span-2 max-md:row-start-2">
                <DayBar
                  name={job.name}
                  days={days.map((day) => ({
                    date: day.date,
                    state: day.outcome,
                    note: noteOf(day, timeZone),
                    href: `${href}&day=${day.date}`,
                  }))}
                />
              </div>
              <div className="flex flex-col">
                {last ? (
                  <>
                    <RunMark status={last.status} isPartial={last.isPartial} />
                    <span className="text-ink-3 text-xs">
                      <Moment at={last.at} timeZone={timeZone} now={now} />
                      {streakText(newest)}
                    </span>
                  </>
                ) : (
                  <span className="text-ink-3">no run was seen</span>
                )}
              </div>
            </li>
          );
        })}
      </ul>
      <div className="mt-2">
        <DayLegend
          states={[
            'success',
            'warning',
            'failed',
            'missed',
            'excused',
            'not-scheduled',
            'not-yet-due',
            'no-data',
          ]}
        />
      </div>
    </>
  );
}

function streakText(newest: readonly JobRun[]): string {
  const firstGood = newest.findIndex((run) => run.status !== 'failed');
  const failed = firstGood === -1 ? newest.length : firstGood;
  return failed > 1 ? `, ${failed} in a row` : '';
}

const NOTED_MAX = 3;

function noteOf(day: JobDay<JobRun>, timeZone: string): string {
  const lacking = day.due.flatMap((due) => dueNote(due, timeZone));
  const notes = day.runs.slice(-NOTED_MAX).map((run) => {
    const took = run.durationSeconds === null ? '' : ` after ${tookText(run.durationSeconds)}`;
    const why = run.status === 'success' || run.message === null ? '' : `: ${run.message}`;
    return `${clockText(run.at, timeZone)} ${run.status}${took}${why}`;
  });
  const more = day.runs.length - notes.length;
  const due = lacking.slice(-NOTED_MAX);
  return [...due, ...notes].join('; ') + (more > 0 ? `; ${more} more` : '');
}

function dueNote({ dueAt, state, run, excuse }: DueRun<JobRun>, timeZone: string): string[] {
  const due = `due ${clockText(dueAt, timeZone)}`;
  switch (state) {
    case 'missed':
      return [`${due}, nothing came`];
    case 'excused':
      return [`${due}, excused ${excuse === 'system-off' ? 'since the system was off' : 'by maintenance'}`];
    case 'no-data':
      return [`${due}, nobody could be heard`];
    case 'late':
      return run === null ? [] : [`${due}, began late`];
    case 'met':
    case 'open':
      return [];
  }
}
