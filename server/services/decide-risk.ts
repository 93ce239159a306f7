import { z } from 'zod';
import { appendAuditEvent } from '../data/audit';
import { lockSystemsOfCauses } from '../data/cause-changes';
import type { Database, Tx } from '../data/database';
import { findRunningRisk, insertRiskDecision } from '../data/risk-decisions';
import { withdrawWaivers } from '../data/waivers';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { changeCauses, type Person } from './change-causes';
import { reconsiderCauses } from './mark-dirty';

/** What the portal sends. */
export const riskDecisionForm = z
  .strictObject({
    changeId: z.uuid(),
    decision: z.enum(['signed', 'declined']),
    comment: z
      .string()
      .trim()
      .max(2000, 'Use at most 2,000 characters.')
      .regex(/^[^\0]*$/, 'Leave out control characters.')
      .transform((text) => (text === '' ? null : text)),
  })
  .refine(({ decision, comment }) => decision === 'signed' || comment !== null, {
    path: ['comment'],
    message: 'Say what you want instead: it reaches those who look after you.',
  });

/**
 * Signs a risk that was accepted in a client's name, or declines it: then nobody has accepted it any more, and what was waived is
 * open again. Once, by whoever is first.
 * @throws AppError `not-found` for a client or risk that is not theirs or has ended; `conflict` when it is decided already
 */
export async function decideRisk(
  database: Database,
  scope: TenantScope,
  person: Person,
  clientId: string,
  { changeId, decision, comment }: z.output<typeof riskDecisionForm>,
  nowMs: number,
): Promise<void> {
  const at = new Date(nowMs);
  await database.inScope(scope, async (tx) => {
    const causeIds = await findRunningRisk(tx, scope.mspId, { clientId, changeId }, at);
    if (causeIds === null) throw nothingHere();
    const made = { clientId, changeId, decision, comment, person, at };
    if (!(await insertRiskDecision(tx, scope.mspId, made)))
      throw new AppError('conflict', 'This risk is decided already. Load the page again to see by whom.');
    if (decision === 'declined') await withdraw(tx, scope, person, { causeIds, changeId, comment }, at);
    await appendAuditEvent(tx, {
      action: `risk.${decision}`,
      clientId,
      target: { changeId },
      details: { causeIds },
      private: { name: person.name, ...(comment === null ? {} : { comment }) },
    });
  });
}

/** Only what this one change accepted: what somebody accepted besides runs on. */
async function withdraw(
  tx: Tx,
  scope: TenantScope,
  person: Person,
  { causeIds, changeId, comment }: { causeIds: string[]; changeId: string; comment: string | null },
  at: Date,
): Promise<void> {
  const systemIds = await lockSystemsOfCauses(tx, scope.mspId, causeIds);
  const causes = causeIds.map((causeId) => ({ causeId, version: null }));
  await changeCauses(
    tx,
    scope.mspId,
    person,
    causes,
    {
      kind: 'waiver-withdrawn',
      needsOpen: false,
      handle: ({ handling }) => handling,
      also: async () => {
        await withdrawWaivers(tx, scope.mspId, causeIds, person, at, changeId);
        await reconsiderCauses(tx, scope, { causeIds, systemIds }, at.getTime());
      },
      text: comment,
      detail: {},
      ...(comment === null ? {} : { private: { comment } }),
    },
    at,
  );
}
