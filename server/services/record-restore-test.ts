import { v7 } from 'uuid';
import { ageSeconds } from '@/domain/restore-test/agent-record';
import { recordComplaints } from '@/domain/restore-test/check-record';
import type { RestoreRecord } from '@/domain/restore-test/record';
import { criticalityOf, fieldsOfCopy, type TestedCopy } from '@/domain/restore-test/tested-copy';
import { type Instant, SECOND } from '@/domain/time/instant';
import { instantAt } from '@/domain/time/zoned-day';
import { appendAuditEvent, type AuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import { insertRecords, lockRecord } from '../data/keep-records';
import { insertAttachments, type NewAttachment } from '../data/record-attachments';
import { selectRestoreRecord } from '../data/restore-records';
import { readSeenCopy } from '../data/tested-copies';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import type { RestoreTestForm } from './restore-record-form';
import { correct, NOTHING_SAID, settleRecord } from './settle-record';
import { readAttachments, shownAttachments, takeRoom } from './take-attachments';

type Person = Readonly<{ personId: string; name: string }>;

/**
 * Records a restore test that a person made. It awaits a reviewer; a failed one counts in the verdict at once. Answers its id.
 * @throws AppError `not-found` for a point or a failed record that is not there, `invalid-request` with the wrong fields, `too-large`
 * when the MSP has no room for its attachments
 */
export async function recordRestoreTest(
  database: Database,
  scope: TenantScope,
  person: Person,
  form: RestoreTestForm,
  nowMs: number,
): Promise<string> {
  const { mspId } = scope;
  const attachments = readAttachments(form.attachments);
  const record = await recordOf(database, scope, person, form, attachments, nowMs);
  return database.inScope(scope, async (tx) => {
    await takeRoom(tx, mspId, attachments);
    const [kept] = await insertRecords(tx, mspId, [{ record, restoreTestId: null }]);
    if (!kept) throw new Error('the record was not kept');
    const { recordId, clientId, systemId, sha256 } = kept;
    await insertAttachments(tx, mspId, kept, attachments, { by: person.personId, at: new Date(nowMs) });
    const linked =
      form.retestOf === null ? [] : await linkRetest(tx, scope, person, record, form.retestOf, nowMs);
    const settled = await settleRecord(tx, scope, person, recordId, nowMs);
    const events: AuditEvent[] = [
      {
        action: 'restore-test.recorded',
        clientId,
        target: { recordId, systemId },
        details: { sha256, level: record.level, result: record.result, performer: 'person' },
      },
      ...attachedEvents(record, sha256, attachments),
      ...linked,
      ...settled,
    ];
    for (const event of events) await appendAuditEvent(tx, event);
    return recordId;
  });
}

/** One event for each file: its hash, beside that of the record. */
export function attachedEvents(
  { recordId, client }: RestoreRecord,
  recordSha256: string,
  attachments: readonly NewAttachment[],
): AuditEvent[] {
  return attachments.map((one) => ({
    action: 'restore-test.attached',
    clientId: client.id,
    target: { recordId },
    details: {
      sha256: recordSha256,
      attachmentSha256: one.sha256.toString('hex'),
      mediaType: one.mediaType,
      bytes: one.content.length,
    },
    private: { name: one.name },
  }));
}

async function recordOf(
  database: Database,
  scope: TenantScope,
  person: Person,
  form: RestoreTestForm,
  attachments: readonly NewAttachment[],
  nowMs: number,
): Promise<RestoreRecord> {
  const { pointId } = form;
  // The point tells the client, in whose zone the times are; they tell which test came before.
  const known = await readSeenCopy(database, scope, { pointId, endedAt: nowMs }, new Date(nowMs));
  if (!known) throw nothingHere();
  const startedAt = instantIn(form.startedAt, known.client.timeZone);
  const endedAt = instantIn(form.endedAt, known.client.timeZone);
  const tested = await readSeenCopy(database, scope, { pointId, endedAt }, new Date(nowMs));
  const record = personRecord(form, tested ?? known, { person, attachments, startedAt, endedAt, nowMs });
  const fields = recordComplaints(record, { takenAt: record.copy.takenAt, now: nowMs });
  const [complaint] = Object.values(fields);
  if (complaint) throw new AppError('invalid-request', complaint, { fields });
  return record;
}

function instantIn(local: string, timeZone: string): Instant {
  return instantAt(Date.parse(`${local}Z`), timeZone);
}

interface Made {
  readonly person: Person;
  readonly attachments: readonly NewAttachment[];
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly nowMs: number;
}

function personRecord(form: RestoreTestForm, tested: TestedCopy, made: Made): RestoreRecord {
  const { startedAt, endedAt, nowMs, person } = made;
  const hasFailed = form.result === 'failed' || form.result === 'partial';
  return {
    ...fieldsOfCopy(tested, { endedAt, madeAt: nowMs }),
    recordId: v7(),
    system: {
      id: tested.systemId,
      name: tested.systemName,
      owner: form.systemOwner,
      criticality: criticalityOf(tested.tags),
      dataClass: form.dataClass,
    },
    copy: { ...tested.copy, productVersion: form.productVersion },
    selection: form.selection,
    method: form.method,
    level: form.level,
    scope: form.scope,
    target: { environment: form.environment, isIsolated: form.isIsolated },
    startedAt,
    endedAt,
    phases: form.phases,
    recovery: {
      seconds: form.recoverySeconds,
      targetSeconds: tested.rtoSeconds,
      basis: form.recoverySeconds === null ? null : 'measured',
      forecastSeconds: null,
      bytesRestored: form.bytesRestored,
    },
    dataAge: {
      seconds: form.dataAgeSeconds ?? ageSeconds(tested.copy.takenAt, startedAt),
      targetSeconds: tested.rpoSeconds,
    },
    checks: form.checks,
    files: form.files,
    manifest: form.manifest,
    result: form.result,
    anomalies: form.anomalies,
    performer: { kind: 'person', id: person.personId, name: person.name },
    attachments: shownAttachments(made.attachments),
    failure: hasFailed ? { ...NOTHING_SAID, ...form.failure } : null,
    malwareScan: form.malwareScan && { ...form.malwareScan, at: Math.floor(endedAt / SECOND) * SECOND },
    exceptions: form.exceptions,
    lessons: form.lessons,
    provenance: { createdAt: nowMs, rawReportId: null, rawReportSha256: null },
  };
}

/** Says on a failed record which one is its retest. */
async function linkRetest(
  tx: Tx,
  scope: TenantScope,
  person: Person,
  record: RestoreRecord,
  failedId: string,
  nowMs: number,
): Promise<AuditEvent[]> {
  await lockRecord(tx, scope.mspId, failedId);
  const failed = await selectRestoreRecord(tx, scope.mspId, failedId);
  if (!failed) throw nothingHere();
  const { standing } = failed;
  if (standing.record.system.id !== record.system.id)
    throw new AppError('invalid-request', 'That failed test is of another system.', {
      fields: { retestOf: 'It is of another system.' },
    });
  if (standing.failure !== 'open')
    throw new AppError('conflict', 'That failure is closed already. Record this test by itself.');
  return correct(tx, scope, person, failed.record, {
    reason: 'It was tested again.',
    fields: { failure: { ...NOTHING_SAID, ...standing.record.failure, retestRecordId: record.recordId } },
    nowMs,
  });
}
