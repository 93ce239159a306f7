import { z } from 'zod';
import { instant } from './fact-rows';
import type { Tx } from './database';

/**
 * The MSP of the watchdog (docs/decisions/watchdog.md). Nobody belongs to it, so nobody can look at it, and nothing that is done for every MSP is
 * done for it.
 */
export const WATCHDOG_MSP_ID = '0193d06d-0000-7000-8000-0000000d06d0';

const addressRow = z.object({ address: z.string() });

/** The address of its check; null: there is none yet. */
export async function findWatchdogAddress(tx: Tx): Promise<string | null> {
  const rows = await tx.$queryRaw`SELECT n.address FROM app.inbound_channel n
    JOIN app.agent a ON a.msp_id = n.msp_id AND a.agent_id = n.channel_id AND a.revoked_at IS NULL
    WHERE n.msp_id = ${WATCHDOG_MSP_ID}::uuid AND n.kind = 'ping' ORDER BY n.created_at, n.channel_id LIMIT 1`;
  return z.array(addressRow).parse(rows)[0]?.address ?? null;
}

/** Its only client, in which its check is opened; null: there is none yet. */
export async function findWatchdogClient(tx: Tx): Promise<string | null> {
  const found = await tx.client.findFirst({
    where: { mspId: WATCHDOG_MSP_ID },
    select: { clientId: true },
  });
  return found?.clientId ?? null;
}

/** Whether the MSP is there; locks it against others who would make it until commit. */
export async function lockWatchdogMsp(tx: Tx): Promise<boolean> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(72, hashtext(${WATCHDOG_MSP_ID})) IS NULL AS one`;
  return (await tx.msp.count({ where: { mspId: WATCHDOG_MSP_ID } })) > 0;
}

const standingRow = z.object({ status: z.string(), evaluatedAt: instant, isFailing: z.boolean() });

/** How its only system stands, and whether a finding of a failed run is open; null: it never told anything. */
export async function readWatchdog(tx: Tx): Promise<z.output<typeof standingRow> | null> {
  const rows = await tx.$queryRaw`SELECT s.status, s.evaluated_at AS "evaluatedAt",
      EXISTS (SELECT FROM app.finding f WHERE f.msp_id = ${WATCHDOG_MSP_ID}::uuid AND f.system_id = s.system_id
        AND f.rule IN ('run-failed', 'run-failed-repeatedly') AND f.closed_at IS NULL) AS "isFailing"
    FROM app.system_status s WHERE s.msp_id = ${WATCHDOG_MSP_ID}::uuid ORDER BY s.system_id LIMIT 1`;
  return z.array(standingRow).parse(rows)[0] ?? null;
}
