import { z } from 'zod';
import { STATUSES, type Status } from '@/domain/protection/verdict';
import type { Tx } from './database';
import { shownSystems } from './shown-systems';

/** A client whose worst status differs from what it was. */
export interface ClientChange {
  readonly clientId: string;
  readonly name: string;
  readonly timeZone: string;
  /** null: it had no systems. */
  readonly from: Status | null;
  readonly to: Status;
  /** How many of its systems changed. */
  readonly systemCount: number;
  /** The newest of those changes. */
  readonly at: Date;
}

const row = z.object({
  clientId: z.string(),
  name: z.string(),
  timeZone: z.string(),
  from: z.enum(STATUSES).nullable(),
  to: z.enum(STATUSES),
  systemCount: z.int(),
  at: z.date(),
});

/** The clients whose status now differs from that at `then`, worst first, newest first within a status, at most 100. */
export async function clientChangesSince(
  tx: Tx,
  mspId: string,
  then: Date,
  now: Date,
): Promise<ClientChange[]> {
  const rows = await tx.$queryRaw`
    WITH ${shownSystems(mspId, now)},
    first_change AS (
      SELECT DISTINCT ON (system_id) system_id, from_status FROM app.status_change
      WHERE msp_id = ${mspId}::uuid AND at > ${then} ORDER BY system_id, at
    ),
    compared AS (
      SELECT s.client_id, s.status AS status_now, s.since,
        CASE WHEN c.system_id IS NOT NULL THEN c.from_status WHEN s.since > ${then} THEN NULL ELSE s.status END AS status_then
      FROM shown s LEFT JOIN first_change c ON c.system_id = s.system_id
    ),
    clients AS (
      SELECT client_id, min(array_position(${[...STATUSES]}::text[], status_then)) AS rank_then,
        min(array_position(${[...STATUSES]}::text[], status_now)) AS rank_now,
        (count(*) FILTER (WHERE status_then IS DISTINCT FROM status_now))::int AS systems,
        max(since) FILTER (WHERE status_then IS DISTINCT FROM status_now) AS at
      FROM compared GROUP BY client_id
    )
    SELECT c.client_id::text AS "clientId", c.name, c.time_zone AS "timeZone",
      (${[...STATUSES]}::text[])[k.rank_then] AS "from", (${[...STATUSES]}::text[])[k.rank_now] AS "to",
      k.systems AS "systemCount", k.at
    FROM clients k JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = k.client_id
    WHERE c.archived_at IS NULL AND k.rank_then IS DISTINCT FROM k.rank_now AND k.at IS NOT NULL
    ORDER BY k.rank_now, k.at DESC, c.name LIMIT 100`;
  return z.array(row).parse(rows);
}
