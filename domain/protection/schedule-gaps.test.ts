import { describe, expect, it } from 'vitest';
import type { Contact, ScheduledRun } from '../schedule/expected-runs';
import { DAY, HOUR, MINUTE } from '../time/instant';
import { evaluateDataSet } from './evaluate';
import { cloud, facts, job, nas, point } from './facts.fixture';
import type { JobPlan } from './facts';
import { DEFAULT_POLICY } from './policy';
import { scheduleGaps, scheduleHorizon } from './schedule-gaps';
import { findingText } from './sentence';

const MONDAY = Date.UTC(2026, 10, 16);
const NINE = MONDAY + 21 * HOUR;

const run = (at: number, status: ScheduledRun['status'] = 'success') => ({ id: `run-${at}`, status, at });
function planned(runs: readonly ScheduledRun[], changed: Partial<JobPlan['expectation']> = {}) {
  const expectation: JobPlan['expectation'] = {
    schedule: { kind: 'cron', expression: '0 21 * * *' },
    timeZone: 'UTC',
    latenessSeconds: 3600,
    greatestDurationSeconds: 4 * 3600,
    since: MONDAY,
    outages: [],
    maintenance: [],
    absences: [],
    offlineToleranceSeconds: null,
    contact: { kind: 'runs-only' },
    ...changed,
  };
  return job('nightly', 'nas', [], { expectation, runs });
}
const agent = (lastHeardAt: number): { contact: Contact } => ({ contact: { kind: 'agent', lastHeardAt } });

/** Passing but for its one job, heard a minute ago. */
const given = (at: number) =>
  facts([nas({ points: [point(at - HOUR)] }), cloud({ points: [point(at - HOUR)] })], {
    jobs: [planned([])],
    channels: [{ id: 'agent', name: 'agent', lastHeardAt: at - MINUTE }],
  });
const verdictAt = (at: number) => evaluateDataSet(given(at), DEFAULT_POLICY, at);

describe('what a job lacks of its schedule', () => {
  it('is nothing where it has none', () => {
    expect(scheduleGaps(job('nightly', 'nas', []), NINE + DAY)).toEqual({ missed: null, stalled: null });
  });

  it('is a run at the deadline, and not a moment before', () => {
    expect(scheduleGaps(planned([]), NINE + HOUR - 1).missed).toBeNull();
    expect(scheduleGaps(planned([]), NINE + HOUR).missed).toEqual({
      since: NINE + HOUR,
      count: 1,
      dueAt: NINE,
      deadline: NINE + HOUR,
    });
  });

  it('counts those in a row, from the deadline of the first', () => {
    expect(scheduleGaps(planned([run(NINE)]), NINE + 2 * DAY + HOUR).missed).toMatchObject({
      count: 2,
      since: NINE + DAY + HOUR,
      dueAt: NINE + 2 * DAY,
    });
  });

  it('is nothing after a run that was late', () => {
    expect(scheduleGaps(planned([run(NINE + 3 * HOUR)]), NINE + 4 * HOUR).missed).toBeNull();
  });

  it('stays missed over a night that was excused', () => {
    const maintenance = [
      { kind: 'once', name: 'new disks', from: NINE + DAY - HOUR, until: NINE + DAY + HOUR },
    ] as const;
    expect(scheduleGaps(planned([], { maintenance }), NINE + DAY + 2 * HOUR).missed).toMatchObject({
      count: 1,
    });
  });

  it('is the end of a run that goes on too long, until it ends or a later one has', () => {
    const running = run(NINE, 'running');
    const stalledAt = NINE + 4 * HOUR;
    expect(scheduleGaps(planned([running]), stalledAt - 1).stalled).toBeNull();
    expect(scheduleGaps(planned([running]), stalledAt).stalled).toEqual({
      startedAt: NINE,
      stalledAt,
      secondsMax: 4 * 3600,
    });
    const made = planned([running, run(NINE + 6 * HOUR)]);
    expect(scheduleGaps(made, NINE + 7 * HOUR).stalled).toBeNull();
  });
});

describe('when that changes', () => {
  it('is each deadline that matters of a job of which only runs are heard', () => {
    expect(scheduleHorizon([planned([])], MONDAY)).toEqual({
      boundaries: [NINE + HOUR, NINE + 2 * DAY + HOUR],
      lookAgainAt: null,
    });
  });

  it('is never, of an agent that was not heard since it was due', () => {
    expect(scheduleHorizon([planned([], agent(NINE))], NINE)).toEqual({ boundaries: [], lookAgainAt: null });
    expect(scheduleHorizon([planned([], agent(NINE + 1))], NINE + 1)).toEqual({
      boundaries: [NINE + HOUR],
      lookAgainAt: null,
    });
  });

  it('is a minute later while an outage of ours goes on', () => {
    const outages = [{ from: NINE - MINUTE, until: null }];
    expect(scheduleHorizon([planned([], { outages })], NINE).lookAgainAt).toBe(NINE + MINUTE);
  });
});

describe('a missed run', () => {
  it('puts a protected data set at risk, and three in a row fail it', () => {
    expect(verdictAt(NINE)).toMatchObject({ status: 'compliant', changesAt: NINE + HOUR });
    expect(verdictAt(NINE + HOUR).status).toBe('at-risk');
    expect(verdictAt(NINE + 2 * DAY + HOUR).status).toBe('non-compliant');
  });

  it('is told with its due time and its deadline', () => {
    const [finding] = verdictAt(NINE + HOUR).findings;
    const words = { formatInstant: (at: number) => new Date(at).toISOString().slice(11, 16) };
    expect(finding && findingText(finding, words)).toBe('nightly was due 21:00, nothing by 22:00');
  });
});
