import { z } from 'zod';
import type { Database, Tx } from './database';

/** Keeps a new password of the person behind a live session and ends their other sessions; false: nobody's session. */
export async function storePassword(tx: Tx, sessionId: string, passwordHash: string): Promise<boolean> {
  const rows =
    await tx.$queryRaw`SELECT identity.change_password(${sessionId}::uuid, ${passwordHash}) AS is_done`;
  return isDone(rows);
}

/**
 * Keeps a new authenticator of the person behind a live session and ends their other sessions; false: nobody's session.
 * `totpStep`: of the code that proved it, which is not accepted again.
 */
export async function storeAuthenticator(
  tx: Tx,
  sessionId: string,
  totpSecret: Uint8Array<ArrayBuffer>,
  totpStep: number,
): Promise<boolean> {
  const rows =
    await tx.$queryRaw`SELECT identity.change_totp(${sessionId}::uuid, ${totpSecret}::bytea, ${totpStep}::bigint) AS is_done`;
  return isDone(rows);
}

/** Keeps hashes of recovery codes in place of all earlier ones; false: nobody's session, or one without a second factor. */
export async function storeRecoveryCodes(
  tx: Tx,
  sessionId: string,
  codeHashes: readonly Uint8Array<ArrayBuffer>[],
): Promise<boolean> {
  const rows =
    await tx.$queryRaw`SELECT identity.store_recovery_codes(${sessionId}::uuid, ${[...codeHashes]}::bytea[]) AS is_done`;
  return isDone(rows);
}

/** How many recovery codes the person behind a live session has left. */
export async function countRecoveryCodes(database: Database, sessionId: string): Promise<number> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT identity.count_recovery_codes(${sessionId}::uuid) AS count`,
  );
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}

function isDone(rows: unknown): boolean {
  return z.tuple([z.object({ is_done: z.boolean() })]).parse(rows)[0].is_done;
}
