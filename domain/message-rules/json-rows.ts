import { cutText } from '../text/cut-text';
import { visibleText } from '../text/visible-text';
import { plainValue, pointerTo } from '../text/json-pointer';

/** A field of a JSON as a row of its tree. */
export interface JsonRow {
  readonly pointer: string;
  readonly name: string;
  /** 0: of the whole. */
  readonly depth: number;
  /** As rules compare it; null: it holds others, whose rows follow. */
  readonly value: string | null;
}

const ROWS_MAX = 500;
const DEPTH_MAX = 20;
/** Names that a rule cannot say are left out. */
const POINTER_MAX = 200;

/** A JSON's fields in their order, at most 500; deeper or longer ones than a rule can name are left out. */
export function jsonRows(json: unknown): JsonRow[] {
  const rows: JsonRow[] = [];
  addRows(rows, json, '', 0);
  return rows;
}

function addRows(rows: JsonRow[], value: unknown, parent: string, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return;
  for (const [name, inner] of Object.entries(value)) {
    const pointer = pointerTo(parent, name);
    if (rows.length >= ROWS_MAX) return;
    if (pointer.length > POINTER_MAX) continue;
    rows.push({ pointer, name: visibleText(name), depth, value: shownValue(inner) });
    addRows(rows, inner, pointer, depth + 1);
  }
}

function shownValue(value: unknown): string | null {
  const plain = plainValue(value);
  return plain === null ? null : cutText(plain, 500);
}
