import { createHash, randomBytes } from 'node:crypto';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { storeEnrolmentToken } from '../data/enrolment-tokens';
import type { TenantScope } from '../tenancy/tenant-scope';

/** How long a token may be spent. */
export const ENROLMENT_TOKEN_HOURS = 24;

/**
 * Makes a token with which one machine enrols once. Only its hash is kept, so it can be shown this once.
 * @param clientId whom the machine will report for; null: the MSP's own machines
 * @returns `hfe_` and 43 characters
 */
export async function mintEnrolmentToken(
  database: Database,
  scope: TenantScope,
  clientId: string | null,
  nowMs: number,
): Promise<string> {
  const token = `hfe_${randomBytes(32).toString('base64url')}`;
  const expiresAt = new Date(nowMs + ENROLMENT_TOKEN_HOURS * 3_600_000);
  await database.inScope(scope, async (tx) => {
    await storeEnrolmentToken(tx, { tokenHash: hashEnrolmentToken(token), clientId, expiresAt });
    await appendAuditEvent(tx, {
      action: 'enrolment-token.minted',
      clientId,
      target: clientId === null ? {} : { clientId },
      details: { expiresAt: expiresAt.toISOString() },
    });
  });
  return token;
}

export function hashEnrolmentToken(token: string): Buffer<ArrayBuffer> {
  return Buffer.from(createHash('sha256').update(token).digest());
}
