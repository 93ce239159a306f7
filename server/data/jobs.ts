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

/** The system that a job's data belong to: the one that its own is merged into. */
export async function systemOfJob(tx: Tx, mspId: string, jobId: string): Promise<string> {
  const { systemId } = await tx.job.findFirstOrThrow({ where: { mspId, jobId }, select: { systemId: true } });
  const system = await tx.system.findFirst({ where: { mspId, systemId }, select: { mergedIntoId: true } });
  return system?.mergedIntoId ?? systemId;
}

/** Has whoever changes the same job wait until commit. */
export async function lockJob(tx: Tx, jobId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 AS one FROM pg_advisory_xact_lock(hashtextextended(${jobId}, 0))`;
}
