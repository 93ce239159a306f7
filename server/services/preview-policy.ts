import { z } from 'zod';
import { policyOverrides, type PolicyOverrides } from '@/domain/policy/overrides-schema';
import { isSameValue } from '@/domain/policy/policy-overrides';
import type { Database, Tx } from '../data/database';
import {
  type AssignmentTarget,
  findAssignmentTarget,
  type NamedTarget,
  PolicyBook,
  type PolicyInForce,
  readPolicyFacts,
  type PolicyFactsRead,
} from '../data/policies';
import { systemsOfJobs } from '../data/jobs';
import { countSystemsToPreview, type SystemToPreview } from '../data/policy-preview';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { assignmentForm } from './assign-policy';
import { judgeTwice, type PolicyBooks, type PreviewGiven, type PreviewStep } from './judge-twice';
import { refuseBeyondJob, refuseProblems } from './publish-policy';

/** Several systems, each of which the policy would be assigned to. */
const systemsForm = z.strictObject({
  level: z.literal('systems'),
  systemIds: z.array(z.uuid()).min(1, 'Choose a system.').max(500, 'Choose at most 500 systems.'),
});

/** What would be saved: other fields of a policy, or a policy assigned to targets; one of the two, or both. */
export const policyDraft = z.strictObject({
  policyId: z.uuid(),
  overrides: policyOverrides.nullable(),
  assign: z.discriminatedUnion('level', [assignmentForm, systemsForm]).nullable(),
});
export type PolicyDraft = z.infer<typeof policyDraft>;

/**
 * What a draft would change across the fleet as of `now`: every system that the policy holds for, before or after, is evaluated twice on
 * the same facts, by the function that decides its verdict. Tells its progress after each batch.
 * @throws AppError `not-found` for a policy or target that is not there, `invalid-request` when nothing could meet the draft
 */
export async function* previewPolicy(
  database: Database,
  scope: TenantScope,
  draft: PolicyDraft,
  given: PreviewGiven,
): AsyncGenerator<PreviewStep> {
  const { mspId } = scope;
  const { now } = given;
  const { former, drafted, byJob, of } = await database.inScope(scope, async (tx) => {
    const facts = await readPolicyFacts(tx, mspId, '*', now);
    const after = await withDraft(tx, mspId, facts, draft, now);
    const jobs = [...facts.assignments, ...after.assignments].filter(
      (one) => one.policyId === draft.policyId,
    );
    const ofJobs = await systemsOfJobs(
      tx,
      mspId,
      jobs.flatMap(({ jobId }) => jobId ?? []),
    );
    const count = await countSystemsToPreview(tx, mspId);
    return { former: facts, drafted: after, byJob: new Set(ofJobs), of: count };
  });
  const books = { before: new PolicyBook(former), after: new PolicyBook(drafted) };
  const isUnder = (system: SystemToPreview): boolean =>
    byJob.has(system.systemId) || isConcerned(system, draft, books);
  yield* judgeTwice(database, scope, { systemIds: '*', count: of, isConcerned: isUnder, books }, given);
}

function isConcerned(
  { clientId, systemId, siteIds }: SystemToPreview,
  { policyId }: PolicyDraft,
  books: PolicyBooks,
): boolean {
  return [books.before, books.after].some((book) =>
    (siteIds.length === 0 ? [null] : siteIds).some((siteId) =>
      book.forSystem({ clientId, systemId, siteId }).layers.some((layer) => layer.policyId === policyId),
    ),
  );
}

async function withDraft(
  tx: Tx,
  mspId: string,
  facts: PolicyFactsRead,
  { policyId, overrides, assign }: PolicyDraft,
  now: Date,
): Promise<PolicyFactsRead> {
  if (!facts.policies.some((policy) => policy.policyId === policyId)) throw nothingHere();
  if (overrides) refuseProblems(overrides);
  const policies = facts.policies.map((policy) =>
    policy.policyId === policyId && overrides ? draftedPolicy(policy, overrides, now) : policy,
  );
  if (!assign) return { ...facts, policies };
  const targets = await targetsOf(tx, mspId, assign);
  refuseBeyondJob(policies.find((one) => one.policyId === policyId)?.overrides ?? {}, targets);
  const replaced = new Set(targets.map(targetKey));
  const kept = facts.assignments.filter((one) => !replaced.has(targetKey(one)));
  const drafted = targets.map((target) => ({
    ...target,
    policyId,
    targetName: target.tag ?? '',
    assignedAt: now,
  }));
  return { ...facts, policies, assignments: [...kept, ...drafted] };
}

async function targetsOf(
  tx: Tx,
  mspId: string,
  assign: NonNullable<PolicyDraft['assign']>,
): Promise<AssignmentTarget[]> {
  const named: NamedTarget[] =
    assign.level === 'systems'
      ? assign.systemIds.map((systemId) => ({ level: 'system', systemId }))
      : [assign];
  const targets: AssignmentTarget[] = [];
  for (const one of named) {
    const target = await findAssignmentTarget(tx, mspId, one);
    if (!target) throw nothingHere();
    targets.push(target);
  }
  return targets;
}

function targetKey({ level, clientId, siteId, tag, systemId, jobId }: AssignmentTarget): string {
  return JSON.stringify([level, clientId, siteId, tag, systemId, jobId]);
}

/** Nothing was due before it is published. */
function draftedPolicy(policy: PolicyInForce, overrides: PolicyOverrides, now: Date): PolicyInForce {
  const isSame = isSameValue(policy.overrides.schedule, overrides.schedule);
  return { ...policy, overrides, scheduleSince: isSame ? policy.scheduleSince : now };
}
