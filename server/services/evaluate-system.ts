import { evaluateDataSet } from '@/domain/protection/evaluate';
import { expectedRuns } from '@/domain/schedule/expected-runs';
import { systemStatus } from '@/domain/protection/system-status';
import type { StatusReason, Verdict } from '@/domain/protection/verdict';
import { appendAuditEvent } from '../data/audit';
import { clientsToCover, hastenCoverage } from '../data/coverage-due';
import type { Database, Tx } from '../data/database';
import { saveExpectations, type NewExpectation } from '../data/expectations';
import { groupBy } from '../data/group-by';
import { withJobPlans } from '../data/job-plans';
import { policiesOf } from '../data/policies';
import { loadProtectionFacts, type LoadedFacts } from '../data/protection-facts';
import { withPromises } from '../data/retention-history';
import {
  claimDueSystems,
  saveFindings,
  saveStatusChanges,
  saveSystemStatuses,
  saveVerdicts,
  type DueSystem,
  type EvaluatedSystem,
  type NewVerdict,
  type StatusChange,
} from '../data/verdicts';
import { hintWork } from '../data/work-due';
import type { TenantScope } from '../tenancy/tenant-scope';
import { keepCauses } from './keep-causes';

const SYSTEMS_MAX = 100;
const TRANSACTION_MS_MAX = 55_000;

/**
 * Evaluates one MSP's systems that a new fact concerns or whose time has come at `now`, at most 100; returns how many. Verdicts,
 * statuses, findings and, for a status that changed, its history and audit event are kept in one transaction.
 */
export async function evaluateSystems(database: Database, scope: TenantScope, now: Date): Promise<number> {
  return database.inScope(
    scope,
    async (tx) => {
      const due = await claimDueSystems(tx, scope.mspId, now, SYSTEMS_MAX);
      if (due.length > 0) await evaluate(tx, scope.mspId, due, now);
      return due.length;
    },
    { timeoutMs: TRANSACTION_MS_MAX },
  );
}

async function evaluate(tx: Tx, mspId: string, due: readonly DueSystem[], now: Date): Promise<void> {
  const systemIds = due.map((one) => one.systemId);
  const verdicts = await judge(tx, mspId, due, now);
  const bySystem = groupBy(verdicts, (one) => one.systemId);
  const systems = due.map((one) => evaluatedSystem(one, bySystem.get(one.systemId) ?? [], now));
  const changes = due.flatMap((one, index) =>
    changeOf(one, systems[index], bySystem.get(one.systemId) ?? []),
  );
  await saveVerdicts(tx, mspId, verdicts);
  const closedCauseIds = await saveFindings(
    tx,
    mspId,
    verdicts.map(({ verdict, dataSetId, clientId, systemId: of }) => ({
      dataSetId,
      clientId,
      systemId: of,
      findings: verdict.findings,
    })),
    systemIds,
    now,
  );
  await keepCauses(tx, mspId, { systemIds, closedCauseIds }, now);
  await saveSystemStatuses(tx, mspId, systems, now);
  await saveStatusChanges(tx, mspId, changes, now);
  await hastenCoverageOf(tx, mspId, due, now);
  await hintNext(tx, mspId, systems);
  for (const change of changes) await recordChange(tx, change, now);
}

/** A system that is new, or was merged, or had no backup may stand otherwise to its client's inventory now. */
async function hastenCoverageOf(tx: Tx, mspId: string, due: readonly DueSystem[], now: Date): Promise<void> {
  const changed = due.filter((one) => one.status === null || one.isMerged);
  const clientIds = await clientsToCover(tx, mspId, {
    changedClientIds: changed.map((one) => one.clientId),
    systemIds: due.map((one) => one.systemId),
  });
  if (clientIds.length > 0) await hastenCoverage(tx, mspId, clientIds, now);
}

async function judge(tx: Tx, mspId: string, due: readonly DueSystem[], now: Date): Promise<NewVerdict[]> {
  const systemIds = due.map((one) => one.systemId);
  const clientIds = [...new Set(due.map((one) => one.clientId))];
  const policies = await policiesOf(tx, mspId, { clientIds, systemIds }, now);
  const found = await loadProtectionFacts(tx, mspId, systemIds, now);
  const planned = await withJobPlans(tx, mspId, found, policies, now);
  await saveExpectations(tx, mspId, expectationsOf(planned, now));
  const promised = await withPromises(tx, mspId, planned, policies, now);
  return promised.map(({ clientId, dataSetIds, facts, policy: { policyVersionId, policy } }) => {
    const verdict = evaluateDataSet(facts, policy, now.getTime());
    const dataSetId = facts.dataSet.id;
    const countedInIt = dataSetIds.filter((id) => id !== dataSetId);
    return { dataSetId, countedInIt, clientId, systemId: facts.system.id, policyVersionId, verdict };
  });
}

/** What became of each due time so far, of every job that has a schedule. */
function expectationsOf(loaded: readonly LoadedFacts[], now: Date): NewExpectation[] {
  return loaded.flatMap(({ clientId, facts }) =>
    facts.jobs.flatMap(({ id: jobId, plan }) =>
      plan === null
        ? []
        : expectedRuns(plan.expectation, plan.runs, now.getTime()).expected.flatMap((one) =>
            one.state === 'open' || one.dueAt > now.getTime()
              ? []
              : { ...one, state: one.state, jobId, clientId, systemId: facts.system.id },
          ),
    ),
  );
}

function evaluatedSystem(due: DueSystem, verdicts: readonly NewVerdict[], now: Date): EvaluatedSystem {
  if (due.isMerged) return { systemId: due.systemId, status: 'unknown', changesAt: null, isChanged: false };
  const status = systemStatus(verdicts.map((one) => one.verdict.status));
  const instants = verdicts.flatMap((one) => one.verdict.changesAt ?? []);
  const next = instants.length > 0 ? Math.min(...instants) : null;
  return {
    systemId: due.systemId,
    status,
    // An instant that has passed would have the system evaluated for ever.
    changesAt: next === null ? null : Math.max(next, now.getTime() + 1000),
    isChanged: due.status !== status,
  };
}

function changeOf(
  due: DueSystem,
  evaluated: EvaluatedSystem | undefined,
  verdicts: readonly NewVerdict[],
): StatusChange[] {
  if (!evaluated?.isChanged) return [];
  const { systemId, clientId, status: from } = due;
  return [
    { systemId, clientId, from, to: evaluated.status, reasons: reasonsFor(verdicts, evaluated.status) },
  ];
}

/** What decided the status: the reasons of the data sets that have it. */
function reasonsFor(verdicts: readonly NewVerdict[], status: Verdict['status']): StatusReason[] {
  const deciding = verdicts.filter((one) => one.verdict.status === status);
  if (deciding.length === 0) return [{ code: 'never-heard' }];
  return deciding.flatMap((one) => one.verdict.reasons).slice(0, 20);
}

async function hintNext(tx: Tx, mspId: string, systems: readonly EvaluatedSystem[]): Promise<void> {
  const instants = systems.flatMap((one) => one.changesAt ?? []);
  if (instants.length > 0) await hintWork(tx, mspId, 'evaluation', new Date(Math.min(...instants)));
}

/** Last in the transaction: the audit chain stays locked until the commit. */
function recordChange(
  tx: Tx,
  { systemId, clientId, from, to, reasons }: StatusChange,
  at: Date,
): Promise<void> {
  return appendAuditEvent(tx, {
    action: 'verdict.changed',
    clientId,
    target: { systemId },
    details: { from, to, reasons, at: at.toISOString() },
  });
}
