import { describe, expect, it, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND, type Instant } from '../time/instant';
import { withoutFigures, type OwnFacts, type QueueFact, type WatchdogFailure } from './own-facts';
import {
  brokenLinks,
  judgeOwnHealth,
  needsSomebody,
  type HealthCheck,
  type HealthState,
  type HealthSubject,
} from './own-health';
import { healthSentence } from './own-health-words';

const NOW: Instant = Date.parse('2026-12-01T03:00:00Z');
const ago = (ms: number): Instant => NOW - ms;
const NOTHING: QueueFact = { oldestAt: null, failingSince: null, waiting: 0, failing: 0 };
const waits = (ms: number): QueueFact => ({ ...NOTHING, oldestAt: ago(ms), waiting: 3 });
const fails = (ms: number): QueueFact => ({ ...waits(ms), failingSince: ago(ms), failing: 1 });

/** An installation of which nothing is wrong. */
const FINE: OwnFacts = {
  measuredAt: NOW,
  sweptAt: ago(2 * SECOND),
  heardAt: ago(10 * SECOND),
  queues: { reports: NOTHING, verdicts: NOTHING, mail: NOTHING, notifications: NOTHING },
  backup: {
    kind: 'here',
    takenAt: ago(HOUR),
    isPlanned: true,
    isBeside: false,
    drill: { at: ago(HOUR), isGood: true },
  },
  disk: { freeBytes: 50, totalBytes: 100 },
  databaseBytes: 2 ** 30,
  evidenceKeySince: ago(30 * DAY),
  timeStamps: { isAsked: true, waitsSince: null },
  certificates: [{ of: 'browsers', endsAt: NOW + 60 * DAY }],
  watchdog: { isOn: true, last: { at: ago(6 * HOUR), failure: null } },
  outside: { isTold: true, lastTold: true },
};

const check = (facts: Partial<OwnFacts>, subject: HealthSubject): HealthCheck | undefined =>
  judgeOwnHealth({ ...FINE, ...facts }, NOW).find((one) => one.subject === subject);
const queues = (name: keyof NonNullable<OwnFacts['queues']>, queue: QueueFact): Partial<OwnFacts> => ({
  queues: { reports: NOTHING, verdicts: NOTHING, mail: NOTHING, notifications: NOTHING, [name]: queue },
});
const here = (more: object): Partial<OwnFacts> => ({
  backup: { ...FINE.backup, ...more },
});
const ends = (inMs: number | null): Partial<OwnFacts> => ({
  certificates: [{ of: 'browsers', endsAt: inMs === null ? null : NOW + inMs }],
});

const states = (checks: readonly HealthCheck[]): Set<HealthState> =>
  new Set(checks.map(({ state }) => state));
/** What a reader of both sees. */
const stripped = (checks: readonly HealthCheck[]) =>
  checks.filter(({ subject }) => subject !== 'database').map(({ subject, state }) => ({ subject, state }));

test('an installation of which nothing is wrong is good throughout', () => {
  const checks = judgeOwnHealth(FINE, NOW);
  expect(new Set(checks.map(({ state }) => state))).toEqual(new Set(['good']));
  expect([needsSomebody(checks), brokenLinks(checks)]).toEqual([false, []]);
});

const bite = (ms: number, failure: WatchdogFailure | null): Partial<OwnFacts> => ({
  watchdog: { isOn: true, last: { at: ago(ms), failure } },
});

const CASES: ReadonlyArray<readonly [string, Partial<OwnFacts>, HealthSubject, HealthState]> = [
  ['no sweep yet', { sweptAt: null }, 'worker', 'warning'],
  ['a sweep a minute ago', { sweptAt: ago(MINUTE) }, 'worker', 'good'],
  ['a sweep longer ago', { sweptAt: ago(MINUTE + 1) }, 'worker', 'bad'],
  ['a beat a minute ago', { heardAt: ago(MINUTE) }, 'ingestion', 'good'],
  ['a beat longer ago', { heardAt: ago(MINUTE + 1) }, 'ingestion', 'bad'],
  ['no beat ever', { heardAt: null }, 'ingestion', 'unknown'],
  ['a report that waits a minute', queues('reports', waits(MINUTE)), 'reports', 'good'],
  ['a report that waits longer', queues('reports', waits(MINUTE + 1)), 'reports', 'warning'],
  ['a report that waits five minutes', queues('reports', waits(5 * MINUTE)), 'reports', 'warning'],
  ['a report that waits beyond', queues('reports', waits(5 * MINUTE + 1)), 'reports', 'bad'],
  ['a verdict that waits beyond', queues('verdicts', waits(5 * MINUTE + 1)), 'verdicts', 'bad'],
  ['mail that waits five minutes', queues('mail', waits(5 * MINUTE)), 'mail', 'good'],
  ['mail that waits for hours', queues('mail', waits(9 * HOUR)), 'mail', 'warning'],
  ['mail that fails for an hour', queues('mail', fails(HOUR)), 'mail', 'warning'],
  ['mail that fails for longer', queues('mail', fails(HOUR + 1)), 'mail', 'bad'],
  ['a notification that fails', queues('notifications', fails(HOUR + 1)), 'notifications', 'bad'],
  ['queues that could not be read', { queues: null }, 'reports', 'unknown'],
  ['a watchdog that bit a day ago', bite(25 * HOUR, null), 'watchdog', 'good'],
  ['one that bit longer ago', bite(25 * HOUR + 1, null), 'watchdog', 'bad'],
  ['one whose message nobody took', bite(MINUTE, 'not-taken'), 'watchdog', 'bad'],
  ['one whose failure stays', bite(MINUTE, 'not-cleared'), 'watchdog', 'bad'],
  ['one that became no verdict', bite(MINUTE, 'no-verdict'), 'watchdog', 'bad'],
  ['one that was just let loose', { watchdog: { isOn: true, last: null } }, 'watchdog', 'warning'],
  ['no watchdog', { watchdog: { isOn: false, last: null } }, 'watchdog', 'unwatched'],
  ['a backup of 26 hours ago', here({ takenAt: ago(26 * HOUR) }), 'backup', 'good'],
  ['a backup of longer ago', here({ takenAt: ago(26 * HOUR + 1) }), 'backup', 'warning'],
  ['a backup of 50 hours ago', here({ takenAt: ago(50 * HOUR) }), 'backup', 'warning'],
  ['a backup of before', here({ takenAt: ago(50 * HOUR + 1) }), 'backup', 'bad'],
  ['a backup on the same machine', here({ isBeside: true }), 'backup', 'warning'],
  ['a backup by hand', here({ isPlanned: false }), 'backup', 'warning'],
  ['no backup', here({ takenAt: null }), 'backup', 'bad'],
  ['a backup elsewhere', { backup: { kind: 'elsewhere' } }, 'backup', 'unwatched'],
  ['a folder of backups that cannot be read', { backup: { kind: 'unreadable' } }, 'backup', 'unknown'],
  ['a drill of eight days ago', here({ drill: { at: ago(8 * DAY), isGood: true } }), 'drill', 'good'],
  ['a drill of longer ago', here({ drill: { at: ago(8 * DAY + 1), isGood: true } }), 'drill', 'warning'],
  ['a drill of long ago', here({ drill: { at: ago(35 * DAY + 1), isGood: true } }), 'drill', 'bad'],
  ['a drill that failed', here({ drill: { at: ago(HOUR), isGood: false } }), 'drill', 'bad'],
  ['no drill', here({ drill: null }), 'drill', 'warning'],
  ['a fifth of the disk free', { disk: { freeBytes: 20, totalBytes: 100 } }, 'disk', 'good'],
  ['less of it', { disk: { freeBytes: 19, totalBytes: 100 } }, 'disk', 'warning'],
  ['less than a tenth', { disk: { freeBytes: 9, totalBytes: 100 } }, 'disk', 'bad'],
  ['a disk that cannot be read', { disk: null }, 'disk', 'unknown'],
  ['a disk elsewhere', { disk: 'elsewhere' }, 'disk', 'unwatched'],
  ['a key of two years', { evidenceKeySince: ago(732 * DAY) }, 'evidence-key', 'good'],
  ['an older key', { evidenceKeySince: ago(732 * DAY + 1) }, 'evidence-key', 'warning'],
  ['no key', { evidenceKeySince: null }, 'evidence-key', 'warning'],
  ['no authority', { timeStamps: { isAsked: false, waitsSince: ago(DAY) } }, 'time-stamp-waits', 'unwatched'],
  [
    'a stamp that waits',
    { timeStamps: { isAsked: true, waitsSince: ago(2 * HOUR) } },
    'time-stamp-waits',
    'good',
  ],
  [
    'one that waits longer',
    { timeStamps: { isAsked: true, waitsSince: ago(2 * HOUR + 1) } },
    'time-stamp-waits',
    'bad',
  ],
  ['a certificate for more than 30 days', ends(30 * DAY + 1), 'certificate-browsers', 'good'],
  ['a certificate for 30 days', ends(30 * DAY), 'certificate-browsers', 'warning'],
  ['a certificate for a week', ends(7 * DAY), 'certificate-browsers', 'bad'],
  ['a certificate that ended', ends(-DAY), 'certificate-browsers', 'bad'],
  ['a certificate that nobody showed', ends(null), 'certificate-browsers', 'unknown'],
  ['nobody outside', { outside: { isTold: false, lastTold: null } }, 'outside', 'unwatched'],
  [
    'somebody outside who was told nothing yet',
    { outside: { isTold: true, lastTold: null } },
    'outside',
    'warning',
  ],
  [
    'somebody outside who heard nothing',
    { outside: { isTold: true, lastTold: false } },
    'outside',
    'warning',
  ],
];

test.each(CASES)('%s', (_, facts, subject, state) => {
  const found = check(facts, subject);
  expect(found?.state).toBe(state);
  const sentence = found && healthSentence(subject, found.reason, NOW, String);
  expect(sentence).toMatch(/^\S.*\.$/);
  expect(sentence).not.toMatch(/NaN|undefined|null|-\d/);
});

/** As it is judged so long after it was measured. */
const at = (ms: number, facts: Partial<OwnFacts> = {}): HealthCheck[] =>
  judgeOwnHealth({ ...FINE, ...facts }, NOW + ms);

describe('what was measured long ago', () => {
  it('counts for three minutes, then the worker is late, and after five nothing is known', () => {
    expect(states(at(3 * MINUTE))).toEqual(new Set(['good']));
    expect(at(5 * MINUTE)[0]).toMatchObject({ subject: 'worker', state: 'warning' });
    const late = at(5 * MINUTE + 1);
    expect(late[0]).toMatchObject({ subject: 'worker', state: 'bad' });
    expect(states(late.slice(1))).toEqual(new Set(['unknown']));
    expect(needsSomebody(late)).toBe(true);
    expect(brokenLinks(late).map(({ subject }) => subject)).toEqual([
      'worker',
      'ingestion',
      'reports',
      'verdicts',
      'watchdog',
    ]);
  });

  it('stays bad where it was bad', () => {
    const checks = at(DAY, { disk: { freeBytes: 1, totalBytes: 100 } });
    expect(checks.find(({ subject }) => subject === 'disk')?.state).toBe('bad');
  });

  it('is nothing at all where nobody ever measured', () => {
    const checks = judgeOwnHealth(null, NOW);
    expect(checks).toEqual([{ subject: 'worker', state: 'unknown', reason: { kind: 'never-measured' } }]);
    expect([needsSomebody(checks), brokenLinks(checks).length]).toEqual([true, 1]);
  });
});

it('only what keeps reports from becoming verdicts breaks the chain', () => {
  const wrong = judgeOwnHealth({ ...FINE, ...here({ takenAt: null }), ...queues('mail', fails(DAY)) }, NOW);
  expect([needsSomebody(wrong), brokenLinks(wrong)]).toEqual([true, []]);
});

it('without figures says how it stands, and no count of anybody', () => {
  const facts = { ...FINE, ...queues('reports', waits(10 * MINUTE)) };
  const bare = withoutFigures(facts);
  expect(JSON.stringify(bare)).not.toMatch(/"waiting":\d|"failing":\d|"databaseBytes":\d/);
  expect(stripped(judgeOwnHealth(bare, NOW))).toEqual(stripped(judgeOwnHealth(facts, NOW)));
  expect(judgeOwnHealth(bare, NOW).map(({ subject }) => subject)).not.toContain('database');
});
