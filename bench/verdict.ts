import {
  cloud,
  check,
  declared,
  facts,
  HOME,
  job,
  nas,
  NOW,
  point,
  repository,
  restoreTest,
  run,
} from '@/domain/protection/facts.fixture';
import { evaluateDataSet } from '@/domain/protection/evaluate';
import { DEFAULT_POLICY, RULE_32110 } from '@/domain/protection/policy';
import { HOUR, DAY } from '@/domain/time/instant';

const ROUNDS = 9;
const PER_ROUND = 20_000;

const points = (ageHours: number) =>
  [0, 1, 2, 3, 4].map((index) => point(NOW - (ageHours + 24 * index) * HOUR));
const repositories = (cloudAgeHours: number) => [
  nas({ points: points(2), verifications: [check(NOW - DAY)] }),
  cloud({ points: points(cloudAgeHours), verifications: [check(NOW - 2 * DAY)] }),
  repository('drive', {
    media: declared('removable', NOW + 90 * DAY),
    site: declared(HOME, NOW + 90 * DAY),
    points: [point(NOW - 5 * HOUR, { restoreTests: [restoreTest(NOW - 20 * DAY)] })],
  }),
];
const jobs = ['nas', 'cloud', 'drive'].map((id) =>
  job(`job-${id}`, id, [run(NOW - 2 * HOUR), run(NOW - DAY)]),
);

measure('passing, 3-2-1', facts(repositories(3), { jobs }), DEFAULT_POLICY);
measure('failing, 3-2-1-1-0, with smallest change', facts(repositories(72), { jobs }), {
  ...DEFAULT_POLICY,
  rule: RULE_32110,
});

function measure(name: string, given: ReturnType<typeof facts>, policy: typeof DEFAULT_POLICY): void {
  const rates = Array.from({ length: ROUNDS }, (_, round) => {
    const startedAt = performance.now();
    for (let index = 0; index < PER_ROUND; index++)
      evaluateDataSet(given, policy, NOW + round * PER_ROUND + index);
    return PER_ROUND / ((performance.now() - startedAt) / 1000);
  });
  const sorted = rates.slice(1).toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  console.log(
    `${name}: ${Math.round(median).toLocaleString('en')} data sets/s (median of ${sorted.length} rounds)`,
  );
}
