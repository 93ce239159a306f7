import { v5, v7 } from 'uuid';
import { z } from 'zod';
import { COVERAGE_RULES, type CoverageGap } from '@/domain/coverage/coverage-findings';
import type { OpenFinding } from '@/domain/protection/verdict';
import type { Tx } from './database';
import { leadFinding } from './finding-queue';
import { jsonRows } from './json-rows';

/** A finding about a client's machine that no data set has. */
export interface CoverageFinding {
  readonly gap: CoverageGap;
  readonly isWaived: boolean;
}

/** The id by which a machine of a client is known in findings and waivers, whatever list names it: a system's own, if it is one. */
export function machineId(clientId: string, { rule, hostKey, systemId }: CoverageGap): string {
  return rule === 'unmanaged-system' && systemId !== null ? systemId : v5(hostKey, clientId);
}

/**
 * Opens the coverage findings of a client that are new, updates those that hold, closes those that no longer do. Answers the causes of
 * those that it closed.
 */
export async function saveCoverageFindings(
  tx: Tx,
  mspId: string,
  clientId: string,
  held: readonly CoverageFinding[],
  now: Date,
): Promise<string[]> {
  const rows = held.map(({ gap, isWaived }) => {
    const subjectId = machineId(clientId, gap);
    const { subjectKind, detail } = saidOf(gap);
    const causeKey = `${subjectKind}:${subjectId}`;
    const { rule, name, systemId } = gap;
    return { findingId: v7(), systemId, rule, subjectKind, subjectId, name, causeKey, detail, isWaived };
  });
  const json = jsonRows(rows);
  const closed = z.array(z.object({ causeId: z.string().nullable() })).parse(
    await tx.$queryRaw`
    UPDATE app.finding f SET closed_at = ${now}
    WHERE f.msp_id = ${mspId}::uuid AND f.client_id = ${clientId}::uuid AND f.closed_at IS NULL AND f.data_set_id IS NULL
      AND f.rule = ANY (${[...COVERAGE_RULES]}::text[])
      AND NOT EXISTS (SELECT FROM jsonb_to_recordset(${json}::jsonb) AS r (rule text, "subjectId" uuid)
        WHERE r.rule = f.rule AND r."subjectId" = f.subject_id)
    RETURNING f.cause_id::text AS "causeId"`,
  );
  await tx.$executeRaw`
    INSERT INTO app.finding AS f (msp_id, finding_id, client_id, system_id, rule, subject_kind, subject_id, subject_name,
      cause_key, severity, since, opened_at, detail, is_waived)
    SELECT ${mspId}::uuid, r."findingId", ${clientId}::uuid, r."systemId", r.rule, r."subjectKind", r."subjectId", r.name,
      r."causeKey", 'warning', ${now}, ${now}, r.detail, r."isWaived"
    FROM jsonb_to_recordset(${json}::jsonb) AS r ("findingId" uuid, "systemId" uuid, rule text, "subjectKind" text,
      "subjectId" uuid, name text, "causeKey" text, detail jsonb, "isWaived" boolean)
    ON CONFLICT (msp_id, client_id, rule, subject_id) WHERE closed_at IS NULL AND data_set_id IS NULL
      DO UPDATE SET system_id = excluded.system_id, subject_name = excluded.subject_name, detail = excluded.detail,
        is_waived = excluded.is_waived
      WHERE (f.system_id, f.subject_name, f.detail, f.is_waived) IS DISTINCT FROM
        (excluded.system_id, excluded.subject_name, excluded.detail, excluded.is_waived)`;
  return [...new Set(closed.flatMap(({ causeId }) => causeId ?? []))];
}

const openRow = z.object({
  since: z.date().transform((at) => at.getTime()),
  causeKey: z.string(),
  isWaived: z.boolean(),
  finding: leadFinding,
});

/** What is open of a system because of its client's inventory, beside what its data sets lack. */
export async function listCoverageFindings(tx: Tx, mspId: string, systemId: string): Promise<OpenFinding[]> {
  const rows = await tx.$queryRaw`
    SELECT f.since, f.cause_key AS "causeKey", f.is_waived AS "isWaived", jsonb_build_object('rule', f.rule, 'detail', f.detail,
      'subject', jsonb_build_object('kind', f.subject_kind, 'id', f.subject_id, 'name', f.subject_name)) AS finding
    FROM app.finding f
    WHERE f.msp_id = ${mspId}::uuid AND f.system_id = ${systemId}::uuid AND f.closed_at IS NULL AND f.data_set_id IS NULL
      AND f.rule = ANY (${[...COVERAGE_RULES]}::text[])
    ORDER BY f.rule`;
  return z
    .array(openRow)
    .parse(rows)
    .map(({ finding, ...rest }) => ({ ...finding, ...rest, severity: 'warning', origin: null }));
}

function saidOf({ rule, systemId }: CoverageGap): {
  subjectKind: OpenFinding['subject']['kind'];
  detail: OpenFinding['detail'];
} {
  return rule === 'not-covered'
    ? { subjectKind: 'machine', detail: { kind: 'not-covered', isHeard: systemId !== null } }
    : { subjectKind: 'system', detail: { kind: 'unmanaged' } };
}
