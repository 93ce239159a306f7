import { z } from 'zod';
import { clientStatus, type StatusCounts } from '@/domain/protection/system-status';
import type { Status } from '@/domain/protection/verdict';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { shownSystems, statusRank } from './shown-systems';

export const FLEET_SORTS = ['status', 'client', 'since', 'systems'] as const;

/** Which clients of the fleet are asked for, and in which order. */
export interface FleetView {
  /** Part of the name of a client, system, agent or repository; empty: all. */
  readonly search: string;
  /** `needs-me`: everything but compliant. */
  readonly status: Status | 'needs-me' | null;
  readonly sort: (typeof FLEET_SORTS)[number];
  readonly isReversed: boolean;
  /** From 1. */
  readonly page: number;
}

/** A client as a row of the fleet. */
export interface FleetClient {
  readonly clientId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly dayStartHour: number;
  /** Of its systems. */
  readonly counts: StatusCounts;
  /** null: it has no systems. */
  readonly status: Status | null;
  /** Since when its first system of that status has it. */
  readonly since: Date | null;
  /** Since when what is stored of it is too old to be relied on; null: it is not. */
  readonly laggingSince: Date | null;
  /** Whether the search found the client by its own name rather than by something of it. */
  readonly isFoundByName: boolean;
}

export const FLEET_PAGE_SIZE = 50;

const counts = z.object({
  'non-compliant': z.int(),
  unknown: z.int(),
  'at-risk': z.int(),
  compliant: z.int(),
});
const row = z.object({
  clientId: z.string(),
  name: z.string(),
  timeZone: z.string(),
  dayStartHour: z.int(),
  counts,
  since: z.date().nullable(),
  laggingSince: z.date().nullable(),
  isFoundByName: z.boolean(),
  total: z.int(),
});

/** One page of the fleet, with how many clients the view has in all. */
export async function listFleetClients(
  tx: Tx,
  mspId: string,
  view: FleetView,
  now: Date,
): Promise<{ clients: FleetClient[]; total: number }> {
  const pattern = `%${view.search.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const rows = z.array(row).parse(
    await tx.$queryRaw`
      WITH ${shownSystems(mspId, now)}, ${groupedByClient()}
      SELECT c.client_id::text AS "clientId", c.name, c.time_zone AS "timeZone", c.day_start_hour AS "dayStartHour",
        ${countsJson()} AS counts, g.since, g.lagging_since AS "laggingSince",
        c.name ILIKE ${pattern} AS "isFoundByName", (count(*) OVER ())::int AS total
      FROM app.client c LEFT JOIN grouped g ON g.client_id = c.client_id
      WHERE c.msp_id = ${mspId}::uuid AND c.archived_at IS NULL
        AND ${matches(mspId, view.search, pattern)} AND ${hasStatus(view.status)}
      ORDER BY ${orderOf(view)}, lower(c.name), c.client_id
      LIMIT ${FLEET_PAGE_SIZE} OFFSET ${(view.page - 1) * FLEET_PAGE_SIZE}`,
  );
  const clients = rows.map((client) => ({ ...client, status: clientStatus(client.counts) }));
  return { clients, total: rows[0]?.total ?? 0 };
}

/** Per client: how many systems of each status, the worst status and since when. */
function groupedByClient(): Prisma.Sql {
  return Prisma.sql`
    ranked AS (
      SELECT *, ${statusRank(Prisma.sql`status`)} AS rank,
        min(${statusRank(Prisma.sql`status`)}) OVER (PARTITION BY client_id) AS worst
      FROM shown
    ),
    grouped AS (
      SELECT client_id, min(worst) AS worst, min(since) FILTER (WHERE rank = worst) AS since,
        min(lagging_since) AS lagging_since, count(*)::int AS systems,
        (count(*) FILTER (WHERE rank = 1))::int AS failing, (count(*) FILTER (WHERE rank = 2))::int AS unknown,
        (count(*) FILTER (WHERE rank = 3))::int AS risky, (count(*) FILTER (WHERE rank = 4))::int AS good
      FROM ranked GROUP BY client_id
    )`;
}

function countsJson(): Prisma.Sql {
  return Prisma.sql`jsonb_build_object('non-compliant', coalesce(g.failing, 0), 'unknown', coalesce(g.unknown, 0),
    'at-risk', coalesce(g.risky, 0), 'compliant', coalesce(g.good, 0))`;
}

function matches(mspId: string, search: string, pattern: string): Prisma.Sql {
  if (search === '') return Prisma.sql`true`;
  return Prisma.sql`(c.name ILIKE ${pattern}
    OR EXISTS (SELECT FROM shown s WHERE s.client_id = c.client_id AND s.name ILIKE ${pattern})
    OR EXISTS (SELECT FROM app.agent a WHERE a.msp_id = ${mspId}::uuid AND a.client_id = c.client_id
      AND (a.name ILIKE ${pattern} OR a.hostname ILIKE ${pattern}))
    OR EXISTS (SELECT FROM app.repository o WHERE o.msp_id = ${mspId}::uuid AND o.client_id = c.client_id
      AND (o.name ILIKE ${pattern} OR o.location ILIKE ${pattern})))`;
}

function hasStatus(status: FleetView['status']): Prisma.Sql {
  if (status === null) return Prisma.sql`true`;
  if (status === 'needs-me') return Prisma.sql`g.worst < 4`;
  return Prisma.sql`g.worst = ${statusRank(Prisma.sql`${status}::text`)}`;
}

function orderOf({ sort, isReversed }: FleetView): Prisma.Sql {
  const direction = isReversed ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const opposite = isReversed ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  switch (sort) {
    case 'status':
      // Within a status, the client with most systems in it comes first.
      return Prisma.sql`coalesce(g.worst, 5) ${direction},
        CASE g.worst WHEN 1 THEN g.failing WHEN 2 THEN g.unknown WHEN 3 THEN g.risky ELSE 0 END ${opposite}`;
    case 'client':
      return Prisma.sql`lower(c.name) ${direction}`;
    case 'since':
      return Prisma.sql`g.since ${opposite} NULLS LAST`;
    case 'systems':
      return Prisma.sql`coalesce(g.systems, 0) ${opposite}`;
  }
}

/** The whole fleet in figures. */
export interface FleetTotals {
  /** Clients by their worst system. */
  readonly clients: StatusCounts;
  readonly emptyClients: number;
  readonly systems: StatusCounts;
}

const totalsRow = z.object({ clients: counts, emptyClients: z.int(), systems: counts });

export async function fleetTotals(tx: Tx, mspId: string, now: Date): Promise<FleetTotals> {
  const rows = await tx.$queryRaw`
    WITH ${shownSystems(mspId, now)}, ${groupedByClient()}
    SELECT jsonb_build_object('non-compliant', count(*) FILTER (WHERE g.worst = 1),
        'unknown', count(*) FILTER (WHERE g.worst = 2), 'at-risk', count(*) FILTER (WHERE g.worst = 3),
        'compliant', count(*) FILTER (WHERE g.worst = 4)) AS clients,
      (count(*) FILTER (WHERE g.worst IS NULL))::int AS "emptyClients",
      jsonb_build_object('non-compliant', coalesce(sum(g.failing), 0), 'unknown', coalesce(sum(g.unknown), 0),
        'at-risk', coalesce(sum(g.risky), 0), 'compliant', coalesce(sum(g.good), 0)) AS systems
    FROM app.client c LEFT JOIN grouped g ON g.client_id = c.client_id
    WHERE c.msp_id = ${mspId}::uuid AND c.archived_at IS NULL`;
  return z.tuple([totalsRow]).parse(rows)[0];
}
