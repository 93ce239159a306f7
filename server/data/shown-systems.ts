import { STORED_STATUS_LAG_MAX } from '@/domain/protection/stored-status';
import { Prisma } from '@/prisma/generated/prisma/client';

/**
 * The MSP's systems with the status that may be shown, as the common table expressions `waiting` and `shown` (systemId, clientId,
 * name, kind, status, since, evaluated_at, lagging_since): what `shownStatus` of the domain says, in SQL, so that lists can be
 * sorted and cut in the database. A test holds the two together.
 */
export function shownSystems(mspId: string, now: Date): Prisma.Sql {
  const limit = new Date(now.getTime() - STORED_STATUS_LAG_MAX);
  return Prisma.sql`
    waiting AS MATERIALIZED (
      SELECT client_id, min(received_at) AS since FROM app.inbox
      WHERE msp_id = ${mspId}::uuid AND state = 'pending' AND received_at < ${limit}::timestamptz
      GROUP BY client_id
    ),
    stored AS (
      SELECT y.system_id, y.client_id, y.name, y.kind, y.created_at, coalesce(s.status, 'unknown') AS status,
        coalesce(s.since, y.created_at) AS since, s.evaluated_at,
        least(w.since, CASE WHEN s.dirty_at < ${limit}::timestamptz THEN s.dirty_at END,
          CASE WHEN s.changes_at < ${limit}::timestamptz THEN s.changes_at END) AS lagging_since
      FROM app.system y
      LEFT JOIN app.system_status s ON s.msp_id = ${mspId}::uuid AND s.system_id = y.system_id
      LEFT JOIN waiting w ON w.client_id = y.client_id
      WHERE y.msp_id = ${mspId}::uuid AND y.archived_at IS NULL
    ),
    shown AS (
      SELECT system_id, client_id, name, kind, created_at, evaluated_at, lagging_since,
        CASE WHEN status <> 'non-compliant' AND lagging_since IS NOT NULL THEN 'unknown' ELSE status END AS status,
        CASE WHEN status NOT IN ('non-compliant', 'unknown') AND lagging_since IS NOT NULL THEN lagging_since
          ELSE since END AS since
      FROM stored
    )`;
}

/** Rank of a status, worst first (1–4). */
export function statusRank(column: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`array_position(ARRAY['non-compliant', 'unknown', 'at-risk', 'compliant'], ${column})`;
}
