import { SECOND, type Instant } from '../time/instant';
import { dataSetSubject, ofRepository, type Gap } from './gap';
import { newestCleanAt, type Prepared, type PreparedRepository } from './prepared';
import { rtoGap } from './rto-finding';
import { expiringPoint, type ExpiringPoint } from './ruled-repository';
import type { State } from './state';
import { OVERDUE_NOTED_AFTER } from './turns';
import { DIGITS } from './verdict';

const ERRORS_BIT = 1 << DIGITS.indexOf('errors');

/**
 * What nobody proved: repositories that were not verified in time, data that was never brought back. Where the policy asks for no
 * errors they say why it fails, and are warnings; else nobody was promised a proof, and they are notes, which leave the status
 * as it is. So one more copy that nobody verified makes nothing worse.
 */
export function proofGaps(state: State, prepared: Prepared): Gap[] {
  const severity = (state.count.failing & ERRORS_BIT) === 0 ? 'note' : 'warning';
  const gaps: Gap[] = [];
  for (const standing of state.standings) {
    const { shown, isVerified, prepared: repository } = standing;
    if (shown === null || isVerified || repository.openProblem !== null) continue;
    const gap = verificationGap(repository, severity, prepared, state.at);
    if (gap !== null) gaps.push(gap);
  }
  const untested = restoreGap(state, severity, prepared);
  if (untested !== null) gaps.push(untested);
  const slow = rtoGap(state, prepared);
  if (slow !== null) gaps.push(slow);
  const expiring = expiringGap(state, prepared);
  if (expiring !== null) gaps.push(expiring);
  return gaps;
}

function verificationGap(
  { facts, lastCleanAt, oldestAt }: PreparedRepository,
  severity: Gap['severity'],
  { policy }: Prepared,
  now: Instant,
): Gap | null {
  const overdueAt = lastCleanAt === null ? null : lastCleanAt + policy.verificationCadenceSeconds * SECOND;
  if (overdueAt !== null && severity === 'note' && now < overdueAt + OVERDUE_NOTED_AFTER) return null;
  return {
    rule: overdueAt === null ? 'never-verified' : 'verification-overdue',
    severity,
    ...ofRepository(facts),
    since: overdueAt ?? oldestAt ?? 0,
    detail: {
      kind: 'unverified',
      depth: policy.verificationDepth,
      lastCleanAt,
      shallowerAt: newestCleanAt(facts.verifications, 'structure'),
    },
    origin: null,
  };
}

function restoreGap(state: State, severity: Gap['severity'], prepared: Prepared): Gap | null {
  const { lastFullTest, policy } = prepared;
  let oldestAt: Instant | null = null;
  for (const repository of prepared.repositories) {
    const at = repository.oldestAt;
    if (at !== null && (oldestAt === null || at < oldestAt)) oldestAt = at;
  }
  if (oldestAt === null) return null;
  const dueAt =
    lastFullTest === null ? null : lastFullTest.endedAt + policy.restoreTestCadenceSeconds * SECOND;
  if (dueAt !== null && (state.at < dueAt || lastFullTest?.result === 'failed')) return null;
  return {
    rule: dueAt === null ? 'never-restored' : 'restore-test-overdue',
    severity,
    subject: dataSetSubject(prepared),
    causeKey: `data-set:${prepared.facts.dataSet.id}`,
    since: dueAt ?? oldestAt,
    detail: { kind: 'untested', lastTestAt: lastFullTest?.endedAt ?? null },
    origin: lastFullTest?.origin ?? null,
  };
}

/** The last good copy is the one that stays longest: as long as any stays until it is verified anew, nothing is lost. */
function expiringGap(state: State, prepared: Prepared): Gap | null {
  if (prepared.ruled.length === 0) return null;
  let last: (ExpiringPoint & { repository: PreparedRepository }) | null = null;
  for (const repository of prepared.repositories) {
    const expiring = expiringPoint(repository, prepared.policy, state.at);
    if (expiring === 'none') continue;
    if (expiring === null) return null;
    if (last === null || expiring.expiresAt > last.expiresAt) last = { ...expiring, repository };
  }
  if (last === null) return null;
  const { repository, takenAt, expiresAt, isGone, dueAt } = last;
  return {
    ...ofRepository(repository.facts),
    rule: 'last-good-copy-expiring',
    severity: prepared.policy.rule.errors === null ? 'note' : 'critical',
    since: takenAt,
    detail: { kind: 'expiring', takenAt, expiresAt, isGone, dueAt },
    origin: null,
  };
}
