import { z } from 'zod';
import { type FirstStepFacts, type Omission, OMISSIONS } from '@/domain/first-hour/first-steps';
import type { Tx } from './database';

const foundRow = z.object({
  isMailTaken: z.boolean(),
  clientCount: z.int(),
  clientId: z.string().nullable(),
  clientName: z.string().nullable(),
  awaitedCount: z.int(),
  leftOut: z.array(z.enum(OMISSIONS)),
});
const reportRow = z.object({
  rawReportId: z.string(),
  receivedAt: z.date(),
  /** The machine or channel that it came from. */
  from: z.string(),
  clientName: z.string().nullable(),
  systemId: z.string().nullable(),
  systemName: z.string().nullable(),
});

/** The first report that an MSP ever had, and a system that is known since. */
export type FirstReport = z.output<typeof reportRow>;

/** How far an MSP is, with what its screen names. */
export interface FoundFirstSteps extends FirstStepFacts {
  /** The client that was added first; null: there is none. */
  readonly client: { readonly clientId: string; readonly name: string } | null;
  readonly firstReport: FirstReport | null;
}

/** What is there of the first steps; samples, archived clients and imported files of history count for nothing. */
export async function findFirstSteps(tx: Tx, mspId: string): Promise<FoundFirstSteps> {
  const firstReport = await findFirstReport(tx, mspId);
  const rows = await tx.$queryRaw`
    WITH own AS (
      SELECT c.client_id, c.name, c.created_at FROM app.client c
      WHERE c.msp_id = ${mspId}::uuid AND c.archived_at IS NULL AND NOT EXISTS (SELECT FROM app.sample_client s
        WHERE s.msp_id = ${mspId}::uuid AND s.client_id = c.client_id))
    SELECT EXISTS (SELECT FROM app.mail_outbox o
        WHERE o.msp_id = ${mspId}::uuid AND o.state = 'sent' AND o.sent_via = 'smtp') AS "isMailTaken",
      (SELECT count(*) FROM own)::int AS "clientCount", f.client_id::text AS "clientId", f.name AS "clientName",
      CASE WHEN ${firstReport === null} THEN (SELECT count(*) FROM app.agent a WHERE a.msp_id = ${mspId}::uuid AND a.revoked_at IS NULL AND a.channel <> 'import'
        AND (a.client_id IS NULL OR a.client_id IN (SELECT o.client_id FROM own o)) AND NOT EXISTS (SELECT FROM app.raw_report r
          WHERE r.msp_id = ${mspId}::uuid AND r.agent_id = a.agent_id)) ELSE 0 END::int AS "awaitedCount",
      ARRAY(SELECT t.step FROM app.first_step t WHERE t.msp_id = ${mspId}::uuid AND t.left_out_at IS NOT NULL) AS "leftOut"
    FROM (SELECT) nothing LEFT JOIN (SELECT o.client_id, o.name FROM own o ORDER BY o.created_at, o.client_id LIMIT 1) f ON true`;
  const [{ clientId, clientName, ...found }] = z.tuple([foundRow]).parse(rows);
  const client = clientId !== null && clientName !== null ? { clientId, name: clientName } : null;
  return { ...found, client, hasReport: firstReport !== null, firstReport };
}

async function findFirstReport(tx: Tx, mspId: string): Promise<FirstReport | null> {
  const rows = await tx.$queryRaw`
    SELECT r.raw_report_id::text AS "rawReportId", r.received_at AS "receivedAt",
      CASE WHEN a.channel = 'agent' THEN a.hostname ELSE a.name END AS "from", c.name AS "clientName",
      y.system_id::text AS "systemId", y.name AS "systemName"
    FROM (SELECT r.raw_report_id, r.received_at, r.client_id, r.agent_id FROM app.raw_report r
      WHERE r.msp_id = ${mspId}::uuid AND NOT EXISTS (SELECT FROM app.sample_client s
        WHERE s.msp_id = ${mspId}::uuid AND s.client_id = r.client_id)
        AND (SELECT a.channel FROM app.agent a WHERE a.msp_id = ${mspId}::uuid AND a.agent_id = r.agent_id) <> 'import'
      ORDER BY r.received_at LIMIT 1) r
    JOIN app.agent a ON a.msp_id = ${mspId}::uuid AND a.agent_id = r.agent_id
    LEFT JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = r.client_id
    LEFT JOIN LATERAL (SELECT s.system_id, s.name FROM app.system s
      WHERE s.msp_id = ${mspId}::uuid AND s.client_id = r.client_id AND s.archived_at IS NULL
      ORDER BY s.created_at, s.system_id LIMIT 1) y ON true`;
  return z.array(reportRow).max(1).parse(rows)[0] ?? null;
}

/** Leaves a step out, or takes it up again (null). */
export async function setLeftOut(
  tx: Tx,
  mspId: string,
  step: Omission,
  leftOut: { readonly at: Date; readonly by: string } | null,
): Promise<void> {
  const state = { leftOutAt: leftOut?.at ?? null, leftOutBy: leftOut?.by ?? null };
  await tx.firstStep.upsert({
    where: { mspId_step: { mspId, step } },
    create: { mspId, step, ...state },
    update: state,
  });
}

/** Gives the MSP another name and zone. */
export async function renameMsp(
  tx: Tx,
  mspId: string,
  msp: { readonly name: string; readonly timeZone: string },
): Promise<void> {
  await tx.msp.update({ where: { mspId }, data: msp, select: { mspId: true } });
}
