import { z } from 'zod';
import { type Keep, keepUntil } from '@/domain/evidence/keep-until';
import type { Verdict } from '@/domain/protection/verdict';
import { DOCUMENT_KINDS } from '@/domain/report/document';
import { documentRequest } from '@/domain/report/document-request';
import { judgingScope } from '../auth/system-scope';
import type { TenantScope } from '../tenancy/tenant-scope';
import { listOwnCheckpoints, type OwnCheckpoint, readOwnCheckpoints } from './checkpoints';
import type { Database, Tx } from './database';
import { readSeenKeepTerms, withKeep } from './evidence-keep';
import { instant } from './fact-rows';
import { policiesOf } from './policies';
import { readSystemAsOf, type SystemAsOf } from './system-as-of';

/** A part of a list that is too long for one answer: what follows the last id that was given. */
export interface Slice {
  /** null: from the beginning. */
  readonly after: string | null;
  readonly limit: number;
  /** null: every client that the key sees. */
  readonly clientId: string | null;
}

const clientRow = z.object({ clientId: z.string(), name: z.string(), timeZone: z.string() });

/** What each client is promised now, clients by id. */
export async function listClientPolicies(database: Database, scope: TenantScope, slice: Slice, now: Date) {
  const { mspId } = scope;
  const clients = await database.inScope(scope, async (tx) =>
    z.array(clientRow).parse(
      await tx.client.findMany({
        where: {
          mspId,
          archivedAt: null,
          clientId: {
            ...(slice.after !== null && { gt: slice.after }),
            ...(slice.clientId !== null && { equals: slice.clientId }),
          },
        },
        select: { clientId: true, name: true, timeZone: true },
        orderBy: { clientId: 'asc' },
        take: slice.limit,
      }),
    ),
  );
  const clientIds = clients.map(({ clientId }) => clientId);
  // The MSP's default policy is part of what its clients are promised; a scope of single clients does not see it.
  const policies = await database.inScope(judgingScope(scope), (tx) =>
    policiesOf(tx, mspId, { clientIds, systemIds: [] }, now),
  );
  return clients.map((client) => {
    const { policy, version, policyVersionId } = policies.forClient(client.clientId);
    return { ...client, policy, version, policyVersionId };
  });
}

const systemRow = z.object({ systemId: z.string(), clientId: z.string(), name: z.string() });
export type ApiSystem = z.output<typeof systemRow>;

/** How each system stood at an instant, systems by id; as far as it can be known today. */
export async function listVerdictsAsOf(
  database: Database,
  scope: TenantScope,
  slice: Slice,
  at: Date,
  now: Date,
): Promise<{ system: ApiSystem; asOf: SystemAsOf }[]> {
  const systems = await database.inScope(scope, (tx) => listSystems(tx, scope.mspId, slice));
  const told = [];
  for (const system of systems) {
    const asOf = await readSystemAsOf(database, scope, system.systemId, at, now);
    if (asOf) told.push({ system, asOf });
  }
  return told;
}

async function listSystems(tx: Tx, mspId: string, { after, limit, clientId }: Slice): Promise<ApiSystem[]> {
  const rows = await tx.$queryRaw`
    SELECT y.system_id::text AS "systemId", y.client_id::text AS "clientId", y.name FROM app.system y
    JOIN app.client l ON l.msp_id = ${mspId}::uuid AND l.client_id = y.client_id
    WHERE y.msp_id = ${mspId}::uuid AND (${clientId}::uuid IS NULL OR y.client_id = ${clientId}::uuid)
      AND (${after}::uuid IS NULL OR y.system_id > ${after}::uuid)
      AND (y.archived_at IS NULL OR y.archived_at = l.archived_at) AND y.merged_into_id IS NULL
    ORDER BY y.system_id LIMIT ${limit}`;
  return z.array(systemRow).parse(rows);
}

const testRow = z.object({
  restoreTestId: z.string(),
  clientId: z.string(),
  systemId: z.string(),
  systemName: z.string(),
  repositoryName: z.string(),
  level: z.string(),
  result: z.string(),
  method: z.string(),
  startedAt: instant,
  endedAt: instant,
  /** Of the report that it came with; null: it came with none. */
  rawReportId: z.string().nullable(),
  rawReportSha256: z.string().nullable(),
  /** Of the record that was made of it; null: none yet. */
  recordId: z.string().nullable(),
  recordMadeAt: instant.nullable(),
  recordKeepUntil: instant.nullable(),
  recordKeepBecause: z.string().nullable(),
});
type TestRow = z.output<typeof testRow>;

/**
 * Restore tests and lower checks that ended in [from, to), by id, each with the hash of the report that it came with, and with how long
 * its record is kept as of `now` (null: it has none yet).
 */
export async function listApiRestoreTests(
  database: Database,
  scope: TenantScope,
  { after, limit, clientId }: Slice,
  { from, to }: { from: Date; to: Date },
  now: Date,
): Promise<(TestRow & { readonly keep: Keep | null })[]> {
  const { mspId } = scope;
  const rows = await database.inScope(
    scope,
    (tx) => tx.$queryRaw`
      SELECT t.restore_test_id::text AS "restoreTestId", t.client_id::text AS "clientId", y.system_id::text AS "systemId",
        y.name AS "systemName", o.name AS "repositoryName", t.level,
        CASE WHEN t.withdrawn_at IS NULL THEN t.result ELSE 'withdrawn' END AS result, t.method, t.started_at AS "startedAt",
        t.ended_at AS "endedAt", t.raw_report_id::text AS "rawReportId", encode(w.body_sha256, 'hex') AS "rawReportSha256",
        k.record_id::text AS "recordId", k.made_at AS "recordMadeAt", k.keep_until AS "recordKeepUntil",
        k.body::json ->> 'keepBecause' AS "recordKeepBecause"
      FROM app.restore_test t
      JOIN app.recovery_point p ON p.msp_id = ${mspId}::uuid AND p.point_id = t.point_id
      JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = p.system_id
      JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = t.repository_id
      LEFT JOIN app.raw_report w ON w.msp_id = ${mspId}::uuid AND w.raw_report_id = t.raw_report_id
      LEFT JOIN app.restore_record k ON k.msp_id = ${mspId}::uuid
        AND (k.record_id = t.record_id OR k.restore_test_id = t.restore_test_id)
      WHERE t.msp_id = ${mspId}::uuid AND (${clientId}::uuid IS NULL OR t.client_id = ${clientId}::uuid)
        AND (${after}::uuid IS NULL OR t.restore_test_id > ${after}::uuid) AND t.ended_at >= ${from} AND t.ended_at < ${to}
      ORDER BY t.restore_test_id LIMIT ${limit}`,
  );
  const tests = z.array(testRow).parse(rows);
  const clientIds = tests.map((test) => test.clientId);
  const terms = tests.length > 0 ? await readSeenKeepTerms(database, scope, clientIds, now) : null;
  return tests.map((test) => {
    const { recordMadeAt, recordKeepUntil, recordKeepBecause } = test;
    if (!terms || recordMadeAt === null || recordKeepUntil === null) return { ...test, keep: null };
    const promised = { until: recordKeepUntil, because: recordKeepBecause };
    return { ...test, keep: keepUntil(recordMadeAt, terms(test.clientId), now.getTime(), promised) };
  });
}

const documentRow = z.object({
  documentId: z.string(),
  clientId: z.string(),
  kind: z.enum(DOCUMENT_KINDS),
  request: documentRequest,
  title: z.string(),
  pages: z.int(),
  requestedAt: z.date(),
  keepUntil: z.date(),
  finishedAt: instant,
  pdfSha256: z.string(),
  pdfBytes: z.int(),
});

/** Documents that are ready, by id, each with how long it is kept as of `now`. */
export async function listApiDocuments(
  database: Database,
  scope: TenantScope,
  { after, limit, clientId }: Slice,
  now: Date,
) {
  const { mspId } = scope;
  const rows = await database.inScope(
    scope,
    (tx) => tx.$queryRaw`
      SELECT d.document_id::text AS "documentId", d.client_id::text AS "clientId", d.kind, d.request, d.title, d.pages,
        d.requested_at AS "requestedAt", d.keep_until AS "keepUntil", d.finished_at AS "finishedAt", encode(f.sha256, 'hex') AS "pdfSha256", f.size_bytes AS "pdfBytes"
      FROM app.document d
      JOIN app.document_file f ON f.msp_id = ${mspId}::uuid AND f.document_id = d.document_id AND f.kind = 'pdf'
      WHERE d.msp_id = ${mspId}::uuid AND d.state = 'ready' AND (${clientId}::uuid IS NULL OR d.client_id = ${clientId}::uuid)
        AND (${after}::uuid IS NULL OR d.document_id > ${after}::uuid)
      ORDER BY d.document_id LIMIT ${limit}`,
  );
  return withKeep(database, scope, z.array(documentRow).parse(rows), now);
}

/** Checkpoints of the log that the MSP's chain is in, after number `after`, oldest first, each with its proof. */
export async function listApiCheckpoints(
  database: Database,
  scope: TenantScope,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<OwnCheckpoint[]> {
  return database.inScope(scope, async (tx) => {
    const all = await listOwnCheckpoints(tx);
    const following = all.filter(({ checkpointId }) => checkpointId > after).slice(0, limit);
    return readOwnCheckpoints(
      tx,
      following.map(({ checkpointId }) => checkpointId),
    );
  });
}

/** What of a verdict goes out: status, reasons and digits. */
export function verdictFields({ status, reasons, digits, copies }: Verdict) {
  return {
    status,
    reasons,
    digits,
    copies: copies.map(({ repositoryName, isCounted, rejections }) => ({
      repositoryName,
      isCounted,
      rejections,
    })),
  };
}
