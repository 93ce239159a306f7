import * as fc from 'fast-check';
import { expect } from 'vitest';
import { HOUR, MINUTE } from '../time/instant';
import { evaluateDataSet } from './evaluate';
import { check, declared, FRANKFURT, NOW, point, repository } from './facts.fixture';
import { DEFAULT_POLICY } from './policy';
import { anyFacts, anyPolicy } from './verdict.fixture';
import { DIGITS, STATUSES, type Verdict } from './verdict';

/** What changes only at `changesAt`. */
function essence(verdict: Verdict): string {
  return JSON.stringify([
    verdict.status,
    verdict.digits,
    verdict.copies.filter((copy) => copy.isCounted).map((copy) => [copy.repositoryId, copy.point?.id]),
    verdict.findings.map((finding) => [finding.rule, finding.subject.id, finding.severity, finding.isWaived]),
  ]);
}

/** Constant from now until `changesAt`, different at it. Gives how many cases had such an instant. */
export function holdsUntilItChanges(numRuns: number): number {
  let changing = 0;
  const between = fc.integer({ min: 1, max: 999 });
  fc.assert(
    fc.property(anyFacts, anyPolicy, between, (given, policy, permille) => {
      const verdict = evaluateDataSet(given, policy, NOW);
      const end = verdict.changesAt ?? NOW + 4000 * HOUR;
      const inside = NOW + Math.floor(((end - NOW) * permille) / 1000);
      expect(essence(evaluateDataSet(given, policy, inside))).toBe(essence(verdict));
      expect(essence(evaluateDataSet(given, policy, end - 1))).toBe(essence(verdict));
      if (verdict.changesAt === null) return;
      changing++;
      expect(essence(evaluateDataSet(given, policy, end))).not.toBe(essence(verdict));
    }),
    { numRuns },
  );
  return changing;
}

/** `failsAt` is the first instant at which a digit that passes now fails, found minute by minute. */
export function failsFirstAtFailsAt(numRuns: number): number {
  let failing = 0;
  fc.assert(
    fc.property(anyFacts, anyPolicy, (given, policy) => {
      const verdict = evaluateDataSet(given, policy, NOW);
      const passing = DIGITS.filter((digit) => verdict.digits[digit].isPassed);
      const isFailing = (at: number) => {
        const { digits } = evaluateDataSet(given, policy, at);
        return passing.some((digit) => !digits[digit].isPassed);
      };
      const end = verdict.failsAt ?? NOW + 60 * HOUR;
      for (let at = NOW; at < Math.min(end, NOW + 60 * HOUR); at += 5 * HOUR + 25 * MINUTE) {
        expect(isFailing(at)).toBe(false);
      }
      expect(isFailing(end - 1)).toBe(false);
      if (verdict.failsAt === null) return;
      failing++;
      expect(isFailing(end)).toBe(true);
    }),
    { numRuns },
  );
  return failing;
}

/** A good copy elsewhere never makes the status or the number of passing digits worse. */
export function isNoWorseWithAGoodCopy(numRuns: number): number {
  let compliant = 0;
  const good = repository('good', {
    media: declared('tape'),
    site: declared(FRANKFURT),
    failureDomain: declared('vault'),
    points: [point(NOW - MINUTE, { sources: ['/srv', '/home'] })],
    verifications: [check(NOW - MINUTE)],
  });
  fc.assert(
    fc.property(anyFacts, anyPolicy, fc.boolean(), (given, policy, isVerified) => {
      const added = isVerified ? good : { ...good, verifications: [] };
      const before = evaluateDataSet(given, policy, NOW);
      const after = evaluateDataSet({ ...given, repositories: [...given.repositories, added] }, policy, NOW);
      expect(STATUSES.indexOf(after.status)).toBeGreaterThanOrEqual(STATUSES.indexOf(before.status));
      expect(passed(after)).toBeGreaterThanOrEqual(passed(before));
      if (before.status === 'compliant') compliant++;
    }),
    { numRuns },
  );
  return compliant;
}

/** The order in which facts come changes nothing. */
export function ignoresOrder(numRuns: number): boolean {
  fc.assert(
    fc.property(anyFacts, anyPolicy, (given, policy) => {
      const reversed = {
        ...given,
        waivers: given.waivers.toReversed(),
        channels: given.channels.toReversed(),
        kept: given.kept && {
          ...given.kept,
          succeeded: given.kept.succeeded.toReversed(),
          warned: given.kept.warned.toReversed(),
          points: given.kept.points
            .map((one) => ({ ...one, takenAt: one.takenAt.toReversed() }))
            .toReversed(),
        },
        jobs: given.jobs
          .map((job) => ({
            ...job,
            runs: job.runs.toReversed(),
            plan: job.plan && { ...job.plan, runs: job.plan.runs.toReversed() },
          }))
          .toReversed(),
        repositories: given.repositories
          .map((one) => ({
            ...one,
            points: one.points.toReversed(),
            verifications: one.verifications.toReversed(),
          }))
          .toReversed(),
      };
      expect(evaluateDataSet(reversed, policy, NOW)).toEqual(evaluateDataSet(given, policy, NOW));
    }),
    { numRuns },
  );
  return true;
}

/** Silence is never green, whatever else is known. */
export function isNeverGreenInSilence(numRuns: number): boolean {
  fc.assert(
    fc.property(anyFacts, (given) => {
      const channels = [{ id: 'agent', name: 'agent', lastHeardAt: NOW - 26 * HOUR }];
      const { status } = evaluateDataSet({ ...given, channels }, DEFAULT_POLICY, NOW);
      expect(['unknown', 'non-compliant']).toContain(status);
    }),
    { numRuns },
  );
  return true;
}

function passed(verdict: Verdict): number {
  return DIGITS.filter((digit) => verdict.digits[digit].isPassed).length;
}
