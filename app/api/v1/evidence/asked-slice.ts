import { z } from 'zod';
import { AppError } from '@/server/errors';
import type { Slice } from '@/server/data/evidence-api';

const shape = z.object({
  cursor: z.uuid('Send the `next_cursor` of the answer before.').nullable(),
  client_id: z.uuid('Send the id of a client.').nullable(),
  limit: z.coerce.number().int().min(1).nullable(),
});

/** Which part of a list a request asks for. @throws AppError `invalid-request` */
export function askedSlice(request: Request, limitMax: number): Slice {
  const { searchParams } = new URL(request.url);
  const asked = shape.safeParse({
    cursor: searchParams.get('cursor'),
    client_id: searchParams.get('client_id'),
    limit: searchParams.get('limit'),
  });
  if (!asked.success) throw wrong(asked.error);
  const { cursor, client_id: clientId, limit } = asked.data;
  return { after: cursor, clientId, limit: Math.min(limit ?? limitMax, limitMax) };
}

/** The same for lists that are numbered. @throws AppError `invalid-request` */
export function askedNumbers(request: Request, limitMax: number): { after: number; limit: number } {
  const { searchParams } = new URL(request.url);
  const asked = z
    .object({
      cursor: z.coerce.number('Send the `next_cursor` of the answer before.').int().min(0).nullable(),
      limit: z.coerce.number().int().min(1).nullable(),
    })
    .safeParse({ cursor: searchParams.get('cursor'), limit: searchParams.get('limit') });
  if (!asked.success) throw wrong(asked.error);
  return { after: asked.data.cursor ?? 0, limit: Math.min(asked.data.limit ?? limitMax, limitMax) };
}

/** An instant of the query; `preset` where it is left out. @throws AppError `invalid-request` */
export function askedInstant(request: Request, name: string, preset: Date): Date {
  const given = new URL(request.url).searchParams.get(name);
  if (given === null) return preset;
  const parsed = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).safeParse(given);
  if (!parsed.success) {
    const sentence =
      'Send an instant as 2026-10-31T23:59:59Z, or a day as 2026-10-31 (its first instant in UTC).';
    throw new AppError('invalid-request', sentence, { fields: { [name]: sentence } });
  }
  return new Date(parsed.data);
}

/** An answer with where to go on; null: that was all. */
export function sliceResponse(
  data: readonly object[],
  { limit }: Pick<Slice, 'limit'>,
  lastId: string | number | undefined,
  more: object = {},
): Response {
  return Response.json({ ...more, data, next_cursor: data.length < limit ? null : (lastId ?? null) });
}

function wrong(error: z.ZodError): AppError {
  const fields = Object.fromEntries(error.issues.map((issue) => [String(issue.path[0]), issue.message]));
  return new AppError('invalid-request', 'Some parameters are not as they should be.', { fields });
}
