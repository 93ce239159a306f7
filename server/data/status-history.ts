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
  status: z.enum(STATUSES),
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
      WHERE y.msp_id = ${mspId}::uuid AND y.client_id = ANY (${ids}::uuid[])`,
  );
  return [...groupBy(rows, (one) => one.systemId)].map(([systemId, changes]) => ({
    systemId,
    clientId: changes[0]?.clientId ?? '',
    changes: changes.map(({ at, status }) => ({ at: at.getTime(), status })),
  }));
}

const steadyRow = z.object({ clientId: z.string(), status: z.enum(STATUSES) });

/**
 * The changes of status since `from` of these clients' systems, as lists of one system each. What stayed as it was all the time is
 * one list a client, of the worst of it: most systems do, and a client's day is the worst of its systems'.
 */
export async function clientHistories(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[],
  from: Date,
): Promise<Map<string, StatusChange[][]>> {
  const ids = [...clientIds];
  const changed = z.array(row.extend({ before: z.enum(STATUSES).nullable() })).parse(
    await tx.$queryRaw`
      SELECT system_id::text AS "systemId", client_id::text AS "clientId", at, from_status AS before, to_status AS status
      FROM app.status_change
      WHERE msp_id = ${mspId}::uuid AND client_id = ANY (${ids}::uuid[]) AND at >= ${from} ORDER BY at`,
  );
  const steady = z.array(steadyRow).parse(
    await tx.$queryRaw`
      SELECT DISTINCT client_id::text AS "clientId", status FROM app.system_status
      WHERE msp_id = ${mspId}::uuid AND client_id = ANY (${ids}::uuid[]) AND since < ${from}
        AND evaluated_at > ${NEVER_EVALUATED}`,
  );
  const lists = [...groupBy(changed, (change) => change.systemId).values()].map((changes) => ({
    clientId: changes[0]?.clientId ?? '',
    changes: withStart(changes, from.getTime()),
  }));
  const all = [
    ...lists,
    ...steady.map(({ clientId, status }) => ({ clientId, changes: [{ at: from.getTime(), status }] })),
  ];
  return new Map(
    [...groupBy(all, (list) => list.clientId)].map(([clientId, of]) => [
      clientId,
      of.map((list) => list.changes),
    ]),
  );
}

/** The first change tells what held before it. */
function withStart(
  changes: readonly { readonly at: Date; readonly status: Status; readonly before: Status | null }[],
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
