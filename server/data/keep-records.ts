import { v7 } from 'uuid';
import { z } from 'zod';
import { canonicalJson } from '@/domain/restore-test/canonical-json';
import type { RecordAmendment, RestoreRecord } from '@/domain/restore-test/record';
import { type RecordStanding, standingOf } from '@/domain/restore-test/standing';
import type { Tx } from './database';
import { jsonRows } from './json-rows';
import { sha256Of } from './restore-records';

/** A record that was kept, with the hash of its body in hex. */
export interface KeptRecord {
  readonly recordId: string;
  readonly clientId: string;
  readonly systemId: string;
  readonly sha256: string;
}

/**
 * Keeps records as they are made, with how they stand. `restoreTestId`: the reported test that one was made of, which gets no second
 * record. Answers those that are new, in their order.
 */
export async function insertRecords(
  tx: Tx,
  mspId: string,
  made: readonly { readonly record: RestoreRecord; readonly restoreTestId: string | null }[],
): Promise<KeptRecord[]> {
  if (made.length === 0) return [];
  const rows = made.map(({ record, restoreTestId }) => {
    const body = canonicalJson(record);
    const { review, failure } = standingOf(record, []);
    return {
      recordId: record.recordId,
      clientId: record.client.id,
      systemId: record.system.id,
      repositoryId: record.copy.repositoryId,
      restoreTestId,
      level: record.level,
      result: record.result,
      performedAt: new Date(record.endedAt),
      performerKind: record.performer.kind,
      performerId: record.performer.id,
      dueAt: record.dueAt === null ? null : new Date(record.dueAt),
      body,
      sha256: sha256Of(body).toString('hex'),
      keepUntil: new Date(record.keepUntil),
      madeAt: new Date(record.provenance.createdAt),
      review,
      failure,
    };
  });
  const inserted = z.array(z.object({ recordId: z.string() })).parse(
    await tx.$queryRaw`
      INSERT INTO app.restore_record (msp_id, record_id, client_id, system_id, repository_id, restore_test_id, level, result,
        performed_at, performer_kind, performer_id, due_at, body, sha256, keep_until, made_at)
      SELECT ${mspId}::uuid, r."recordId", r."clientId", r."systemId", r."repositoryId", r."restoreTestId", r.level, r.result,
        r."performedAt", r."performerKind", r."performerId", r."dueAt", r.body, decode(r.sha256, 'hex'), r."keepUntil",
        r."madeAt"
      FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb) AS r ("recordId" uuid, "clientId" uuid, "systemId" uuid,
        "repositoryId" uuid, "restoreTestId" uuid, level text, result text, "performedAt" timestamptz,
        "performerKind" text, "performerId" uuid, "dueAt" timestamptz, body text, sha256 text, "keepUntil" timestamptz,
        "madeAt" timestamptz)
      ON CONFLICT (msp_id, restore_test_id) DO NOTHING
      RETURNING record_id::text AS "recordId"`,
  );
  const isNew = new Set(inserted.map((one) => one.recordId));
  const kept = rows.filter((one) => isNew.has(one.recordId));
  await tx.$executeRaw`
    INSERT INTO app.restore_record_standing (msp_id, record_id, client_id, system_id, repository_id, level, result,
      performed_at, review, failure, changed_at)
    SELECT ${mspId}::uuid, r."recordId", r."clientId", r."systemId", r."repositoryId", r.level, r.result, r."performedAt",
      r.review, r.failure, r."madeAt"
    FROM jsonb_to_recordset(${jsonRows(kept)}::jsonb) AS r ("recordId" uuid, "clientId" uuid, "systemId" uuid,
      "repositoryId" uuid, level text, result text, "performedAt" timestamptz, review text, failure text,
      "madeAt" timestamptz)`;
  return kept.map(({ recordId, clientId, systemId, sha256 }) => ({ recordId, clientId, systemId, sha256 }));
}

/** Adds to what was said of a record. The database refuses a review by who performed the test. Answers the hash in hex. */
export async function insertAmendment(
  tx: Tx,
  mspId: string,
  record: RestoreRecord,
  amendment: RecordAmendment,
): Promise<string> {
  const body = canonicalJson(amendment);
  const sha256 = sha256Of(body);
  await tx.restoreRecordAmendment.create({
    data: {
      mspId,
      amendmentId: v7(),
      clientId: record.client.id,
      recordId: record.recordId,
      performerId: record.performer.id,
      kind: amendment.kind,
      byId: amendment.by.id,
      body,
      sha256: Uint8Array.from(sha256),
      madeAt: new Date(amendment.at),
    },
    select: { amendmentId: true },
  });
  return sha256.toString('hex');
}

/** Keeps whoever else says something of a record waiting until commit: what stands is read after it. */
export async function lockRecord(tx: Tx, mspId: string, recordId: string): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(73, hashtext(${`${mspId} ${recordId}`}))::text AS locked`;
}

/** Keeps how a record stands now. */
export async function saveStanding(
  tx: Tx,
  mspId: string,
  { record, review, failure }: RecordStanding,
  at: Date,
): Promise<void> {
  await tx.restoreRecordStanding.updateMany({
    where: { mspId, recordId: record.recordId },
    data: {
      level: record.level,
      result: record.result,
      review,
      failure,
      retestRecordId: record.failure?.retestRecordId ?? null,
      changedAt: at,
    },
  });
}

/**
 * Has the verdict read of a record what it counts as, and nothing else: what counted otherwise is withdrawn, never removed. Whether
 * anything changed.
 */
export async function saveCountedTest(
  tx: Tx,
  mspId: string,
  { record, countsAs }: RecordStanding,
  at: Date,
): Promise<boolean> {
  const { recordId, level } = record;
  const withdrawn = await tx.$executeRaw`
    UPDATE app.restore_test t SET withdrawn_at = ${at}
    WHERE t.msp_id = ${mspId}::uuid AND t.withdrawn_at IS NULL AND (t.record_id = ${recordId}::uuid OR t.restore_test_id =
        (SELECT r.restore_test_id FROM app.restore_record r WHERE r.msp_id = ${mspId}::uuid AND r.record_id = ${recordId}::uuid))
      AND (${countsAs}::text IS NULL OR t.result <> ${countsAs}::text OR t.level <> ${level}::text)`;
  if (countsAs === null) return withdrawn > 0;
  const detail = {
    files: record.files,
    bytes_restored: record.recovery.bytesRestored,
    restore_seconds: record.recovery.seconds,
    message: record.anomalies.join(' ').slice(0, 2000) || null,
  };
  const restoreTestId = v7();
  const inserted = await tx.$executeRaw`
    INSERT INTO app.restore_test (msp_id, restore_test_id, client_id, repository_id, point_id, test_key, level, result, method,
      started_at, ended_at, detail, record_id, known_at, is_recorded)
    SELECT ${mspId}::uuid, ${restoreTestId}::uuid, p.client_id, p.repository_id, p.point_id, ${`record ${restoreTestId}`},
      ${level}, ${countsAs}, left(${record.method}, 200), ${new Date(record.startedAt)}, ${new Date(record.endedAt)},
      ${JSON.stringify(detail)}::jsonb, ${recordId}::uuid, ${at}, true
    FROM app.recovery_point p
    WHERE p.msp_id = ${mspId}::uuid AND p.point_id = ${record.copy.pointId}::uuid
      AND NOT EXISTS (SELECT FROM app.restore_test t WHERE t.msp_id = ${mspId}::uuid AND t.withdrawn_at IS NULL
        AND (t.record_id = ${recordId}::uuid OR t.restore_test_id = (SELECT r.restore_test_id FROM app.restore_record r
          WHERE r.msp_id = ${mspId}::uuid AND r.record_id = ${recordId}::uuid)))`;
  return withdrawn + inserted > 0;
}

/** The failures that a record is the retest of and that nobody closed. */
export async function failuresRetestedBy(tx: Tx, mspId: string, recordId: string): Promise<string[]> {
  const found = await tx.restoreRecordStanding.findMany({
    where: { mspId, retestRecordId: recordId, failure: 'open' },
    select: { recordId: true },
    orderBy: { recordId: 'asc' },
  });
  return found.map((one) => one.recordId);
}
