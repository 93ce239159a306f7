import { createHash, randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import { storeEnrolmentToken } from '../data/enrolment-tokens';
import type { TenantScope } from '../tenancy/tenant-scope';

/** How long a token may be spent. */
const ENROLMENT_TOKEN_HOURS = 24;

/** A token, shown this once, and the id under which one follows what becomes of it. */
export interface MintedToken {
  /** `hfe_` and 43 characters. */
  readonly token: string;
  readonly enrolmentId: string;
  readonly expiresAt: Date;
}

/**
 * Makes a token with which one machine enrols once. Only its hash is kept, so it can be shown this once.
 * @param clientId whom the machine will report for; null: the MSP's own machines
 */
export async function mintEnrolmentToken(
  database: Database,
  scope: TenantScope,
  clientId: string | null,
  nowMs: number,
): Promise<MintedToken> {
  return database.inScope(scope, async (tx) => {
    const minted = await storeNewToken(tx, { clientId, agentId: null }, nowMs);
    await appendAuditEvent(tx, {
      action: 'enrolment-token.minted',
      clientId,
      target: { enrolmentId: minted.enrolmentId, ...(clientId !== null && { clientId }) },
      details: { expiresAt: minted.expiresAt.toISOString() },
    });
    return minted;
  });
}

/** A token in the running transaction. `agentId`: whose key it changes; null: it makes an agent. */
export async function storeNewToken(
  tx: Tx,
  of: { clientId: string | null; agentId: string | null },
  nowMs: number,
): Promise<MintedToken> {
  const token = `hfe_${randomBytes(32).toString('base64url')}`;
  const expiresAt = new Date(nowMs + ENROLMENT_TOKEN_HOURS * 3_600_000);
  const enrolmentId = v7();
  await storeEnrolmentToken(tx, { tokenHash: hashEnrolmentToken(token), enrolmentId, expiresAt, ...of });
  return { token, enrolmentId, expiresAt };
}

export function hashEnrolmentToken(token: string): Buffer<ArrayBuffer> {
  return Buffer.from(createHash('sha256').update(token).digest());
}
