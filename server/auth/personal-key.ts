import { clientsOfKey, isOfReading, scopeFor } from '@/domain/access/api-scopes';
import { may, type Permission } from '@/domain/access/permissions';
import { AppError } from '../errors';
import { type LivePersonalKey, resolvePersonalKey } from '../data/personal-keys';
import { webDatabase } from '../data/web-database';
import { secretHash } from '../secret-hash';
import { PERSONAL_KEY_SHAPE } from '../services/manage-personal-keys';
import { createRateLimit, type Rate } from '../services/rate-limit';
import { makeTenantScope } from '../tenancy/tenant-scope';
import type { CurrentSession } from './current-session';

/** Of one key. */
const PERSONAL_KEY_RATE: Rate = { perSecond: 10, burst: 200 };

const limit = createRateLimit(PERSONAL_KEY_RATE);

/** Who acts by a key, as a signed-in person would, and the key. */
export interface ActingByKey {
  readonly key: LivePersonalKey;
  readonly session: CurrentSession;
}

/** What a request says in `Authorization: Bearer`, where it looks like a personal key; null: it comes with none. */
export function personalKeyIn(headers: Headers): string | null {
  const [scheme, key = ''] = (headers.get('authorization') ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && key.startsWith('holdfast_api_') ? key : null;
}

/**
 * As whom a request with a personal key runs. Asked anew at each request: what its person may not do any more, the key may not.
 * @throws AppError `not-signed-in` for a key that is unknown, revoked, at its end or of a person who was shut out; `forbidden` where its
 *   scopes or its person's role do not allow it; `rate-limited`
 */
export async function requirePersonalKey(
  given: string,
  { permission, isChange }: { readonly permission: Permission | 'any-key'; readonly isChange: boolean },
  nowMs: number,
): Promise<ActingByKey> {
  const key = PERSONAL_KEY_SHAPE.test(given)
    ? await resolvePersonalKey(webDatabase(), secretHash(given))
    : null;
  if (!key)
    throw new AppError(
      'not-signed-in',
      'This key is unknown, revoked or has ended. Make one under “API keys” and send it as “Authorization: Bearer …”.',
    );
  const retryAfterSeconds = limit.take(key.personalKeyId, nowMs);
  if (retryAfterSeconds > 0)
    throw new AppError('rate-limited', `Too many requests. Try again in ${retryAfterSeconds} s.`, {
      retryAfterSeconds,
    });
  const clientIds = clientsOfKey(key.clientIds, key.keyClientIds);
  if (permission !== 'any-key') checkPermission(key, { permission, isChange }, clientIds);
  const { personId, name, email, mspId, role, expiresAt, personalKeyId } = key;
  const scope = makeTenantScope({ mspId, clientIds, actorId: personId, role, personalKeyId });
  const acting = { personId, name, email, mspId, role, clientIds, expiresAt, scope };
  // No route that a key is good for asks for what only a session in a browser has.
  return { key, session: { ...acting, sessionId: '', aal: 1, grant: null, owes: null } };
}

/** What is left of a key's rate, as `RateLimit-…` headers; nothing for a key that is nobody's. */
export function rateHeaders(personalKeyId: string, nowMs: number): Record<string, string> {
  const left = limit.left(personalKeyId, nowMs);
  return {
    'ratelimit-limit': String(PERSONAL_KEY_RATE.burst),
    'ratelimit-remaining': String(left),
    'ratelimit-reset': String(Math.ceil((PERSONAL_KEY_RATE.burst - left) / PERSONAL_KEY_RATE.perSecond)),
  };
}

function checkPermission(
  { scopes, role }: LivePersonalKey,
  { permission, isChange }: { readonly permission: Permission; readonly isChange: boolean },
  clientIds: '*' | readonly string[],
): void {
  const needed = scopeFor(permission);
  if (needed === null || (isChange && isOfReading(needed)))
    throw new AppError('forbidden', 'No key is good for this: do it in the browser, signed in.');
  if (!scopes.includes(needed))
    throw new AppError('forbidden', `This key lacks the scope “${needed}”. Make one that has it.`);
  if (!may(role, permission, clientIds))
    throw new AppError(
      'forbidden',
      'The role of the key’s person, or the clients that it sees, do not allow this.',
    );
}
