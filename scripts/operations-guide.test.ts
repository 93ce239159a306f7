import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { slowTest } from '@/test/slow-test';
import { startPostgres, stopPostgres } from './embedded-postgres.mjs';
import { applyMigrations } from './migrate.mjs';
import { freePort } from './ports.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (name: string): string => fs.readFileSync(path.join(ROOT, name), 'utf8');
const guide = read('docs/operations.md');

/** Variable → its default as the source has it; null: none, or one that depends on others. */
function settingsOfSource(): Map<string, string | null> {
  const source = read('server/config.ts');
  const [, body = ''] = /const environment = z\.object\(\{\n([^]*?)\n\}\);/.exec(source) ?? [];
  return new Map(
    [...body.matchAll(/^ {2}([A-Z_]+): ([^]*?)(?=\n {2}[A-Z_]+:|$)/gm)].map(([, name = '', schema = '']) => [
      name,
      /\.default\('?([^')]+)'?\)/.exec(schema)?.[1] ?? null,
    ]),
  );
}

function settingsOfGuide(): Map<string, string> {
  const [, section = ''] = /\n## Settings\n([^]*?)\n## /.exec(guide) ?? [];
  return new Map(
    [...section.matchAll(/^\| `([A-Z_]+)` \| (.*?) \|/gm)].map(([, name = '', preset = '']) => [
      name,
      preset,
    ]),
  );
}

describe('the operations guide', () => {
  it('lists every setting that Holdfast reads, and no other', () => {
    const [known, told] = [settingsOfSource(), settingsOfGuide()];
    expect(known.size).toBeGreaterThan(15);
    expect(new Set(told.keys())).toEqual(new Set(known.keys()));
  });

  it('names the default of every setting that has one', () => {
    const told = settingsOfGuide();
    const presets = [...settingsOfSource()].flatMap(([name, preset]) =>
      preset === null ? [] : [[name, `\`${preset}\``] as const],
    );
    expect(presets.map(([name]) => [name, told.get(name)])).toEqual(presets);
  });

  slowTest(
    'makes roles by hand under which the migration runs and each process gets in',
    { timeout: 180_000 },
    async () => {
      const [, sql = ''] = /```sql\n([^]*?)```/.exec(guide) ?? [];
      const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-roles-'));
      const port = await freePort(54470);
      try {
        await startPostgres({ dataDir, port, password: 'superuser', settings: { fsync: 'off' } });
        const at = (user: string, password: string, database = 'holdfast'): string =>
          `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
        for (const statement of sql.replaceAll(/^--.*$/gm, '').split(';'))
          await ask(at('postgres', 'superuser', 'postgres'), statement);
        await applyMigrations(at('holdfast_migrator', 'change me 1'), { contextKeyHex: '0'.repeat(64) });
        for (const [role, number] of [
          ['holdfast_web', 2],
          ['holdfast_worker', 3],
          ['holdfast_ingest', 4],
        ] as const)
          expect(
            await ask(at(role, `change me ${number}`), 'SELECT count(*)::int AS rows FROM app.client'),
          ).toEqual([{ rows: 0 }]);
      } finally {
        await stopPostgres({ dataDir });
        fs.rmSync(dataDir, { recursive: true, force: true });
      }
    },
  );
});

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
