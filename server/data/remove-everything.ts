import { z } from 'zod';
import type { Database } from './database';

/**
 * Empties every table of tenants, people and audit. For a demo whose filling was interrupted and that nobody has used
 * yet, and for nothing else. Needs the migrator's database.
 */
export async function removeEverything(migratorDatabase: Database): Promise<void> {
  await migratorDatabase.withoutScope(async (tx) => {
    const rows = await tx.$queryRaw`SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') AS names
      FROM pg_tables WHERE schemaname IN ('app', 'identity', 'audit')`;
    const [{ names }] = z.tuple([z.object({ names: z.string() })]).parse(rows);
    // The names come from the catalogue, quoted by it.
    await tx.$executeRawUnsafe(`TRUNCATE ${names}`);
  });
}
