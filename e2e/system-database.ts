import { asOwner } from '../ingest/testing/sample-agent';

/** What a query of the running system's owner finds: for what no screen makes, such as a thousand systems. */
export async function rowsOf(
  sql: string,
  values: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
  return asOwner(databaseUrl(), async (owner) => (await owner.query(sql, [...values])).rows);
}

/** Runs something while nobody can read these tables; they are let go of when it ends, or earlier by `letGo`. */
export async function whileLocked(
  tables: readonly string[],
  work: (letGo: () => Promise<void>) => Promise<void>,
): Promise<void> {
  await asOwner(databaseUrl(), async (owner) => {
    await owner.query('BEGIN');
    await owner.query(`LOCK TABLE ${tables.join(', ')} IN ACCESS EXCLUSIVE MODE`);
    await work(async () => {
      await owner.query('ROLLBACK');
    });
  });
}

function databaseUrl(): string {
  const url = process.env['HOLDFAST_E2E_DATABASE_URL'];
  if (!url) throw new Error("HOLDFAST_E2E_DATABASE_URL must be that of the running system's owner");
  return url;
}
