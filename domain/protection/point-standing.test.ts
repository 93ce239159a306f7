import { expect, test } from 'vitest';
import { DAY, HOUR } from '../time/instant';
import { cloud, facts, nas, NOW, ORIGIN, point } from './facts.fixture';
import { pointStandings } from './point-standing';
import { DEFAULT_POLICY } from './policy';

const fresh = point(NOW - 2 * HOUR);
const yesterday = point(NOW - 25 * HOUR);
const old = point(NOW - 9 * DAY);

function standingsOf(repository: ReturnType<typeof nas>, points = repository.points) {
  const given = facts([repository, cloud()]);
  const asked = points.map((one) => ({ repositoryId: repository.id, point: one }));
  return pointStandings(given, DEFAULT_POLICY, asked, NOW);
}

test('the newest usable point counts; older ones are usable, and say when they are older than the RPO', () => {
  expect(standingsOf(nas({ points: [fresh, yesterday, old] }))).toEqual([
    { kind: 'counts' },
    { kind: 'usable', isStale: false },
    { kind: 'usable', isStale: true },
  ]);
});

test('a point that is not whole is rejected with its reason', () => {
  const shrunk = point(NOW - HOUR, { sources: ['/etc'] });
  const broken = point(NOW - 3 * HOUR, { state: 'incomplete' });
  const gone = point(NOW - 4 * HOUR, { isListed: false });
  const [first, second, third] = standingsOf(nas({ points: [shrunk, broken, gone, fresh] }));
  expect(first).toMatchObject({ kind: 'rejected', reason: { code: 'sources-missing' } });
  expect(second).toMatchObject({ kind: 'rejected', reason: { code: 'incomplete' } });
  expect(third).toMatchObject({ kind: 'rejected', reason: { code: 'not-listed' } });
});

test('problems that a check found cover every point of the repository', () => {
  const verifications = [{ endedAt: NOW - DAY, depth: 'data', result: 'problems', origin: ORIGIN } as const];
  const standings = standingsOf(nas({ points: [fresh, old], verifications }));
  for (const standing of standings)
    expect(standing).toMatchObject({ kind: 'rejected', reason: { code: 'verification-problems' } });
});

test('nothing of a repository that is gone can be relied on', () => {
  const lastAttempt = { at: NOW - HOUR, problem: 'repository_missing', origin: ORIGIN } as const;
  expect(standingsOf(nas({ lastAttempt }))).toEqual([
    {
      kind: 'rejected',
      reason: { code: 'unreadable', problem: 'repository_missing', attemptedAt: NOW - HOUR },
    },
  ]);
});

test('a point of a repository that nobody knows is rejected', () => {
  const asked = [{ repositoryId: 'elsewhere', point: fresh }];
  expect(pointStandings(facts([nas()]), DEFAULT_POLICY, asked, NOW)).toEqual([
    { kind: 'rejected', reason: { code: 'no-point' } },
  ]);
});
