import { z } from 'zod';
import { daysOfMonth, instantsOf } from '@/domain/report/period';
import { type ReviewFacts, serviceReview, type ServiceReview } from '@/domain/report/service-review';
import type { TenantScope } from '../tenancy/tenant-scope';
import { findMsp, listClientNames } from './clients';
import type { Database, Tx } from './database';
import { instant } from './fact-rows';
import { groupBy } from './group-by';
import { clientHistories } from './status-history';

const causeRow = z.object({
  clientId: z.string(),
  since: instant,
  openedAt: instant,
  acknowledgedAt: instant.nullable(),
  closedAt: instant.nullable(),
  flapCount: z.int(),
});
const messagesRow = z.object({ clientId: z.string(), messages: z.int() });

/** The month (YYYY-MM, in the MSP's zone) of the clients that the scope sees, as of `now`. */
export async function readServiceReview(
  database: Database,
  scope: TenantScope,
  month: string,
  now: Date,
): Promise<ServiceReview & { readonly timeZone: string }> {
  const { mspId } = scope;
  return database.inScope(
    scope,
    async (tx) => {
      const { timeZone } = await findMsp(tx, mspId);
      const clients = await listClientNames(tx, mspId);
      const range = instantsOf(daysOfMonth(month), timeZone, 0);
      const period = { from: new Date(range.from), to: new Date(range.to) };
      const clientIds = clients.map(({ clientId }) => clientId);
      const histories = await clientHistories(tx, mspId, clientIds, period.from);
      const causes = groupBy(await listCauses(tx, mspId, period), (one) => one.clientId);
      const messages = new Map(
        (await countMessages(tx, mspId, period)).map((one) => [one.clientId, one.messages]),
      );
      const facts = clients.map(({ clientId, name }): ReviewFacts => ({
        clientId,
        clientName: name,
        histories: histories.get(clientId) ?? [],
        causes: causes.get(clientId) ?? [],
        messages: messages.get(clientId) ?? 0,
      }));
      return { ...serviceReview(month, facts, timeZone, now.getTime()), timeZone };
    },
    { timeoutMs: 60_000 },
  );
}

interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** Causes that asked for somebody and were open at some time of the period; what drills and notes raise is nobody's failing. */
async function listCauses(tx: Tx, mspId: string, { from, to }: Period) {
  const rows = await tx.$queryRaw`
    SELECT c.client_id::text AS "clientId", c.since, c.opened_at AS "openedAt", c.acknowledged_at AS "acknowledgedAt",
      c.closed_at AS "closedAt", c.flap_count AS "flapCount"
    FROM app.finding_cause c
    WHERE c.msp_id = ${mspId}::uuid AND c.opened_at < ${to} AND (c.closed_at IS NULL OR c.closed_at >= ${from})
      AND c.severity <> 'note' AND NOT c.rules <@ ARRAY['drill', 'drill-failed']`;
  return z.array(causeRow).parse(rows);
}

async function countMessages(tx: Tx, mspId: string, { from, to }: Period) {
  const rows = await tx.$queryRaw`
    SELECT t.client_id::text AS "clientId", count(DISTINCT t.notification_id)::int AS messages FROM app.notification_told t
    WHERE t.msp_id = ${mspId}::uuid AND t.at >= ${from} AND t.at < ${to} GROUP BY t.client_id`;
  return z.array(messagesRow).parse(rows);
}
