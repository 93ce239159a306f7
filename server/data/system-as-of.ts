import { z } from 'zod';
import { evaluateDataSet } from '@/domain/protection/evaluate';
import { worstStatus } from '@/domain/protection/system-status';
import { STATUSES, type Status, type Verdict } from '@/domain/protection/verdict';
import type { TenantScope } from '../tenancy/tenant-scope';
import { findListedSystem } from './client-systems';
import type { Database, Tx } from './database';
import { factsAsOf } from './fact-sources';
import { judgeSeen } from './judge-seen';
import { withJobPlans } from './job-plans';
import { policiesOf } from './policies';
import { loadProtectionFacts } from './protection-facts';
import { withPromises, type PromisedFacts } from './retention-history';

/** A data set with the verdict that its facts gave at an instant. */
interface PastVerdict {
  readonly dataSetId: string;
  readonly name: string;
  readonly verdict: Verdict;
}

/** How a system stood at an instant, as far as it can be known today. */
export type SystemAsOf =
  /** Facts of that time were replaced before any of them were kept. */
  | { readonly kind: 'not-kept'; readonly keptSince: Date }
  /** Nothing had been reported of it. */
  | { readonly kind: 'not-known-then' }
  /** It was merged or split since, and under which names it went then is not kept. */
  | { readonly kind: 'renamed-since' }
  /** No policy was in force. */
  | { readonly kind: 'no-policy' }
  | {
      readonly kind: 'judged';
      readonly status: Status;
      readonly policyVersion: number;
      /** Worst first. */
      readonly dataSets: readonly PastVerdict[];
    };

/**
 * The verdicts of a system as of `at`, reached again by the function that stores them, from what was known then: what had come by
 * then and was not yet replaced, in the policy version of that time.
 * @returns null: not there, or another MSP's
 */
export async function readSystemAsOf(
  database: Database,
  scope: TenantScope,
  systemId: string,
  at: Date,
  now: Date,
): Promise<SystemAsOf | null> {
  const { mspId } = scope;
  const find = (tx: Tx) => findListedSystem(tx, mspId, systemId, now);
  return judgeSeen(database, scope, find, async (tx): Promise<SystemAsOf | null> => {
    const system = await find(tx);
    if (!system) return null;
    const { pastKeptSince } = await tx.msp.findUniqueOrThrow({
      where: { mspId },
      select: { pastKeptSince: true },
    });
    if (pastKeptSince && at < pastKeptSince) return { kind: 'not-kept', keptSince: pastKeptSince };
    if (await wasRenamedSince(tx, mspId, systemId, at)) return { kind: 'renamed-since' };
    const facts = factsAsOf(mspId, at);
    const loaded = await loadProtectionFacts(tx, mspId, [systemId], at, facts);
    if (loaded.length === 0) return { kind: 'not-known-then' };
    if (!(await hadPolicy(tx, mspId, at))) return { kind: 'no-policy' };
    const subjects = { clientIds: [system.clientId], systemIds: [systemId] };
    const policies = await policiesOf(tx, mspId, subjects, at);
    const planned = await withJobPlans(tx, mspId, loaded, policies, at, facts);
    return judged(await withPromises(tx, mspId, planned, policies, at, facts), at);
  });
}

function judged(promised: readonly PromisedFacts[], at: Date): SystemAsOf {
  const dataSets = promised
    .map(({ facts, policy: { policy } }) => ({
      dataSetId: facts.dataSet.id,
      name: facts.dataSet.name,
      verdict: evaluateDataSet(facts, policy, at.getTime()),
    }))
    .toSorted(
      (a, b) =>
        STATUSES.indexOf(a.verdict.status) - STATUSES.indexOf(b.verdict.status) ||
        a.name.localeCompare(b.name),
    );
  const status = worstStatus(dataSets.map((one) => one.verdict.status)) ?? 'unknown';
  return { kind: 'judged', status, policyVersion: promised[0]?.policy.version ?? 0, dataSets };
}

/** Whether somebody merged this system, or another into it, or undid that, after `at`. */
async function wasRenamedSince(tx: Tx, mspId: string, systemId: string, at: Date): Promise<boolean> {
  const rows = await tx.$queryRaw`
    SELECT FROM app.inbox_decision d
    WHERE d.msp_id = ${mspId}::uuid AND d.into_system_id IS NOT NULL
      AND (d.system_id = ${systemId}::uuid OR d.into_system_id = ${systemId}::uuid)
      AND (d.decided_at > ${at}::timestamptz OR d.undone_at > ${at}::timestamptz) LIMIT 1`;
  return z.array(z.unknown()).parse(rows).length > 0;
}

/** Before the MSP's default was published nothing was promised. */
async function hadPolicy(tx: Tx, mspId: string, at: Date): Promise<boolean> {
  const rows = await tx.$queryRaw`
    SELECT FROM app.policy p JOIN app.policy_version v ON v.msp_id = ${mspId}::uuid AND v.policy_id = p.policy_id
    WHERE p.msp_id = ${mspId}::uuid AND p.is_default AND v.created_at <= ${at}::timestamptz LIMIT 1`;
  return z.array(z.unknown()).parse(rows).length > 0;
}
