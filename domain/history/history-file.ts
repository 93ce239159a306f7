import { z } from 'zod';
import { cutText } from '../text/cut-text';
import { type FileRecord, readCsv } from '../text/csv';
import { visibleText } from '../text/visible-text';

/** A file cut into rows, before anybody says what its columns mean. */
export interface HistoryFile {
  readonly format: 'csv' | 'json';
  readonly head: readonly string[];
  /** Its rows, cut anew each time they are asked for: together they would fill the memory. */
  readonly rows: () => Iterable<FileRecord>;
}

export type HistoryFileProblem = 'empty' | 'no-text' | 'not-json' | 'no-list' | 'too-many-columns';

export const HISTORY_BYTES_MAX = 20 * 1024 * 1024;
export const HISTORY_ROWS_MAX = 200_000;
export const HISTORY_COLUMNS_MAX = 200;

const TITLE_MAX = 100;

/**
 * Reads CSV with a row of column names, a JSON list of objects (alone, or the only list in an object), or an object a line (NDJSON). Answers
 * why not where it is none of them, or larger than what is taken.
 */
export function openHistoryFile(text: string): HistoryFile | HistoryFileProblem {
  const content = text.startsWith('\u{FEFF}') ? text.slice(1) : text;
  if (content.includes('\0')) return 'no-text';
  const [first] = /\S/.exec(content) ?? [];
  if (first === undefined) return 'empty';
  return first === '[' || first === '{' ? openJson(content) : openCsv(content);
}

function openCsv(content: string): HistoryFile | HistoryFileProblem {
  const [head] = readCsv(content);
  if (!head) return 'empty';
  if (head.cells.length > HISTORY_COLUMNS_MAX) return 'too-many-columns';
  return { format: 'csv', head: head.cells.map(titleOf), rows: () => withoutFirst(readCsv(content)) };
}

function* withoutFirst(records: Iterable<FileRecord>): Generator<FileRecord> {
  let isFirst = true;
  for (const record of records) {
    if (!isFirst) yield record;
    isFirst = false;
  }
}

function titleOf(cell: string): string {
  return cutText(visibleText(cell.trim()), TITLE_MAX);
}

const anObject = z.record(z.string(), z.unknown());

/** A row of JSON; null: it is no object. */
interface JsonRow {
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>> | null;
}

function openJson(content: string): HistoryFile | HistoryFileProblem {
  const list = wholeList(content);
  if (typeof list === 'string' && list !== 'not-json') return list;
  const rows = typeof list === 'string' ? null : list;
  return openObjects(() => (rows ? listRows(rows) : lineRows(content)));
}

function openObjects(rowsOf: () => Iterable<JsonRow>): HistoryFile | HistoryFileProblem {
  const keys = new Set<string>();
  for (const { value } of rowsOf()) {
    for (const [key] of value ? flat(value) : []) keys.add(key);
    if (keys.size > HISTORY_COLUMNS_MAX) return 'too-many-columns';
  }
  if (keys.size === 0) return 'not-json';
  const names = [...keys];
  return { format: 'json', head: names.map(titleOf), rows: () => recordsOf(rowsOf(), names) };
}

/** The list that the text is, or the only one in the object that it is; `not-json`: it may be an object a line. */
function wholeList(content: string): readonly unknown[] | 'not-json' | 'no-list' {
  let whole: unknown;
  try {
    whole = JSON.parse(content);
  } catch {
    return 'not-json';
  }
  if (Array.isArray(whole)) return whole;
  const lists = Object.values(anObject.parse(whole)).filter((value): value is unknown[] =>
    Array.isArray(value),
  );
  const [only] = lists;
  if (only && lists.length === 1) return only;
  // One object alone is a file of one line.
  return lists.length === 0 ? [whole] : 'no-list';
}

function* listRows(list: readonly unknown[]): Generator<JsonRow> {
  for (const [index, value] of list.entries()) yield { line: index + 1, value: objectOf(value) };
}

function* lineRows(content: string): Generator<JsonRow> {
  let line = 0;
  for (let at = 0; at < content.length;) {
    const end = content.indexOf('\n', at);
    const text = content.slice(at, end === -1 ? content.length : end).trim();
    at = end === -1 ? content.length : end + 1;
    line++;
    if (text !== '') yield { line, value: parsed(text) };
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : null;
}

/** The fields of an object, those of objects within it as `outer.inner`. */
function* flat(value: Readonly<Record<string, unknown>>, prefix = ''): Generator<readonly [string, unknown]> {
  for (const [key, inner] of Object.entries(value)) {
    const nested = prefix === '' ? objectOf(inner) : null;
    if (nested) yield* flat(nested, `${key}.`);
    else yield [`${prefix}${key}`, inner];
  }
}

function* recordsOf(rows: Iterable<JsonRow>, names: readonly string[]): Generator<FileRecord> {
  const places = new Map(names.map((name, place) => [name, place]));
  for (const { line, value } of rows) {
    const cells = names.map(() => '');
    for (const [key, inner] of value ? flat(value) : []) cells[places.get(key) ?? 0] = cellText(inner);
    // What is no object is told like a row that never ends: nothing of it can be read.
    yield { line, cells, isOpen: value === null };
  }
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}
