import { createHash } from 'node:crypto';
import { z } from 'zod';
import { webDatabase } from '../data/web-database';
import { claimAnswer, keepAnswer } from '../data/personal-keys';
import { AppError } from '../errors';
import { problemResponse } from './problem-response';
import { readAll } from './request-body';

const markText = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'An Idempotency-Key has 1 to 255 visible ASCII characters.');

/** By what a program knows a request again: its own words, and the hash of what it asks for. */
export interface Mark {
  readonly idempotencyKey: string;
  readonly requestSha256: Uint8Array<ArrayBuffer>;
}

/**
 * The mark of a POST with `Idempotency-Key`, and the request to go on with, since its body is read for it; null: it has none.
 * @throws AppError `invalid-request`, `too-large`
 */
export async function readMark(
  request: Request,
  bytesMax: number,
): Promise<{ request: Request; mark: Mark | null }> {
  const given = request.headers.get('idempotency-key');
  if (given === null || request.method !== 'POST') return { request, mark: null };
  const parsed = markText.safeParse(given);
  if (!parsed.success)
    throw new AppError('invalid-request', parsed.error.issues[0]?.message ?? 'That is no Idempotency-Key.');
  const bytes = await readAll(request, bytesMax);
  const { method, url, headers } = request;
  const { pathname, search } = new URL(url);
  const requestSha256 = new Uint8Array(
    createHash('sha256').update(`${method} ${pathname}${search}\n`).update(bytes).digest(),
  );
  return {
    request: new Request(url, { method, headers, body: bytes }),
    mark: { idempotencyKey: parsed.data, requestSha256 },
  };
}

/**
 * Does what a marked request asks for once within a day: sent again, it gets the same answer (`Idempotency-Replayed: true`). What did
 * nothing, because of us, is forgotten and may be sent again.
 * @throws AppError `conflict` while the first one is not answered, `key-reused` for a mark that stood on something else
 */
export async function answerMarked(
  personalKeyId: string,
  { idempotencyKey, requestSha256 }: Mark,
  requestId: string,
  act: () => Promise<Response>,
): Promise<Response> {
  const database = webDatabase();
  const claimed = await claimAnswer(database, personalKeyId, idempotencyKey, requestSha256);
  if (claimed === 'other')
    throw new AppError('key-reused', 'This Idempotency-Key stood on another request: choose a new one.');
  if (claimed === 'under-way')
    throw new AppError(
      'conflict',
      'A request with this Idempotency-Key is not answered yet. If it stays so, it was cut off: look whether it took effect.',
    );
  if (claimed !== 'mine')
    return new Response(claimed.status === 204 ? null : claimed.body, {
      status: claimed.status,
      headers: {
        'idempotency-replayed': 'true',
        ...(claimed.contentType !== null && { 'content-type': claimed.contentType }),
      },
    });
  const response = await act().catch((error: unknown) => problemResponse(error, requestId));
  const body = await response.text();
  const contentType = response.headers.get('content-type');
  const { status, headers } = response;
  await keepAnswer(
    database,
    personalKeyId,
    idempotencyKey,
    status >= 500 ? null : { status, body, contentType },
  );
  return new Response(status === 204 ? null : body, { status, headers });
}
