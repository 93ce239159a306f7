import { type StatusChange, worstOfDays } from '../protection/status-days';
import type { Instant } from '../time/instant';
import type { ZonedDay } from '../time/zoned-day';
import { daysOf, daysOfMonth, instantsOf } from './period';

/** What became of a cause of findings, whose severity asks for somebody. */
interface ReviewedCause {
  /** When what it tells of began. */
  readonly since: Instant;
  /** When it was told. */
  readonly openedAt: Instant;
  readonly acknowledgedAt: Instant | null;
  /** null: it is open. */
  readonly closedAt: Instant | null;
  /** How often it came back. */
  readonly flapCount: number;
}

/** What a month of a client is told from. */
export interface ReviewFacts {
  readonly clientId: string;
  readonly clientName: string;
  /** The changes of systems' status, with what held as the month began; systems that had the same at the same times may be told as one. */
  readonly histories: readonly { readonly systems: number; readonly changes: readonly StatusChange[] }[];
  /** Opened or closed in the month. */
  readonly causes: readonly ReviewedCause[];
  /** Messages that notification rules sent about it. */
  readonly messages: number;
}

/** A month of one client, or of all of them. Seconds are medians; null: there was none to take it of. */
export interface Review {
  /** Days of systems on which all was compliant, and all days that are known: promises kept, and made. */
  readonly keptDays: number;
  readonly knownDays: number;
  /** Of 0 to 1; null: no day is known, which is neither none nor all. */
  readonly keptShare: number | null;
  readonly opened: number;
  readonly cameBack: number;
  readonly corrected: number;
  readonly stillOpen: number;
  readonly messages: number;
  /** From when something began until it was told. */
  readonly detectSeconds: number | null;
  /** From when it was told until somebody took it on. */
  readonly acknowledgeSeconds: number | null;
  /** From when it was told until it was over. */
  readonly correctSeconds: number | null;
}

export interface ClientReview extends Review {
  readonly clientId: string;
  readonly clientName: string;
}

/** The month of an MSP's clients, worst first, and of all together. */
export interface ServiceReview {
  readonly month: string;
  readonly clients: readonly ClientReview[];
  readonly all: Review;
  /** Whether the month goes on: what is told is of its days until now. */
  readonly isRunning: boolean;
}

/** The days of a month that have begun by `now`, in an IANA zone. */
export function reviewDays(month: string, timeZone: string, now: Instant): ZonedDay[] {
  return daysOf(daysOfMonth(month))
    .map((date) => {
      const { from, to } = instantsOf({ firstOn: date, lastOn: date }, timeZone, 0);
      return { date, startsAt: from, endsAt: to };
    })
    .filter(({ startsAt }) => startsAt <= now);
}

/**
 * The month by its figures. A system's day counts as kept when it was compliant all day: at risk and unknown are not. Medians, because one
 * forgotten finding would say nothing of the others.
 */
export function serviceReview(
  month: string,
  facts: readonly ReviewFacts[],
  timeZone: string,
  now: Instant,
): ServiceReview {
  const days = reviewDays(month, timeZone, now);
  const { to } = instantsOf(daysOfMonth(month), timeZone, 0);
  const period = { from: days[0]?.startsAt ?? to, to };
  const clients = facts
    .map((one) => ({
      clientId: one.clientId,
      clientName: one.clientName,
      ...reviewOf(one.causes, keptOf(one, days, now), one.messages, period),
    }))
    .toSorted(byHarm);
  const kept = {
    keptDays: sumOf(clients, ({ keptDays }) => keptDays),
    knownDays: sumOf(clients, ({ knownDays }) => knownDays),
  };
  const causes = facts.flatMap((one) => one.causes);
  const messages = sumOf(facts, (one) => one.messages);
  return { month, clients, all: reviewOf(causes, kept, messages, period), isRunning: now < to };
}

interface Kept {
  readonly keptDays: number;
  readonly knownDays: number;
}

/** As `complianceDays` counts them, without a list of what each day had: there may be 20,000 systems. */
function keptOf({ histories }: ReviewFacts, days: readonly ZonedDay[], now: Instant): Kept {
  let [keptDays, knownDays] = [0, 0];
  for (const { systems, changes } of histories)
    for (const { status } of worstOfDays([changes], days, now)) {
      if (status !== 'no-data') knownDays += systems;
      if (status === 'compliant') keptDays += systems;
    }
  return { keptDays, knownDays };
}

function reviewOf(
  causes: readonly ReviewedCause[],
  kept: Kept,
  messages: number,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): Review {
  const isWithin = (at: Instant | null): at is Instant => at !== null && at >= from && at < to;
  const opened = causes.filter(({ openedAt }) => isWithin(openedAt));
  const corrected = causes.filter(({ closedAt }) => isWithin(closedAt));
  const taken = causes.filter(({ acknowledgedAt }) => isWithin(acknowledgedAt));
  return {
    ...kept,
    keptShare: kept.knownDays === 0 ? null : kept.keptDays / kept.knownDays,
    opened: opened.length,
    cameBack: opened.filter(({ flapCount }) => flapCount > 0).length,
    corrected: corrected.length,
    stillOpen: causes.filter(
      ({ openedAt, closedAt }) => openedAt < to && (closedAt === null || closedAt >= to),
    ).length,
    messages,
    detectSeconds: median(opened.map(({ since, openedAt }) => openedAt - since)),
    acknowledgeSeconds: median(taken.map((one) => (one.acknowledgedAt ?? 0) - one.openedAt)),
    correctSeconds: median(corrected.map((one) => (one.closedAt ?? 0) - one.openedAt)),
  };
}

/** Least kept first, then the noisiest, then by name; of whom nothing is known comes last. */
function byHarm(a: ClientReview, b: ClientReview): number {
  return (
    (a.keptShare ?? 2) - (b.keptShare ?? 2) ||
    b.messages - a.messages ||
    a.clientName.localeCompare(b.clientName)
  );
}

/** In whole seconds; null: of none. */
function median(durations: readonly number[]): number | null {
  const sorted = durations.map((ms) => Math.max(0, ms)).toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? null : Math.round((low + high) / 2000);
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
