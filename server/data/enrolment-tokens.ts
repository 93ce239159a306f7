import type { Tx } from './database';

/** Keeps the hash of a new enrolment token of the context's MSP; `clientId` null: for the MSP's own machines. */
export async function storeEnrolmentToken(
  tx: Tx,
  token: { tokenHash: Uint8Array<ArrayBuffer>; clientId: string | null; expiresAt: Date },
): Promise<void> {
  await tx.$queryRaw`SELECT identity.store_enrolment_token(${token.tokenHash}::bytea, ${token.clientId}::uuid,
    ${token.expiresAt}::timestamptz)::text`;
}
