import { z } from 'zod';
import type { Database } from './database';
import type { IngestStore } from './ingest-store';

/** Whether a database answers, and is as new as a program needs it. A newer one will do. */
export type DatabaseState = 'up-to-date' | 'not-migrated' | 'unreachable';

interface Questions {
  readonly isThere: () => Promise<unknown>;
  readonly hasMigration: (name: string) => Promise<unknown>;
}

/** @param migration the newest that the program knows; null: any will do */
export function stateOfDatabase(database: Database, migration: string | null): Promise<DatabaseState> {
  return stateOf(migration, {
    isThere: () => database.withoutScope((tx) => tx.$queryRaw`SELECT 1`),
    hasMigration: (name) =>
      database.withoutScope((tx) => tx.$queryRaw`SELECT app.has_migration(${name}) AS has`),
  });
}

/** The same of the ingestion process's way to it. */
export function stateOfStore(store: IngestStore, migration: string | null): Promise<DatabaseState> {
  return stateOf(migration, {
    isThere: () => store.withoutScope('SELECT 1', []),
    hasMigration: (name) => store.withoutScope('SELECT app.has_migration($1) AS has', [name]),
  });
}

const answer = z.tuple([z.object({ has: z.boolean() })]);

async function stateOf(migration: string | null, ask: Questions): Promise<DatabaseState> {
  try {
    if (migration !== null) {
      const [{ has }] = answer.parse(await ask.hasMigration(migration));
      return has ? 'up-to-date' : 'not-migrated';
    }
  } catch {
    // one from before the question was known refuses it, one that is away answers nothing at all: told apart below
  }
  return ask.isThere().then(
    () => (migration === null ? 'up-to-date' : 'not-migrated'),
    () => 'unreachable',
  );
}
