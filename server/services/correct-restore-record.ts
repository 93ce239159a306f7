import { z } from 'zod';
import { recordComplaints } from '@/domain/restore-test/check-record';
import { PROOF_LEVELS, RECORD_RESULTS, type RestoreRecord } from '@/domain/restore-test/record';
import { standingOf } from '@/domain/restore-test/standing';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import { lockRecord } from '../data/keep-records';
import { type ReadRestoreRecord, selectRestoreRecord } from '../data/restore-records';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';
import { checksField } from './restore-record-form';
import { correct, NOTHING_SAID } from './settle-record';

const words = (charactersMax = 2000) =>
  z
    .string()
    .trim()
    .min(1, 'Enter a text.')
    .max(charactersMax, `Use at most ${charactersMax} characters.`)
    .regex(/^[^\0]*$/, 'Leave out control characters.');
const lines = z.array(words(1000)).max(50);

/** What is said instead, and why. Fields that are left out stay as they are. */
export const correctionForm = z.strictObject({
  reason: words(),
  seen: z.int().min(0),
  fields: z
    .strictObject({
      level: z.enum(PROOF_LEVELS),
      result: z.enum(RECORD_RESULTS),
      method: words(),
      scope: words(1000),
      checks: checksField,
      anomalies: lines,
      exceptions: lines,
      lessons: words().nullable(),
      failure: z.strictObject({
        ticket: textLine('the ticket').nullable(),
        cause: words().nullable(),
        correctiveAction: words().nullable(),
        owner: textLine('who sees to it').nullable(),
        retestRecordId: z.uuid().nullable(),
        isClosed: z.boolean(),
      }),
    })
    .partial()
    .refine((fields) => Object.keys(fields).length > 0, 'Say what is otherwise.'),
});
export type CorrectionForm = z.infer<typeof correctionForm>;

/**
 * Adds a correction to a record, which itself stays as it was. One of what was tested or found has to be reviewed again; how a failure
 * is followed up has not.
 * @throws AppError `not-found`; `conflict` when more was said of it meanwhile; `invalid-request` when it then contradicts itself
 */
export async function correctRestoreRecord(
  database: Database,
  scope: TenantScope,
  person: Readonly<{ personId: string; name: string }>,
  recordId: string,
  { reason, seen, fields: said }: CorrectionForm,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    await lockRecord(tx, mspId, recordId);
    const found = await selectRestoreRecord(tx, mspId, recordId);
    if (!found) throw nothingHere();
    if (found.amendments.length !== seen)
      throw new AppError(
        'conflict',
        'More was said of this record meanwhile. Look at it again, then correct it.',
      );
    const { failure, ...others } = said;
    const fields: Partial<RestoreRecord> = {
      ...(others as Partial<RestoreRecord>),
      ...(failure && { failure: await followUp(tx, mspId, found, failure, nowMs) }),
    };
    refuseContradictions(found, person, fields, nowMs);
    const events = await correct(tx, scope, person, found.record, { reason, fields, nowMs });
    for (const event of events) await appendAuditEvent(tx, event);
  });
}

type SaidOfFailure = NonNullable<CorrectionForm['fields']['failure']>;

/** How a failure stands once it is followed up: closed by a person's word with cause and cure, or by a retest that passed. */
async function followUp(
  tx: Tx,
  mspId: string,
  { standing }: ReadRestoreRecord,
  { isClosed, ...said }: SaidOfFailure,
  nowMs: number,
): Promise<NonNullable<RestoreRecord['failure']>> {
  if (standing.failure === 'none') throw wrong('failure', 'Nothing failed in this test.');
  const before = standing.record.failure?.closedAt ?? null;
  const hasPassed =
    said.retestRecordId !== null && (await retestPassed(tx, mspId, standing.record, said.retestRecordId));
  if (isClosed && !hasPassed && (said.cause === null || said.correctiveAction === null))
    throw wrong('failure.cause', 'Say the cause and what was done about it, or name a retest that passed.');
  return { ...NOTHING_SAID, ...said, closedAt: isClosed || hasPassed ? (before ?? nowMs) : null };
}

async function retestPassed(
  tx: Tx,
  mspId: string,
  failed: RestoreRecord,
  retestRecordId: string,
): Promise<boolean> {
  const retest = await selectRestoreRecord(tx, mspId, retestRecordId);
  if (!retest || retest.record.system.id !== failed.system.id || retest.record.endedAt <= failed.endedAt)
    throw wrong('failure.retestRecordId', 'A retest is a later test of the same system.');
  return retest.standing.countsAs === 'passed';
}

/** Of a person's record: what an agent told follows rules of its own. */
function refuseContradictions(
  { record, amendments }: ReadRestoreRecord,
  { personId, name }: Readonly<{ personId: string; name: string }>,
  fields: Partial<RestoreRecord>,
  nowMs: number,
): void {
  if (Object.keys(fields).every((field) => field === 'failure')) return;
  const by = { id: personId, name };
  const after = standingOf(record, [
    ...amendments,
    { kind: 'correction', by, at: nowMs, reason: '', fields },
  ]);
  const complaints = recordComplaints(after.record, {
    takenAt: record.copy.takenAt,
    now: nowMs,
    stoodBefore: standingOf(record, amendments).record.checks,
  });
  // When it was made cannot be corrected, so it is not to blame.
  const told = Object.entries(complaints).filter(([field]) => field in fields || field === 'result');
  const [first] = told;
  if (first) throw new AppError('invalid-request', first[1], { fields: Object.fromEntries(told) });
}

function wrong(field: string, sentence: string): AppError {
  return new AppError('invalid-request', sentence, { fields: { [`fields.${field}`]: sentence } });
}
