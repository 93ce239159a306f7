import { z } from 'zod';
import { policyProblems } from '@/domain/policy/policy-check';
import { policyOverrides, type PolicyOverrides } from '@/domain/policy/overrides-schema';
import { fieldsBeyondJob, overrideChanges } from '@/domain/policy/policy-overrides';
import { DEFAULT_POLICY } from '@/domain/protection/policy';
import { rulesAssigning } from '../data/assignment-rules';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import {
  type AssignmentTarget,
  findPolicy,
  findPolicyByName,
  insertPolicy,
  insertPolicyVersion,
  listAssignmentsOf,
  type PolicyInForce,
  renamePolicy,
  retirePolicy,
} from '../data/policies';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';
import { markDirty } from './mark-dirty';
import { policyConcerns } from './policy-concerns';

/** What the form for a new policy sends. */
export const newPolicyForm = z.strictObject({
  name: textLine('a name for the policy', 100),
  overrides: policyOverrides,
});
export type NewPolicyForm = z.infer<typeof newPolicyForm>;

/** What the editor sends. `baseVersion`: the version that its author saw. */
export const policyVersionForm = z.strictObject({
  overrides: policyOverrides,
  note: z.string().trim().max(2000, 'Use at most 2,000 characters.'),
  baseVersion: z.int().min(1),
});
export type PolicyVersionForm = z.infer<typeof policyVersionForm>;

export const policyNameForm = z.strictObject({ name: textLine('a name for the policy', 100) });

/**
 * Makes a policy that holds for nothing yet; answers its id.
 * @throws AppError `conflict` when there is one of this name, `invalid-request` when nothing could meet it
 */
export async function createPolicy(
  database: Database,
  scope: TenantScope,
  { personId }: { personId: string },
  { name, overrides }: NewPolicyForm,
  nowMs: number,
): Promise<string> {
  return database.inScope(scope, async (tx) => {
    await refuseTakenName(tx, scope.mspId, name, null);
    refuseProblems(overrides);
    const { policyId, policyVersionId } = await insertPolicy(tx, scope.mspId, {
      clientId: null,
      name,
      isDefault: false,
      jobId: null,
      overrides,
      at: new Date(nowMs),
      by: personId,
    });
    await appendAuditEvent(tx, {
      action: 'policy.published',
      target: { policyId, policyVersionId },
      details: { version: 1, name, overrides },
    });
    return policyId;
  });
}

/**
 * Publishes the next version of a policy, and has everything evaluated again that it holds for; answers the version's number. Earlier
 * versions stay as they are.
 * @throws AppError `not-found`; `conflict` when somebody published since `baseVersion`, or nothing changes; `invalid-request` when
 * nothing could meet it
 */
export async function publishPolicy(
  database: Database,
  scope: TenantScope,
  { personId }: { personId: string },
  policyId: string,
  { overrides, note, baseVersion }: PolicyVersionForm,
  nowMs: number,
): Promise<number> {
  return database.inScope(scope, async (tx) => {
    const former = await lockedPolicy(tx, scope.mspId, policyId);
    if (former.version !== baseVersion)
      throw new AppError(
        'conflict',
        `Somebody published version ${former.version} meanwhile. Open it anew: your draft was made on version ${baseVersion}.`,
      );
    const changes = overrideChanges(former.overrides, overrides);
    if (changes.length === 0) throw new AppError('conflict', 'Nothing differs from the version in force.');
    refuseProblems(overrides);
    refuseBeyondJob(overrides, await listAssignmentsOf(tx, scope.mspId, policyId));
    const version = former.version + 1;
    const policyVersionId = await insertPolicyVersion(tx, scope.mspId, {
      policyId,
      clientId: former.clientId,
      version,
      overrides,
      note: note === '' ? null : note,
      createdAt: new Date(nowMs),
      createdBy: personId,
    });
    await markDirty(tx, scope, await policyConcerns(tx, scope.mspId, former), nowMs);
    await appendAuditEvent(tx, {
      action: 'policy.published',
      clientId: former.clientId,
      target: { policyId, policyVersionId },
      details: {
        version,
        name: former.name,
        note,
        changes: changes.map(({ field, from, to }) => ({ field, from: from ?? null, to: to ?? null })),
      },
    });
    return version;
  });
}

/** @throws AppError `not-found`, `conflict` when there is one of this name */
export async function givePolicyName(
  database: Database,
  scope: TenantScope,
  policyId: string,
  name: string,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const former = await lockedPolicy(tx, scope.mspId, policyId);
    await refuseTakenName(tx, scope.mspId, name, policyId);
    await renamePolicy(tx, scope.mspId, policyId, name);
    await appendAuditEvent(tx, {
      action: 'policy.renamed',
      target: { policyId },
      details: { from: former.name, to: name },
    });
  });
}

/**
 * Takes a policy that holds for nothing out of use. Its versions stay.
 * @throws AppError `not-found`; `conflict` for the default, and while it holds for anything or a rule assigns it
 */
export async function takePolicyOut(
  database: Database,
  scope: TenantScope,
  { personId }: { personId: string },
  policyId: string,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const policy = await lockedPolicy(tx, scope.mspId, policyId);
    if (policy.isDefault)
      throw new AppError('conflict', 'The default holds for everything: it cannot be retired.');
    const held = (await listAssignmentsOf(tx, scope.mspId, policyId)).length;
    if (held > 0)
      throw new AppError('conflict', `It is still assigned ${held} times. End these assignments first.`);
    const [rule] = await rulesAssigning(tx, scope.mspId, policyId);
    if (rule)
      throw new AppError(
        'conflict',
        `The rule ‘${rule.name}’ assigns it to newly seen systems. Change that rule first.`,
      );
    await retirePolicy(tx, scope.mspId, policyId, { at: new Date(nowMs), by: personId });
    await appendAuditEvent(tx, {
      action: 'policy.retired',
      target: { policyId },
      details: { name: policy.name },
    });
  });
}

/** @throws AppError `not-found` */
export async function lockedPolicy(tx: Tx, mspId: string, policyId: string): Promise<PolicyInForce> {
  const policy = await findPolicy(tx, mspId, policyId);
  if (!policy) throw nothingHere();
  return policy;
}

async function refuseTakenName(tx: Tx, mspId: string, name: string, own: string | null): Promise<void> {
  const other = await findPolicyByName(tx, mspId, name);
  if (other === null || other === own) return;
  const sentence = 'You have a policy of this name already.';
  throw new AppError('conflict', sentence, { fields: { name: sentence } });
}

/**
 * A data set has one verdict: below the system a policy says when a job runs, and nothing else.
 * @throws AppError `invalid-request` naming the fields
 */
export function refuseBeyondJob(overrides: PolicyOverrides, targets: readonly AssignmentTarget[]): void {
  const fields = fieldsBeyondJob(overrides);
  if (fields.length === 0 || !targets.some(({ level }) => level === 'job')) return;
  const sentence = 'A single job has its schedule only: promise this for the system.';
  throw new AppError('invalid-request', `${sentence} Not for a job: ${fields.join(', ')}.`, {
    fields: Object.fromEntries(fields.map((field) => [field, sentence])),
  });
}

/** @throws AppError `invalid-request` by field when nothing could meet it */
export function refuseProblems(overrides: NewPolicyForm['overrides']): void {
  const [first, ...others] = policyProblems(overrides, DEFAULT_POLICY);
  if (!first) return;
  const fields = Object.fromEntries([...others, first].map(({ field, sentence }) => [field, sentence]));
  throw new AppError('invalid-request', first.sentence, { fields });
}
