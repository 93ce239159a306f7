import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { wantReport as store } from '../data/identity-reports';
import type { TenantScope } from '../tenancy/tenant-scope';

/** Has the leader of the scope get the monthly report by mail, or not. Says so in the log of each of their clients. */
export async function wantReport(database: Database, scope: TenantScope, isWanted: boolean): Promise<void> {
  await database.inScope(scope, async (tx) => {
    if (!(await store(tx, isWanted)) || scope.clientIds === '*') return;
    for (const clientId of scope.clientIds)
      await appendAuditEvent(tx, {
        action: isWanted ? 'monthly-report.wanted' : 'monthly-report.unwanted',
        clientId,
        target: { personId: scope.actorId ?? '' },
        details: {},
      });
  });
}
