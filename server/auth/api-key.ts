import { AppError } from '../errors';
import { resolveApiKey } from '../data/api-keys';
import { webDatabase } from '../data/web-database';
import { secretHash } from '../secret-hash';
import { API_KEY_SHAPE } from '../services/manage-api-keys';
import { createRateLimit } from '../services/rate-limit';
import { makeTenantScope, type TenantScope } from '../tenancy/tenant-scope';

/** Of one key: as the past is worked out anew at each question, programs page through it rather than hammer it. */
const limit = createRateLimit({ perSecond: 2, burst: 30 });

/**
 * For whom a request with an API key in `Authorization: Bearer` runs. Asked anew at each request, so that a revoked key is refused at
 * once.
 * @throws AppError `not-signed-in` for a key that is missing, unknown, revoked or expired; `rate-limited`
 */
export async function requireApiKey(request: Request, nowMs: number): Promise<TenantScope> {
  const [scheme, key = ''] = (request.headers.get('authorization') ?? '').split(' ');
  const isKey = scheme?.toLowerCase() === 'bearer' && API_KEY_SHAPE.test(key);
  const found = isKey ? await resolveApiKey(webDatabase(), secretHash(key)) : null;
  if (!found)
    throw new AppError(
      'not-signed-in',
      'Send a key of the evidence API that is neither revoked nor expired, as “Authorization: Bearer …”.',
    );
  const retryAfterSeconds = limit.take(found.apiKeyId, nowMs);
  if (retryAfterSeconds > 0)
    throw new AppError('rate-limited', `Too many requests. Try again in ${retryAfterSeconds} s.`, {
      retryAfterSeconds,
    });
  const { mspId, clientIds, apiKeyId } = found;
  return makeTenantScope({ mspId, clientIds, actorId: apiKeyId, role: 'api-key' });
}
