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
  readonly verb: 'confirmed' | 'ignored';
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

/** The system, archived or not; null: not there, or another MSP's. Locked, so that two decisions come one after the other. */
export async function lockSystem(
  tx: Tx,
  mspId: string,
  systemId: string,
): Promise<{ clientId: string; name: string } | null> {
  const rows = await tx.$queryRaw`SELECT client_id::text AS "clientId", name FROM app.system
    WHERE msp_id = ${mspId}::uuid AND system_id = ${systemId}::uuid FOR UPDATE`;
  return z.array(z.object({ clientId: z.string(), name: z.string() })).parse(rows)[0] ?? null;
}

/** Takes a system out of every list and evaluation, or back into them (`at` null). Its facts stay. */
export async function archiveSystem(tx: Tx, mspId: string, systemId: string, at: Date | null): Promise<void> {
  await tx.system.updateMany({ where: { mspId, systemId }, data: { archivedAt: at } });
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
      AND r.agent_id = ${of.agentId}::uuid AND i.state = 'quarantined'
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
    WHERE i.msp_id = ${mspId}::uuid AND i.state = 'quarantined' AND r.agent_id = ${of.agentId}::uuid
      AND coalesce(i.reason, 'no reason was kept') = ${of.cause} LIMIT 1`;
  return z.array(z.unknown()).parse(rows).length > 0;
}
