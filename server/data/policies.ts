import { v7 } from 'uuid';
import { z } from 'zod';
import type { ProtectionFacts } from '@/domain/protection/facts';
import { DEFAULT_POLICY } from '@/domain/protection/policy';
import { policyOverrides, type PolicyOverrides } from '@/domain/policy/overrides-schema';
import {
  resolvePolicy,
  type PolicyLayer,
  type PolicyLevel,
  type ResolvedPolicy,
} from '@/domain/policy/resolve-policy';
import { Prisma } from '@/prisma/generated/prisma/client';
import { findClient } from './clients';
import type { Tx } from './database';
import { groupBy } from './group-by';
import { clientOfSystem } from './system-tags';

/** What was promised somewhere, with the layers that it comes from. */
export interface EffectivePolicy extends ResolvedPolicy {
  /** Of the narrowest layer. */
  readonly policyVersionId: string;
  readonly version: number;
  /** Whether anything narrower than the MSP's default holds. */
  readonly isOwn: boolean;
}

/** Where a system stands among the layers. */
export interface PolicySubject {
  readonly clientId: string;
  /** null: nobody said where it stands. */
  readonly siteId: string | null;
  readonly systemId: string;
}

/** A policy's version that holds, and of which policy. */
export interface PolicyInForce {
  readonly policyId: string;
  readonly clientId: string | null;
  readonly name: string;
  readonly isDefault: boolean;
  readonly policyVersionId: string;
  readonly version: number;
  readonly overrides: PolicyOverrides;
  /** Since when its versions set this very schedule, or leave it open again; null: none ever set one. */
  readonly scheduleSince: Date | null;
  /** The job whose own policy it is; null: one that people write and assign. */
  readonly jobId: string | null;
}

/** What a policy holds for. Ids of other levels are null, but for the client of a site, tag, system or job. */
export interface PolicyAssignment {
  readonly policyId: string;
  readonly level: Exclude<PolicyLevel, 'msp'>;
  readonly clientId: string | null;
  readonly siteId: string | null;
  readonly tag: string | null;
  readonly systemId: string | null;
  readonly jobId: string | null;
  readonly targetName: string;
  readonly assignedAt: Date;
}

/** Everything that decides what was promised to some clients at an instant. */
export interface PolicyFactsRead {
  readonly mspName: string;
  readonly policies: readonly PolicyInForce[];
  readonly assignments: readonly PolicyAssignment[];
  /** By system id. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
}

const policyRow = z.object({
  policyId: z.string(),
  clientId: z.string().nullable(),
  name: z.string(),
  isDefault: z.boolean(),
  policyVersionId: z.string(),
  version: z.int(),
  overrides: policyOverrides,
  scheduleSince: z.date().nullable(),
  jobId: z.string().nullable(),
});
const assignmentRow = z.object({
  policyId: z.string(),
  level: z.enum(['client', 'site', 'tag', 'system', 'job']),
  clientId: z.string().nullable(),
  siteId: z.string().nullable(),
  tag: z.string().nullable(),
  systemId: z.string().nullable(),
  jobId: z.string().nullable(),
  targetName: z.string(),
  assignedAt: z.date(),
});

/** Answers what was promised to the clients it was made for, and to their systems. */
export class PolicyBook {
  readonly #facts: PolicyFactsRead;
  readonly #policies: ReadonlyMap<string, PolicyInForce>;
  readonly #assignments: ReadonlyMap<string, readonly PolicyAssignment[]>;
  readonly #resolved = new Map<string, EffectivePolicy>();

  constructor(facts: PolicyFactsRead) {
    this.#facts = facts;
    this.#policies = new Map(facts.policies.map((policy) => [policy.policyId, policy]));
    this.#assignments = groupBy(facts.assignments, targetKey);
  }

  /** Whether any policy says when jobs are due. */
  get hasSchedules(): boolean {
    return this.#facts.policies.some(({ overrides }) => (overrides.schedule ?? null) !== null);
  }

  /** What a client was promised, whatever narrower layers say of some of its systems; null: the MSP itself. */
  forClient(clientId: string | null): EffectivePolicy {
    return this.#resolve(this.#at(`client ${clientId}`));
  }

  forSystem(subject: PolicySubject): EffectivePolicy {
    return this.#resolve(this.#ofSystem(subject));
  }

  /** What holds for one job of a system: its schedule, and what belongs to it. */
  forJob(subject: PolicySubject, jobId: string): EffectivePolicy {
    return this.#resolve([...this.#ofSystem(subject), ...this.#at(`job ${jobId}`)]);
  }

  #ofSystem({ clientId, siteId, systemId }: PolicySubject): PolicyAssignment[] {
    const tagged = (this.#facts.tags.get(systemId) ?? []).flatMap((tag) => this.#at(`tag ${tag}`));
    return [
      ...this.#at(`client ${clientId}`),
      ...this.#at(`site ${siteId}`),
      ...tagged.filter((one) => one.clientId === null || one.clientId === clientId),
      ...this.#at(`system ${systemId}`),
    ];
  }

  #at(target: string): readonly PolicyAssignment[] {
    return this.#assignments.get(target) ?? [];
  }

  #resolve(assignments: readonly PolicyAssignment[]): EffectivePolicy {
    const key = assignments
      .map((one) => `${one.policyId} ${one.level} ${one.assignedAt.getTime()} ${one.targetName}`)
      .join('\n');
    const known = this.#resolved.get(key);
    if (known) return known;
    const resolved = this.#resolveLayers(assignments);
    this.#resolved.set(key, resolved);
    return resolved;
  }

  #resolveLayers(assignments: readonly PolicyAssignment[]): EffectivePolicy {
    const preset = this.#facts.policies.find((policy) => policy.isDefault);
    if (!preset) throw new Error('the MSP has no default policy');
    const layers = [
      layerOf(preset, 'msp', this.#facts.mspName, null),
      ...assignments.flatMap(({ policyId, level, targetName, assignedAt }) => {
        const policy = this.#policies.get(policyId);
        return policy ? [layerOf(policy, level, targetName, assignedAt)] : [];
      }),
    ];
    const resolved = resolvePolicy(layers);
    const narrowest = resolved.layers.at(-1) ?? layerOf(preset, 'msp', this.#facts.mspName, null);
    return {
      ...resolved,
      policyVersionId: narrowest.policyVersionId,
      version: narrowest.version,
      isOwn: narrowest.level !== 'msp',
    };
  }
}

/** Where what is judged stands among the layers: its site is the one that its verdict takes, declared or from the inventory. */
export function policySubject(clientId: string, { system }: ProtectionFacts): PolicySubject {
  return { clientId, siteId: system.site?.value.siteId ?? null, systemId: system.id };
}

function targetKey({ level, clientId, siteId, tag, systemId, jobId }: PolicyAssignment): string {
  return `${level} ${{ client: clientId, site: siteId, tag, system: systemId, job: jobId }[level]}`;
}

function layerOf(
  policy: PolicyInForce,
  level: PolicyLevel,
  targetName: string,
  assignedAt: Date | null,
): PolicyLayer {
  const { policyId, name: policyName, policyVersionId, version, overrides, scheduleSince: saidAt } = policy;
  const isSet = overrides.schedule !== undefined;
  return {
    level,
    targetName,
    policyId,
    policyName,
    policyVersionId,
    version,
    overrides,
    scheduleSince: saidAt && Math.max(saidAt.getTime(), isSet ? (assignedAt?.getTime() ?? 0) : 0),
  };
}

/** What was promised to these clients and these of their systems at `at`: versions and assignments as they were then. */
export async function policiesOf(
  tx: Tx,
  mspId: string,
  subjects: PolicySubjects,
  at: Date,
): Promise<PolicyBook> {
  return new PolicyBook(await readPolicyFacts(tx, mspId, subjects, at));
}

/** Whom a book answers for. */
export interface PolicySubjects {
  readonly clientIds: readonly string[];
  readonly systemIds: readonly string[];
}

/** What {@link policiesOf} is made of; whoever tries a change out puts it in here. `subjects` `*`: the whole MSP. */
export async function readPolicyFacts(
  tx: Tx,
  mspId: string,
  subjects: PolicySubjects | '*',
  at: Date,
): Promise<PolicyFactsRead> {
  const isAll = subjects === '*';
  const { clientIds, systemIds } = isAll ? { clientIds: [], systemIds: [] } : subjects;
  const policies = await policiesAt(tx, mspId, isAll ? '*' : systemIds, at);
  const assignments = z.array(assignmentRow).parse(
    await tx.$queryRaw`SELECT a.policy_id::text AS "policyId", a.level, a.client_id::text AS "clientId", a.site_id::text AS "siteId",
      a.tag, a.system_id::text AS "systemId", a.job_id::text AS "jobId", a.assigned_at AS "assignedAt",
      coalesce(a.tag, j.name, y.name, s.name, c.name) AS "targetName"
    FROM app.policy_assignment a
    LEFT JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = a.client_id
    LEFT JOIN app.site s ON s.msp_id = ${mspId}::uuid AND s.site_id = a.site_id
    LEFT JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = a.system_id
    LEFT JOIN app.job j ON j.msp_id = ${mspId}::uuid AND j.job_id = a.job_id
    WHERE a.msp_id = ${mspId}::uuid AND a.assigned_at <= ${at} AND (a.ended_at IS NULL OR a.ended_at > ${at})
      AND (${isAll} OR a.client_id IS NULL OR a.client_id = ANY (${[...clientIds]}::uuid[]))
      AND (${isAll} OR a.level <> 'system' OR a.system_id = ANY (${[...systemIds]}::uuid[]))
      AND (${isAll} OR a.level <> 'job' OR j.system_id IN (${systemsUnderAllNames(mspId, systemIds)}))
    ORDER BY a.assignment_id`,
  );
  const tagged = await tx.systemTag.findMany({
    where: {
      mspId,
      ...(isAll ? {} : { systemId: { in: [...systemIds] } }),
      addedAt: { lte: at },
      OR: [{ removedAt: null }, { removedAt: { gt: at } }],
    },
    select: { systemId: true, tag: true },
  });
  const tags = new Map<string, string[]>();
  for (const { systemId, tag } of tagged) tags.set(systemId, [...(tags.get(systemId) ?? []), tag]);
  return { mspName: 'your default', policies, assignments, tags };
}

/** An MSP without any policy gets the default it should have been made with. */
async function policiesAt(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[] | '*',
  at: Date,
): Promise<PolicyInForce[]> {
  // policies of single jobs are as many as jobs: only those of the systems asked for
  const ofJobs =
    systemIds === '*'
      ? Prisma.sql`true`
      : Prisma.sql`q.job_id IN (SELECT j.job_id FROM app.job j WHERE j.msp_id = ${mspId}::uuid
          AND j.system_id IN (${systemsUnderAllNames(mspId, systemIds)}))`;
  const rows = z.array(policyRow).parse(
    await tx.$queryRaw`SELECT DISTINCT ON (p.policy_id) p.policy_id::text AS "policyId", p.client_id::text AS "clientId", p.name,
      p.is_default AS "isDefault", v.policy_version_id::text AS "policyVersionId", v.version, v.overrides,
      p.job_id::text AS "jobId", ${scheduleSince(mspId)}
    FROM (SELECT q.* FROM app.policy q WHERE q.msp_id = ${mspId}::uuid AND q.job_id IS NULL
      UNION ALL SELECT q.* FROM app.policy q WHERE q.msp_id = ${mspId}::uuid AND q.job_id IS NOT NULL AND ${ofJobs}) p
    JOIN app.policy_version v ON v.msp_id = ${mspId}::uuid AND v.policy_id = p.policy_id
    ORDER BY p.policy_id, v.created_at > ${at}, CASE WHEN v.created_at > ${at} THEN v.version END, v.version DESC`,
  );
  if (rows.some((policy) => policy.isDefault)) return rows;
  const made = await insertPolicy(tx, mspId, {
    clientId: null,
    name: DEFAULT_POLICY.name,
    isDefault: true,
    jobId: null,
    overrides: {},
    at,
    by: null,
  });
  return [
    ...rows,
    {
      ...made,
      clientId: null,
      name: DEFAULT_POLICY.name,
      isDefault: true,
      version: 1,
      overrides: {},
      scheduleSince: null,
      jobId: null,
    },
  ];
}

/** Ids of systems with those merged into them. */
function systemsUnderAllNames(mspId: string, systemIds: readonly string[]): Prisma.Sql {
  return Prisma.sql`SELECT n.system_id FROM app.system n WHERE n.msp_id = ${mspId}::uuid
    AND (n.system_id = ANY (${[...systemIds]}::uuid[]) OR n.merged_into_id = ANY (${[...systemIds]}::uuid[]))`;
}

/** Since when the versions of policy `p` up to `v` say of the schedule what `v` says, or leave it open; null: none ever set one. */
function scheduleSince(mspId: string): Prisma.Sql {
  return Prisma.sql`CASE WHEN EXISTS (SELECT FROM app.policy_version e WHERE e.msp_id = ${mspId}::uuid
      AND e.policy_id = v.policy_id AND e.version <= v.version AND e.overrides -> 'schedule' IS NOT NULL) THEN (SELECT min(w.created_at) FROM app.policy_version w
      WHERE w.msp_id = ${mspId}::uuid AND w.policy_id = v.policy_id AND w.version <= v.version
        AND w.version > coalesce((SELECT max(x.version) FROM app.policy_version x WHERE x.msp_id = ${mspId}::uuid
          AND x.policy_id = v.policy_id AND x.version < v.version
          AND x.overrides -> 'schedule' IS DISTINCT FROM v.overrides -> 'schedule'), 0)) END AS "scheduleSince"`;
}

/** A policy as it is made, with its first version. */
export interface NewPolicy {
  /** null: the MSP's own, for any of its clients. */
  readonly clientId: string | null;
  readonly name: string;
  readonly isDefault: boolean;
  /** The job whose own policy it is; null: none's. */
  readonly jobId: string | null;
  readonly overrides: PolicyOverrides;
  readonly at: Date;
  /** null: nobody; it is what an MSP starts with. */
  readonly by: string | null;
}

export async function insertPolicy(
  tx: Tx,
  mspId: string,
  { clientId, name, isDefault, jobId, overrides, at, by }: NewPolicy,
): Promise<{ policyId: string; policyVersionId: string }> {
  const policyId = v7();
  await tx.policy.create({
    data: { mspId, policyId, clientId, name, isDefault, jobId, createdAt: at, createdBy: by },
  });
  const version = { policyId, clientId, version: 1, overrides, note: null, createdAt: at, createdBy: by };
  return { policyId, policyVersionId: await insertPolicyVersion(tx, mspId, version) };
}

/** A version of a policy, as it is published. */
export interface NewPolicyVersion {
  readonly policyId: string;
  /** The policy's. */
  readonly clientId: string | null;
  readonly version: number;
  readonly overrides: PolicyOverrides;
  readonly note: string | null;
  readonly createdAt: Date;
  readonly createdBy: string | null;
}

/** Answers the version's id. */
export async function insertPolicyVersion(tx: Tx, mspId: string, version: NewPolicyVersion): Promise<string> {
  const policyVersionId = v7();
  await tx.policyVersion.create({ data: { mspId, policyVersionId, ...version } });
  return policyVersionId;
}

/** An assignment as it is made. */
export interface NewPolicyAssignment extends Omit<PolicyAssignment, 'targetName' | 'assignedAt'> {
  readonly at: Date;
  readonly by: string;
  /** The rule that says so; left out: the person does. */
  readonly assignedByRuleId?: string;
}

/** Has a policy hold for a target, of which none at that level may hold. Answers the assignment's id. */
export async function insertPolicyAssignment(
  tx: Tx,
  mspId: string,
  { at, by, ...assignment }: NewPolicyAssignment,
): Promise<string> {
  const assignmentId = v7();
  await tx.policyAssignment.create({
    data: { mspId, assignmentId, ...assignment, assignedAt: at, assignedBy: by },
  });
  return assignmentId;
}

/** What a policy can be assigned to. */
export type AssignmentTarget = Omit<PolicyAssignment, 'policyId' | 'targetName' | 'assignedAt'>;

/** A policy in use with its newest version, locked until commit; null: not there, retired, or another MSP's. */
export async function findPolicy(tx: Tx, mspId: string, policyId: string): Promise<PolicyInForce | null> {
  // a statement of its own: one that waits for the lock would still see the versions of before
  await tx.$queryRaw`SELECT 1 AS one FROM app.policy WHERE msp_id = ${mspId}::uuid AND policy_id = ${policyId}::uuid FOR UPDATE`;
  const rows = z.array(policyRow).parse(
    await tx.$queryRaw`SELECT p.policy_id::text AS "policyId", p.client_id::text AS "clientId", p.name,
      p.is_default AS "isDefault", v.policy_version_id::text AS "policyVersionId", v.version, v.overrides,
      p.job_id::text AS "jobId", ${scheduleSince(mspId)}
    FROM (SELECT * FROM app.policy WHERE msp_id = ${mspId}::uuid AND policy_id = ${policyId}::uuid AND retired_at IS NULL) p
    JOIN app.policy_version v ON v.msp_id = ${mspId}::uuid AND v.policy_id = p.policy_id
    ORDER BY v.version DESC LIMIT 1`,
  );
  return rows[0] ?? null;
}

/** The policies that were made for single jobs of these, with the newest version each. */
export async function findPoliciesOfJobs(
  tx: Tx,
  mspId: string,
  jobIds: readonly string[],
): Promise<PolicyInForce[]> {
  const rows =
    await tx.$queryRaw`SELECT DISTINCT ON (p.policy_id) p.policy_id::text AS "policyId", p.client_id::text AS "clientId",
      p.name, p.is_default AS "isDefault", v.policy_version_id::text AS "policyVersionId", v.version, v.overrides,
      p.job_id::text AS "jobId", ${scheduleSince(mspId)}
    FROM app.policy p JOIN app.policy_version v ON v.msp_id = ${mspId}::uuid AND v.policy_id = p.policy_id
    WHERE p.msp_id = ${mspId}::uuid AND p.job_id = ANY (${[...jobIds]}::uuid[]) AND p.retired_at IS NULL
    ORDER BY p.policy_id, v.version DESC`;
  return z.array(policyRow).parse(rows);
}

/** The id of the MSP's policy in use of this name. */
export async function findPolicyByName(tx: Tx, mspId: string, name: string): Promise<string | null> {
  const found = await tx.policy.findFirst({
    where: { mspId, clientId: null, jobId: null, name, retiredAt: null },
    select: { policyId: true },
  });
  return found?.policyId ?? null;
}

export async function renamePolicy(tx: Tx, mspId: string, policyId: string, name: string): Promise<void> {
  await tx.policy.update({ where: { mspId_policyId: { mspId, policyId } }, data: { name } });
}

export async function retirePolicy(
  tx: Tx,
  mspId: string,
  policyId: string,
  { at, by }: { at: Date; by: string },
): Promise<void> {
  await tx.policy.update({
    where: { mspId_policyId: { mspId, policyId } },
    data: { retiredAt: at, retiredBy: by },
  });
}

const target = { level: true, clientId: true, siteId: true, tag: true, systemId: true, jobId: true } as const;
const targetRow = assignmentRow.omit({ policyId: true, targetName: true, assignedAt: true });

/** What a policy holds for now. */
export async function listAssignmentsOf(
  tx: Tx,
  mspId: string,
  policyId: string,
): Promise<AssignmentTarget[]> {
  const rows = await tx.policyAssignment.findMany({
    where: { mspId, policyId, endedAt: null },
    select: target,
  });
  return z.array(targetRow).parse(rows);
}

/** The policy that is assigned to a target now; null: none. */
export async function policyAssignedTo(
  tx: Tx,
  mspId: string,
  { level, clientId, siteId, tag, systemId, jobId }: AssignmentTarget,
): Promise<string | null> {
  const found = await tx.policyAssignment.findFirst({
    where: { mspId, level, clientId, siteId, tag, systemId, jobId, endedAt: null },
    select: { policyId: true },
  });
  return found?.policyId ?? null;
}

/** Ends what is assigned to a target now, if anything is. */
export async function endPolicyAssignment(
  tx: Tx,
  mspId: string,
  { level, clientId, siteId, tag, systemId, jobId }: AssignmentTarget,
  { at, by }: { at: Date; by: string },
): Promise<void> {
  await tx.policyAssignment.updateMany({
    where: { mspId, level, clientId, siteId, tag, systemId, jobId, endedAt: null },
    data: { endedAt: at, endedBy: by },
  });
}

/** The target of an assignment in force, with its policy; null: not there, ended, or another MSP's. */
export async function findPolicyAssignment(
  tx: Tx,
  mspId: string,
  assignmentId: string,
): Promise<(AssignmentTarget & { policyId: string }) | null> {
  const found = await tx.policyAssignment.findFirst({
    where: { mspId, assignmentId, endedAt: null },
    select: { ...target, policyId: true },
  });
  return found && { ...targetRow.parse(found), policyId: found.policyId };
}

/** How a target is asked for. */
export type NamedTarget =
  | { readonly level: 'client'; readonly clientId: string }
  | { readonly level: 'site'; readonly siteId: string }
  | { readonly level: 'tag'; readonly tag: string; readonly clientId: string | null }
  | { readonly level: 'system'; readonly systemId: string }
  | { readonly level: 'job'; readonly jobId: string };

/** null: there is no such client, site, system or job. */
export async function findAssignmentTarget(
  tx: Tx,
  mspId: string,
  named: NamedTarget,
): Promise<AssignmentTarget | null> {
  const none = { clientId: null, siteId: null, tag: null, systemId: null, jobId: null };
  switch (named.level) {
    case 'client': {
      const client = await findClient(tx, mspId, named.clientId);
      return client && { ...none, ...named };
    }
    case 'site': {
      const { siteId } = named;
      const site = await tx.site.findFirst({ where: { mspId, siteId }, select: { clientId: true } });
      return site && { ...none, ...named, clientId: site.clientId };
    }
    case 'tag':
      if (named.clientId !== null && !(await findClient(tx, mspId, named.clientId))) return null;
      return { ...none, ...named };
    case 'system': {
      const clientId = await clientOfSystem(tx, mspId, named.systemId);
      return clientId === null ? null : { ...none, ...named, clientId };
    }
    case 'job': {
      const { jobId } = named;
      const job = await tx.job.findFirst({ where: { mspId, jobId }, select: { clientId: true } });
      return job && { ...none, ...named, clientId: job.clientId };
    }
  }
}

/** Policies in use that may be assigned in a client, by name. */
export async function listAssignablePolicies(
  tx: Tx,
  mspId: string,
  clientId: string,
): Promise<{ policyId: string; name: string }[]> {
  return tx.policy.findMany({
    where: { mspId, isDefault: false, jobId: null, retiredAt: null, OR: [{ clientId: null }, { clientId }] },
    select: { policyId: true, name: true },
    orderBy: { name: 'asc' },
    take: 500,
  });
}

/** What is assigned to one system itself; null: nothing is. */
export async function findOwnAssignment(
  tx: Tx,
  mspId: string,
  systemId: string,
): Promise<{ assignmentId: string; policyId: string } | null> {
  return tx.policyAssignment.findFirst({
    where: { mspId, level: 'system', systemId, endedAt: null },
    select: { assignmentId: true, policyId: true },
  });
}
