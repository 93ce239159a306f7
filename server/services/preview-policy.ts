import { z } from 'zod';
import { isSameValue, policyOverrides, type PolicyOverrides } from '@/domain/policy/policy-overrides';
import { PolicyPreviewTally, type PolicyPreview } from '@/domain/policy/policy-preview';
import { evaluateDataSet } from '@/domain/protection/evaluate';
import type { Words } from '@/domain/protection/sentence';
import type { Database, Tx } from '../data/database';
import { groupBy } from '../data/group-by';
import {
  findAssignmentTarget,
  PolicyBook,
  type PolicyInForce,
  readPolicyFacts,
  type PolicyFactsRead,
} from '../data/policies';
import { systemsOfJobs } from '../data/jobs';
import { withJobPlans } from '../data/job-plans';
import { countSystemsToPreview, listSystemsToPreview, type SystemToPreview } from '../data/policy-preview';
import { loadProtectionFacts } from '../data/protection-facts';
import { withPromises, type PromisedFacts } from '../data/retention-history';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { assignmentForm } from './assign-policy';
import { refuseProblems } from './publish-policy';
import { refuseBeyondJob } from './publish-policy';

/** What would be saved: other fields of a policy, or a policy assigned to a target; one of the two, or both. */
export const policyDraft = z.strictObject({
  policyId: z.uuid(),
  overrides: policyOverrides.nullable(),
  assign: assignmentForm.nullable(),
});
export type PolicyDraft = z.infer<typeof policyDraft>;

/** How far a preview is, in systems; then what it found. */
export type PreviewStep =
  | { readonly kind: 'progress'; readonly done: number; readonly of: number }
  | { readonly kind: 'preview'; readonly preview: PolicyPreview; readonly asOf: string };

const BATCH = 200;

/**
 * What a draft would change across the fleet as of `now`: every system that the policy holds for, before or after, is evaluated twice on
 * the same facts, by the function that decides its verdict. Tells its progress after each batch.
 * @throws AppError `not-found` for a policy or target that is not there, `invalid-request` when nothing could meet the draft
 */
export async function* previewPolicy(
  database: Database,
  scope: TenantScope,
  draft: PolicyDraft,
  { now, wordsIn }: { now: Date; wordsIn: (timeZone: string) => Words },
): AsyncGenerator<PreviewStep> {
  const { mspId } = scope;
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
  const tally = new PolicyPreviewTally();
  let [done, last]: [number, SystemToPreview | null] = [0, null];
  for (;;) {
    yield { kind: 'progress', done, of };
    const from: SystemToPreview | null = last;
    const batch: SystemToPreview[] = await database.inScope(scope, async (tx) => {
      const systems = await listSystemsToPreview(tx, mspId, from?.systemId ?? null, BATCH);
      await previewBatch(tx, mspId, systems, { draft, books, byJob, tally, now, wordsIn });
      return systems;
    });
    done += batch.length;
    last = batch.at(-1) ?? null;
    if (batch.length < BATCH) break;
  }
  yield { kind: 'preview', preview: tally.result(), asOf: now.toISOString() };
}

interface Previewing {
  readonly draft: PolicyDraft;
  readonly books: { readonly before: PolicyBook; readonly after: PolicyBook };
  /** Systems of whose jobs some have or would have the policy. */
  readonly byJob: ReadonlySet<string>;
  readonly tally: PolicyPreviewTally;
  readonly now: Date;
  readonly wordsIn: (timeZone: string) => Words;
}

async function previewBatch(
  tx: Tx,
  mspId: string,
  systems: readonly SystemToPreview[],
  { draft, books, byJob, tally, now, wordsIn }: Previewing,
): Promise<void> {
  const concerned = systems.filter(
    (system) => byJob.has(system.systemId) || isConcerned(system, draft, books),
  );
  const loaded = await loadProtectionFacts(
    tx,
    mspId,
    concerned.map((system) => system.systemId),
    now,
  );
  const judgedBy = async (book: PolicyBook) => {
    const planned = await withJobPlans(tx, mspId, loaded, book, now);
    const promised = await withPromises(tx, mspId, planned, book, now);
    return groupBy(promised, ({ facts }) => facts.system.id);
  };
  const before = await judgedBy(books.before);
  const after = await judgedBy(books.after);
  const verdicts = (promised: readonly PromisedFacts[] = []) =>
    promised.map(({ facts, policy: { policy } }) => evaluateDataSet(facts, policy, now.getTime()));
  for (const system of concerned) {
    tally.add({
      ...system,
      before: verdicts(before.get(system.systemId)),
      after: verdicts(after.get(system.systemId)),
      words: wordsIn(system.timeZone),
    });
  }
}

function isConcerned(
  { clientId, systemId, siteIds }: SystemToPreview,
  { policyId }: PolicyDraft,
  books: Previewing['books'],
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
  const target = await findAssignmentTarget(tx, mspId, assign);
  if (!target) throw nothingHere();
  refuseBeyondJob(policies.find((one) => one.policyId === policyId)?.overrides ?? {}, [target]);
  const kept = facts.assignments.filter(
    (one) =>
      one.level !== target.level ||
      one.clientId !== target.clientId ||
      one.siteId !== target.siteId ||
      one.tag !== target.tag ||
      one.systemId !== target.systemId ||
      one.jobId !== target.jobId,
  );
  return {
    ...facts,
    policies,
    assignments: [...kept, { ...target, policyId, targetName: target.tag ?? '', assignedAt: now }],
  };
}

/** Nothing was due before it is published. */
function draftedPolicy(policy: PolicyInForce, overrides: PolicyOverrides, now: Date): PolicyInForce {
  const isSame = isSameValue(policy.overrides.schedule, overrides.schedule);
  return { ...policy, overrides, scheduleSince: isSame ? policy.scheduleSince : now };
}
