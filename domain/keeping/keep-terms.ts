import type { Instant } from '../time/instant';

/**
 * What an MSP's Holdfast took in or sent and does not keep for ever: `reports` the bytes of reports and messages that were read, `aside` of
 * those that were put aside, `notifications` the text of what was told, `mails` the records of mails, `sign-ins` of sign-ins.
 */
export const KEEP_KINDS = ['reports', 'aside', 'notifications', 'mails', 'sign-ins'] as const;
export type KeepKind = (typeof KEEP_KINDS)[number];

/** Months that are kept where nobody chose otherwise: a year, so that an audit of it finds all of it, and the month that goes on. */
export const KEEP_MONTHS_PRESET = 13;
/** Months, of every kind. */
export const KEEP_MONTHS_MAX = 120;
/** Runs are kept so many months before the one that goes on, of every MSP: their table is cut into months. */
export const RUN_MONTHS = 14;

/** Least months of each kind. The database refuses less, too. */
export const KEEP_MONTHS_MIN: Readonly<Record<KeepKind, number>> = {
  reports: 3,
  aside: 1,
  notifications: 3,
  mails: 1,
  'sign-ins': 6,
};

/** What there is of a month, and what of it goes once the month is old enough. */
export interface KeptMonth {
  /** YYYY-MM, UTC. */
  readonly month: string;
  readonly rows: number;
  readonly bytes: number;
  readonly removableRows: number;
  readonly removableBytes: number;
}

/** How much of something. */
export interface Extent {
  readonly rows: number;
  readonly bytes: number;
}

/** The first month (UTC, YYYY-MM) that is kept at `now` where so many months are: a month goes as a whole. */
export function firstKeptMonth(months: number, now: Instant): string {
  const at = new Date(now);
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - months, 1)).toISOString().slice(0, 7);
}

/** All that there is. */
export function keptExtent(kept: readonly KeptMonth[]): Extent {
  return {
    rows: kept.reduce((sum, { rows }) => sum + rows, 0),
    bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** What goes next at `now` where so many months are kept; what is needed is not in it. */
export function removedExtent(kept: readonly KeptMonth[], months: number, now: Instant): Extent {
  const first = firstKeptMonth(months, now);
  const old = kept.filter(({ month }) => month < first);
  return {
    rows: old.reduce((sum, { removableRows }) => sum + removableRows, 0),
    bytes: old.reduce((sum, { removableBytes }) => sum + removableBytes, 0),
  };
}

/** What is old enough to go and stays, because something needs it. */
export function neededRows(kept: readonly KeptMonth[], months: number, now: Instant): number {
  const first = firstKeptMonth(months, now);
  return kept
    .filter(({ month }) => month < first)
    .reduce((sum, { rows, removableRows }) => sum + rows - removableRows, 0);
}

/**
 * That runs of a period's beginning are kept no longer, as of when somebody looks; null: the period begins later. A list of runs is not the
 * whole of such a period.
 * @param from the period's first instant
 */
export function lostRunsSentence(from: Instant, now: Instant): string | null {
  const first = firstKeptMonth(RUN_MONTHS, now);
  if (from >= Date.parse(`${first}-01T00:00:00Z`)) return null;
  return `Runs from before ${first} are kept no longer: of those before it this list may lack some or all, and says nothing of them. What was expected, tested and judged then is kept.`;
}
