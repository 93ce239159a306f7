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
    ${waiting(mspId, limit)},
    stored AS (
      SELECT y.system_id, y.client_id, y.name, y.kind, y.created_at, coalesce(s.status, 'unknown') AS status,
        coalesce(s.since, y.created_at) AS since, s.evaluated_at, ${laggingSince(limit)} AS lagging_since
      FROM app.system y
      LEFT JOIN app.system_status s ON s.msp_id = ${mspId}::uuid AND s.system_id = y.system_id
      LEFT JOIN waiting w ON w.client_id = y.client_id
      WHERE y.msp_id = ${mspId}::uuid AND y.archived_at IS NULL
    ),
    shown AS (SELECT system_id, client_id, name, kind, created_at, evaluated_at, lagging_since, ${SHOWN} FROM stored)`;
}

/**
 * The same of every system, without what only its own row tells (systemId, clientId, status, since, lagging_since): for counting them
 * all. Of the systems themselves only those that are archived or have no status yet are read.
 */
export function shownStatuses(mspId: string, now: Date): Prisma.Sql {
  const limit = new Date(now.getTime() - STORED_STATUS_LAG_MAX);
  return Prisma.sql`
    ${waiting(mspId, limit)},
    stored AS (
      SELECT s.system_id, s.client_id, s.status, s.since, ${laggingSince(limit)} AS lagging_since
      FROM app.system_status s LEFT JOIN waiting w ON w.client_id = s.client_id
      WHERE s.msp_id = ${mspId}::uuid AND s.system_id NOT IN (SELECT y.system_id FROM app.system y
        WHERE y.msp_id = ${mspId}::uuid AND y.archived_at IS NOT NULL)
      UNION ALL
      SELECT y.system_id, y.client_id, 'unknown', y.created_at, w.since
      FROM app.system y LEFT JOIN waiting w ON w.client_id = y.client_id
      WHERE y.msp_id = ${mspId}::uuid AND y.archived_at IS NULL AND NOT y.has_status
        AND NOT EXISTS (SELECT FROM app.system_status s WHERE s.msp_id = ${mspId}::uuid AND s.system_id = y.system_id)
    ),
    shown AS (SELECT system_id, client_id, lagging_since, ${SHOWN} FROM stored)`;
}

function waiting(mspId: string, limit: Date): Prisma.Sql {
  return Prisma.sql`waiting AS MATERIALIZED (
      SELECT client_id, min(received_at) AS since FROM app.inbox
      WHERE msp_id = ${mspId}::uuid AND state = 'pending' AND received_at < ${limit}::timestamptz
      GROUP BY client_id
    )`;
}

/** Of a status `s` whose client's reports wait since `w.since`. */
function laggingSince(limit: Date): Prisma.Sql {
  return Prisma.sql`least(w.since, CASE WHEN s.dirty_at < ${limit}::timestamptz THEN s.dirty_at END,
          CASE WHEN s.changes_at < ${limit}::timestamptz THEN s.changes_at END)`;
}

/** The columns `status` and `since` as they may be shown, from those that are stored. */
const SHOWN = Prisma.sql`
        CASE WHEN status <> 'non-compliant' AND lagging_since IS NOT NULL THEN 'unknown' ELSE status END AS status,
        CASE WHEN status NOT IN ('non-compliant', 'unknown') AND lagging_since IS NOT NULL THEN lagging_since
          ELSE since END AS since`;

/** Rank of a status, worst first (1–4). */
export function statusRank(column: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`array_position(ARRAY['non-compliant', 'unknown', 'at-risk', 'compliant'], ${column})`;
}
