import { workerScope } from '../auth/system-scope';
import type { Database } from '../data/database';
import { settleHints } from '../data/work-due';
import { coverClients } from './cover-clients';
import { evaluateSystems } from './evaluate-system';
import { keepDrills } from './keep-drills';
import { processReports, type ProcessedReports } from './process-report';
import { recordAgentTests } from './record-agent-tests';

export interface MspWork {
  readonly reports: number;
  readonly systems: number;
  /** When each of the reports arrived whose verdicts were reached now. */
  readonly receivedAt: readonly Date[];
  readonly failures: ProcessedReports['failures'];
}

/** Reports and systems of one MSP at one go; then the others have their turn. */
const REPORTS_MAX = 500;
const SYSTEMS_MAX = 1000;

/**
 * Does what an MSP has to do at `now`: processes its pending reports, evaluates its due systems, makes records of
 * the restore tests that were reported, looks at the coverage of its clients and at its drills, and moves its hints to when there will be something again. Safe to run twice and in parallel.
 */
export async function workMsp(database: Database, mspId: string, now: () => Date): Promise<MspWork> {
  const scope = workerScope(mspId);
  const failures: ProcessedReports['failures'][number][] = [];
  const receivedAt: Date[] = [];
  let reports = 0;
  let systems = 0;
  while (reports < REPORTS_MAX) {
    const done = await processReports(database, scope, now());
    reports += done.count;
    receivedAt.push(...done.receivedAt);
    failures.push(...done.failures);
    if (done.count === 0 && done.failures.length === 0) break;
  }
  while (systems < SYSTEMS_MAX) {
    const count = await evaluateSystems(database, scope, now());
    systems += count;
    if (count === 0) break;
  }
  while ((await recordAgentTests(database, scope, now())) > 0);
  while ((await coverClients(database, scope, now())) > 0);
  while ((await keepDrills(database, scope, now())) > 0);
  await database.inScope(scope, (tx) => settleHints(tx, mspId, now()));
  return { reports, systems, receivedAt, failures };
}
