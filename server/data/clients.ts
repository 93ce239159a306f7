import { z } from 'zod';
import type { Tx } from './database';

const row = z.object({
  clientId: z.string(),
  name: z.string(),
  timeZone: z.string(),
  dayStartHour: z.int(),
});
export type Client = z.output<typeof row>;

/** null: not there, archived, or another MSP's. */
export async function findClient(tx: Tx, mspId: string, clientId: string): Promise<Client | null> {
  const found = await tx.client.findFirst({ where: { mspId, clientId, archivedAt: null } });
  return found && row.parse(found);
}

/** A client by what is kept of it: its service may have ended, and its data may be gone. */
export interface EvidenceClient extends Client {
  readonly archivedAt: Date | null;
  readonly deletedAt: Date | null;
}

/** The client that evidence is of; null: not there, another MSP's, or its evidence was deleted, too. */
export async function findEvidenceClient(
  tx: Tx,
  mspId: string,
  clientId: string,
): Promise<EvidenceClient | null> {
  const found = await tx.client.findFirst({ where: { mspId, clientId } });
  return found && { ...row.parse(found), archivedAt: found.archivedAt, deletedAt: found.deletedAt };
}

/** Every client by name that evidence may be of, those whose service has ended among them; at most 4,000. */
export async function listEvidenceClientNames(
  tx: Tx,
  mspId: string,
): Promise<{ clientId: string; name: string }[]> {
  return tx.client.findMany({
    where: { mspId },
    select: { clientId: true, name: true },
    orderBy: { name: 'asc' },
    take: 4000,
  });
}

/** Every client of the MSP by name, for choosing one; at most 2,000. */
export async function listClientNames(tx: Tx, mspId: string): Promise<{ clientId: string; name: string }[]> {
  return tx.client.findMany({
    where: { mspId, archivedAt: null },
    select: { clientId: true, name: true },
    orderBy: { name: 'asc' },
    take: 2000,
  });
}

/** false: the MSP has a client of this name already. */
export async function insertClient(
  tx: Tx,
  mspId: string,
  client: { clientId: string; name: string; timeZone: string; createdAt: Date },
): Promise<boolean> {
  const { count } = await tx.client.createMany({ data: [{ mspId, ...client }], skipDuplicates: true });
  return count === 1;
}

/** The MSP's own name and zone. */
export async function findMsp(tx: Tx, mspId: string): Promise<{ name: string; timeZone: string }> {
  return tx.msp.findUniqueOrThrow({ where: { mspId }, select: { name: true, timeZone: true } });
}
