import { z } from 'zod';
import { AppError } from '@/server/errors';

export const LIMIT_PRESET = 100;

/** What a query says, by its schema. @throws AppError `invalid-request` with the wrong parameters by name */
export function readQuery<T>(request: Request, schema: z.ZodType<T>): T {
  const given = Object.fromEntries(new URL(request.url).searchParams);
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const fields: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys : [];
    for (const name of unknown) fields[name] ??= 'There is no such parameter here.';
    if (unknown.length === 0) fields[issue.path.join('.')] ??= issue.message;
  }
  throw new AppError('invalid-request', 'Some parameters are not as they should be.', { fields });
}

/** The id after which a part of a list by ids begins; null: at the beginning. @throws AppError `invalid-request` */
export function idCursor(cursor: string | undefined): string | null {
  return cursor === undefined ? null : cursorPart(cursor, z.uuid());
}

/** The same for lists by time. */
export function timeCursor(cursor: string | undefined): { at: Date; id: string } | null {
  if (cursor === undefined) return null;
  const [at = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  return { at: new Date(cursorPart(at, z.iso.datetime())), id: cursorPart(id, z.uuid()) };
}

export function timeCursorText(at: Date, id: string): string {
  return Buffer.from(`${at.toISOString()} ${id}`).toString('base64url');
}

/** An answer of a list of which one more than `limit` was read; `cursorOf` the last that is given leads on. */
export function listAnswer<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
  itemOf: (row: Row) => object,
): Response {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? cursorOf(last) : null;
  return Response.json({ data: shown.map(itemOf), nextCursor });
}

/** An instant as the API says it. */
export function isoOf(at: Date | number): string {
  return new Date(at).toISOString();
}

/** The same of one that may be unknown. */
export function isoOrNull(at: Date | number | null): string | null {
  return at === null ? null : isoOf(at);
}

function cursorPart(text: string, schema: z.ZodType<string>): string {
  const result = schema.safeParse(text);
  if (result.success) return result.data;
  const sentence = 'Send the `nextCursor` of the answer before.';
  throw new AppError('invalid-request', sentence, { fields: { cursor: sentence } });
}
