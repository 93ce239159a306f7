import { z } from 'zod';
import type { Tx } from './database';

const heardRow = z.object({
  channel: z.enum(['agent', 'ping', 'mail', 'webhook', 'pull', 'import']),
  /** Those that are not revoked or closed. */
  openCount: z.int(),
  lastHeardAt: z.date().nullable(),
});
/** A way by which backups tell of themselves, with how many use it and when the last message came by it. */
export type HeardWay = z.output<typeof heardRow>;

/** Of the clients that the scope sees; a way that nobody ever used is missing. */
export async function listHeardWays(tx: Tx, mspId: string): Promise<HeardWay[]> {
  const rows = await tx.$queryRaw`
    SELECT a.channel, (count(*) FILTER (WHERE a.revoked_at IS NULL))::int AS "openCount", max(a.last_seen_at) AS "lastHeardAt"
    FROM app.agent a WHERE a.msp_id = ${mspId}::uuid GROUP BY a.channel`;
  return z.array(heardRow).parse(rows);
}
