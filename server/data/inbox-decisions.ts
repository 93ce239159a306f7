import { z } from 'zod';
import type { Tx } from './database';

/** What a decision is about: a system that reports named, or an agent's reports that were put aside for one cause. */
export type DecisionSubject =
  | { readonly kind: 'system'; readonly systemId: string }
  | { readonly kind: 'reports'; readonly agentId: string; readonly cause: string };

export interface NewInboxDecision {
  readonly decisionId: string;
  readonly clientId: string | null;
  readonly subject: DecisionSubject;
  readonly verb: 'confirmed' | 'ignored' | 'merged';
  /** What a system is merged into; null: it is not. */
  readonly intoSystemId: string | null;
  readonly reason: string;
  readonly decidedBy: string;
  readonly decidedByName: string;
  readonly decidedAt: Date;
}

export async function insertInboxDecision(tx: Tx, mspId: string, decision: NewInboxDecision): Promise<void> {
  const { subject, ...rest } = decision;
  await tx.inboxDecision.create({ data: { mspId, ...rest, ...columnsOf(subject) } });
}

/** Takes back the decision that holds; false: there is none. */
export async function undoInboxDecision(
  tx: Tx,
  mspId: string,
  subject: DecisionSubject,
  undone: { by: string; at: Date },
): Promise<boolean> {
  const { count } = await tx.inboxDecision.updateMany({
    where: { mspId, undoneAt: null, ...columnsOf(subject) },
    data: { undoneAt: undone.at, undoneBy: undone.by },
  });
  return count > 0;
}

function columnsOf(subject: DecisionSubject) {
  return subject.kind === 'system'
    ? { systemId: subject.systemId, agentId: null, cause: null }
    : { systemId: null, agentId: subject.agentId, cause: subject.cause };
}

/** The system, archived or not, with how many are merged into it; null: not there, or another MSP's. Locked, so that two decisions come one after the other. */
export async function lockSystem(tx: Tx, mspId: string, systemId: string): Promise<LockedSystem | null> {
  const rows =
    await tx.$queryRaw`SELECT y.client_id::text AS "clientId", y.name, y.archived_at AS "archivedAt",
      y.merged_into_id::text AS "mergedIntoId"
    FROM app.system y WHERE y.msp_id = ${mspId}::uuid AND y.system_id = ${systemId}::uuid FOR UPDATE`;
  const locked = z.array(lockedRow).parse(rows)[0];
  if (!locked) return null;
  // A statement of its own: it sees what was merged while we waited for the lock.
  return { ...locked, nameCount: await tx.system.count({ where: { mspId, mergedIntoId: systemId } }) };
}

const lockedRow = z.object({
  clientId: z.string(),
  name: z.string(),
  archivedAt: z.date().nullable(),
  mergedIntoId: z.string().nullable(),
});
type LockedSystem = z.output<typeof lockedRow> & { readonly nameCount: number };

/** Takes a system out of every list and evaluation, or back into them (`at` null). Its facts stay; `intoId` has them counted there. */
export async function archiveSystem(
  tx: Tx,
  mspId: string,
  systemId: string,
  at: Date | null,
  intoId: string | null,
): Promise<void> {
  await tx.system.updateMany({ where: { mspId, systemId }, data: { archivedAt: at, mergedIntoId: intoId } });
}

/** Has an agent's reports that were put aside for a cause processed again; how many. */
export async function retryReportsAside(
  tx: Tx,
  mspId: string,
  of: { agentId: string; cause: string },
): Promise<number> {
  return tx.$executeRaw`
    UPDATE app.inbox i SET state = 'pending', attempts = 0, finished_at = NULL, reason = NULL
    FROM app.raw_report r
    WHERE i.msp_id = ${mspId}::uuid AND r.msp_id = i.msp_id AND r.raw_report_id = i.raw_report_id
      AND r.body_deleted_at IS NULL AND r.agent_id = ${of.agentId}::uuid AND i.state = 'quarantined'
      AND coalesce(i.reason, 'no reason was kept') = ${of.cause}`;
}

/** Whether reports of an agent are put aside for a cause. */
export async function hasReportsAside(
  tx: Tx,
  mspId: string,
  of: { agentId: string; cause: string },
): Promise<boolean> {
  const rows = await tx.$queryRaw`
    SELECT 1 AS one FROM app.inbox i JOIN app.raw_report r ON r.msp_id = i.msp_id AND r.raw_report_id = i.raw_report_id
    WHERE i.msp_id = ${mspId}::uuid AND i.state = 'quarantined' AND r.agent_id = ${of.agentId}::uuid AND r.body_deleted_at IS NULL
      AND coalesce(i.reason, 'no reason was kept') = ${of.cause} LIMIT 1`;
  return z.array(z.unknown()).parse(rows).length > 0;
}
