import { z } from 'zod';
import type { Tx } from './database';

const row = z.object({
  exclusionId: z.string(),
  clientId: z.string(),
  hostKey: z.string(),
  ownerName: z.string(),
  reason: z.string(),
  validUntil: z.date().transform((at) => at.getTime()),
});
/** A machine that somebody left out, whether it still holds or not. */
export type StoredExclusion = z.output<typeof row>;

/** What was said of the machines of these clients and not taken back. */
export async function listExclusions(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[],
): Promise<StoredExclusion[]> {
  const rows = await tx.coverageExclusion.findMany({
    where: { mspId, clientId: { in: [...clientIds] }, withdrawnAt: null },
    select: {
      exclusionId: true,
      clientId: true,
      hostKey: true,
      ownerName: true,
      reason: true,
      validUntil: true,
    },
  });
  return z.array(row).parse(rows);
}

export interface NewExclusion {
  readonly exclusionId: string;
  readonly clientId: string;
  readonly hostKey: string;
  readonly name: string;
  readonly ownerName: string;
  readonly reason: string;
  readonly validUntil: Date;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly createdByName: string;
}

export async function insertExclusion(tx: Tx, mspId: string, made: NewExclusion): Promise<void> {
  await tx.coverageExclusion.create({ data: { mspId, ...made }, select: { exclusionId: true } });
}

/** Takes back what was said of a machine, where anything was. */
export async function withdrawExclusionsOf(
  tx: Tx,
  mspId: string,
  { clientId, hostKey }: { clientId: string; hostKey: string },
  { by, at }: { by: string; at: Date },
): Promise<void> {
  await tx.coverageExclusion.updateMany({
    where: { mspId, clientId, hostKey, withdrawnAt: null },
    data: { withdrawnAt: at, withdrawnBy: by },
  });
}

/** Takes it back; null: not there, taken back already, or another MSP's. */
export async function withdrawExclusion(
  tx: Tx,
  mspId: string,
  exclusionId: string,
  { by, at }: { by: string; at: Date },
): Promise<{ clientId: string; name: string } | null> {
  const found = await tx.coverageExclusion.findFirst({
    where: { mspId, exclusionId },
    select: { clientId: true, name: true },
  });
  const { count } = await tx.coverageExclusion.updateMany({
    where: { mspId, exclusionId, withdrawnAt: null },
    data: { withdrawnAt: at, withdrawnBy: by },
  });
  return count > 0 ? found : null;
}
