import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ProofLevel, RecordAmendment, RecordResult, RestoreRecord } from '@/domain/restore-test/record';
import {
  proofLevel,
  recordAmendment,
  recordResult,
  restoreRecord,
} from '@/domain/restore-test/record-schema';
import {
  REVIEW_STATES,
  standingOf,
  type RecordStanding,
  type ReviewState,
} from '@/domain/restore-test/standing';
import type { Instant } from '@/domain/time/instant';
import type { TenantScope } from '../tenancy/tenant-scope';
import type { Database, Tx } from './database';
import { instant } from './fact-rows';

/** Which records are asked for; left out: any. */
export interface RestoreRecordFilter {
  readonly clientId?: string;
  readonly systemId?: string;
  readonly review?: ReviewState;
  /** Only those whose failure is still open. */
  readonly hasOpenFailure?: boolean;
  /** true: of level L4 or L5; false: of a lower one. */
  readonly isRestoreTest?: boolean;
  /** By when the test ended, half-open. */
  readonly from?: Date;
  readonly to?: Date;
  /** Only what comes after this one in the list: when its test ended, and its id. */
  readonly before?: { readonly at: Date; readonly id: string };
  /** Preset 500, at most 5,000. */
  readonly limit?: number;
}

/** A record as a row of a list, as corrected. */
export interface ListedRestoreRecord {
  readonly recordId: string;
  readonly clientId: string;
  readonly systemId: string;
  readonly repositoryId: string;
  readonly level: ProofLevel;
  readonly result: RecordResult;
  /** When the test ended. */
  readonly performedAt: Instant;
  readonly dueAt: Instant | null;
  readonly review: ReviewState;
  readonly failure: RecordStanding['failure'];
  readonly retestRecordId: string | null;
  /** Hex, of the record as it was made. */
  readonly sha256: string;
  /** As it was made. */
  readonly record: RestoreRecord;
}

const LISTED_PRESET = 500;
const LISTED_MAX = 5000;

const listedRow = z.object({
  recordId: z.string(),
  clientId: z.string(),
  systemId: z.string(),
  repositoryId: z.string(),
  level: proofLevel,
  result: recordResult,
  performedAt: instant,
  dueAt: instant.nullable(),
  review: z.enum(REVIEW_STATES),
  failure: z.enum(['none', 'open', 'closed']),
  retestRecordId: z.string().nullable(),
  sha256: z.string(),
  body: z.string(),
});

/** Records of the tests that ended last, newest first. */
export async function listRestoreRecords(
  database: Database,
  scope: TenantScope,
  filter: RestoreRecordFilter = {},
): Promise<ListedRestoreRecord[]> {
  return database.inScope(scope, (tx) => selectRestoreRecords(tx, scope.mspId, filter));
}

/** {@link listRestoreRecords} in a transaction that is open. */
export async function selectRestoreRecords(
  tx: Tx,
  mspId: string,
  filter: RestoreRecordFilter,
): Promise<ListedRestoreRecord[]> {
  const { clientId = null, systemId = null, review = null, from = null, to = null } = filter;
  const ofLevel = filter.isRestoreTest ?? null;
  const limit = Math.min(filter.limit ?? LISTED_PRESET, LISTED_MAX);
  const rows = z.array(listedRow).parse(
    await tx.$queryRaw`
      SELECT r.record_id::text AS "recordId", r.client_id::text AS "clientId", r.system_id::text AS "systemId",
        r.repository_id::text AS "repositoryId", s.level, s.result, s.performed_at AS "performedAt", r.due_at AS "dueAt",
        s.review, s.failure, s.retest_record_id::text AS "retestRecordId", encode(r.sha256, 'hex') AS sha256, r.body
      FROM app.restore_record_standing s
      JOIN app.restore_record r ON r.msp_id = ${mspId}::uuid AND r.record_id = s.record_id
      WHERE s.msp_id = ${mspId}::uuid
        AND (${clientId}::uuid IS NULL OR s.client_id = ${clientId}::uuid)
        AND (${systemId}::uuid IS NULL OR s.system_id = ${systemId}::uuid)
        AND (${review}::text IS NULL OR s.review = ${review}::text)
        AND (NOT ${filter.hasOpenFailure ?? false} OR s.failure = 'open')
        AND (${ofLevel}::boolean IS NULL OR (s.level IN ('L4', 'L5')) = ${ofLevel}::boolean)
        AND (${from}::timestamptz IS NULL OR s.performed_at >= ${from}::timestamptz)
        AND (${to}::timestamptz IS NULL OR s.performed_at < ${to}::timestamptz)
        AND (${filter.before === undefined} OR (s.performed_at, s.record_id)
          < (${filter.before?.at ?? null}::timestamptz, ${filter.before?.id ?? null}::uuid))
      ORDER BY s.performed_at DESC, s.record_id DESC LIMIT ${limit}`,
  );
  return rows.map(({ body, ...row }) => ({ ...row, record: parseBody(body, restoreRecord) }));
}

/** What is known of an attachment without its bytes. */
interface AttachmentRow {
  readonly attachmentId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  readonly capturedAt: Instant | null;
  readonly origin: string | null;
  readonly addedAt: Instant;
}

/** A record with all that was said of it. */
export interface ReadRestoreRecord {
  /** As it was made: what `sha256` is of. */
  readonly record: RestoreRecord;
  /** Its canonical JSON, byte for byte. */
  readonly body: string;
  /** Hex, of the body's UTF-8 bytes. */
  readonly sha256: string;
  /** Whether the hash still is that of the body. */
  readonly isIntact: boolean;
  /** In their order. */
  readonly amendments: readonly (RecordAmendment & {
    readonly amendmentId: string;
    readonly sha256: string;
  })[];
  readonly attachments: readonly AttachmentRow[];
  readonly standing: RecordStanding;
}

const attachmentRow = z.object({
  attachmentId: z.string(),
  name: z.string(),
  mediaType: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  capturedAt: instant.nullable(),
  origin: z.string().nullable(),
  addedAt: instant,
});

/** A record, its amendments and what is attached to it; null: not there, or another MSP's. */
export async function readRestoreRecord(
  database: Database,
  scope: TenantScope,
  recordId: string,
): Promise<ReadRestoreRecord | null> {
  return database.inScope(scope, (tx) => selectRestoreRecord(tx, scope.mspId, recordId));
}

/** {@link readRestoreRecord} in a transaction that is open. */
export async function selectRestoreRecord(
  tx: Tx,
  mspId: string,
  recordId: string,
): Promise<ReadRestoreRecord | null> {
  const found = await tx.restoreRecord.findFirst({
    where: { mspId, recordId },
    select: { body: true, sha256: true },
  });
  if (!found) return null;
  const { body } = found;
  const sha256 = hex(found.sha256);
  const amendments = await selectAmendments(tx, mspId, recordId);
  const attachments = z.array(attachmentRow).parse(
    await tx.$queryRaw`
      SELECT a.attachment_id::text AS "attachmentId", a.name, a.media_type AS "mediaType", a.size_bytes AS bytes,
        encode(a.sha256, 'hex') AS sha256, a.captured_at AS "capturedAt", a.origin, a.added_at AS "addedAt"
      FROM app.restore_record_attachment a
      WHERE a.msp_id = ${mspId}::uuid AND a.record_id = ${recordId}::uuid ORDER BY a.attachment_id`,
  );
  const record = parseBody(body, restoreRecord);
  return {
    record,
    body,
    sha256,
    isIntact: hex(sha256Of(body)) === sha256,
    amendments,
    attachments,
    standing: standingOf(record, amendments),
  };
}

async function selectAmendments(
  tx: Tx,
  mspId: string,
  recordId: string,
): Promise<ReadRestoreRecord['amendments']> {
  const rows = await tx.restoreRecordAmendment.findMany({
    where: { mspId, recordId },
    orderBy: [{ madeAt: 'asc' }, { amendmentId: 'asc' }],
    select: { amendmentId: true, body: true, sha256: true },
  });
  return rows.map(({ amendmentId, body, sha256 }) => ({
    ...parseBody(body, recordAmendment),
    amendmentId,
    sha256: hex(sha256),
  }));
}

/** The hash that stands beside a body. */
export function sha256Of(body: string | Uint8Array): Buffer {
  return createHash('sha256').update(body).digest();
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function parseBody<Parsed>(body: string, schema: z.ZodType<Parsed>): Parsed {
  return schema.parse(JSON.parse(body));
}
