import { z } from 'zod';
import { evaluateDataSet } from '@/domain/protection/evaluate';
import { protectionPolicy, type ProtectionPolicy } from '@/domain/protection/policy';
import { worstStatus } from '@/domain/protection/system-status';
import { STATUSES, type Status, type Verdict } from '@/domain/protection/verdict';
import type { TenantScope } from '../tenancy/tenant-scope';
import { findListedSystem } from './client-systems';
import type { Database, Tx } from './database';
import { factsAsOf } from './fact-sources';
import { judgeSeen } from './judge-seen';
import { loadProtectionFacts } from './protection-facts';

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
    const loaded = await loadProtectionFacts(tx, mspId, [systemId], at, factsAsOf(mspId, at));
    if (loaded.length === 0) return { kind: 'not-known-then' };
    const policy = await policyAsOf(tx, mspId, system.clientId, at);
    if (!policy) return { kind: 'no-policy' };
    return judged(loaded, policy, at);
  });
}

function judged(
  loaded: Awaited<ReturnType<typeof loadProtectionFacts>>,
  { version, policy }: PolicyAsOf,
  at: Date,
): SystemAsOf {
  const dataSets = loaded
    .map(({ facts }) => ({
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
  return { kind: 'judged', status, policyVersion: version, dataSets };
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

const policyRow = z.object({ version: z.int(), policy: protectionPolicy });
interface PolicyAsOf {
  readonly version: number;
  readonly policy: ProtectionPolicy;
}

/** The client's own newest version of that time, else the MSP's. */
async function policyAsOf(tx: Tx, mspId: string, clientId: string, at: Date): Promise<PolicyAsOf | null> {
  const rows = await tx.$queryRaw`
    SELECT version, policy FROM app.policy_version
    WHERE msp_id = ${mspId}::uuid AND (client_id IS NULL OR client_id = ${clientId}::uuid)
      AND created_at <= ${at}::timestamptz
    ORDER BY client_id IS NULL, version DESC LIMIT 1`;
  return z.array(policyRow).parse(rows)[0] ?? null;
}
