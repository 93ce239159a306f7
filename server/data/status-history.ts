import { z } from 'zod';
import type { StatusChange } from '@/domain/protection/status-days';
import { STATUSES, type Status } from '@/domain/protection/verdict';
import type { Tx } from './database';
import { NEVER_EVALUATED } from './dirty-systems';
import { groupBy } from './group-by';

const row = z.object({
  systemId: z.string(),
  clientId: z.string(),
  at: z.date(),
  /** null: it left the lists, ignored or merged. */
  status: z.enum(STATUSES).nullable(),
});

/** The changes of status of one system. */
export interface SystemHistory {
  readonly systemId: string;
  readonly clientId: string;
  readonly changes: readonly StatusChange[];
}

/**
 * The changes of status since `from` of every system of these clients, each with the last one before, so that what held at
 * `from` is known. Systems without any are left out.
 */
export async function statusHistories(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[],
  from: Date,
): Promise<SystemHistory[]> {
  const ids = [...clientIds];
  const rows = z.array(row).parse(
    await tx.$queryRaw`
      SELECT system_id::text AS "systemId", client_id::text AS "clientId", at, to_status AS status
      FROM app.status_change
      WHERE msp_id = ${mspId}::uuid AND client_id = ANY (${ids}::uuid[]) AND at >= ${from}
      UNION ALL
      SELECT y.system_id::text, y.client_id::text, c.at, c.to_status
      FROM app.system y
      JOIN LATERAL (SELECT at, to_status FROM app.status_change q
        WHERE q.msp_id = ${mspId}::uuid AND q.system_id = y.system_id AND q.at < ${from}
        ORDER BY q.at DESC LIMIT 1) c ON true
      WHERE y.msp_id = ${mspId}::uuid AND y.client_id = ANY (${ids}::uuid[])
      UNION ALL
      SELECT y.system_id::text, y.client_id::text, y.archived_at, NULL
      FROM app.system y
      WHERE y.msp_id = ${mspId}::uuid AND y.client_id = ANY (${ids}::uuid[]) AND y.archived_at IS NOT NULL`,
  );
  return [...groupBy(rows, (one) => one.systemId)].map(([systemId, changes]) => ({
    systemId,
    clientId: changes[0]?.clientId ?? '',
    changes: changes.map(({ at, status }) => ({ at: at.getTime(), status })),
  }));
}

const steadyRow = z.object({
  clientId: z.string(),
  systems: z.int(),
  status: z.enum(STATUSES),
  archivedAt: z.date().nullable(),
});

/** What became of systems that had the same statuses at the same times. */
export interface AlikeHistory {
  readonly systems: number;
  readonly changes: readonly StatusChange[];
}

/**
 * The changes of status since `from` of these clients' systems, by client: one list for each system that changed, and one for all that stayed
 * in the same status all the time, as most do.
 */
export async function clientHistories(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[],
  from: Date,
): Promise<Map<string, AlikeHistory[]>> {
  const ids = [...clientIds];
  const changed = z.array(row.extend({ before: z.enum(STATUSES).nullable() })).parse(
    await tx.$queryRaw`
      SELECT c.system_id::text AS "systemId", c.client_id::text AS "clientId", c.at, c.from_status AS before,
        c.to_status AS status
      FROM app.status_change c
      WHERE c.msp_id = ${mspId}::uuid AND c.client_id = ANY (${ids}::uuid[]) AND c.at >= ${from}
      UNION ALL
      SELECT y.system_id::text, y.client_id::text, y.archived_at, NULL, NULL
      FROM app.system y
      WHERE y.msp_id = ${mspId}::uuid AND y.client_id = ANY (${ids}::uuid[]) AND y.archived_at IS NOT NULL
        AND EXISTS (SELECT FROM app.status_change c WHERE c.msp_id = ${mspId}::uuid AND c.client_id = y.client_id
          AND c.system_id = y.system_id AND c.at >= ${from})
      ORDER BY at`,
  );
  const steady = z.array(steadyRow).parse(
    await tx.$queryRaw`
      SELECT s.client_id::text AS "clientId", count(*)::int AS systems, s.status, y.archived_at AS "archivedAt"
      FROM app.system_status s
      LEFT JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.client_id = ANY (${ids}::uuid[])
        AND y.system_id = s.system_id AND y.archived_at IS NOT NULL
      WHERE s.msp_id = ${mspId}::uuid AND s.client_id = ANY (${ids}::uuid[]) AND s.since < ${from}
        AND s.evaluated_at > ${NEVER_EVALUATED} AND (y.archived_at IS NULL OR y.archived_at > ${from})
      GROUP BY s.client_id, s.status, y.archived_at`,
  );
  const lists = [...groupBy(changed, (change) => change.systemId).values()].map((changes) => ({
    clientId: changes[0]?.clientId ?? '',
    systems: 1,
    changes: withStart(changes, from.getTime()),
  }));
  const all = [
    ...lists,
    ...steady.map(({ clientId, systems, status, archivedAt }) => ({
      clientId,
      systems,
      changes: [
        { at: from.getTime(), status },
        ...(archivedAt ? [{ at: archivedAt.getTime(), status: null }] : []),
      ],
    })),
  ];
  return groupBy(all, (list) => list.clientId);
}

/** The first change tells what held before it. */
function withStart(
  changes: readonly { readonly at: Date; readonly status: Status | null; readonly before: Status | null }[],
  from: number,
): StatusChange[] {
  const before = changes[0]?.before ?? null;
  return [
    ...(before ? [{ at: from, status: before }] : []),
    ...changes.map(({ at, status }) => ({ at: at.getTime(), status })),
  ];
}

const changeRow = z.object({
  systemId: z.string(),
  systemName: z.string(),
  at: z.date(),
  from: z.enum(STATUSES).nullable(),
  to: z.enum(STATUSES),
});
/** A change of a system's status as a row of a list. */
export type ListedStatusChange = z.output<typeof changeRow>;

/** A client's changes of status, newest first: all of one day, up to 200, or the newest `limit` of systems that had a status before. */
export async function listStatusChanges(
  tx: Tx,
  mspId: string,
  clientId: string,
  day: { startsAt: number; endsAt: number } | null,
  limit: number,
): Promise<ListedStatusChange[]> {
  const from = day && new Date(day.startsAt);
  const to = day && new Date(day.endsAt);
  const rows = await tx.$queryRaw`
    SELECT c.system_id::text AS "systemId", y.name AS "systemName", c.at, c.from_status AS "from", c.to_status AS "to"
    FROM app.status_change c JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = c.system_id
    WHERE c.msp_id = ${mspId}::uuid AND c.client_id = ${clientId}::uuid
      AND (${day !== null} OR c.from_status IS NOT NULL)
      AND (${from}::timestamptz IS NULL OR c.at >= ${from}) AND (${to}::timestamptz IS NULL OR c.at < ${to})
    ORDER BY c.at DESC, y.name LIMIT ${day ? 200 : limit}`;
  return z.array(changeRow).parse(rows);
}
