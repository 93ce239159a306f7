import { createHash } from 'node:crypto';
import { z } from 'zod';
import { populationText } from '@/domain/evidence/sample';
import type { Population } from '@/domain/evidence/population';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import type { EvidenceView } from './evidence-view';
import { holdingPattern } from './like-pattern';

const memberRow = z.object({
  /** From 1, in the order of the whole list: without gaps. */
  number: z.int(),
  /** By which it is drawn, and known ever after. */
  key: z.string(),
  at: z.date(),
  systemName: z.string(),
  /** Of what: a job, a repository, the status before. */
  about: z.string(),
  result: z.string(),
  /** Level of proof; null: it has none. */
  level: z.string().nullable(),
});
/** One record of a population. */
export type PopulationMember = z.output<typeof memberRow>;

export const POPULATION_PAGE_SIZE = 100;

/** A page of a population, oldest first; `search`: part of the system's name, of what it is about, of its result or its key. */
export async function listPopulation(
  tx: Tx,
  view: EvidenceView,
  population: Population,
  { search, page }: { search: string; page: number },
): Promise<{ members: PopulationMember[]; total: number }> {
  const pattern = holdingPattern(search);
  const rows = z.array(memberRow.extend({ total: z.int() })).parse(
    await tx.$queryRaw`
      WITH members AS (${membersOf(view, population)}),
      numbered AS (SELECT row_number() OVER (ORDER BY at, key)::int AS number, * FROM members)
      SELECT *, count(*) OVER ()::int AS total FROM numbered
      WHERE ${search === ''} OR "systemName" ILIKE ${pattern} OR about ILIKE ${pattern} OR result ILIKE ${pattern}
        OR key ILIKE ${pattern}
      ORDER BY number LIMIT ${POPULATION_PAGE_SIZE} OFFSET ${(page - 1) * POPULATION_PAGE_SIZE}`,
  );
  return { members: rows, total: rows[0]?.total ?? 0 };
}

/** Records of a population from a number on, oldest first, at most `limit`: for exports, which read it in pieces. */
export async function readPopulation(
  tx: Tx,
  view: EvidenceView,
  population: Population,
  { after, limit }: { after: number; limit: number },
): Promise<PopulationMember[]> {
  const rows = await tx.$queryRaw`
    WITH members AS (${membersOf(view, population)}),
    numbered AS (SELECT row_number() OVER (ORDER BY at, key)::int AS number, * FROM members)
    SELECT * FROM numbered WHERE number > ${after} ORDER BY number LIMIT ${limit}`;
  return z.array(memberRow).parse(rows);
}

/** Those of the population with these keys, in its order. */
export async function findMembers(
  tx: Tx,
  view: EvidenceView,
  population: Population,
  keys: readonly string[],
): Promise<PopulationMember[]> {
  const rows = await tx.$queryRaw`
    WITH members AS (${membersOf(view, population)}),
    numbered AS (SELECT row_number() OVER (ORDER BY at, key)::int AS number, * FROM members)
    SELECT * FROM numbered WHERE key = ANY (${[...keys]}::text[]) ORDER BY number`;
  return z.array(memberRow).parse(rows);
}

/** A whole list by its keys, with the SHA-256 of them one a line. */
export interface PopulationList {
  readonly keys: readonly string[];
  readonly sha256: string;
}

/** `limit`: one more is read, so that the caller sees whether there are more. */
export async function listPopulationKeys(
  tx: Tx,
  view: EvidenceView,
  population: Population,
  limit: number,
): Promise<PopulationList> {
  const rows = await tx.$queryRaw`WITH members AS (${membersOf(view, population)})
    SELECT key FROM members ORDER BY at, key LIMIT ${limit + 1}`;
  const keys = z
    .array(z.object({ key: z.string() }))
    .parse(rows)
    .map(({ key }) => key);
  return { keys, sha256: sha256(populationText(keys)) };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const countRow = z.object({ result: z.string(), count: z.int() });

/** How many of a population have which result. */
export async function countResults(
  tx: Tx,
  view: EvidenceView,
  population: Population,
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.$queryRaw`WITH members AS (${membersOf(view, population)})
    SELECT result, count(*)::int AS count FROM members GROUP BY result ORDER BY count DESC, result`;
  return new Map(
    z
      .array(countRow)
      .parse(rows)
      .map(({ result, count }) => [result, count]),
  );
}

/** Whether a population is still there: of a client whose data was deleted, records of restore tests and checks alone are. */
export function isKept(view: EvidenceView, population: Population): boolean {
  return view.client.deletedAt === null || population === 'restore-tests' || population === 'checks';
}

/** Columns key, at, systemName, about, result and level of every record of the view. */
function membersOf(view: EvidenceView, population: Population): Prisma.Sql {
  const { mspId, from, to } = view;
  const { clientId } = view.client;
  switch (population) {
    case 'restore-tests':
    case 'checks':
      // Their reports are gone: what is left of them are the records.
      if (view.client.deletedAt !== null)
        return Prisma.sql`SELECT coalesce(r.restore_test_id, r.record_id)::text AS key, r.performed_at AS at,
            r.body::jsonb #>> '{system,name}' AS "systemName", r.body::jsonb #>> '{copy,repository}' AS about, s.result, s.level
          FROM app.restore_record r
          JOIN app.restore_record_standing s ON s.msp_id = ${mspId}::uuid AND s.record_id = r.record_id
          WHERE r.msp_id = ${mspId}::uuid AND r.client_id = ${clientId}::uuid
            AND r.performed_at >= ${from} AND r.performed_at < ${to}
            AND s.level ${population === 'checks' ? Prisma.sql`NOT IN` : Prisma.sql`IN`} ('L4', 'L5')`;
      return Prisma.sql`SELECT t.restore_test_id::text AS key, t.ended_at AS at, y.name AS "systemName",
          o.name AS about, CASE WHEN t.withdrawn_at IS NULL THEN t.result ELSE 'withdrawn' END AS result, t.level
        FROM app.restore_test t
        JOIN app.recovery_point p ON p.msp_id = ${mspId}::uuid AND p.point_id = t.point_id
        JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = p.system_id
        JOIN app.repository o ON o.msp_id = ${mspId}::uuid AND o.repository_id = t.repository_id
        WHERE t.msp_id = ${mspId}::uuid AND t.client_id = ${clientId}::uuid AND y.client_id = ${clientId}::uuid
          AND t.ended_at >= ${from} AND t.ended_at < ${to}
          AND t.level IN ${population === 'checks' ? Prisma.sql`('L1', 'L2', 'L3')` : Prisma.sql`('L4', 'L5')`}`;
    case 'runs':
      return Prisma.sql`SELECT r.run_id::text AS key, r.occurred_at AS at, y.name AS "systemName", j.name AS about,
          CASE WHEN r.is_partial AND r.status = 'success' THEN 'success in part' ELSE r.status END AS result, NULL::text AS level
        FROM app.run r
        JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = r.system_id
        JOIN app.job j ON j.msp_id = ${mspId}::uuid AND j.job_id = r.job_id
        WHERE r.msp_id = ${mspId}::uuid AND r.client_id = ${clientId}::uuid
          AND r.system_id IN (SELECT s.system_id FROM app.system s
            WHERE s.msp_id = ${mspId}::uuid AND s.client_id = ${clientId}::uuid)
          AND r.occurred_at >= ${from} AND r.occurred_at < ${to}`;
    case 'expected-runs':
      return Prisma.sql`SELECT e.job_id::text || '@' || e.nominal AS key, e.due_at AS at, y.name AS "systemName", j.name AS about,
          e.state AS result, NULL::text AS level
        FROM app.expectation e
        JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = e.system_id
        JOIN app.job j ON j.msp_id = ${mspId}::uuid AND j.job_id = e.job_id
        WHERE e.msp_id = ${mspId}::uuid AND e.client_id = ${clientId}::uuid AND e.due_at >= ${from} AND e.due_at < ${to}`;
    case 'verdict-changes':
      return Prisma.sql`SELECT c.system_id::text || '@' || to_char(c.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS key,
          c.at, y.name AS "systemName", coalesce('was ' || c.from_status, 'first judged') AS about, c.to_status AS result,
          NULL::text AS level
        FROM app.status_change c
        JOIN app.system y ON y.msp_id = ${mspId}::uuid AND y.system_id = c.system_id
        WHERE c.msp_id = ${mspId}::uuid AND c.client_id = ${clientId}::uuid AND c.at >= ${from} AND c.at < ${to}`;
  }
}
