import { z } from 'zod';
import type { Extent, KeepKind } from '@/domain/keeping/keep-terms';
import type { Database, Tx } from './database';

/**
 * Removes at most `limit` of a kind that are older than the MSP of the worker's scope keeps them; what goes of them, and what is needed and
 * stays, app.delete_old says. How much is gone; no rows: nothing is left to go.
 */
export async function deleteOld(tx: Tx, kind: KeepKind, limit: number): Promise<Extent> {
  const rows =
    await tx.$queryRaw`SELECT d.row_count AS rows, d.byte_count AS bytes FROM app.delete_old(${kind}, ${limit}::int) d`;
  const [extent] = z.tuple([z.object({ rows: z.int(), bytes: z.bigint().transform(Number) })]).parse(rows);
  return extent;
}

/** Notes that evidence cites the reports of runs that auditors drew; how many are new. */
export async function citeDrawnRuns(tx: Tx): Promise<number> {
  const rows = await tx.$queryRaw`SELECT app.cite_drawn_runs() AS count`;
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}

/** The first days (YYYY-MM-01) of months of runs that are there and older than those that are kept, oldest first. */
export async function listOldRunMonths(database: Database): Promise<string[]> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`
      SELECT to_char(to_date(c.relname, '"run_"YYYY_MM'), 'YYYY-MM-DD') AS month
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'app.run'::regclass AND c.relname ~ '^run_[0-9]{4}_[0-9]{2}$'
        AND to_date(c.relname, '"run_"YYYY_MM') < (date_trunc('month', now() AT TIME ZONE 'UTC') - interval '14 months')::date
      ORDER BY 1`,
  );
  return z
    .array(z.object({ month: z.iso.date() }))
    .parse(rows)
    .map(({ month }) => month);
}

/** Whether the MSP has runs of a client under legal hold in a month (YYYY-MM-01). */
export async function hasHeldRuns(tx: Tx, mspId: string, month: string): Promise<boolean> {
  const rows = await tx.$queryRaw`
    SELECT EXISTS (SELECT FROM app.legal_hold h JOIN app.run r ON r.msp_id = ${mspId}::uuid AND r.client_id = h.client_id
      WHERE h.msp_id = ${mspId}::uuid AND h.withdrawn_at IS NULL
        AND r.occurred_at >= ${month}::timestamp AT TIME ZONE 'UTC'
        AND r.occurred_at < (${month}::timestamp + interval '1 month') AT TIME ZONE 'UTC') AS "isHeld"`;
  return z.tuple([z.object({ isHeld: z.boolean() })]).parse(rows)[0].isHeld;
}

/** Removes at most `limit` names of the MSP's runs of a month; how many. */
export async function forgetRunNames(tx: Tx, month: string, limit: number): Promise<number> {
  const rows = await tx.$queryRaw`SELECT app.forget_run_names(${month}::date, ${limit}::int) AS count`;
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}

/** Drops a month of every MSP's runs. @throws where somebody reads runs for longer than two seconds: try again */
export async function dropRunMonth(database: Database, month: string): Promise<void> {
  await database.withoutScope((tx) => tx.$executeRaw`SELECT app.drop_run_month(${month}::date)`);
}
