import { z } from 'zod';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { isServed } from './served';

/** Says of clients, as they are made, that they are invented. */
export async function insertSampleClients(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[],
  addedAt: Date,
): Promise<void> {
  await tx.sampleClient.createMany({ data: clientIds.map((clientId) => ({ mspId, clientId, addedAt })) });
}

/** How much of what the scope sees is invented. */
export interface SampleShare {
  readonly samples: number;
  /** All clients, samples among them. */
  readonly clients: number;
}

const countRow = z.object({ samples: z.int() });

/** How many clients there are, and how many of them are samples; those whose service has ended are seen nowhere and count for neither. */
export async function countSamples(tx: Tx, mspId: string): Promise<SampleShare> {
  const rows = await tx.$queryRaw`SELECT count(*)::int AS samples FROM app.sample_client s
    WHERE s.msp_id = ${mspId}::uuid AND ${isServed(mspId, Prisma.sql`s.client_id`)}`;
  const [{ samples }] = z.tuple([countRow]).parse(rows);
  // Where nothing is invented, nobody needs the other figure.
  return {
    samples,
    clients: samples === 0 ? 0 : await tx.client.count({ where: { mspId, archivedAt: null } }),
  };
}

/** The samples among an MSP's clients; at most 2,000. */
export async function listSampleIds(tx: Tx, mspId: string): Promise<ReadonlySet<string>> {
  const rows = await tx.sampleClient.findMany({ where: { mspId }, select: { clientId: true }, take: 2000 });
  return new Set(rows.map(({ clientId }) => clientId));
}

/** The samples that are marked one by one, since real clients stand beside them; empty where all are invented, or none is. */
export async function listMarkedSamples(tx: Tx, mspId: string): Promise<ReadonlySet<string>> {
  const { samples, clients } = await countSamples(tx, mspId);
  return samples === clients ? new Set() : listSampleIds(tx, mspId);
}

const extentRow = z.object({
  clients: z.int(),
  systems: z.int(),
  agents: z.int(),
  reports: z.int(),
  documents: z.int(),
});
/** What would go with the samples. */
export type SampleExtent = z.output<typeof extentRow>;

/** Counts what is of sample clients. */
export async function measureSamples(tx: Tx, mspId: string): Promise<SampleExtent> {
  const rows = await tx.$queryRaw`
    WITH sample AS (SELECT s.client_id FROM app.sample_client s WHERE s.msp_id = ${mspId}::uuid)
    SELECT (SELECT count(*) FROM sample)::int AS clients,
      (SELECT count(*) FROM app.system y WHERE y.msp_id = ${mspId}::uuid AND y.client_id IN (SELECT * FROM sample))::int AS systems,
      (SELECT count(*) FROM app.agent a WHERE a.msp_id = ${mspId}::uuid AND a.client_id IN (SELECT * FROM sample))::int AS agents,
      (SELECT count(*) FROM app.raw_report r WHERE r.msp_id = ${mspId}::uuid AND r.client_id IN (SELECT * FROM sample))::int
        AS reports,
      (SELECT count(*) FROM app.document d WHERE d.msp_id = ${mspId}::uuid AND d.client_id IN (SELECT * FROM sample))::int
        AS documents`;
  return z.tuple([extentRow]).parse(rows)[0];
}

/** Removes the sample clients of the scope's MSP with all that is theirs; answers how many those were. For an owner's scope. */
export async function removeSampleClients(tx: Tx): Promise<number> {
  const rows = await tx.$queryRaw`SELECT cardinality(app.remove_sample_clients())::int AS count`;
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}
