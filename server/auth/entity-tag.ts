import { createHash } from 'node:crypto';
import { AppError } from '../errors';

/** The entity tag of a JSON text. */
function entityTag(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** A JSON answer to a GET with its entity tag; 304 without a body where the caller has it (`If-None-Match`). Anything else as it is. */
export async function withETag(request: Request, response: Response): Promise<Response> {
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  if (request.method !== 'GET' || response.status !== 200 || !isJson) return response;
  const text = await response.text();
  const tag = entityTag(text);
  const headers = new Headers(response.headers);
  headers.set('etag', tag);
  if (tagsIn(request.headers.get('if-none-match')).some((known) => known === '*' || known === tag)) {
    headers.delete('content-type');
    return new Response(null, { status: 304, headers });
  }
  return new Response(text, { status: 200, headers });
}

/**
 * Holds a change to what its caller last read: with `If-Match`, it is refused once that is not what a GET of the same path answers.
 * `current`: what it answers now; left out: there is no such GET.
 * @throws AppError `precondition-failed`, `invalid-request` where nothing is there to compare with
 */
export async function checkIfMatch(
  request: Request,
  current: (() => Promise<unknown> | undefined) | undefined,
): Promise<void> {
  const wanted = request.headers.get('if-match');
  if (wanted === null || request.method === 'GET') return;
  if (!current)
    throw new AppError('invalid-request', 'Nothing can be read at this address: leave If-Match out.');
  const tag = entityTag(JSON.stringify(await current()));
  if (tagsIn(wanted).some((known) => known === '*' || known === tag)) return;
  throw new AppError(
    'precondition-failed',
    'It was changed since you read it. Read it again, and send the change with its new ETag.',
  );
}

/** Weak tags count as what they stand for: a proxy that compresses makes them so. */
function tagsIn(header: string | null): string[] {
  return (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
}
