import type { DocumentState } from '../report/document';
import { HOUR, type Instant } from '../time/instant';
import { instantAt } from '../time/zoned-day';
import { localAt } from '../time/zone-clock';

/** The report of a month, and since when it may go out: at 07:00 of a day of the next month in the client's zone. */
export interface DueReport {
  /** YYYY-MM. */
  readonly month: string;
  /** When that month began, at local midnight. */
  readonly startsAt: Instant;
  readonly dueAt: Instant;
}

const HOUR_OF_DAY = 7;

/**
 * The newest report that may go out at `now`: that of the last month that ended, once the morning of the day of the new month has come
 * (1 to 28; preset: the first), else that of the month before it.
 */
export function dueReport(timeZone: string, now: Instant, day = 1): DueReport {
  const local = new Date(localAt(now, timeZone));
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth()];
  const thisMonth = instantAt(Date.UTC(year, month, day) + HOUR_OF_DAY * HOUR, timeZone);
  const back = now >= thisMonth ? 0 : 1;
  const first = Date.UTC(year, month - 1 - back, 1);
  return {
    month: new Date(first).toISOString().slice(0, 7),
    startsAt: instantAt(first, timeZone),
    dueAt: back === 0 ? thisMonth : instantAt(Date.UTC(year, month - 1, day) + HOUR_OF_DAY * HOUR, timeZone),
  };
}

/** The signed document that a month's mails wait for. */
export interface AskedReport {
  readonly askedAt: Instant;
  readonly state: DocumentState;
  /** Of the signed PDF; null: there is none yet. */
  readonly pdfBytes: number | null;
}

/** Why a month's mail goes out without its document. */
export type Unattached = 'no-key' | 'not-made' | 'late' | 'too-large';

/** Longer than three attempts at it take, and than a worker that was killed keeps it from the next. */
const REPORT_WAIT_MS = 2 * HOUR;
/** In a mail it is a third larger, and many servers take no more than ten million bytes. */
const ATTACHED_BYTES_MAX = 5_000_000;

/**
 * Whether a month's mails go out now, and whether with the document. It is waited for, but not for ever: that the backups are in
 * trouble is worth more to a leader than a file.
 * @param document null: nobody here signs documents
 */
export function attachmentOf(
  document: AskedReport | null,
  now: Instant,
): 'wait' | 'attach' | { readonly without: Unattached } {
  if (document === null) return { without: 'no-key' };
  const { askedAt, state, pdfBytes } = document;
  if (state === 'failed' || state === 'cancelled') return { without: 'not-made' };
  if (state !== 'ready' || pdfBytes === null)
    return now < askedAt + REPORT_WAIT_MS ? 'wait' : { without: 'late' };
  return pdfBytes > ATTACHED_BYTES_MAX ? { without: 'too-large' } : 'attach';
}
