import { z } from 'zod';
import { policyOverrides, type PolicyOverrides } from '@/domain/policy/overrides-schema';
import { isSameValue, JOB_FIELDS } from '@/domain/policy/policy-overrides';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import { findJob, lockJob, type NamedJob } from '../data/jobs';
import {
  endPolicyAssignment,
  findPoliciesOfJobs,
  insertPolicy,
  insertPolicyAssignment,
  insertPolicyVersion,
  policyAssignedTo,
  type AssignmentTarget,
} from '../data/policies';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { markDirty } from './mark-dirty';
import { targetConcerns } from './policy-concerns';

const jobFields = Object.fromEntries(JOB_FIELDS.map((field) => [field, true])) as Record<
  (typeof JOB_FIELDS)[number],
  true
>;

/** What is said of the job alone; a field that is left out is inherited. `baseVersion`: the version that its author saw, 0: there was none. */
export const jobScheduleForm = z.strictObject({
  overrides: policyOverrides.pick(jobFields),
  baseVersion: z.int().min(0),
});
export type JobScheduleForm = z.infer<typeof jobScheduleForm>;

/** The version now in force, and what was said before, for undo. */
export interface ScheduledJob {
  readonly version: number;
  readonly former: PolicyOverrides;
}

/**
 * Says when a single job is due: the next version of its own policy, which is made and assigned with the first. What was due before is expected
 * as it was. The job's system is evaluated again.
 * @throws AppError `not-found`; `conflict` when somebody changed it since `baseVersion`, or nothing changes
 */
export async function scheduleJob(
  database: Database,
  scope: TenantScope,
  { personId }: { personId: string },
  jobId: string,
  { overrides, baseVersion }: JobScheduleForm,
  nowMs: number,
): Promise<ScheduledJob> {
  const { mspId } = scope;
  const change = { at: new Date(nowMs), by: personId };
  return database.inScope(scope, async (tx) => {
    const job = await findJob(tx, mspId, jobId);
    if (!job) throw nothingHere();
    await lockJob(tx, jobId);
    const [former] = await findPoliciesOfJobs(tx, mspId, [jobId]);
    if ((former?.version ?? 0) !== baseVersion)
      throw new AppError(
        'conflict',
        'Somebody changed this schedule meanwhile. Close this and open it anew.',
      );
    if (isSameValue(former?.overrides ?? {}, overrides))
      throw new AppError('conflict', 'Nothing differs from what is in force.');
    const version = baseVersion + 1;
    const policy = former
      ? {
          policyId: former.policyId,
          policyVersionId: await nextVersion(tx, scope, former, overrides, change),
        }
      : await insertPolicy(tx, mspId, policyOf(job, overrides, change));
    const target = targetOf(job);
    await holdFor(tx, mspId, policy.policyId, target, change);
    await markDirty(tx, scope, await targetConcerns(tx, mspId, [target]), nowMs);
    await appendAuditEvent(tx, {
      action: 'policy.published',
      clientId: job.clientId,
      target: { ...policy, jobId },
      details: { version, name: nameOf(job), overrides },
    });
    return { version, former: former?.overrides ?? {} };
  });
}

interface Change {
  readonly at: Date;
  readonly by: string;
}

function nextVersion(
  tx: Tx,
  { mspId }: TenantScope,
  { policyId, clientId, version }: { policyId: string; clientId: string | null; version: number },
  overrides: PolicyOverrides,
  { at, by }: Change,
): Promise<string> {
  const next = { policyId, clientId, version: version + 1, overrides, note: null };
  return insertPolicyVersion(tx, mspId, { ...next, createdAt: at, createdBy: by });
}

function policyOf(job: NamedJob, overrides: PolicyOverrides, change: Change) {
  const { clientId, jobId } = job;
  return { clientId, name: nameOf(job), isDefault: false, jobId, overrides, ...change };
}

function nameOf({ name }: NamedJob): string {
  return `Schedule of ${name}`.slice(0, 100);
}

function targetOf({ clientId, jobId }: NamedJob): AssignmentTarget {
  return { level: 'job', clientId, siteId: null, tag: null, systemId: null, jobId };
}

async function holdFor(
  tx: Tx,
  mspId: string,
  policyId: string,
  target: AssignmentTarget,
  change: Change,
): Promise<void> {
  if ((await policyAssignedTo(tx, mspId, target)) === policyId) return;
  await endPolicyAssignment(tx, mspId, target, change);
  await insertPolicyAssignment(tx, mspId, { ...target, policyId, ...change });
}
