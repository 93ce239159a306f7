import { z } from 'zod';
import { policyOverrides, type PolicyOverrides } from '@/domain/policy/overrides-schema';
import type { PolicyLevel } from '@/domain/policy/resolve-policy';
import type { TenantScope } from '../tenancy/tenant-scope';
import type { Database, Tx } from './database';
import { memberNames } from './identity-members';
import { countSystemsToPreview } from './policy-preview';
import { type PolicyAssignment, readPolicyFacts } from './policies';

/** A policy as a row of the list, with the version that holds. */
export interface ListedPolicy {
  readonly policyId: string;
  readonly name: string;
  readonly isDefault: boolean;
  /** The only client that it may be assigned in; null: any. */
  readonly clientName: string | null;
  readonly version: number;
  readonly publishedAt: Date;
  /** null: it is what an MSP starts with, or who did so is no longer a member. */
  readonly publishedBy: string | null;
  readonly overrides: PolicyOverrides;
  readonly assignments: Readonly<Record<Exclude<PolicyLevel, 'msp'>, number>>;
  /** Systems that it holds for, whole or in part. */
  readonly systemCount: number;
}

const row = z.object({
  policyId: z.string(),
  name: z.string(),
  isDefault: z.boolean(),
  clientName: z.string().nullable(),
  version: z.int(),
  publishedAt: z.date(),
  publishedBy: z.string().nullable(),
  overrides: policyOverrides,
  client: z.int(),
  site: z.int(),
  tag: z.int(),
  system: z.int(),
  job: z.int(),
  systemCount: z.int(),
});

/** The MSP's policies, its default first, then by name. */
export async function listPolicies(tx: Tx, mspId: string): Promise<ListedPolicy[]> {
  const rows = z.array(row).parse(
    await tx.$queryRaw`
    WITH held AS (
      SELECT a.policy_id, a.level, a.assignment_id, y.system_id
      FROM app.policy_assignment a
      LEFT JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.archived_at IS NULL AND y.merged_into_id IS NULL
        AND CASE a.level WHEN 'client' THEN y.client_id = a.client_id WHEN 'site' THEN y.site_id = a.site_id
          WHEN 'system' THEN y.system_id = a.system_id
          WHEN 'job' THEN EXISTS (SELECT FROM app.job j WHERE j.msp_id = ${mspId}::uuid AND j.job_id = a.job_id
            AND j.system_id = y.system_id)
          ELSE (a.client_id IS NULL OR a.client_id = y.client_id) AND EXISTS (SELECT FROM app.system_tag t
            WHERE t.msp_id = ${mspId}::uuid AND t.system_id = y.system_id AND t.tag = a.tag AND t.removed_at IS NULL) END
      WHERE a.msp_id = ${mspId}::uuid AND a.ended_at IS NULL
    ),
    counted AS (
      SELECT policy_id, count(DISTINCT assignment_id) FILTER (WHERE level = 'client')::int AS client,
        count(DISTINCT assignment_id) FILTER (WHERE level = 'site')::int AS site,
        count(DISTINCT assignment_id) FILTER (WHERE level = 'tag')::int AS tag,
        count(DISTINCT assignment_id) FILTER (WHERE level = 'system')::int AS system,
        count(DISTINCT assignment_id) FILTER (WHERE level = 'job')::int AS job,
        count(DISTINCT system_id)::int AS systems
      FROM held GROUP BY policy_id
    )
    SELECT p.policy_id::text AS "policyId", p.name, p.is_default AS "isDefault", c.name AS "clientName", v.version,
      v.created_at AS "publishedAt", v.created_by::text AS "publishedBy", v.overrides,
      coalesce(k.client, 0) AS client, coalesce(k.site, 0) AS site, coalesce(k.tag, 0) AS tag, coalesce(k.system, 0) AS system, coalesce(k.job, 0) AS job,
      CASE WHEN p.is_default THEN (SELECT count(*)::int FROM app.system y WHERE y.msp_id = ${mspId}::uuid
        AND y.archived_at IS NULL AND y.merged_into_id IS NULL) ELSE coalesce(k.systems, 0) END AS "systemCount"
    FROM app.policy p
    CROSS JOIN LATERAL (SELECT * FROM app.policy_version v WHERE v.msp_id = ${mspId}::uuid AND v.policy_id = p.policy_id
      ORDER BY v.version DESC LIMIT 1) v
    LEFT JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = p.client_id
    LEFT JOIN counted k ON k.policy_id = p.policy_id
    WHERE p.msp_id = ${mspId}::uuid AND p.retired_at IS NULL AND p.job_id IS NULL
    ORDER BY p.is_default DESC, lower(p.name), p.policy_id`,
  );
  const names = await memberNames(tx);
  return rows.map(({ client, site, tag, system, job, publishedBy, ...policy }) => ({
    ...policy,
    publishedBy: names.get(publishedBy ?? '') ?? null,
    assignments: { client, site, tag, system, job },
  }));
}

/** A version as it was published. */
interface PublishedVersion {
  readonly policyVersionId: string;
  readonly version: number;
  readonly overrides: PolicyOverrides;
  readonly note: string | null;
  readonly publishedAt: Date;
  readonly publishedBy: string | null;
}

/** What a policy is assigned to. */
interface ListedAssignment extends PolicyAssignment {
  readonly assignmentId: string;
  readonly clientName: string | null;
  /** null: nobody, or no member any more. */
  readonly assignedBy: string | null;
  /** The rule that says so; null: a person does. */
  readonly ruleName: string | null;
}

/** A narrower policy that sets a field for something that this one holds for too. */
interface NarrowerValue {
  readonly level: Exclude<PolicyLevel, 'msp'>;
  readonly targetName: string;
  readonly policyId: string;
  readonly overrides: PolicyOverrides;
}

/** Everything that the screen of one policy shows. */
export interface PolicyScreen {
  readonly policy: ListedPolicy;
  /** Newest first. */
  readonly versions: readonly PublishedVersion[];
  readonly assignments: readonly ListedAssignment[];
  /** What the MSP's default sets: the policy inherits it. Empty for the default itself. */
  readonly above: PolicyOverrides;
  readonly narrower: readonly NarrowerValue[];
  readonly clients: readonly { readonly clientId: string; readonly name: string }[];
  readonly sites: readonly {
    readonly siteId: string;
    readonly name: string;
    readonly clientName: string | null;
  }[];
  readonly tags: readonly string[];
  /** All systems of the MSP. */
  readonly fleetCount: number;
}

const NARROWER_SHOWN = 500;

/** null: not there, retired, or another MSP's. */
export async function readPolicy(
  database: Database,
  scope: TenantScope,
  policyId: string,
  now: Date,
): Promise<PolicyScreen | null> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const policies = await listPolicies(tx, mspId);
    const policy = policies.find((one) => one.policyId === policyId);
    if (!policy) return null;
    const names = await memberNames(tx);
    const versions = await tx.policyVersion.findMany({
      where: { mspId, policyId },
      orderBy: { version: 'desc' },
    });
    const facts = await readPolicyFacts(tx, mspId, '*', now);
    const overrides = new Map(facts.policies.map((one) => [one.policyId, one.overrides]));
    const own = facts.assignments.filter((one) => one.policyId === policyId);
    const preset = facts.policies.find((one) => one.isDefault);
    return {
      policy,
      versions: versions.map((one) => ({
        policyVersionId: one.policyVersionId,
        version: one.version,
        overrides: policyOverrides.parse(one.overrides),
        note: one.note,
        publishedAt: one.createdAt,
        publishedBy: names.get(one.createdBy ?? '') ?? null,
      })),
      assignments: await listAssignments(tx, mspId, policyId, names),
      above: policy.isDefault ? {} : (preset?.overrides ?? {}),
      narrower: facts.assignments
        .filter((one) => one.policyId !== policyId && isWithin(one, policy.isDefault ? null : own))
        .slice(0, NARROWER_SHOWN)
        .map(({ level, targetName, policyId: id }) => ({
          level,
          targetName,
          policyId: id,
          overrides: overrides.get(id) ?? {},
        })),
      clients: await tx.client.findMany({
        where: { mspId },
        select: { clientId: true, name: true },
        orderBy: { name: 'asc' },
      }),
      sites: await sitesToChoose(tx, mspId),
      tags: await listTags(tx, mspId),
      fleetCount: await countSystemsToPreview(tx, mspId),
    };
  });
}

/** The name of a policy in use; null: not there, retired, or another MSP's. */
export async function findPolicyName(tx: Tx, mspId: string, policyId: string): Promise<string | null> {
  const found = await tx.policy.findFirst({
    where: { mspId, policyId, retiredAt: null },
    select: { name: true },
  });
  return found?.name ?? null;
}

/** Tags in use, by name. */
async function listTags(tx: Tx, mspId: string): Promise<string[]> {
  const rows = await tx.systemTag.findMany({
    where: { mspId, removedAt: null },
    distinct: ['tag'],
    select: { tag: true },
    orderBy: { tag: 'asc' },
    take: 1000,
  });
  return rows.map((one) => one.tag);
}

const LEVELS = ['client', 'site', 'tag', 'system', 'job'] as const;

/** Whether an assignment is narrower than one of `own` and could meet it at a system; null: than the default, as all are. */
function isWithin(one: PolicyAssignment, own: readonly PolicyAssignment[] | null): boolean {
  if (own === null) return true;
  return own.some(
    (wider) =>
      LEVELS.indexOf(wider.level) < LEVELS.indexOf(one.level) &&
      (wider.clientId === null || one.clientId === null || wider.clientId === one.clientId),
  );
}

async function sitesToChoose(tx: Tx, mspId: string): Promise<PolicyScreen['sites']> {
  const sites = await tx.site.findMany({
    where: { mspId },
    select: { siteId: true, name: true, clientId: true },
    orderBy: { name: 'asc' },
    take: 5000,
  });
  const clients = await tx.client.findMany({ where: { mspId }, select: { clientId: true, name: true } });
  const names = new Map(clients.map((one) => [one.clientId, one.name]));
  return sites.map(({ siteId, name, clientId }) => ({
    siteId,
    name,
    clientName: names.get(clientId ?? '') ?? null,
  }));
}

const assignmentRow = z.object({
  assignmentId: z.string(),
  policyId: z.string(),
  level: z.enum(LEVELS),
  clientId: z.string().nullable(),
  siteId: z.string().nullable(),
  tag: z.string().nullable(),
  systemId: z.string().nullable(),
  jobId: z.string().nullable(),
  targetName: z.string(),
  clientName: z.string().nullable(),
  assignedAt: z.date(),
  assignedBy: z.string().nullable(),
  ruleName: z.string().nullable(),
});

async function listAssignments(
  tx: Tx,
  mspId: string,
  policyId: string,
  names: ReadonlyMap<string, string>,
): Promise<ListedAssignment[]> {
  const rows = z.array(assignmentRow).parse(
    await tx.$queryRaw`SELECT a.assignment_id::text AS "assignmentId", a.policy_id::text AS "policyId", a.level,
      a.client_id::text AS "clientId", a.site_id::text AS "siteId", a.tag, a.system_id::text AS "systemId",
      a.job_id::text AS "jobId", coalesce(a.tag, j.name, y.name, s.name, c.name) AS "targetName", c.name AS "clientName", a.assigned_at AS "assignedAt",
      a.assigned_by::text AS "assignedBy", r.name AS "ruleName"
    FROM app.policy_assignment a
    LEFT JOIN app.assignment_rule r ON r.msp_id = ${mspId}::uuid AND r.assignment_rule_id = a.assigned_by_rule_id
    LEFT JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = a.client_id
    LEFT JOIN app.site s ON s.msp_id = ${mspId}::uuid AND s.site_id = a.site_id
    LEFT JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = a.system_id
    LEFT JOIN app.job j ON j.msp_id = ${mspId}::uuid AND j.job_id = a.job_id
    WHERE a.msp_id = ${mspId}::uuid AND a.policy_id = ${policyId}::uuid AND a.ended_at IS NULL
    ORDER BY array_position(ARRAY['client', 'site', 'tag', 'system', 'job'], a.level), lower(coalesce(a.tag, j.name, y.name, s.name, c.name)), 1
    LIMIT 2000`,
  );
  return rows.map(({ assignedBy, ...one }) => ({ ...one, assignedBy: names.get(assignedBy ?? '') ?? null }));
}
