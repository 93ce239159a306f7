import { z } from 'zod';
import type { Tx } from './database';

/** A job as it is named. */
export interface NamedJob {
  readonly jobId: string;
  readonly clientId: string;
  readonly name: string;
}

/** null: not there, or another MSP's. */
export async function findJob(tx: Tx, mspId: string, jobId: string): Promise<NamedJob | null> {
  return tx.job.findFirst({ where: { mspId, jobId }, select: { jobId: true, clientId: true, name: true } });
}

/** The systems that jobs' data belong to: those that their own are merged into, if they are. */
export async function systemsOfJobs(tx: Tx, mspId: string, jobIds: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw`SELECT DISTINCT coalesce(y.merged_into_id, y.system_id)::text AS "systemId"
    FROM app.job j JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = j.system_id
    WHERE j.msp_id = ${mspId}::uuid AND j.job_id = ANY (${[...jobIds]}::uuid[])`;
  return z
    .array(z.object({ systemId: z.string() }))
    .parse(rows)
    .map(({ systemId }) => systemId);
}

/** Has whoever changes the same job wait until commit. */
export async function lockJob(tx: Tx, jobId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 AS one FROM pg_advisory_xact_lock(hashtextextended(${jobId}, 0))`;
}
