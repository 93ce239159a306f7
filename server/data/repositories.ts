import { z } from 'zod';
import type { DescribedRepositoryFacts } from '@/domain/protection/facts';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { declarationsOf, type Declared } from './declared-attributes';
import { holdingPattern } from './like-pattern';
import { LIVE_FACTS } from './fact-sources';
import { repositoryColumns, repositoryFacts, repositoryJoins, repositoryRow } from './repository-facts';

/** A repository as a row of a list. */
export interface ListedRepository {
  readonly repositoryId: string;
  /** null: the MSP's own. */
  readonly clientId: string | null;
  readonly clientName: string | null;
  /** Of its client; UTC for the MSP's own. */
  readonly timeZone: string;
  readonly location: string;
  readonly facts: DescribedRepositoryFacts;
  /** Systems that have points in it now. */
  readonly systemCount: number;
  readonly pointCount: number;
  readonly storedBytes: number | null;
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
}

const bytes = z.bigint().transform(Number).nullable();
const row = repositoryRow.omit({ reporterHostKey: true }).extend({
  clientName: z.string().nullable(),
  timeZone: z.string(),
  systemCount: z.int(),
  pointCount: z.int(),
  storedBytes: bytes,
  freeBytes: bytes,
  totalBytes: bytes,
  total: z.int(),
});
/** A repository of a list before what people declared of it is laid over what tools say. */
export type RepositoryListRow = z.output<typeof row>;

export const REPOSITORY_SORTS = ['name', 'client', 'free', 'read'] as const;

/** Which repositories are asked for, and in which order. */
export interface RepositoryView {
  /** Part of its name or address, or of its client's name; empty: all. */
  readonly search: string;
  /** `unreadable`: the last attempt failed; `low`: less than a tenth is free; `due`: a declaration ends within 30 days, or has. */
  readonly state: 'unreadable' | 'low' | 'due' | null;
  /** null: of every client. */
  readonly clientId: string | null;
  readonly sort: (typeof REPOSITORY_SORTS)[number];
  readonly isReversed: boolean;
  /** From 1. */
  readonly page: number;
}

export const REPOSITORY_PAGE_SIZE = 100;
const DUE_DAYS = 30;

/** A page of the repositories in view; each row says how many there are in all. */
export async function listRepositories(
  tx: Tx,
  mspId: string,
  view: RepositoryView,
  now: Date,
): Promise<RepositoryListRow[]> {
  const pattern = holdingPattern(view.search);
  return read(
    tx,
    mspId,
    Prisma.sql`
      SELECT o.repository_id, (count(*) OVER ())::int AS total, row_number() OVER (ORDER BY ${orderOf(view)},
        lower(o.name), o.repository_id) AS position
      FROM app.repository o LEFT JOIN app.client c ON c.msp_id = o.msp_id AND c.client_id = o.client_id
      WHERE o.msp_id = ${mspId}::uuid AND c.archived_at IS NULL
        AND (o.name ILIKE ${pattern} OR o.location ILIKE ${pattern} OR c.name ILIKE ${pattern})
        AND (${view.clientId}::uuid IS NULL OR o.client_id = ${view.clientId}::uuid) AND ${isIn(view.state, now)}
      ORDER BY position LIMIT ${REPOSITORY_PAGE_SIZE} OFFSET ${(view.page - 1) * REPOSITORY_PAGE_SIZE}`,
  );
}

/** The repositories of a client (null: all, the MSP's own among them) by id: those after `after`, at most `limit`. */
export async function listRepositoriesById(
  tx: Tx,
  mspId: string,
  { clientId, after, limit }: { clientId: string | null; after: string | null; limit: number },
): Promise<ListedRepository[]> {
  const rows = await read(
    tx,
    mspId,
    Prisma.sql`
      SELECT o.repository_id, 0 AS total, row_number() OVER (ORDER BY o.repository_id) AS position
      FROM app.repository o LEFT JOIN app.client c ON c.msp_id = o.msp_id AND c.client_id = o.client_id
      WHERE o.msp_id = ${mspId}::uuid AND c.archived_at IS NULL AND (${clientId}::uuid IS NULL OR o.client_id = ${clientId}::uuid)
        AND (${after}::uuid IS NULL OR o.repository_id > ${after}::uuid)
      ORDER BY position LIMIT ${limit}`,
  );
  return withDeclarations(tx, mspId, rows);
}

/** A client's repositories by name, at most 500. */
export async function listClientRepositories(
  tx: Tx,
  mspId: string,
  clientId: string,
): Promise<ListedRepository[]> {
  const rows = await read(
    tx,
    mspId,
    Prisma.sql`
      SELECT o.repository_id, 0 AS total, row_number() OVER (ORDER BY lower(o.name), o.repository_id) AS position
      FROM app.repository o WHERE o.msp_id = ${mspId}::uuid AND o.client_id = ${clientId}::uuid
      ORDER BY position LIMIT 500`,
  );
  return withDeclarations(tx, mspId, rows);
}

/** One repository of the list; null: not there, or another MSP's. */
export async function findRepository(
  tx: Tx,
  mspId: string,
  repositoryId: string,
): Promise<RepositoryListRow | null> {
  const rows = await read(
    tx,
    mspId,
    Prisma.sql`SELECT o.repository_id, 1 AS total, 1 AS position FROM app.repository o
      WHERE o.msp_id = ${mspId}::uuid AND o.repository_id = ${repositoryId}::uuid`,
  );
  return rows[0] ?? null;
}

/** The rows with what people declared. Places of the MSP's own are read for it: a scope of single clients sees none of them. */
export async function withDeclarations(
  tx: Tx,
  mspId: string,
  rows: readonly RepositoryListRow[],
): Promise<ListedRepository[]> {
  const ids = rows.map((one) => one.id);
  const declared = await declarationsOf(tx, mspId, [], ids);
  return rows.map((one) => toListed(one, declared));
}

function toListed(one: RepositoryListRow, declared: Declared): ListedRepository {
  return {
    repositoryId: one.id,
    clientId: one.clientId,
    clientName: one.clientName,
    timeZone: one.timeZone,
    location: one.location,
    facts: repositoryFacts({ ...one, reporterHostKey: null }, declared),
    systemCount: one.systemCount,
    pointCount: one.pointCount,
    storedBytes: one.storedBytes,
    freeBytes: one.freeBytes,
    totalBytes: one.totalBytes,
  };
}

/** `page`: selects repository_id, total and position. */
async function read(tx: Tx, mspId: string, page: Prisma.Sql): Promise<RepositoryListRow[]> {
  const rows = await tx.$queryRaw`
    WITH page AS MATERIALIZED (${page})
    SELECT ${repositoryColumns}, c.name AS "clientName", coalesce(c.time_zone, 'UTC') AS "timeZone",
      n.systems AS "systemCount", n.points AS "pointCount", o.stored_bytes AS "storedBytes",
      o.capacity_free_bytes AS "freeBytes", o.capacity_total_bytes AS "totalBytes", g.total
    ${repositoryJoins(LIVE_FACTS)}
    JOIN page g ON g.repository_id = o.repository_id
    LEFT JOIN app.client c ON c.msp_id = o.msp_id AND c.client_id = o.client_id
    JOIN LATERAL (SELECT count(DISTINCT p.system_id)::int AS systems, count(*)::int AS points
      FROM app.recovery_point p
      WHERE p.msp_id = ${mspId}::uuid AND p.repository_id = o.repository_id AND p.vanished_at IS NULL) n ON true
    WHERE o.msp_id = ${mspId}::uuid
    ORDER BY g.position`;
  return z.array(row).parse(rows);
}

const IS_UNREADABLE = Prisma.sql`o.last_problem_code IS NOT NULL`;
const IS_LOW = Prisma.sql`coalesce(o.capacity_free_bytes * 10 < o.capacity_total_bytes, false)`;

/** The newest declaration of an attribute that nobody withdrew ends soon, or has ended. */
function isDue(now: Date): Prisma.Sql {
  return Prisma.sql`EXISTS (SELECT FROM app.declaration d
    WHERE d.msp_id = o.msp_id AND d.repository_id = o.repository_id AND d.withdrawn_at IS NULL
      AND d.valid_until <= ${now}::timestamptz + make_interval(days => ${DUE_DAYS}::int)
      AND NOT EXISTS (SELECT FROM app.declaration e WHERE e.msp_id = d.msp_id AND e.repository_id = d.repository_id
        AND e.attribute = d.attribute AND e.withdrawn_at IS NULL AND e.declared_at > d.declared_at))`;
}

function isIn(state: RepositoryView['state'], now: Date): Prisma.Sql {
  switch (state) {
    case null:
      return Prisma.sql`true`;
    case 'unreadable':
      return IS_UNREADABLE;
    case 'low':
      return IS_LOW;
    case 'due':
      return isDue(now);
  }
}

function orderOf({ sort, isReversed }: RepositoryView): Prisma.Sql {
  const direction = isReversed ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  switch (sort) {
    case 'name':
      return Prisma.sql`lower(o.name) ${direction}`;
    case 'client':
      return Prisma.sql`lower(c.name) ${direction}`;
    case 'free':
      return Prisma.sql`o.capacity_free_bytes::float8 / nullif(o.capacity_total_bytes, 0) ${direction} NULLS LAST`;
    case 'read':
      return Prisma.sql`o.last_attempt_at ${direction} NULLS FIRST`;
  }
}

const countsRow = z.object({ all: z.int(), unreadable: z.int(), low: z.int(), due: z.int() });
/** How many repositories need somebody, and why. */
export type RepositoryCounts = z.output<typeof countsRow>;

/** `clientId` null: of every client. */
export async function countRepositories(
  tx: Tx,
  mspId: string,
  clientId: string | null,
  now: Date,
): Promise<RepositoryCounts> {
  const rows = await tx.$queryRaw`
    SELECT count(*)::int AS all, (count(*) FILTER (WHERE ${IS_UNREADABLE}))::int AS unreadable,
      (count(*) FILTER (WHERE ${IS_LOW}))::int AS low, (count(*) FILTER (WHERE ${isDue(now)}))::int AS due
    FROM app.repository o LEFT JOIN app.client c ON c.msp_id = o.msp_id AND c.client_id = o.client_id
    WHERE o.msp_id = ${mspId}::uuid AND c.archived_at IS NULL
      AND (${clientId}::uuid IS NULL OR o.client_id = ${clientId}::uuid)`;
  return z.tuple([countsRow]).parse(rows)[0];
}
