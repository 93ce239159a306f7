import { describe, expect, test } from 'vitest';
import { isDated } from './message-report';
import { ruleFacts, ruleReport } from './rule-report';

const factOf = (name: string, said: string, timeZone: string | null = null) =>
  ruleFacts({ [name]: said }, timeZone)[0]?.value;

describe('a time that a rule takes out', () => {
  test.each([
    ['2026-03-12T03:05:40+01:00', '2026-03-12T02:05:40.000Z'],
    ['2026-03-12 03:05:40 +0100', '2026-03-12T02:05:40.000Z'],
    ['2026-03-12T03:05:40Z', '2026-03-12T03:05:40.000Z'],
    ['2026-03-12T03:05:40.123Z', '2026-03-12T03:05:40.000Z'],
    ['Thu, 12 Mar 2026 03:05:40 +0100', '2026-03-12T02:05:40.000Z'],
    ['12 Mar 2026 03:05 UTC', '2026-03-12T03:05:00.000Z'],
    ['1773281140', '2026-03-12T02:05:40.000Z'],
    ['1773281140123', '2026-03-12T02:05:40.123Z'],
  ])('%s names its zone', (said, at) => {
    expect(factOf('ended', said)).toEqual({ at, isLocal: false });
  });

  test('without a zone is the client’s, or the one that the rule names', () => {
    expect(factOf('ended', '12.03.2026 03:05')).toBeNull();
    expect(factOf('ended', '2026-03-12 03:05')).toEqual({ at: '2026-03-12T03:05:00', isLocal: true });
    expect(factOf('ended', '2026-03-12 03:05', 'Europe/Berlin')).toEqual({
      at: '2026-03-12T02:05:00.000Z',
      isLocal: false,
    });
  });

  test.each(['yesterday', '2026-02-30 03:00', '3/4/2026 10:00', '12:30', '99999', '2026-03-12 03:05 CST'])(
    'that cannot be read for sure is none: %s',
    (said) => {
      expect(factOf('started', said)).toBeNull();
    },
  );
});

describe('an amount that a rule takes out', () => {
  test.each([
    ['bytes', '1.5 GB', 1_610_612_736],
    ['bytes', '12345', 12_345],
    ['bytes', 'a lot', null],
    ['duration', '00:05:40', 340],
    ['duration', '5 min 40 s', 340],
    ['duration', '340.9', 340],
    ['duration', 'long', null],
    ['duration', '-5', null],
    ['job', ' night\u0000ly ', 'night ly'],
  ])('%s %j is %j', (name, said, value) => {
    expect(factOf(name, said)).toBe(value);
  });
});

describe('what a rule reports', () => {
  test('is a run like any product’s', () => {
    const captured = {
      job: 'nightly',
      host: 'srv-1',
      started: '2026-03-12T03:00:00Z',
      ended: '2026-03-12 03:05',
      duration: '5 min',
      bytes: '2 KB',
      reason: 'disk full',
    };
    expect(ruleReport(null, 'failed', ruleFacts(captured, null))).toEqual({
      product: 'rule',
      confidence: 'real-output',
      status: 'failed',
      kind: 'job_result',
      job: 'nightly',
      host: 'srv-1',
      started_at: '2026-03-12T03:00:00.000Z',
      ended_local: '2026-03-12T03:05:00',
      duration_seconds: 300,
      bytes_transferred: 2048,
      message: 'disk full',
      is_dated: true,
    });
    expect(ruleReport('nakivo', 'success', [])).toEqual({
      product: 'nakivo',
      confidence: 'real-output',
      status: 'success',
      kind: 'job_result',
    });
  });

  test('is dated by a time that cannot be read, too', () => {
    expect(isDated([ruleReport(null, 'success', ruleFacts({ ended: 'yesterday' }, null))])).toBe(true);
    expect(isDated([ruleReport(null, 'success', ruleFacts({ job: 'x' }, null))])).toBe(false);
  });
});
