import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { applyMigrations } from './migrate.mjs';

let database: TestDatabase;
let owner: Client;
let migrationsDir: string;

beforeEach(async () => {
  database = await createTestDatabase();
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  migrationsDir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-migrations-'));
  fs.cpSync(path.resolve(import.meta.dirname, '../prisma/migrations'), migrationsDir, { recursive: true });
});

afterEach(async () => {
  await owner.end();
  await database.drop();
  fs.rmSync(migrationsDir, { recursive: true });
});

describe('applyMigrations', () => {
  it('does nothing when all is applied', async () => {
    expect(await applyMigrations(database.ownerUrl, { migrationsDir })).toEqual([]);
  });

  it('applies a new file once and writes the ledger that Prisma reads', async () => {
    addMigration(
      '29990101000000_later',
      'CREATE TABLE public.later (id int); INSERT INTO public.later VALUES (1);',
    );
    expect(await applyMigrations(database.ownerUrl, { migrationsDir })).toEqual(['29990101000000_later']);
    expect(await applyMigrations(database.ownerUrl, { migrationsDir })).toEqual([]);
    const { rows } = await owner.query(
      `SELECT length(id) AS id, length(checksum) AS checksum, finished_at IS NOT NULL AS finished, applied_steps_count AS steps
       FROM public._prisma_migrations WHERE migration_name = '29990101000000_later'`,
    );
    expect(rows).toEqual([{ id: 36, checksum: 64, finished: true, steps: 1 }]);
  });

  it('keeps nothing of a file that fails, names its line, and applies it once it is repaired', async () => {
    addMigration('29990101000000_later', 'CREATE TABLE public.later (id int);\n\nSELECT nonsense();');
    await expect(applyMigrations(database.ownerUrl, { migrationsDir })).rejects.toThrow(
      /29990101000000_later.*line 3/s,
    );
    addMigration('29990101000000_later', 'CREATE TABLE public.later (id int);');
    expect(await applyMigrations(database.ownerUrl, { migrationsDir })).toEqual(['29990101000000_later']);
  });

  it('refuses a file that was changed after it had been applied', async () => {
    addMigration('29990101000000_later', 'SELECT 1;');
    await applyMigrations(database.ownerUrl, { migrationsDir });
    addMigration('29990101000000_later', 'SELECT 2;');
    await expect(applyMigrations(database.ownerUrl, { migrationsDir })).rejects.toThrow(/was changed after/);
  });

  it('refuses to go on after a migration that somebody else left unfinished', async () => {
    await owner.query('UPDATE public._prisma_migrations SET finished_at = NULL');
    await expect(applyMigrations(database.ownerUrl, { migrationsDir })).rejects.toThrow(/never finished/);
  });

  it('lets only one of several at once apply a file', async () => {
    addMigration('29990101000000_later', 'CREATE TABLE public.later (id int); SELECT pg_sleep(0.2);');
    const runs = await Promise.all(
      [1, 2, 3].map(() => applyMigrations(database.ownerUrl, { migrationsDir })),
    );
    expect(runs.flat()).toEqual(['29990101000000_later']);
  });

  it('gives the roles rights on the queue and no rights to change its tables', async () => {
    const { rows } = await owner.query(
      `SELECT role, has_table_privilege(role, 'bullmq.job', 'INSERT') AS uses, has_schema_privilege(role, 'bullmq', 'CREATE') AS changes
       FROM unnest(ARRAY['holdfast_web', 'holdfast_worker', 'holdfast_ingest']) AS role`,
    );
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toMatchObject({ uses: true, changes: false });
  });

  it('makes the partitions of the 14 months behind and the 3 ahead', async () => {
    const { rows } = await owner.query(
      `SELECT count(*)::int AS months FROM pg_inherits WHERE inhparent = 'app.run'::regclass`,
    );
    expect(rows).toEqual([{ months: 18 }]);
  });

  it('says plainly that the database cannot be reached', async () => {
    const nowhere = database.ownerUrl.replace(/:\d+\//, ':1/');
    await expect(applyMigrations(nowhere)).rejects.toThrow(/Check DATABASE_URL/);
  });
});

function addMigration(name: string, sql: string): void {
  fs.mkdirSync(path.join(migrationsDir, name), { recursive: true });
  fs.writeFileSync(path.join(migrationsDir, name, 'migration.sql'), sql);
}
