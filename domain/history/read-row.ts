import { hostKey } from '../coverage/host-key';
import { bytesOf, secondsOf } from '../text/amounts';
import type { FileRecord } from '../text/csv';
import { cutText } from '../text/cut-text';
import { visibleText } from '../text/visible-text';
import { DAY, MINUTE, SECOND, type Instant } from '../time/instant';
import { readInstant } from './dates';
import {
  type HistoryField,
  type HistorySettings,
  type ImportedStatus,
  SIZE_UNITS,
  statusWord,
} from './settings';

/** A run as a row of a file says it. Sizes in bytes; null where the file does not say, or not so that it can be read. */
export interface RowRun {
  readonly line: number;
  readonly systemId: string;
  /** When it started; where the file does not say, when it ended. */
  readonly occurredAt: Instant;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly status: ImportedStatus;
  readonly jobName: string;
  readonly tool: string | null;
  readonly repositoryName: string | null;
  readonly sizeBytes: number | null;
  readonly message: string | null;
}

/** Why no run is made of a row. */
export const LEFT_OUT_REASONS = [
  'not-a-row',
  'too-many-cells',
  'no-system',
  'unknown-system',
  'ambiguous-system',
  'system-left-out',
  'no-job',
  'status-not-explained',
  'status-left-out',
  'no-date',
  'unreadable-date',
  'future',
  'too-old',
  'ends-before-start',
  'twice',
  'known',
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

/** A row of which no run is made. */
export interface LeftOutRow {
  readonly line: number;
  readonly why: LeftOutReason;
  /** What of the row is the matter, at most 300 characters. */
  readonly detail: string | null;
}

/** Which systems of a client a name may mean (`hostKey`). */
export type SystemsByName = ReadonlyMap<string, readonly string[]>;

/** Longer ago than anybody keeps backups' history for. */
const AGE_MAX = 3653 * DAY;
/** By so much may somebody else's clock be ahead. */
const AHEAD_MAX = 5 * MINUTE;
/** Runs of one job within so much of each other, told of by two channels, are one: docs/decisions/channels.md. */
export const SAME_RUN_WITHIN = 10 * MINUTE;
const NAME_MAX = 200;
const MESSAGE_MAX = 2000;
const DETAIL_MAX = 300;

/** A job of a system, by which runs that several sources tell of are compared. */
function jobKeyOf({ systemId, jobName }: Pick<RowRun, 'systemId' | 'jobName'>): string {
  return `${systemId} ${jobName.toLowerCase()}`;
}

/**
 * Reads the rows of one file, in their order: what stands in it twice is a run once. Nothing is guessed: a word that nobody explained, a
 * name that may be two systems', a date that is not of the form that was chosen leave their row out.
 */
export class RowReader {
  readonly #settings: HistorySettings;
  readonly #columnCount: number;
  readonly #systems: SystemsByName;
  readonly #now: Instant;
  readonly #chosen: ReadonlyMap<string, string | null>;
  readonly #statuses: ReadonlyMap<string, ImportedStatus | 'leave-out'>;
  readonly #seen = new Map<string, number>();

  constructor(settings: HistorySettings, columnCount: number, systems: SystemsByName, now: Instant) {
    this.#settings = settings;
    this.#columnCount = columnCount;
    this.#systems = systems;
    this.#now = now;
    this.#chosen = new Map(settings.systems.map(({ name, systemId }) => [name, systemId]));
    this.#statuses = new Map(settings.statuses.map(({ word, as }) => [word, as]));
  }

  read(record: FileRecord): RowRun | LeftOutRow {
    const { line } = record;
    const leftOut = (why: LeftOutReason, detail: string | null = null): LeftOutRow => ({
      line,
      why,
      detail: detail === null ? null : cutText(visibleText(detail), DETAIL_MAX) || null,
    });
    if (record.isOpen) return leftOut('not-a-row');
    if (record.cells.slice(this.#columnCount).some((cell) => cell.trim() !== ''))
      return leftOut('too-many-cells', `${record.cells.length} of ${this.#columnCount}`);
    const system = this.#systemOf(record);
    if ('why' in system) return leftOut(system.why, system.name);
    const jobName = this.#textOf(record, 'job', NAME_MAX) ?? (this.#settings.jobName || null);
    if (jobName === null) return leftOut('no-job');
    const word = statusWord(this.#cellOf(record, 'status'));
    const status = this.#statuses.get(word);
    if (status === undefined) return leftOut('status-not-explained', word);
    if (status === 'leave-out') return leftOut('status-left-out', word);
    const times = this.#timesOf(record);
    if ('why' in times) return leftOut(times.why, times.detail);
    const run: RowRun = {
      line,
      systemId: system.systemId,
      ...times,
      status,
      jobName,
      tool: this.#textOf(record, 'tool', NAME_MAX),
      repositoryName: this.#textOf(record, 'repository', NAME_MAX),
      sizeBytes: this.#sizeOf(record),
      message: this.#textOf(record, 'message', MESSAGE_MAX),
    };
    const key = `${run.occurredAt} ${jobKeyOf(run)}`;
    const first = this.#seen.get(key);
    if (first !== undefined) return leftOut('twice', `the same as ${first}`);
    this.#seen.set(key, line);
    return run;
  }

  #cellOf({ cells }: FileRecord, field: HistoryField): string {
    const place = this.#settings.columns[field];
    return place === null ? '' : (cells[place] ?? '').trim();
  }

  #textOf(record: FileRecord, field: HistoryField, lengthMax: number): string | null {
    const text = this.#cellOf(record, field);
    return text === '' ? null : cutText(visibleText(text), lengthMax);
  }

  #systemOf(record: FileRecord): { systemId: string } | { why: LeftOutReason; name: string } {
    const { columns, systemId } = this.#settings;
    if (columns.system === null) return systemId === null ? { why: 'no-system', name: '' } : { systemId };
    const name = this.#cellOf(record, 'system');
    const key = hostKey(name);
    if (key === '') return { why: 'no-system', name: '' };
    const chosen = this.#chosen.get(key);
    if (chosen === null) return { why: 'system-left-out', name };
    if (chosen !== undefined) return { systemId: chosen };
    const [only, ...others] = this.#systems.get(key) ?? [];
    if (only === undefined) return { why: 'unknown-system', name };
    return others.length > 0 ? { why: 'ambiguous-system', name } : { systemId: only };
  }

  #timesOf(
    record: FileRecord,
  ):
    | Pick<RowRun, 'occurredAt' | 'startedAt' | 'endedAt'>
    | { readonly why: LeftOutReason; readonly detail: string | null } {
    const [startText, endText] = [this.#cellOf(record, 'started'), this.#cellOf(record, 'ended')];
    const start = this.#instantOf(startText);
    const end = this.#instantOf(endText);
    if (start === 'unreadable') return { why: 'unreadable-date', detail: startText };
    if (end === 'unreadable') return { why: 'unreadable-date', detail: endText };
    const took = secondsIn(this.#cellOf(record, 'duration'));
    const startedAt = start ?? (end !== null && took !== null ? end - took * SECOND : null);
    const endedAt = end ?? (start !== null && took !== null ? start + took * SECOND : null);
    const occurredAt = startedAt ?? endedAt;
    if (occurredAt === null) return { why: 'no-date', detail: null };
    if (startedAt !== null && endedAt !== null && endedAt < startedAt)
      return { why: 'ends-before-start', detail: `${startText} – ${endText}` };
    const detail = startText || endText;
    if (Math.max(occurredAt, endedAt ?? 0) > this.#now + AHEAD_MAX) return { why: 'future', detail };
    if (occurredAt < this.#now - AGE_MAX) return { why: 'too-old', detail };
    return { occurredAt, startedAt, endedAt };
  }

  #instantOf(text: string): Instant | 'unreadable' | null {
    if (text === '') return null;
    const { dates, timeZone } = this.#settings;
    return (dates && readInstant(text, dates, timeZone)?.at) ?? 'unreadable';
  }

  #sizeOf(record: FileRecord): number | null {
    const text = this.#cellOf(record, 'size');
    if (!/\d$/.test(text)) return bytesOf(text);
    const { sizeUnit } = this.#settings;
    // A number alone is of the unit that was chosen.
    return bytesOf(sizeUnit === SIZE_UNITS[0] ? text : `${text} ${sizeUnit}`);
  }
}

/** A number alone is seconds. */
function secondsIn(text: string): number | null {
  return /^\d{1,9}([.,]\d{1,9})?$/.test(text) ? Math.floor(Number(text.replace(',', '.'))) : secondsOf(text);
}
