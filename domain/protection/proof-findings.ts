import { SECOND, type Instant } from '../time/instant';
import { dataSetSubject, ofRepository, type Gap } from './gap';
import type { Prepared, PreparedRepository } from './prepared';
import { expiringPoint, type ExpiringPoint } from './ruled-repository';
import type { Standing } from './standing';
import type { State } from './state';
import { DIGITS } from './verdict';

const ERRORS_BIT = 1 << DIGITS.indexOf('errors');

/**
 * What nobody proved: repositories that were not verified in time, data that was never brought back. Where the policy asks for no
 * errors they say why it fails, and are warnings; else nobody was promised a proof, and they are notes, which leave the status
 * as it is. So one more copy that nobody verified makes nothing worse.
 */
export function proofGaps(state: State, prepared: Prepared): Gap[] {
  const severity = (state.count.failing & ERRORS_BIT) === 0 ? 'note' : 'warning';
  return [
    ...state.standings.flatMap((standing) => verificationGap(standing, severity, prepared)),
    ...restoreGap(state, severity, prepared),
    ...expiringGap(state, prepared),
  ];
}

function verificationGap(
  { prepared: repository, shown, isVerified }: Standing,
  severity: Gap['severity'],
  { policy }: Prepared,
): Gap[] {
  const { facts, lastCleanAt, openProblem } = repository;
  if (shown === null || isVerified || openProblem !== null) return [];
  return [
    {
      ...ofRepository(facts),
      rule: lastCleanAt === null ? 'never-verified' : 'verification-overdue',
      severity,
      since:
        lastCleanAt === null
          ? oldestPointAt(repository)
          : lastCleanAt + policy.verificationCadenceSeconds * SECOND,
      detail: {
        kind: 'unverified',
        depth: policy.verificationDepth,
        lastCleanAt,
        shallowerAt: newestCleanAt(repository),
      },
      origin: null,
    },
  ];
}

function oldestPointAt({ facts }: PreparedRepository): Instant {
  return Math.min(...facts.points.map((point) => point.takenAt));
}

/** Of any depth. */
function newestCleanAt({ facts }: PreparedRepository): Instant | null {
  const clean = facts.verifications.filter((check) => check.result === 'ok').map((check) => check.endedAt);
  return clean.length === 0 ? null : Math.max(...clean);
}

function restoreGap(state: State, severity: Gap['severity'], prepared: Prepared): Gap[] {
  const { lastFullTest, policy } = prepared;
  const held = prepared.repositories.filter((one) => one.newest !== null);
  if (held.length === 0) return [];
  const dueAt =
    lastFullTest === null ? null : lastFullTest.endedAt + policy.restoreTestCadenceSeconds * SECOND;
  if (dueAt !== null && (state.at < dueAt || lastFullTest?.result === 'failed')) return [];
  return [
    {
      rule: dueAt === null ? 'never-restored' : 'restore-test-overdue',
      severity,
      subject: dataSetSubject(prepared),
      causeKey: `data-set:${prepared.facts.dataSet.id}`,
      since: dueAt ?? Math.min(...held.map(oldestPointAt)),
      detail: { kind: 'untested', lastTestAt: lastFullTest?.endedAt ?? null },
      origin: lastFullTest?.origin ?? null,
    },
  ];
}

/** The last good copy is the one that stays longest: as long as any stays until it is verified anew, nothing is lost. */
function expiringGap(state: State, prepared: Prepared): Gap[] {
  if (prepared.ruled.length === 0) return [];
  let last: (ExpiringPoint & { repository: PreparedRepository }) | null = null;
  for (const repository of prepared.repositories) {
    const expiring = expiringPoint(repository, prepared.policy, state.at);
    if (expiring === 'none') continue;
    if (expiring === null) return [];
    if (last === null || expiring.expiresAt > last.expiresAt) last = { ...expiring, repository };
  }
  if (last === null) return [];
  const { repository, takenAt, expiresAt, dueAt } = last;
  return [
    {
      ...ofRepository(repository.facts),
      rule: 'last-good-copy-expiring',
      severity: prepared.policy.rule.errors === null ? 'note' : 'critical',
      since: takenAt,
      detail: { kind: 'expiring', takenAt, expiresAt, dueAt },
      origin: null,
    },
  ];
}
