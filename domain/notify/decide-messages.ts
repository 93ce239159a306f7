import { severityRank } from '../findings/harm';
import type { Severity } from '../protection/verdict';
import { type Instant, MINUTE, SECOND } from '../time/instant';
import { type RuleTerms, type Telling, toldFindingRules } from './notification-rule';
import { nextHour, quietUntil } from './telling-times';

/**
 * What a message says of a cause. `over`: it opened and closed before anybody could be told. `escalated`: nobody acknowledged it in
 * time.
 */
export const STEPS = ['opened', 'worse', 'over', 'resolved', 'escalated'] as const;
export type Step = (typeof STEPS)[number];

/** How long what happens is gathered, so that what happens together is told together. */
export const GATHER = 30 * SECOND;
/** More causes than this at once are a storm: one message lists them. */
export const STORM_CAUSES = 5;
/** A rule sends a channel no more than `STORM_CAUSES` messages in any such time; what comes then waits and is listed. */
export const STORM_WINDOW = 10 * MINUTE;

/** What a rule told last of a cause. */
export interface Told {
  readonly step: Exclude<Step, 'escalated'>;
  readonly severity: Severity;
  readonly episode: number;
  /** When it told first of this episode. */
  readonly at: Instant;
  readonly isEscalated: boolean;
}

/** A cause as it is now, and what happened to it since a rule came to be. */
export interface NotifiableCause {
  readonly causeId: string;
  readonly clientId: string;
  /** Of a closed one: as it was last. */
  readonly severity: Severity;
  readonly findingRules: readonly string[];
  /** How often it came back: each time it is told anew. */
  readonly episode: number;
  readonly isOpen: boolean;
  /** Whether all of it is accepted. */
  readonly isWaived: boolean;
  readonly isAcknowledged: boolean;
  readonly snoozedUntil: Instant | null;
  readonly hasOpened: boolean;
  readonly hasWorsened: boolean;
  /** The first of what happened that the rule has not told. */
  readonly happenedAt: Instant;
  /** null: nothing. */
  readonly told: Told | null;
}

export interface Subject {
  readonly causeId: string;
  readonly step: Step;
}

/** One message. Whom it is for: the rule's channel, the one it escalates to, or both. */
export interface DueMessage {
  readonly to: 'channel' | 'escalation' | 'both';
  /** Gravest first; one cause or, in a storm or digest, many. */
  readonly subjects: readonly Subject[];
}

export interface Decision {
  readonly messages: readonly DueMessage[];
  /** When there may be something to tell though nothing happens; null: never. */
  readonly lookAt: Instant | null;
}

interface Due {
  readonly cause: NotifiableCause;
  readonly step: Step;
  readonly dueAt: Instant;
  /** Due but for the gathering. */
  readonly isReady: boolean;
}

/**
 * What a rule tells now. It compares what each cause is with what was told last, so that nothing is told twice or forgotten however
 * often, late, or in whatever order it is asked; whoever sends the messages has to remember them in the same transaction.
 * @param timeZone IANA, the MSP's
 * @param sentAt when messages of this rule went to its channel in the last ten minutes
 */
export function decideMessages(
  terms: RuleTerms,
  timeZone: string,
  causes: readonly NotifiableCause[],
  sentAt: readonly Instant[],
  now: Instant,
): Decision {
  const steps = causes
    .flatMap((cause) => stepsOf(terms, cause).map((step) => dueOf(terms, timeZone, { cause, step }, now)))
    .toSorted(compareDue);
  const isAnyDue = steps.some((one) => one.dueAt <= now && one.isReady);
  const due = steps.filter((one) => one.isReady && isAnyDue);
  const later = steps.filter((one) => !due.includes(one)).map((one) => one.dueAt);
  const escalated = due.filter((one) => one.step === 'escalated');
  const told = due.filter((one) => one.step !== 'escalated');
  const batch = batchOf(told, terms, sentAt, now);
  const messages = [...batch.messages, ...(escalated.length > 0 ? [messageOf(escalated)] : [])];
  const sent = new Set(batch.messages.flatMap(({ subjects }) => subjects.map(({ causeId }) => causeId)));
  const escalations = told
    .filter(({ cause, step }) => sent.has(cause.causeId) && (step === 'opened' || step === 'worse'))
    .flatMap(() => (terms.escalateAfterMinutes === null ? [] : [now + terms.escalateAfterMinutes * MINUTE]));
  const looks = [...later, ...escalations, ...(batch.waitsUntil === null ? [] : [batch.waitsUntil])];
  return { messages, lookAt: looks.length === 0 ? null : looks.reduce((a, b) => Math.min(a, b)) };
}

/** What is still to be told of a cause; whether it is time is another question. */
function stepsOf(terms: RuleTerms, cause: NotifiableCause): Step[] {
  if (cause.isOpen && cause.isWaived) return [];
  const step = cause.isOpen ? stepOfOpen(terms, cause) : stepOfClosed(terms, cause);
  const steps: Step[] = step === null ? [] : [step];
  if (step === null && canEscalate(terms, cause)) steps.push('escalated');
  return steps;
}

function stepOfOpen(terms: RuleTerms, cause: NotifiableCause): Step | null {
  if (!concerns(terms, cause)) return null;
  const tells = (telling: Telling) => terms.tells.includes(telling);
  if (cause.told !== null && isKnownOpen(cause.told)) {
    const isWorse = severityRank(cause.severity) < severityRank(cause.told.severity);
    return isWorse && tells('worse') ? 'worse' : null;
  }
  // Once it was told that it ended, only its coming back is news.
  if (cause.told !== null && cause.told.episode >= cause.episode) return null;
  if (cause.hasOpened && tells('opened')) return 'opened';
  return cause.hasWorsened && tells('worse') ? 'worse' : null;
}

function stepOfClosed(terms: RuleTerms, cause: NotifiableCause): Step | null {
  const tellsEnd = terms.tells.includes('resolved');
  if (cause.told !== null && isKnownOpen(cause.told)) return tellsEnd ? 'resolved' : null;
  const isNews = cause.told === null || cause.told.episode < cause.episode;
  if (!isNews || !concerns(terms, cause)) return null;
  if (cause.hasOpened && terms.tells.includes('opened')) return 'over';
  return tellsEnd ? 'resolved' : null;
}

/** Whether who was told last thinks that it is open. */
function isKnownOpen({ step }: Told): boolean {
  return step === 'opened' || step === 'worse';
}

function canEscalate(terms: RuleTerms, { isOpen, isAcknowledged, told }: NotifiableCause): boolean {
  if (terms.escalateAfterMinutes === null || !isOpen || isAcknowledged) return false;
  return told !== null && isKnownOpen(told) && !told.isEscalated;
}

function concerns(terms: RuleTerms, cause: NotifiableCause): boolean {
  const { severities, clientIds } = terms;
  const findingRules = toldFindingRules(terms);
  return (
    severities.includes(cause.severity) &&
    (clientIds === null || clientIds.includes(cause.clientId)) &&
    (findingRules === null || cause.findingRules.some((rule) => findingRules.includes(rule)))
  );
}

/** When a step is told: after it was gathered or at the hour of the digest, not while the cause sleeps, not in quiet hours. */
function dueOf(
  terms: RuleTerms,
  timeZone: string,
  { cause, step }: { cause: NotifiableCause; step: Step },
  now: Instant,
): Due {
  const snoozedUntil = cause.isOpen ? (cause.snoozedUntil ?? 0) : 0;
  const ripeAt = Math.max(ripe(terms, timeZone, cause, step), snoozedUntil);
  const isDigest = terms.digestHour !== null && step !== 'escalated';
  const isRipe = ripeAt <= now || (!isDigest && step !== 'escalated' && snoozedUntil <= now);
  const from = Math.max(ripeAt, now);
  const { quiet } = terms;
  const isLoud =
    quiet?.criticalPasses === true &&
    cause.severity === 'critical' &&
    (step === 'opened' || step === 'worse' || step === 'escalated');
  const isQuietNow = quiet !== null && !isLoud && quietUntil(quiet.windows, timeZone, now) !== null;
  const dueAt = quiet === null || isLoud ? ripeAt : (quietUntil(quiet.windows, timeZone, from) ?? ripeAt);
  return { cause, step, dueAt, isReady: isRipe && !isQuietNow };
}

function ripe(terms: RuleTerms, timeZone: string, cause: NotifiableCause, step: Step): Instant {
  if (step === 'escalated') return (cause.told?.at ?? 0) + (terms.escalateAfterMinutes ?? 0) * MINUTE;
  if (terms.digestHour !== null) return nextHour(terms.digestHour, timeZone, cause.happenedAt);
  return cause.happenedAt + GATHER;
}

/** One message a cause, or one for all of them in a storm and in a digest; null: nothing has to wait. */
function batchOf(
  due: readonly Due[],
  terms: RuleTerms,
  sentAt: readonly Instant[],
  now: Instant,
): { messages: DueMessage[]; waitsUntil: Instant | null } {
  const inWindow = sentAt.filter((at) => at > now - STORM_WINDOW).toSorted((a, b) => a - b);
  const room = STORM_CAUSES - inWindow.length;
  if (due.length === 0) return { messages: [], waitsUntil: null };
  if (room <= 0) return { messages: [], waitsUntil: (inWindow.at(-STORM_CAUSES) ?? now) + STORM_WINDOW };
  const isOne = terms.digestHour !== null || due.length > room;
  if (isOne) return { messages: [messageOf(due)], waitsUntil: null };
  return { messages: due.map((one) => messageOf([one])), waitsUntil: null };
}

/** Who was called in because nobody acknowledged hears how it ended. */
function messageOf(due: readonly Due[]): DueMessage {
  const subjects = due.map(({ cause: { causeId }, step }) => ({ causeId, step }));
  if (due.every(({ step }) => step === 'escalated')) return { to: 'escalation', subjects };
  const isBoth = due.some(({ cause, step }) => step === 'resolved' && cause.told?.isEscalated === true);
  return { to: isBoth ? 'both' : 'channel', subjects };
}

function compareDue(a: Due, b: Due): number {
  return (
    severityRank(a.cause.severity) - severityRank(b.cause.severity) ||
    a.cause.happenedAt - b.cause.happenedAt ||
    (a.cause.causeId < b.cause.causeId ? -1 : Number(a.cause.causeId > b.cause.causeId))
  );
}
