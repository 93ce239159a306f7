import { z } from 'zod';
import { MINUTE } from '@/domain/time/instant';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { hintWork } from './work-due';

/** Within this time whoever took a client's coverage has looked at it, or somebody else does. */
const LOOKED_AT_WITHIN = 10 * MINUTE;

/** Has the coverage of a client looked at, from its first inventory on. Call it late in a transaction: whoever looks waits for it. */
export async function beginCoverage(tx: Tx, mspId: string, clientId: string, at: Date): Promise<void> {
  await tx.$executeRaw`UPDATE app.client SET coverage_due_at = least(coverage_due_at, ${at}::timestamptz)
    WHERE msp_id = ${mspId}::uuid AND client_id = ${clientId}::uuid`;
  await hintWork(tx, mspId, 'evaluation', at);
}

/** Has the coverage of these clients looked at anew, of those that ever had an inventory; `*`: of all. */
export async function hastenCoverage(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[] | '*',
  at: Date,
): Promise<void> {
  const ids = clientIds === '*' ? [] : [...clientIds];
  await hasten(tx, mspId, Prisma.sql`(${clientIds === '*'} OR c.client_id = ANY (${ids}::uuid[]))`, at);
}

/** Has the coverage looked at anew that these causes come from, such as when one of them is accepted. */
export async function hastenCoverageOfCauses(
  tx: Tx,
  mspId: string,
  causeIds: readonly string[],
  at: Date,
): Promise<void> {
  const ofCauses = Prisma.sql`c.client_id IN (SELECT u.client_id FROM app.finding_cause u
    WHERE u.msp_id = ${mspId}::uuid AND u.cause_id = ANY (${[...causeIds]}::uuid[])
      AND u.rules && ARRAY['not-covered', 'unmanaged-system'])`;
  await hasten(tx, mspId, ofCauses, at);
}

/** In one order, so that two who hasten the same clients wait for each other instead of for ever. */
async function hasten(tx: Tx, mspId: string, isMeant: Prisma.Sql, at: Date): Promise<void> {
  await tx.$executeRaw`UPDATE app.client d SET coverage_due_at = ${at}
    WHERE d.msp_id = ${mspId}::uuid AND d.client_id IN (SELECT c.client_id FROM app.client c
      WHERE c.msp_id = ${mspId}::uuid AND c.coverage_due_at > ${at}::timestamptz AND ${isMeant}
      ORDER BY c.client_id FOR NO KEY UPDATE)`;
}

/** The clients whose coverage these systems may have changed: those that are new or merged, and those that had no backup. */
export async function clientsToCover(
  tx: Tx,
  mspId: string,
  { changedClientIds, systemIds }: { changedClientIds: readonly string[]; systemIds: readonly string[] },
): Promise<string[]> {
  const rows = await tx.$queryRaw`
    SELECT f.client_id::text AS "clientId" FROM app.finding f
    WHERE f.msp_id = ${mspId}::uuid AND f.closed_at IS NULL AND f.data_set_id IS NULL AND f.rule = 'not-covered'
      AND f.system_id = ANY (${[...systemIds]}::uuid[])`;
  const uncovered = z.array(z.object({ clientId: z.string() })).parse(rows);
  return [...new Set([...changedClientIds, ...uncovered.map((one) => one.clientId)])];
}

/** A client whose coverage is to be looked at, and until when it is left to whoever took it. */
export interface DueCoverage {
  readonly clientId: string;
  readonly takenUntil: Date;
}

/** Takes clients whose coverage is due, longest waiting first; another worker finds them taken. */
export async function claimDueCoverage(
  tx: Tx,
  mspId: string,
  now: Date,
  limit: number,
): Promise<DueCoverage[]> {
  const takenUntil = new Date(now.getTime() + LOOKED_AT_WITHIN);
  const rows = await tx.$queryRaw`UPDATE app.client d SET coverage_due_at = ${takenUntil}
    WHERE d.msp_id = ${mspId}::uuid AND d.client_id IN (SELECT c.client_id FROM app.client c
      WHERE c.msp_id = ${mspId}::uuid AND c.coverage_due_at <= ${now}
      ORDER BY c.coverage_due_at LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING d.client_id::text AS "clientId"`;
  return z
    .array(z.object({ clientId: z.string() }))
    .parse(rows)
    .map(({ clientId }) => ({ clientId, takenUntil }));
}

/** Says when to look again, unless somebody asked for it meanwhile. */
export async function settleCoverage(
  tx: Tx,
  mspId: string,
  { clientId, takenUntil }: DueCoverage,
  nextAt: Date,
): Promise<void> {
  await tx.$executeRaw`UPDATE app.client SET coverage_due_at = ${nextAt}
    WHERE msp_id = ${mspId}::uuid AND client_id = ${clientId}::uuid AND coverage_due_at = ${takenUntil}::timestamptz`;
}
