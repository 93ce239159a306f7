import type { Severity } from '../protection/verdict';
import { HOUR, type Instant } from '../time/instant';
import { severityRank } from './harm';

/**
 * A cause that comes back within this time after it closed is the same one: its people, comments and ticket stay with it. As long as
 * the RPO preset of a daily job: what fails again in the very next night was never cured.
 */
export const FLAP_WINDOW = 26 * HOUR;

/** The timeline tells that a cause grew each time it concerns so many times the systems that it told last. */
const GROWTH_TOLD = 2;

/** What the open findings of a cause make of it. */
export interface CauseHeld {
  readonly severity: Severity;
  readonly systemCount: number;
  readonly findingCount: number;
  readonly waivedCount: number;
}

/** A cause as it is kept. */
export interface CauseKept extends CauseHeld {
  /** null: open. */
  readonly closedAt: Instant | null;
  readonly flapCount: number;
  /** Systems that the timeline told last. */
  readonly toldSystemCount: number;
  readonly snoozedUntil: Instant | null;
}

export type CauseHappening =
  | {
      readonly kind: 'opened' | 'reopened' | 'grew';
      readonly systemCount: number;
      readonly findingCount: number;
    }
  | { readonly kind: 'worsened'; readonly from: Severity; readonly to: Severity }
  | { readonly kind: 'closed' | 'woke' | 'waiver-ended' };

/** What becomes of a cause. */
export interface CauseNext {
  /** `new`: a row of its own, though one with this key was there once. */
  readonly is: 'new' | 'kept';
  readonly isOpen: boolean;
  readonly flapCount: number;
  readonly toldSystemCount: number;
  /** A snooze ends when what sleeps turns critical. */
  readonly snoozedUntil: Instant | null;
  readonly happenings: readonly CauseHappening[];
}

/**
 * What becomes of a cause when its findings were evaluated. `kept`: the newest cause with this key, null: there was none. `held`: null
 * when none of its findings is open. Answers null where there is nothing to keep: nothing was open and nothing is.
 */
export function nextOfCause(kept: CauseKept | null, held: CauseHeld | null, now: Instant): CauseNext | null {
  if (held === null) return kept === null || kept.closedAt !== null ? null : closing(kept);
  if (kept === null || isOver(kept, now)) return opening(held);
  return kept.closedAt === null ? going(kept, held, now) : reopening(kept, held);
}

/** Closed for so long that what comes is a new one; the window's end is outside. */
function isOver({ closedAt }: CauseKept, now: Instant): boolean {
  return closedAt !== null && now >= closedAt + FLAP_WINDOW;
}

function opening(held: CauseHeld): CauseNext {
  return {
    is: 'new',
    isOpen: true,
    flapCount: 0,
    toldSystemCount: held.systemCount,
    snoozedUntil: null,
    happenings: [counting('opened', held)],
  };
}

function closing(kept: CauseKept): CauseNext {
  const { flapCount, toldSystemCount, snoozedUntil } = kept;
  return {
    is: 'kept',
    isOpen: false,
    flapCount,
    toldSystemCount,
    snoozedUntil,
    happenings: [{ kind: 'closed' }],
  };
}

function reopening(kept: CauseKept, held: CauseHeld): CauseNext {
  return {
    is: 'kept',
    isOpen: true,
    flapCount: kept.flapCount + 1,
    toldSystemCount: held.systemCount,
    snoozedUntil: kept.snoozedUntil,
    happenings: [counting('reopened', held)],
  };
}

function going(kept: CauseKept, held: CauseHeld, now: Instant): CauseNext {
  const isTold =
    held.systemCount >= kept.toldSystemCount * GROWTH_TOLD && held.systemCount > kept.toldSystemCount;
  const isWorse = severityRank(held.severity) < severityRank(kept.severity);
  const isWoken =
    isWorse && held.severity === 'critical' && kept.snoozedUntil !== null && kept.snoozedUntil > now;
  const isWaiverOver = isWaived(kept) && !isWaived(held);
  const happenings: CauseHappening[] = [];
  if (isTold) happenings.push(counting('grew', held));
  if (isWorse) happenings.push({ kind: 'worsened', from: kept.severity, to: held.severity });
  if (isWoken) happenings.push({ kind: 'woke' });
  if (isWaiverOver) happenings.push({ kind: 'waiver-ended' });
  return {
    is: 'kept',
    isOpen: true,
    flapCount: kept.flapCount,
    toldSystemCount: isTold ? held.systemCount : kept.toldSystemCount,
    snoozedUntil: isWoken ? null : kept.snoozedUntil,
    happenings,
  };
}

/** Whether all of a cause is accepted. */
export function isWaived({
  findingCount,
  waivedCount,
}: Pick<CauseHeld, 'findingCount' | 'waivedCount'>): boolean {
  return findingCount > 0 && waivedCount === findingCount;
}

function counting(
  kind: 'opened' | 'reopened' | 'grew',
  { systemCount, findingCount }: CauseHeld,
): CauseHappening {
  return { kind, systemCount, findingCount };
}
