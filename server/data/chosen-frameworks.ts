import { z } from 'zod';
import type { Tx } from './database';

/** The frameworks that the MSP works by, by name; empty: nobody chose any. */
export async function findChosenFrameworks(tx: Tx, mspId: string): Promise<string[]> {
  const row = await tx.chosenFrameworks.findFirst({ where: { mspId }, select: { frameworks: true } });
  return z.array(z.string()).parse(row?.frameworks ?? []);
}

export async function saveChosenFrameworks(
  tx: Tx,
  mspId: string,
  { frameworks, by, at }: { frameworks: readonly string[]; by: string; at: Date },
): Promise<void> {
  const change = { frameworks: [...frameworks], changedAt: at, changedBy: by };
  await tx.chosenFrameworks.upsert({
    where: { mspId },
    create: { mspId, ...change },
    update: change,
    select: { mspId: true },
  });
}
