import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../time/instant';
import { evaluateDataSet } from './evaluate';
import type { PointFacts, RestoreTestFacts } from './facts';
import { cloud, facts, job, nas, NOW, point, restoreTest } from './facts.fixture';
import { DEFAULT_POLICY } from './policy';
import { findingText } from './sentence';

const GIB = 2 ** 30;
const HOUR_S = 3600;
const words = { formatInstant: String };
const timed = (
  bytes: number,
  seconds: number,
  at = NOW - DAY,
  result: RestoreTestFacts['result'] = 'passed',
) => ({
  ...restoreTest(at, result),
  restored: { bytes, seconds },
});
const of = (changed: Partial<PointFacts>) => ({
  points: [point(NOW - 2 * HOUR, { sizeBytes: 100 * GIB, ...changed })],
});

function judge(given: ReturnType<typeof facts>, rtoSeconds: number | null = HOUR_S) {
  const { status, findings } = evaluateDataSet(given, { ...DEFAULT_POLICY, rtoSeconds }, NOW);
  const found = findings.find((one) => one.rule === 'rto-at-risk');
  return { status, severity: found?.severity, text: found && findingText(found, words) };
}

describe('an RTO', () => {
  test('that nobody promised is never at risk', () => {
    const slow = of({ restoreTests: [timed(GIB, 10 * HOUR_S)] });
    expect(judge(facts([nas(slow), cloud(slow)]), null).severity).toBeUndefined();
  });

  // 1 GiB in 36 s: 100 GiB in an hour.
  test.each([
    ['a second above', HOUR_S - 1, 'warning', 'at-risk'],
    ['exactly', HOUR_S, undefined, 'compliant'],
    ['a second below', HOUR_S + 1, undefined, 'compliant'],
  ])('%s what a full restore takes: %i → %s', (_, rtoSeconds, severity, status) => {
    const measured = of({ restoreTests: [timed(GIB, 36)] });
    expect(judge(facts([nas(measured), cloud(measured)]), rtoSeconds)).toMatchObject({ severity, status });
  });

  test('is never called kept where no restore was timed, and the status is left as it is', () => {
    const untimed = of({ restoreTests: [restoreTest(NOW - DAY)] });
    expect(judge(facts([nas(untimed), cloud(untimed)]))).toEqual({
      status: 'compliant',
      severity: 'note',
      text: 'whether Files can be restored within the RTO of 1 h is not known: no restore was ever timed',
    });
  });

  test('needs the size as well; what the job read stands in for it', () => {
    const unsized = of({ sizeBytes: null, restoreTests: [timed(GIB, 60)] });
    expect(judge(facts([nas(unsized)])).text).toMatch(/nothing says how large it is$/);
    const sizes = [{ at: NOW - HOUR, sourceBytes: 100 * GIB, changedBytes: null, files: null }];
    const read = { jobs: [{ ...job('nightly', 'nas', []), sizes }] };
    expect(judge(facts([nas(unsized)], read))).toMatchObject({ severity: 'warning' });
  });

  test('is held against the fastest copy that can be restored from', () => {
    const slow = nas(of({ restoreTests: [timed(GIB, 360)] }));
    const fast = of({ restoreTests: [timed(GIB, 30)] });
    expect(judge(facts([slow, cloud(fast)])).severity).toBeUndefined();
    const gone = of({ restoreTests: [timed(GIB, 30)], isListed: false });
    expect(judge(facts([slow, cloud(gone)])).text).toMatch(
      /would take 10 h, the RTO is 1 h: extrapolated from 1.0 GiB restored from nas in 6 min$/,
    );
  });

  test('rests on the newest restore that says anything, and says when it is no sample', () => {
    const tests = [
      timed(GIB, 1, NOW - 9 * DAY),
      timed(100 * GIB, 2 * HOUR_S, NOW - DAY),
      timed(GIB, 1, NOW - HOUR, 'error'),
    ];
    expect(judge(facts([nas(of({ restoreTests: tests }))])).text).toBe(
      'a full restore of Files (100.0 GiB) would take 2 h, the RTO is 1 h: 100.0 GiB restored from nas in 2 h',
    );
  });
});
