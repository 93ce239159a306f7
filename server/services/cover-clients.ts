import { coverageGaps, coverageTurn } from '@/domain/coverage/coverage-findings';
import { coverMachines } from '@/domain/coverage/coverage';
import { claimDueCoverage, type DueCoverage, settleCoverage } from '../data/coverage-due';
import { listExclusions } from '../data/coverage-exclusions';
import { listCurrentImports, listKnownSystems, listListedMachines } from '../data/coverage-facts';
import { machineId, saveCoverageFindings } from '../data/coverage-findings';
import type { Database, Tx } from '../data/database';
import { policiesOf } from '../data/policies';
import { sitesOfSystems } from '../data/system-sites';
import { listRunningWaivers } from '../data/waivers';
import { hintWork } from '../data/work-due';
import type { TenantScope } from '../tenancy/tenant-scope';
import { keepCauses } from './keep-causes';

const CLIENTS_MAX = 20;
const TRANSACTION_MS_MAX = 55_000;

/**
 * Looks at the coverage of an MSP's clients whose time has come at `now`, at most 20, each in a transaction of its own; returns how many.
 * Opens a finding for each machine that nothing backs up and each system that nobody manages, and closes those that are no longer so.
 */
export async function coverClients(database: Database, scope: TenantScope, now: Date): Promise<number> {
  const due = await database.inScope(scope, (tx) => claimDueCoverage(tx, scope.mspId, now, CLIENTS_MAX));
  for (const one of due)
    await database.inScope(scope, (tx) => cover(tx, scope.mspId, one, now), {
      timeoutMs: TRANSACTION_MS_MAX,
    });
  return due.length;
}

async function cover(tx: Tx, mspId: string, due: DueCoverage, now: Date): Promise<void> {
  const { clientId } = due;
  const [current] = await listCurrentImports(tx, mspId, [clientId]);
  const exclusions = await listExclusions(tx, mspId, [clientId]);
  const waivers = await listRunningWaivers(tx, mspId, [clientId], now);
  const gaps = current === undefined ? [] : await gapsOf(tx, mspId, clientId, exclusions, now);
  const held = gaps.map((gap) => ({
    gap,
    isWaived: waivers.some((one) => one.rule === gap.rule && one.subjectId === machineId(clientId, gap)),
  }));
  const closedCauseIds = await saveCoverageFindings(tx, mspId, clientId, held, now);
  await keepCauses(tx, mspId, { systemIds: [], coveredClientIds: [clientId], closedCauseIds }, now);
  const nextAt = new Date(coverageTurn(exclusions, waivers, now.getTime()));
  await settleCoverage(tx, mspId, due, nextAt);
  await hintWork(tx, mspId, 'evaluation', nextAt);
}

async function gapsOf(
  tx: Tx,
  mspId: string,
  clientId: string,
  exclusions: Awaited<ReturnType<typeof listExclusions>>,
  now: Date,
) {
  const systems = await listKnownSystems(tx, mspId, [clientId], now);
  const machines = coverMachines(
    await listListedMachines(tx, mspId, [clientId]),
    systems,
    exclusions,
    now.getTime(),
  );
  const unlisted = machines.flatMap((one) => (one.listed === null && one.system ? one.system.systemId : []));
  const policies = await policiesOf(tx, mspId, { clientIds: [clientId], systemIds: unlisted }, now);
  const siteOf = await sitesOfSystems(tx, mspId, unlisted);
  return coverageGaps(
    machines,
    (systemId) => policies.forSystem({ clientId, systemId, siteId: siteOf.get(systemId) ?? null }).isOwn,
  );
}
