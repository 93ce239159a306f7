import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, type Instant } from '../time/instant';
import { evaluateDataSet } from './evaluate';
import type { AgentFacts, RepositoryFacts, RunFacts } from './facts';
import { check, cloud, facts, job, nas, NOW, ORIGIN, point, run } from './facts.fixture';
import { DEFAULT_POLICY, RULE_32110, type ProtectionPolicy } from './policy';

const causesOf = (given: ReturnType<typeof facts>, policy: ProtectionPolicy = DEFAULT_POLICY) =>
  Object.fromEntries(
    evaluateDataSet(given, policy, NOW)
      .findings.filter(({ severity }) => severity !== 'note')
      .map(({ rule, causeKey }) => [rule, causeKey]),
  );

describe('what a repository explains', () => {
  const stale = [point(NOW - 2 * DAY)];
  const given = (last: Partial<RunFacts>, lastAttempt: RepositoryFacts['lastAttempt']) =>
    facts([nas({ points: stale, lastAttempt }), cloud()], {
      jobs: [job('to-nas', 'nas', [run(NOW - 3 * HOUR, 'failed', last)])],
    });
  const dead = { at: NOW - HOUR, problem: 'network', origin: ORIGIN } as const;
  const back = { at: NOW - MINUTE, problem: null, origin: ORIGIN };

  it('is what lacks because of it while it cannot be read', () => {
    const causes = causesOf(given({ isRepositoryUnread: true }, dead));
    expect(causes).toEqual({
      'repository-unreadable': 'repository:nas',
      'run-failed': 'repository:nas',
      'copies-missing': 'repository:nas',
    });
  });

  it('is what failed because of it until the job has run again, though others read it', () => {
    const causes = causesOf(given({ isRepositoryUnread: true }, back));
    expect(causes).toEqual({ 'run-failed': 'repository:nas', 'copies-missing': 'repository:nas' });
  });

  it('is not what failed for another reason', () => {
    const causes = causesOf(given({}, back));
    expect(causes).toEqual({ 'run-failed': 'job:to-nas', 'copies-missing': 'job:to-nas' });
  });
});

const silentBy = (lastHeardAt: Instant, outages: AgentFacts['outages']) => {
  const agent: AgentFacts = {
    isRevoked: false,
    clockSkewMs: 0,
    outages,
    missingReports: [],
    untrustedTool: null,
  };
  const channels = [{ id: 'agent', name: 'fs-01', lastHeardAt, agent }];
  const points = [point(NOW - 28 * HOUR)];
  const policy = { ...DEFAULT_POLICY, rpoSeconds: 60 * 3600 };
  return evaluateDataSet(facts([nas({ points }), cloud({ points })], { channels }), policy, NOW);
};

const isBlamed = (...of: Parameters<typeof silentBy>) =>
  silentBy(...of).findings.some(({ rule }) => rule === 'agent-silent');

describe('an agent that is not heard', () => {
  it('is silent after its time', () => {
    expect([NOW - 26 * HOUR + 1, NOW - 26 * HOUR].map((at) => isBlamed(at, []))).toEqual([false, true]);
  });

  it('is not blamed for an outage of ours, nor for the ten minutes after it', () => {
    const outage = { from: NOW - 5 * HOUR, until: NOW - 3 * HOUR };
    const stretched = 28 * HOUR + 10 * MINUTE;
    expect([NOW - stretched + 1, NOW - stretched].map((at) => isBlamed(at, [outage]))).toEqual([false, true]);
  });

  it('makes its system unknown all the same: nobody knows what became of it', () => {
    const verdict = silentBy(NOW - 27 * HOUR, [{ from: NOW - 5 * HOUR, until: NOW - 3 * HOUR }]);
    expect(verdict.status).toBe('unknown');
    expect(verdict.changesAt).toBe(NOW - 27 * HOUR + 28 * HOUR + 10 * MINUTE);
  });

  it('is looked at again while an outage goes on, which nobody knows the end of', () => {
    const verdict = silentBy(NOW - 27 * HOUR, [{ from: NOW - 5 * HOUR, until: null }]);
    expect(verdict.findings.map(({ rule }) => rule)).not.toContain('agent-silent');
    expect(verdict.changesAt).toBe(NOW + 5 * MINUTE);
  });
});

describe('the last point that was verified', () => {
  const KEEP_3 = {
    last: null,
    hourly: null,
    daily: 3,
    weekly: null,
    monthly: null,
    yearly: null,
    withinDays: null,
  };

  const kept = (goneAt: Instant | null, checkedAt: Instant) => {
    const [old, ...others] = [3, 2, 1, 0].map((back) => point(NOW - 2 * HOUR - back * DAY));
    if (old === undefined) throw new Error('there are points');
    const points = [{ ...old, goneAt, isListed: goneAt === null }, ...others];
    const toolRetention = { rules: [KEEP_3], former: null, timeZone: 'UTC', arePointsWhole: true };
    const given = facts([nas({ points, toolRetention, verifications: [check(checkedAt)] })]);
    const policy = { ...DEFAULT_POLICY, rule: RULE_32110 };
    return evaluateDataSet(given, policy, NOW).findings.find(
      ({ rule }) => rule === 'last-good-copy-expiring',
    );
  };

  it('is missed once it is gone, until something that is there is verified', () => {
    const beforeAll = NOW - 3 * DAY;
    expect(kept(NOW - HOUR, beforeAll)).toMatchObject({ severity: 'critical', detail: { isGone: true } });
    expect(kept(NOW - HOUR, NOW - MINUTE)).toMatchObject({ detail: { isGone: false } });
  });
});
