import { SECOND, type Instant } from '../time/instant';
import { attributeAt } from './attribute';
import { boundariesAfter } from './boundaries';
import { triedChanges } from './changes';
import { copiesAt } from './copies';
import { digitsOf, productionMedia } from './digits';
import type { ProtectionFacts } from './facts';
import { findingsAt, isWaivedAt } from './findings';
import type { ProtectionPolicy } from './policy';
import { prepare, type Prepared } from './prepared';
import { scheduleHorizon } from './schedule-gaps';
import { silenceLookedAt } from './silence';
import { isSameState, stateAt, type State } from './state';
import { DIGITS, type OpenFinding, type Status, type StatusReason, type Verdict } from './verdict';

interface Failure {
  failsAt: Instant | null;
  /** The repository whose loss makes the digit fail. */
  losing: string | null;
}

interface Horizon extends Failure {
  /** The first instant at which anything but nearness to `failsAt` differs. */
  differsAt: Instant | null;
}

/**
 * The verdict on one data set at `now` (domain.md, 'The 3-2-1 verdict'): digits, copies with reasons, findings, status, and
 * when it changes if nothing new arrives. Pure; the order of the facts does not matter.
 */
export function evaluateDataSet(facts: ProtectionFacts, policy: ProtectionPolicy, now: Instant): Verdict {
  const prepared = prepare(facts, policy);
  const state = stateAt(prepared, now);
  const findings = findingsAt(state, prepared);
  const scheduled = scheduleHorizon(facts.jobs, now);
  const horizon = horizonOf(state, findings, prepared, scheduled.boundaries);
  const { status, reasons } = statusOf(state, findings, horizon, prepared);
  const tried = triedChanges(state, prepared);
  return {
    status,
    reasons: [...reasons, ...sayings(facts)],
    digits: digitsOf(state.count, prepared),
    production: {
      media: productionMedia(prepared, now),
      siteName: attributeAt(facts.system.site, now)?.value.siteName ?? null,
    },
    copies: copiesAt(state, prepared),
    findings,
    evaluatedAt: now,
    failsAt: horizon.failsAt,
    changesAt: [scheduled.lookAgainAt, silenceLookedAt(facts, policy, now)].reduce(
      earlier,
      changesAt(status, horizon, policy),
    ),
    lastHeardAt: prepared.lastHeardAt,
    smallestChange: tried.find((change) => change.isSufficient) ?? null,
    tried,
  };
}

/** Whose word the verdict rests on beside what was reported: it never decides alone, and is never left out. */
function sayings({ dataSet }: ProtectionFacts): StatusReason[] {
  return dataSet.otherNames.map(({ name, by, since }) => ({ code: 'counted-as-one', name, by, since }));
}

function earlier(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function horizonOf(
  state: State,
  findings: readonly OpenFinding[],
  prepared: Prepared,
  scheduled: readonly Instant[],
): Horizon {
  const own = boundariesAfter(prepared, state.at);
  const boundaries =
    scheduled.length === 0 ? own : [...new Set([...own, ...scheduled])].toSorted((a, b) => a - b);
  const states: State[] = [];
  const stateOf = (index: number, at: Instant) => (states[index] ??= stateAt(prepared, at));
  const failureAfter = (from: State, first: number): Failure => {
    let before = from;
    for (let index = first; index < boundaries.length; index++) {
      const at = boundaries[index] ?? from.at;
      const next = stateOf(index, at);
      if ((next.count.failing & ~from.count.failing) !== 0) {
        return { failsAt: at, losing: lostBetween(before, next) };
      }
      before = next;
    }
    return { failsAt: null, losing: null };
  };
  const failure = failureAfter(state, 0);
  const horizon: Horizon = { ...failure, differsAt: null };
  let essence: string | null = null;
  for (let index = 0; index < boundaries.length; index++) {
    const at = boundaries[index] ?? state.at;
    const next = stateOf(index, at);
    if (isSameState(state, next) && !isLabelChanged(findings, prepared, at) && !scheduled.includes(at))
      continue;
    essence ??= essenceOf(state, findings, failure, prepared);
    const nextFindings = findingsAt(next, prepared);
    const nextFailure = failureAfter(next, index + 1);
    if (essence === essenceOf(next, nextFindings, nextFailure, prepared)) continue;
    return { ...horizon, differsAt: at };
  }
  return horizon;
}

/** What people see change: digits, counted copies, status, and which findings are open, waived or not. */
function essenceOf(
  state: State,
  findings: readonly OpenFinding[],
  failure: Failure,
  prepared: Prepared,
): string {
  const { actual, failing, counted } = state.count;
  // in which order they were chosen is nobody's concern
  const copies = counted.map(({ prepared: { facts }, point }) => `${facts.id} ${point?.id ?? ''}`).toSorted();
  let essence = `${actual.join()} ${failing} ${copies.join()} ${statusOf(state, findings, failure, prepared).status}`;
  for (const { rule, subject, severity, isWaived } of findings)
    essence += ` ${rule} ${subject.id} ${severity} ${isWaived}`;
  return essence;
}

function isLabelChanged(findings: readonly OpenFinding[], prepared: Prepared, at: Instant): boolean {
  return findings.some((finding) => finding.isWaived && !isWaivedAt(finding, prepared, at));
}

function lostBetween(before: State, after: State): string | null {
  const kept = new Set(after.count.counted.map((standing) => standing.prepared));
  const lost = before.count.counted.find((standing) => !kept.has(standing.prepared));
  return lost?.prepared.facts.name ?? null;
}

/** Nothing differs before `differsAt`, so nearness to `failsAt` is the only thing that can change a status earlier. */
function changesAt(status: Status, horizon: Horizon, policy: ProtectionPolicy): Instant | null {
  const { failsAt, differsAt } = horizon;
  if (status !== 'compliant' || failsAt === null) return differsAt;
  const warnsAt = failsAt - policy.warningWindowSeconds * SECOND;
  return differsAt === null ? warnsAt : Math.min(differsAt, warnsAt);
}

function statusOf(
  state: State,
  findings: readonly OpenFinding[],
  horizon: Failure,
  prepared: Prepared,
): { status: Status; reasons: StatusReason[] } {
  const { lastHeardAt } = prepared;
  if (lastHeardAt === null) return { status: 'unknown', reasons: [{ code: 'never-heard' }] };
  const failures = failureReasons(state, findings);
  if (state.isSilent || state.isAway) {
    const silent: StatusReason = { code: 'silent', lastHeardAt, channelName: prepared.lastHeardChannel };
    if (!failedWhenHeard(prepared, lastHeardAt, state.at)) return { status: 'unknown', reasons: [silent] };
    return { status: 'non-compliant', reasons: [silent, ...failures] };
  }
  if (failures.length > 0) return { status: 'non-compliant', reasons: failures };
  const risks = riskReasons(state, findings, horizon, prepared);
  if (risks.length > 0) return { status: 'at-risk', reasons: risks };
  return { status: 'compliant', reasons: [{ code: 'all-pass' }] };
}

function failedWhenHeard(prepared: Prepared, lastHeardAt: Instant, now: Instant): boolean {
  const heard = stateAt(prepared, Math.min(lastHeardAt, now));
  return failureReasons(heard, findingsAt(heard, prepared)).length > 0;
}

function failureReasons(state: State, findings: readonly OpenFinding[]): StatusReason[] {
  const digits: StatusReason[] = DIGITS.filter((_, index) => (state.count.failing & (1 << index)) !== 0).map(
    (digit) => ({ code: 'digit-fails', digit }),
  );
  const critical: StatusReason[] = findings
    .filter((finding) => finding.severity === 'critical' && finding.detail.kind !== 'digit')
    .map((finding) => ({ code: 'critical-finding', rule: finding.rule, subjectName: finding.subject.name }));
  return [...digits, ...critical];
}

function riskReasons(
  state: State,
  findings: readonly OpenFinding[],
  horizon: Failure,
  prepared: Prepared,
): StatusReason[] {
  const { failsAt } = horizon;
  const reasons: StatusReason[] = [];
  if (failsAt !== null && failsAt - state.at <= prepared.policy.warningWindowSeconds * SECOND) {
    reasons.push({ code: 'fails-soon', failsAt, repositoryName: horizon.losing });
  }
  for (const finding of findings) {
    if (finding.severity !== 'warning') continue;
    reasons.push({ code: 'warning-finding', rule: finding.rule, subjectName: finding.subject.name });
  }
  if (state.doubt !== null) reasons.push({ code: state.doubt });
  return reasons;
}
