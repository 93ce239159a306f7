import { randomInt, type KeyObject } from 'node:crypto';
import { copyToTest, restoreTestAskedFrom } from '@/domain/restore-test/due';
import { SEED_MAX } from '@/domain/restore-test/select-files';
import { DAY } from '@/domain/time/instant';
import { workerScope } from '../auth/system-scope';
import { appendAuditEvents } from '../data/audit';
import type { Database } from '../data/database';
import { groupBy } from '../data/group-by';
import { policiesOf } from '../data/policies';
import { expireRestoreRequests, listAskableDataSets, listRestoreCopies } from '../data/restore-requests';
import { sitesOfSystems } from '../data/system-sites';
import { keepRequest, POLL_AGE_MS_MAX, takesRequests } from './request-restore-test';

/** One that ended without proof, or was never answered, is asked again after this. */
const AGAIN_MS = DAY;
/** A test may run for as long after it was fetched. */
const RESULT_MS_MAX = DAY;
const FILES = 20;

/**
 * Asks for the restore tests of an MSP that its policies make due, at most one of each agent at a time, of the copy that nobody tested
 * for longest; and ends requests whose time is over. Returns how many were asked for.
 */
export async function requestDueRestoreTests(
  database: Database,
  mspId: string,
  signingKey: KeyObject,
  nowMs: number,
): Promise<number> {
  const now = new Date(nowMs);
  return database.inScope(workerScope(mspId), async (tx) => {
    await expireRestoreRequests(tx, mspId, now, new Date(nowMs - RESULT_MS_MAX));
    const dataSets = await listAskableDataSets(tx, mspId, {
      polled: new Date(nowMs - POLL_AGE_MS_MAX),
      asked: new Date(nowMs - AGAIN_MS),
    });
    if (dataSets.length === 0) return 0;
    const systemIds = [...new Set(dataSets.map((one) => one.systemId))];
    const clientIds = [...new Set(dataSets.map((one) => one.clientId))];
    const policies = await policiesOf(tx, mspId, { clientIds, systemIds }, now);
    const siteOf = await sitesOfSystems(tx, mspId, systemIds);
    const copies = groupBy(
      await listRestoreCopies(
        tx,
        mspId,
        dataSets.map((one) => one.dataSetId),
      ),
      (copy) => copy.dataSetId,
    );
    const askedAgents = new Set<string>();
    const events: Parameters<typeof appendAuditEvents>[1][number][] = [];
    for (const { dataSetId, clientId, systemId } of dataSets) {
      const known = copies.get(dataSetId) ?? [];
      const { policy, policyVersionId } = policies.forSystem({
        clientId,
        systemId,
        siteId: siteOf.get(systemId) ?? null,
      });
      const tested = known.flatMap(({ lastTestAt }) => lastTestAt?.getTime() ?? []);
      const lastAt = tested.length === 0 ? null : Math.max(...tested);
      if (nowMs < restoreTestAskedFrom(lastAt, policy.restoreTestCadenceSeconds)) continue;
      const able = known.filter((one) => takesRequests(one, nowMs) && !askedAgents.has(one.agentId));
      const chosen = copyToTest(
        able.map((one) => ({ ...one, lastTestAt: one.lastTestAt?.getTime() ?? null })),
      );
      const copy = able.find((one) => one.repositoryId === chosen?.repositoryId);
      if (!copy) continue;
      const made = await keepRequest(tx, mspId, signingKey, {
        copy,
        point: null,
        rule: 'sample',
        files: FILES,
        seed: randomInt(SEED_MAX),
        askedBy: null,
        policyVersionId,
        rtoSeconds: policy.rtoSeconds,
        isDrill: false,
        nowMs,
      });
      if (!made) continue;
      askedAgents.add(copy.agentId);
      events.push({
        action: 'restore-test.requested',
        clientId,
        target: { requestId: made.requestId, dataSetId, repositoryId: copy.repositoryId },
        details: { rule: 'sample', files: FILES, seed: made.seed, reason: 'policy', policyVersionId },
      });
    }
    await appendAuditEvents(tx, events);
    return events.length;
  });
}
