import { z } from 'zod';
import type { Tx } from './database';

const row = z.object({
  holdId: z.string(),
  clientId: z.string(),
  reason: z.string(),
  placedAt: z.date(),
  placedByName: z.string(),
});
/** A hold that stands: nothing of the client that is evidence may go, however old. */
export type LegalHold = z.output<typeof row>;

/** The holds that stand, newest first. A client has one at most. */
export async function listLegalHolds(tx: Tx, mspId: string): Promise<LegalHold[]> {
  const rows = await tx.legalHold.findMany({
    where: { mspId, withdrawnAt: null },
    select: { holdId: true, clientId: true, reason: true, placedAt: true, placedByName: true },
    orderBy: { placedAt: 'desc' },
    take: 10_000,
  });
  return z.array(row).parse(rows);
}

/** Those of these clients that a hold stood for at `at`. */
export async function clientsHeldAt(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[],
  at: Date,
): Promise<ReadonlySet<string>> {
  const rows = await tx.legalHold.findMany({
    where: {
      mspId,
      clientId: { in: [...clientIds] },
      placedAt: { lte: at },
      OR: [{ withdrawnAt: null }, { withdrawnAt: { gt: at } }],
    },
    select: { clientId: true },
  });
  return new Set(rows.map(({ clientId }) => clientId));
}

export async function insertLegalHold(
  tx: Tx,
  mspId: string,
  hold: LegalHold & { readonly placedBy: string },
): Promise<void> {
  await tx.legalHold.create({ data: { mspId, ...hold }, select: { holdId: true } });
}

/** Withdraws the client's hold; null: none stands. */
export async function endLegalHold(
  tx: Tx,
  mspId: string,
  clientId: string,
  { by, byName, at }: { by: string; byName: string; at: Date },
): Promise<string | null> {
  const found = await tx.legalHold.findFirst({
    where: { mspId, clientId, withdrawnAt: null },
    select: { holdId: true },
  });
  if (!found) return null;
  const { count } = await tx.legalHold.updateMany({
    // two people may have placed one each in the same instant
    where: { mspId, clientId, withdrawnAt: null },
    data: { withdrawnAt: at, withdrawnBy: by, withdrawnByName: byName },
  });
  return count > 0 ? found.holdId : null;
}
