import { v7 } from 'uuid';
import type { Tx } from './database';

/** Systems that have a tag now; `clientId` null: of any client. */
export async function systemsWithTag(
  tx: Tx,
  mspId: string,
  tag: string,
  clientId: string | null,
): Promise<string[]> {
  const rows = await tx.systemTag.findMany({
    where: { mspId, tag, removedAt: null, ...(clientId !== null && { clientId }) },
    select: { systemId: true },
  });
  return rows.map((one) => one.systemId);
}

/** Whose a system is that stands for itself; null: not there, archived, merged into another, or another MSP's. */
export async function clientOfSystem(tx: Tx, mspId: string, systemId: string): Promise<string | null> {
  const system = await tx.system.findFirst({
    where: { mspId, systemId, archivedAt: null, mergedIntoId: null },
    select: { clientId: true },
  });
  return system?.clientId ?? null;
}

/** The tags of a system now, by name. */
export async function listSystemTags(tx: Tx, mspId: string, systemId: string): Promise<string[]> {
  const rows = await tx.systemTag.findMany({
    where: { mspId, systemId, removedAt: null },
    select: { tag: true },
    orderBy: { tag: 'asc' },
  });
  return rows.map((one) => one.tag);
}

export async function addSystemTags(
  tx: Tx,
  mspId: string,
  of: { readonly clientId: string; readonly systemId: string },
  tags: readonly string[],
  { at, by }: { at: Date; by: string },
): Promise<void> {
  await tx.systemTag.createMany({
    data: tags.map((tag) => ({ mspId, systemTagId: v7(), ...of, tag, addedAt: at, addedBy: by })),
  });
}

export async function removeSystemTags(
  tx: Tx,
  mspId: string,
  systemId: string,
  tags: readonly string[],
  { at, by }: { at: Date; by: string },
): Promise<void> {
  await tx.systemTag.updateMany({
    where: { mspId, systemId, tag: { in: [...tags] }, removedAt: null },
    data: { removedAt: at, removedBy: by },
  });
}
