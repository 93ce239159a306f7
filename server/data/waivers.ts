import { z } from 'zod';
import type { Tx } from './database';
import { instant } from './fact-rows';

const runningRow = z.object({
  clientId: z.string(),
  rule: z.string(),
  subjectId: z.string(),
  until: instant,
});
/** A waiver that labels a finding of its rule and subject until then. */
export type RunningWaiver = z.output<typeof runningRow>;

/** The waivers of these clients that have not ended at `now`; of several for one finding the one that lasts longest. */
export async function listRunningWaivers(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[],
  now: Date,
): Promise<RunningWaiver[]> {
  const rows = await tx.$queryRaw`
    SELECT w.client_id::text AS "clientId", w.rule, w.subject_id::text AS "subjectId", max(w.valid_until) AS until
    FROM app.waiver w
    WHERE w.msp_id = ${mspId}::uuid AND w.client_id = ANY (${[...clientIds]}::uuid[]) AND w.withdrawn_at IS NULL
      AND w.valid_until > ${now}::timestamptz
    GROUP BY w.client_id, w.rule, w.subject_id ORDER BY w.client_id, w.subject_id, w.rule`;
  return z.array(runningRow).parse(rows);
}

/** What is accepted, by whom, why and until when. */
export interface NewWaiver {
  readonly changeId: string;
  readonly causeIds: readonly string[];
  readonly reason: string;
  readonly approverName: string;
  readonly validUntil: Date;
  readonly person: { readonly personId: string; readonly name: string };
  readonly at: Date;
}

/** Accepts each rule and subject that these causes have open findings of, and labels the causes so at once. */
export async function insertWaivers(tx: Tx, mspId: string, waiver: NewWaiver): Promise<void> {
  const { changeId, causeIds, reason, approverName, validUntil, person, at } = waiver;
  await tx.$executeRaw`
    INSERT INTO app.waiver (msp_id, waiver_id, client_id, cause_id, change_id, rule, subject_id, subject_name, reason,
      approver_name, valid_until, created_at, created_by, created_by_name)
    SELECT ${mspId}::uuid, gen_random_uuid(), f.client_id, f.cause_id, ${changeId}::uuid, f.rule, f.subject_id,
      min(f.subject_name), ${reason}, ${approverName}, ${validUntil}, ${at}, ${person.personId}::uuid, ${person.name}
    FROM app.finding f
    WHERE f.msp_id = ${mspId}::uuid AND f.cause_id = ANY (${[...causeIds]}::uuid[]) AND f.closed_at IS NULL
    GROUP BY f.client_id, f.cause_id, f.rule, f.subject_id`;
  await tx.$executeRaw`UPDATE app.finding_cause c SET waived_count = c.finding_count
    WHERE c.msp_id = ${mspId}::uuid AND c.cause_id = ANY (${[...causeIds]}::uuid[])`;
}

/** Withdraws the running waivers of these causes; answers which causes had any. The next evaluation takes their labels away. */
export async function withdrawWaivers(
  tx: Tx,
  mspId: string,
  causeIds: readonly string[],
  person: { readonly personId: string },
  at: Date,
  changeId: string | null = null,
): Promise<string[]> {
  const rows = await tx.$queryRaw`
    UPDATE app.waiver w SET withdrawn_at = ${at}, withdrawn_by = ${person.personId}::uuid
    WHERE w.msp_id = ${mspId}::uuid AND w.cause_id = ANY (${[...causeIds]}::uuid[]) AND w.withdrawn_at IS NULL
      AND w.valid_until > ${at}::timestamptz AND (${changeId}::uuid IS NULL OR w.change_id = ${changeId}::uuid)
    RETURNING w.cause_id::text AS "causeId"`;
  const withdrawn = z.array(z.object({ causeId: z.string() })).parse(rows);
  const had = [...new Set(withdrawn.map(({ causeId }) => causeId))];
  await tx.$executeRaw`UPDATE app.finding_cause c SET waived_count = 0
    WHERE c.msp_id = ${mspId}::uuid AND c.cause_id = ANY (${had}::uuid[])`;
  return had;
}

/** Has waivers run on that a change withdrew, which is taken back; of causes that have all of their findings accepted so it says so. */
export async function restoreWaivers(
  tx: Tx,
  mspId: string,
  causeIds: readonly string[],
  changeId: string,
): Promise<void> {
  await tx.$executeRaw`UPDATE app.waiver w SET withdrawn_at = NULL, withdrawn_by = NULL
    FROM app.finding_event e
    WHERE w.msp_id = ${mspId}::uuid AND w.cause_id = ANY (${[...causeIds]}::uuid[]) AND e.msp_id = ${mspId}::uuid
      AND e.change_id = ${changeId}::uuid AND e.cause_id = w.cause_id AND w.withdrawn_at = e.at`;
}
