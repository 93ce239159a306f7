import { z } from 'zod';
import type { Keep } from '@/domain/evidence/keep-until';
import type { Tx } from './database';
import { instant } from './fact-rows';

/** How much of a client is there, or went; what is not counted is left out. */
const extentRow = z.object({
  systems: z.int(),
  agents: z.int(),
  jobs: z.int(),
  runs: z.int(),
  points: z.int(),
  /** Raw reports that go: evidence does not cite them. */
  reports: z.int(),
  /** Raw reports that stay with the evidence that cites them. */
  citedReports: z.int(),
  records: z.int(),
  attachments: z.int(),
  documents: z.int(),
  samples: z.int(),
  messages: z.int(),
});
export type ClientExtent = z.output<typeof extentRow>;

const row = z.object({
  clientId: z.string(),
  name: z.string(),
  endedAt: instant,
  endedByName: z.string(),
  reason: z.string().nullable(),
  deletionAskedAt: instant.nullable(),
  deletionAskedByName: z.string().nullable(),
  deletionDueAt: instant.nullable(),
  deletesEvidence: z.boolean(),
  deletedAt: instant.nullable(),
  removed: extentRow.extend({ people: z.int() }).partial(),
  /** As it was when its data was deleted; null: it was not, or there is no evidence. */
  evidenceUntil: instant.nullable(),
  evidenceBecause: z.string().nullable(),
  evidenceDeletedAt: instant.nullable(),
  isHeld: z.boolean(),
});
/** A client whose service has ended. */
export type EndedClient = z.output<typeof row>;

const ENDED_MAX = 2000;

/** Clients whose service has ended, those that ended last first, at most 2,000. `clientId`: that one alone. */
export async function listEndedClients(
  tx: Tx,
  mspId: string,
  clientId: string | null = null,
): Promise<EndedClient[]> {
  const rows = await tx.$queryRaw`
    SELECT e.client_id::text AS "clientId", e.client_name AS name, e.ended_at AS "endedAt", e.ended_by_name AS "endedByName", e.reason,
      e.deletion_asked_at AS "deletionAskedAt", e.deletion_asked_by_name AS "deletionAskedByName",
      e.deletion_due_at AS "deletionDueAt", e.deletes_evidence AS "deletesEvidence", e.deleted_at AS "deletedAt", e.removed,
      e.evidence_until AS "evidenceUntil", e.evidence_because AS "evidenceBecause", e.evidence_deleted_at AS "evidenceDeletedAt",
      EXISTS (SELECT FROM app.legal_hold h WHERE h.msp_id = ${mspId}::uuid AND h.client_id = e.client_id
        AND h.withdrawn_at IS NULL) AS "isHeld"
    FROM app.ended_client e
    WHERE e.msp_id = ${mspId}::uuid AND (${clientId}::uuid IS NULL OR e.client_id = ${clientId}::uuid)
    ORDER BY e.ended_at DESC, e.client_id LIMIT ${ENDED_MAX}`;
  return z.array(row).parse(rows);
}

/** null: its service did not end, or it is not there, or another MSP's. */
export async function findEndedClient(tx: Tx, mspId: string, clientId: string): Promise<EndedClient | null> {
  return (await listEndedClients(tx, mspId, clientId))[0] ?? null;
}

/** How many clients have ended and are not gone altogether. */
export async function countEndedClients(tx: Tx, mspId: string): Promise<number> {
  return tx.endedClient.count({ where: { mspId, evidenceDeletedAt: null } });
}

const done = z.tuple([z.object({ isDone: z.boolean() })]);

/** Ends the service for a client, for an owner's scope; false: it is not there, or ended before. */
export async function endClient(
  tx: Tx,
  clientId: string,
  { at, byName, reason }: { readonly at: Date; readonly byName: string; readonly reason: string },
): Promise<boolean> {
  const rows =
    await tx.$queryRaw`SELECT app.end_client(${clientId}::uuid, ${at}::timestamptz, ${byName}, ${reason}) AS "isDone"`;
  return done.parse(rows)[0].isDone;
}

/** Takes a client back into service, for an owner's scope; false: it did not end, or its data is gone. */
export async function takeBackClient(tx: Tx, clientId: string, at: Date): Promise<boolean> {
  const rows =
    await tx.$queryRaw`SELECT app.take_back_client(${clientId}::uuid, ${at}::timestamptz) AS "isDone"`;
  return done.parse(rows)[0].isDone;
}

/** Keeps that a deletion was asked for; false: one was asked for already, or nothing is left to delete. */
export async function storeDeletion(
  tx: Tx,
  mspId: string,
  clientId: string,
  asked: {
    readonly deletionAskedAt: Date;
    readonly deletionAskedBy: string;
    readonly deletionAskedByName: string;
    readonly deletionDueAt: Date;
    readonly deletesEvidence: boolean;
  },
): Promise<boolean> {
  const { count } = await tx.endedClient.updateMany({
    where: { mspId, clientId, deletionDueAt: null, evidenceDeletedAt: null },
    data: asked,
  });
  return count === 1;
}

/** Calls a deletion off; false: none was asked for, or it is done. */
export async function dropDeletion(tx: Tx, mspId: string, clientId: string): Promise<boolean> {
  const { count } = await tx.endedClient.updateMany({
    where: { mspId, clientId, deletionDueAt: { not: null } },
    data: {
      deletionAskedAt: null,
      deletionAskedBy: null,
      deletionAskedByName: null,
      deletionDueAt: null,
      deletesEvidence: false,
    },
  });
  return count === 1;
}

/** The clients whose deletion is due at `now`, longest waiting first, at most 20. */
export async function listDueDeletions(tx: Tx, mspId: string, now: Date): Promise<EndedClient[]> {
  const due = await tx.endedClient.findMany({
    where: { mspId, deletionDueAt: { lte: now } },
    select: { clientId: true },
    orderBy: { deletionDueAt: 'asc' },
    take: 20,
  });
  const found = [];
  for (const { clientId } of due) found.push(await findEndedClient(tx, mspId, clientId));
  return found.filter((one) => one !== null);
}

/** Keeps until when the evidence has to be kept, before what says so goes. */
export async function storeEvidenceKeep(
  tx: Tx,
  mspId: string,
  clientId: string,
  keep: Keep | null,
): Promise<void> {
  await tx.endedClient.updateMany({
    where: { mspId, clientId },
    data: {
      evidenceUntil: keep && new Date(keep.until),
      evidenceBecause: keep && keep.because.slice(0, 500),
    },
  });
}

/** Deletes a client's data as it was asked for, for the worker's scope; false: it is not due, or is kept. */
export async function deleteClient(tx: Tx, clientId: string, removed: object): Promise<boolean> {
  const rows =
    await tx.$queryRaw`SELECT app.delete_client(${clientId}::uuid, ${JSON.stringify(removed)}::jsonb) AS "isDone"`;
  return done.parse(rows)[0].isDone;
}

/** Counts what is there of a client; what there is most of is counted by the indexes of its jobs, data sets and agents. */
export async function measureClient(tx: Tx, mspId: string, clientId: string): Promise<ClientExtent> {
  const rows = await tx.$queryRaw`
    WITH cited AS MATERIALIZED (SELECT app.cited_reports(${clientId}::uuid) AS id)
    SELECT (SELECT count(*) FROM app.system s WHERE s.msp_id = ${mspId}::uuid AND s.client_id = ${clientId}::uuid
        AND s.merged_into_id IS NULL)::int AS systems,
      (SELECT count(*) FROM app.agent a WHERE a.msp_id = ${mspId}::uuid AND a.client_id = ${clientId}::uuid)::int AS agents,
      (SELECT count(*) FROM app.job j WHERE j.msp_id = ${mspId}::uuid AND j.client_id = ${clientId}::uuid)::int AS jobs,
      (SELECT count(*) FROM app.job j JOIN app.run r ON r.msp_id = ${mspId}::uuid AND r.job_id = j.job_id
        WHERE j.msp_id = ${mspId}::uuid AND j.client_id = ${clientId}::uuid)::int AS runs,
      (SELECT count(*) FROM app.data_set d JOIN app.recovery_point p ON p.msp_id = ${mspId}::uuid AND p.data_set_id = d.data_set_id
        WHERE d.msp_id = ${mspId}::uuid AND d.client_id = ${clientId}::uuid)::int AS points,
      (SELECT count(*) FROM app.agent a JOIN app.raw_report w ON w.msp_id = ${mspId}::uuid AND w.agent_id = a.agent_id
        WHERE a.msp_id = ${mspId}::uuid AND a.client_id = ${clientId}::uuid
          AND w.raw_report_id NOT IN (SELECT id FROM cited))::int AS reports,
      (SELECT count(*) FROM cited)::int AS "citedReports",
      (SELECT count(*) FROM app.restore_record x WHERE x.msp_id = ${mspId}::uuid AND x.client_id = ${clientId}::uuid)::int AS records,
      (SELECT count(*) FROM app.restore_record_attachment t WHERE t.msp_id = ${mspId}::uuid AND t.client_id = ${clientId}::uuid)::int
        AS attachments,
      (SELECT count(*) FROM app.document d WHERE d.msp_id = ${mspId}::uuid AND d.client_id = ${clientId}::uuid)::int AS documents,
      (SELECT count(*) FROM app.evidence_sample e WHERE e.msp_id = ${mspId}::uuid AND e.client_id = ${clientId}::uuid)::int AS samples,
      (SELECT count(*) FROM app.evidence_message m WHERE m.msp_id = ${mspId}::uuid AND m.client_id = ${clientId}::uuid)::int AS messages`;
  return z.tuple([extentRow]).parse(rows)[0];
}

const madeRow = z.object({
  lastMadeAt: instant.nullable(),
  promisedUntil: instant.nullable(),
  promisedBecause: z.string().nullable(),
});

/** When the newest evidence of a client was made, and what was promised longest of any; null: there is none. */
export async function newestEvidence(
  tx: Tx,
  mspId: string,
  clientId: string,
): Promise<{
  readonly madeAt: number;
  readonly promised: { readonly until: number; readonly because: string | null } | null;
} | null> {
  const rows = await tx.$queryRaw`
    WITH evidence AS (
      SELECT r.made_at, r.keep_until, r.body::jsonb ->> 'keepBecause' AS because FROM app.restore_record r
        WHERE r.msp_id = ${mspId}::uuid AND r.client_id = ${clientId}::uuid
      UNION ALL SELECT a.made_at, NULL, NULL FROM app.restore_record_amendment a
        WHERE a.msp_id = ${mspId}::uuid AND a.client_id = ${clientId}::uuid
      UNION ALL SELECT d.requested_at, d.keep_until, NULL FROM app.document d
        WHERE d.msp_id = ${mspId}::uuid AND d.client_id = ${clientId}::uuid AND d.state = 'ready'
      UNION ALL SELECT s.seeded_at, NULL, NULL FROM app.evidence_sample s
        WHERE s.msp_id = ${mspId}::uuid AND s.client_id = ${clientId}::uuid
      UNION ALL SELECT m.at, NULL, NULL FROM app.evidence_message m
        WHERE m.msp_id = ${mspId}::uuid AND m.client_id = ${clientId}::uuid
    )
    SELECT max(made_at) AS "lastMadeAt", max(keep_until) AS "promisedUntil",
      (array_agg(because ORDER BY keep_until DESC NULLS LAST))[1] AS "promisedBecause" FROM evidence`;
  const [{ lastMadeAt, promisedUntil, promisedBecause }] = z.tuple([madeRow]).parse(rows);
  if (lastMadeAt === null) return null;
  return {
    madeAt: lastMadeAt,
    promised: promisedUntil === null ? null : { until: promisedUntil, because: promisedBecause },
  };
}
