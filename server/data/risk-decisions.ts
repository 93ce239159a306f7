import { z } from 'zod';
import type { Tx } from './database';
import { leadFinding } from './finding-queue';

const riskRow = z.object({
  changeId: z.string(),
  causeIds: z.array(z.string()),
  /** What is accepted: one finding of each cause, as it stands. */
  findings: z.array(leadFinding),
  subjectNames: z.array(z.string()),
  rules: z.array(z.string()),
  reason: z.string(),
  approverName: z.string(),
  acceptedByName: z.string(),
  acceptedAt: z.date(),
  validUntil: z.date(),
  isWithdrawn: z.boolean(),
  decision: z.enum(['signed', 'declined']).nullable(),
  comment: z.string().nullable(),
  decidedByName: z.string().nullable(),
  decidedAt: z.date().nullable(),
});
/** What the MSP accepted in a client's name at one go, and what the client's leader decided about it; null: nothing yet. */
export type AcceptedRisk = z.output<typeof riskRow>;

const RISKS_MAX = 50;

/** The accepted risks of a client that run at `now` or that a leader declined in the last 90 days, undecided ones first; at most 50. */
export async function listRisks(tx: Tx, mspId: string, clientId: string, now: Date): Promise<AcceptedRisk[]> {
  const rows = await tx.$queryRaw`
    SELECT w.change_id::text AS "changeId", array_agg(DISTINCT w.cause_id::text) AS "causeIds",
      array_agg(DISTINCT w.subject_name) AS "subjectNames", array_agg(DISTINCT w.rule) AS rules,
      coalesce((SELECT jsonb_agg(jsonb_build_object('rule', f.rule, 'detail', f.detail, 'subject',
          jsonb_build_object('kind', f.subject_kind, 'id', f.subject_id, 'name', f.subject_name)))
        FROM app.finding_cause c JOIN app.finding f ON f.msp_id = ${mspId}::uuid AND f.finding_id = c.lead_finding_id
        WHERE c.msp_id = ${mspId}::uuid AND c.cause_id = ANY (array_agg(w.cause_id))), '[]') AS findings,
      min(w.reason) AS reason, min(w.approver_name) AS "approverName", min(w.created_by_name) AS "acceptedByName",
      min(w.created_at) AS "acceptedAt", max(w.valid_until) AS "validUntil",
      bool_and(w.withdrawn_at IS NOT NULL) AS "isWithdrawn", d.decision, d.comment, d.decided_by_name AS "decidedByName",
      d.decided_at AS "decidedAt"
    FROM app.waiver w
    LEFT JOIN app.risk_decision d ON d.msp_id = ${mspId}::uuid AND d.client_id = w.client_id AND d.change_id = w.change_id
    WHERE w.msp_id = ${mspId}::uuid AND w.client_id = ${clientId}::uuid
      AND ((w.withdrawn_at IS NULL AND w.valid_until > ${now}::timestamptz)
        OR (d.decision = 'declined' AND d.decided_at > ${now}::timestamptz - interval '90 days'))
    GROUP BY w.change_id, d.decision, d.comment, d.decided_by_name, d.decided_at
    ORDER BY d.decision IS NOT NULL, min(w.created_at) DESC, w.change_id LIMIT ${RISKS_MAX}`;
  return z.array(riskRow).parse(rows);
}

/** The causes of a risk that runs at `now`, locked against another decision; null: it is not there, or ended. */
export async function findRunningRisk(
  tx: Tx,
  mspId: string,
  risk: { readonly clientId: string; readonly changeId: string },
  now: Date,
): Promise<string[] | null> {
  const rows = await tx.$queryRaw`
    SELECT w.cause_id::text AS "causeId" FROM app.waiver w
    WHERE w.msp_id = ${mspId}::uuid AND w.client_id = ${risk.clientId}::uuid AND w.change_id = ${risk.changeId}::uuid
      AND w.withdrawn_at IS NULL AND w.valid_until > ${now}::timestamptz ORDER BY w.waiver_id`;
  const causeIds = z
    .array(z.object({ causeId: z.string() }))
    .parse(rows)
    .map(({ causeId }) => causeId);
  return causeIds.length === 0 ? null : [...new Set(causeIds)];
}

/** What a leader decided. */
export interface NewRiskDecision {
  readonly clientId: string;
  readonly changeId: string;
  readonly decision: 'signed' | 'declined';
  readonly comment: string | null;
  readonly person: { readonly personId: string; readonly name: string };
  readonly at: Date;
}

/** false: somebody has decided it before. */
export async function insertRiskDecision(tx: Tx, mspId: string, made: NewRiskDecision): Promise<boolean> {
  const { clientId, changeId, decision, comment, person, at } = made;
  const { count } = await tx.riskDecision.createMany({
    data: {
      mspId,
      clientId,
      changeId,
      decision,
      comment,
      decidedBy: person.personId,
      decidedByName: person.name,
      decidedAt: at,
    },
    skipDuplicates: true,
  });
  return count > 0;
}
