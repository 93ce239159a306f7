import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../time/instant';
import {
  checkStatus,
  NEW_CHECK,
  NO_FILTERS,
  pingSilentAt,
  takePing,
  type CheckSettings,
  type CheckState,
  type Ping,
} from './check';

const AT = Date.UTC(2026, 10, 29, 12);
const RID = 'c0ffee00-0000-4000-8000-000000000001';
const OTHER_RID = 'c0ffee00-0000-4000-8000-000000000002';
const settings: CheckSettings = {
  timeoutSeconds: 86_400,
  graceSeconds: 3600,
  schedule: null,
  timeZone: 'UTC',
  isPostOnly: false,
  isResumedByHand: false,
  filters: NO_FILTERS,
};
let number = 0;
const ping = (signal: Ping['signal'], at: number, more: Partial<Ping> = {}): Ping => ({
  number: ++number,
  at,
  signal,
  method: 'POST',
  rid: null,
  body: '',
  ...more,
});
/** The last of some pings, one after the other. */
const after = (pings: readonly Ping[], set = settings, state: CheckState = NEW_CHECK) =>
  pings.reduce<ReturnType<typeof takePing>>((taken, one) => takePing(set, taken.state, one), {
    state,
    kind: 'ign',
    run: null,
  });

describe('a run', () => {
  test('that is started and ends is one, with its duration', () => {
    const start = ping('start', AT);
    const end = ping('success', AT + 90_000);
    const { state, run } = after([start, end]);
    expect(run).toEqual({
      key: `ping:${start.number}`,
      status: 'success',
      startedAt: AT,
      endedAt: AT + 90_000,
    });
    expect(takePing(settings, NEW_CHECK, start).run?.key).toBe(run?.key);
    expect(state).toEqual({
      pausedAt: null,
      started: null,
      lastPingAt: AT + 90_000,
      lastOutcome: 'success',
      lastDurationSeconds: 90,
    });
  });

  test('without a start has an end only', () => {
    const end = ping('success', AT);
    expect(after([end]).run).toEqual({
      key: `ping:${end.number}`,
      status: 'success',
      startedAt: null,
      endedAt: AT,
    });
  });

  test('is known by its id, and a success of another leaves it running', () => {
    const { state } = after([
      ping('start', AT, { rid: RID }),
      ping('success', AT + 1000, { rid: OTHER_RID }),
    ]);
    expect([state.started?.rid, state.lastDurationSeconds]).toEqual([RID, null]);
    const ended = takePing(settings, state, ping('success', AT + 5000, { rid: RID }));
    expect([ended.run?.key, ended.state.lastDurationSeconds]).toEqual([`rid:${RID}`, 5]);
  });

  test.each([
    ['a success without an id', 'success', null],
    ['a failure of another', 'fail', OTHER_RID],
  ] as const)('is over with %s', (_, signal, rid) => {
    const { state } = after([ping('start', AT, { rid: RID }), ping(signal, AT + 1000, { rid })]);
    expect([state.started, state.lastDurationSeconds]).toEqual([null, null]);
  });

  test('is told of by no log, nor by what the check does not listen to', () => {
    expect(after([ping('log', AT)])).toEqual({ state: NEW_CHECK, kind: 'log', run: null });
    const post = { ...settings, isPostOnly: true };
    expect(after([ping('success', AT, { method: 'GET' })], post).kind).toBe('ign');
    expect(after([ping('success', AT)], post).kind).toBe('success');
  });
});

describe('a body', () => {
  const filters = {
    isOn: true,
    start: ['begun'],
    success: ['completed'],
    failure: ['failed'],
    otherwise: 'ignore' as const,
  };
  const said = (body: string, otherwise: 'ignore' | 'fail' = 'ignore', signal: Ping['signal'] = 'success') =>
    after([ping(signal, AT, { body })], { ...settings, filters: { ...filters, otherwise } }).kind;

  test('says what happened, the worse word first, where words are set', () => {
    expect(said('completed')).toBe('success');
    expect(said('completed, 2 failed')).toBe('fail');
    expect(said('begun')).toBe('start');
    expect([said('Completed'), said('Completed', 'fail')]).toEqual(['ign', 'fail']);
  });

  test('never makes a failure better', () => {
    expect(said('completed', 'ignore', 'fail')).toBe('fail');
    expect(after([ping('fail', AT, { method: 'GET' })], { ...settings, isPostOnly: true }).kind).toBe('fail');
  });
});

describe('a check', () => {
  const success = after([ping('success', AT)]).state;

  test.each([
    ['is up until its ping is due', AT + DAY - 1, 'up'],
    ['waits for the grace time', AT + DAY, 'grace'],
    ['is down then', AT + DAY + HOUR, 'down'],
  ] as const)('%s', (_, now, status) => {
    expect(checkStatus(settings, success, now)).toBe(status);
  });

  test('is down at once when it failed, and when a run does not end', () => {
    expect(checkStatus(settings, after([ping('fail', AT)]).state, AT)).toBe('down');
    const running = after([ping('success', AT), ping('start', AT + MINUTE)]).state;
    expect(checkStatus(settings, running, AT + MINUTE + HOUR - 1)).toBe('up');
    expect(checkStatus(settings, running, AT + MINUTE + HOUR)).toBe('down');
    expect(checkStatus(settings, NEW_CHECK, AT)).toBe('new');
  });

  test('that is paused goes on with the next ping, unless a person has to', () => {
    const paused = { ...success, pausedAt: AT };
    expect(checkStatus(settings, paused, AT + 9 * DAY)).toBe('paused');
    expect(after([ping('success', AT + HOUR)], settings, paused).state.pausedAt).toBeNull();
    const byHand = { ...settings, isResumedByHand: true };
    const ignored = after([ping('success', AT + HOUR)], byHand, paused);
    expect(ignored).toEqual({ state: paused, kind: 'ign', run: null });
  });

  test('is due by its schedule, in its zone', () => {
    const nightly = { ...settings, schedule: '0 2 * * *', timeZone: 'Europe/Berlin' };
    // 02:00 in Berlin is 01:00 UTC in November.
    expect(pingSilentAt(nightly, success)).toBe(Date.UTC(2026, 10, 30, 1) + HOUR);
    expect(pingSilentAt(settings, success)).toBe(AT + DAY + HOUR);
    expect(pingSilentAt(settings, NEW_CHECK)).toBeNull();
  });
});
