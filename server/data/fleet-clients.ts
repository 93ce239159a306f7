import { z } from 'zod';
import { clientStatus, type StatusCounts } from '@/domain/protection/system-status';
import { STATUSES, type Status } from '@/domain/protection/verdict';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { holdingPattern } from './like-pattern';
import { shownStatuses, statusRank } from './shown-systems';

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
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const clientRow = z.object({
  clientId: z.string(),
  name: z.string(),
  timeZone: z.string(),
  dayStartHour: z.int(),
  counts,
  since: instant.nullable(),
  laggingSince: instant.nullable(),
  isFoundByName: z.boolean(),
});
const changeRow = z.object({
  clientId: z.string(),
  name: z.string(),
  timeZone: z.string(),
  from: z.enum(STATUSES).nullable(),
  to: z.enum(STATUSES),
  systemCount: z.int(),
  at: instant,
});
const fleetRow = z.object({
  clients: z.array(clientRow),
  total: z.int(),
  totals: z.object({ clients: counts, emptyClients: z.int(), systems: counts }),
  failing: z.record(z.string(), z.enum(['non-compliant', 'at-risk'])),
  changes: z.array(changeRow),
});

/** The whole fleet in figures. */
export interface FleetTotals {
  /** Clients by their worst system. */
  readonly clients: StatusCounts;
  readonly emptyClients: number;
  readonly systems: StatusCounts;
}

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

/** One page of the fleet, and what is said of all of it. */
export interface FleetClients {
  readonly clients: readonly FleetClient[];
  /** Clients in the view, on all its pages. */
  readonly total: number;
  readonly totals: FleetTotals;
  /** Every client that is not compliant or at risk, by its id. */
  readonly failing: ReadonlyMap<string, 'non-compliant' | 'at-risk'>;
  /** The clients whose status differs from that at `then`, worst first, newest first within a status, at most 100. */
  readonly changes: readonly ClientChange[];
}

/**
 * Reads the fleet's statuses once for everything that is said of all of them: how long it takes then hardly depends on how many
 * there are. Only a page of the clients comes back.
 */
export async function readFleetClients(
  tx: Tx,
  mspId: string,
  view: FleetView,
  then: Date,
  now: Date,
  pageSize = FLEET_PAGE_SIZE,
): Promise<FleetClients> {
  const rows = await tx.$queryRaw`
    WITH ${shownStatuses(mspId, now)}, ${groupedByClient(mspId, then)},
    client AS (
      SELECT c.client_id, c.name, c.time_zone, c.day_start_hour, g.*
      FROM app.client c LEFT JOIN grouped g ON g.of_client = c.client_id
      WHERE c.msp_id = ${mspId}::uuid AND c.archived_at IS NULL
    ),
    listed AS (
      SELECT g.*, g.name ILIKE ${holdingPattern(view.search)} AS is_found_by_name,
        row_number() OVER (ORDER BY ${orderOf(view)}, lower(g.name), g.client_id) AS place
      FROM client g WHERE ${matches(mspId, view.search)} AND ${hasStatus(view.status)}
    )
    SELECT ${pageJson(view.page, pageSize)} AS clients, (SELECT count(*) FROM listed)::int AS total, ${totalsJson()} AS totals,
      (SELECT coalesce(jsonb_object_agg(client_id, (${STATUS_OF_RANK})[worst]), '{}') FROM client WHERE worst IN (1, 3)) AS failing,
      ${changesJson()} AS changes`;
  const { clients, failing, ...rest } = z.tuple([fleetRow]).parse(rows)[0];
  return {
    ...rest,
    clients: clients.map((client) => ({ ...client, status: clientStatus(client.counts) })),
    failing: new Map(Object.entries(failing)),
  };
}

const STATUS_OF_RANK = Prisma.sql`ARRAY['non-compliant', 'unknown', 'at-risk', 'compliant']`;

/**
 * Per client: how many systems of each status, the worst status and since when; the worst that it had at `then`, and what changed
 * since. The pass over
 * all systems of an MSP only counts those that are alike; the rest is done on what comes of it.
 */
function groupedByClient(mspId: string, then: Date): Prisma.Sql {
  return Prisma.sql`
    first_change AS (
      SELECT DISTINCT ON (system_id) system_id, from_status FROM app.status_change
      WHERE msp_id = ${mspId}::uuid AND at > ${then} ORDER BY system_id, at
    ),
    alike AS (
      SELECT s.client_id, s.status, count(*) AS systems, min(s.since) AS first_since, max(s.since) AS last_since,
        min(s.lagging_since) AS lagging_since,
        CASE WHEN f.system_id IS NOT NULL THEN f.from_status WHEN s.since <= ${then} THEN s.status END AS status_then
      FROM shown s LEFT JOIN first_change f ON f.system_id = s.system_id GROUP BY s.client_id, s.status, status_then
    ),
    ranked AS (
      SELECT *, ${statusRank(Prisma.sql`status`)} AS rank, ${statusRank(Prisma.sql`status_then`)} AS rank_then,
        status IS DISTINCT FROM status_then AS is_changed
      FROM alike
    ),
    counted AS (
      SELECT client_id AS of_client, sum(systems)::int AS systems, min(rank) AS worst, min(lagging_since) AS lagging_since,
        (sum(systems) FILTER (WHERE rank = 1))::int AS failing, (sum(systems) FILTER (WHERE rank = 2))::int AS unknown,
        (sum(systems) FILTER (WHERE rank = 3))::int AS risky, (sum(systems) FILTER (WHERE rank = 4))::int AS good,
        min(first_since) FILTER (WHERE rank = 1) AS since_1, min(first_since) FILTER (WHERE rank = 2) AS since_2,
        min(first_since) FILTER (WHERE rank = 3) AS since_3, min(first_since) FILTER (WHERE rank = 4) AS since_4,
        min(rank_then) AS worst_then, (sum(systems) FILTER (WHERE is_changed))::int AS changed_systems,
        max(last_since) FILTER (WHERE is_changed) AS changed_at
      FROM ranked GROUP BY client_id
    ),
    grouped AS (SELECT *, (ARRAY[since_1, since_2, since_3, since_4])[worst] AS since FROM counted)`;
}

function pageJson(page: number, pageSize: number): Prisma.Sql {
  const after = (page - 1) * pageSize;
  return Prisma.sql`(SELECT coalesce(jsonb_agg(jsonb_build_object('clientId', g.client_id, 'name', g.name, 'timeZone', g.time_zone,
      'dayStartHour', g.day_start_hour, 'counts', ${countsJson()}, 'since', g.since, 'laggingSince', g.lagging_since,
      'isFoundByName', g.is_found_by_name) ORDER BY g.place), '[]')
    FROM listed g WHERE g.place > ${after} AND g.place <= ${after + pageSize})`;
}

function totalsJson(): Prisma.Sql {
  return Prisma.sql`(SELECT jsonb_build_object(
      'clients', jsonb_build_object('non-compliant', count(*) FILTER (WHERE worst = 1),
        'unknown', count(*) FILTER (WHERE worst = 2), 'at-risk', count(*) FILTER (WHERE worst = 3),
        'compliant', count(*) FILTER (WHERE worst = 4)),
      'emptyClients', count(*) FILTER (WHERE worst IS NULL),
      'systems', jsonb_build_object('non-compliant', coalesce(sum(failing), 0), 'unknown', coalesce(sum(unknown), 0),
        'at-risk', coalesce(sum(risky), 0), 'compliant', coalesce(sum(good), 0)))
    FROM client)`;
}

function changesJson(): Prisma.Sql {
  return Prisma.sql`(SELECT coalesce(jsonb_agg(jsonb_build_object('clientId', k.client_id, 'name', k.name, 'timeZone', k.time_zone,
      'from', (${STATUS_OF_RANK})[k.worst_then], 'to', (${STATUS_OF_RANK})[k.worst], 'systemCount', k.changed_systems,
      'at', k.changed_at) ORDER BY k.worst, k.changed_at DESC, k.name), '[]')
    FROM (SELECT * FROM client WHERE worst_then IS DISTINCT FROM worst AND changed_at IS NOT NULL
      ORDER BY worst, changed_at DESC, name LIMIT 100) k)`;
}

function countsJson(): Prisma.Sql {
  return Prisma.sql`jsonb_build_object('non-compliant', coalesce(g.failing, 0), 'unknown', coalesce(g.unknown, 0),
    'at-risk', coalesce(g.risky, 0), 'compliant', coalesce(g.good, 0))`;
}

function matches(mspId: string, search: string): Prisma.Sql {
  if (search === '') return Prisma.sql`true`;
  const pattern = holdingPattern(search);
  return Prisma.sql`(g.name ILIKE ${pattern}
    OR EXISTS (SELECT FROM app.system y WHERE y.msp_id = ${mspId}::uuid AND y.client_id = g.client_id
      AND y.archived_at IS NULL AND y.name ILIKE ${pattern})
    OR EXISTS (SELECT FROM app.agent a WHERE a.msp_id = ${mspId}::uuid AND a.client_id = g.client_id
      AND (a.name ILIKE ${pattern} OR a.hostname ILIKE ${pattern}))
    OR EXISTS (SELECT FROM app.repository o WHERE o.msp_id = ${mspId}::uuid AND o.client_id = g.client_id
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
      return Prisma.sql`lower(g.name) ${direction}`;
    case 'since':
      return Prisma.sql`g.since ${opposite} NULLS LAST`;
    case 'systems':
      return Prisma.sql`coalesce(g.systems, 0) ${opposite}`;
  }
}
