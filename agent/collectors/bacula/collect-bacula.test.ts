import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agentReport } from '@/contract/report';
import { loadConfig } from '@/agent/config/agent-config';
import { installAgent } from '@/agent/testing/agent-program';
import { readSample } from '@/agent/testing/tool-sample';
import { collectBacula, type CollectedBacula } from './collect-bacula';

const PASSWORD = 'c4n4ry-catalogue';

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-bacula-'));
  fs.writeFileSync(path.join(folder, 'bacula.db'), '');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** Stands in for sqlite3 and psql: says for each query what was recorded, and keeps how it was called. */
function program(jobs: string, storages = 'catalogue-storages', version = 'catalogue-version'): string {
  for (const [query, name] of Object.entries({ jobs, storages, version }))
    fs.writeFileSync(path.join(folder, query), readSample('bacula-9.6.7', name).outcome.stdout);
  return script(`case "$*" in
*"from Version"*) cat ${folder}/version ;;
*"from Media"*) cat ${folder}/storages ;;
*) cat ${folder}/jobs ;;
esac`);
}

function script(text: string): string {
  const file = path.join(folder, 'catalogue-reader');
  fs.writeFileSync(
    file,
    `#!/bin/sh\nprintf '%s\\n' "$@" >> ${folder}/called\nenv > ${folder}/env\n${text}\n`,
    { mode: 0o755 },
  );
  return file;
}

const sqlite = (): string => path.join(folder, 'bacula.db');
const configFile = (): string => path.join(folder, 'agent.jsonc');
const writeConfig = (settings: object): void =>
  fs.writeFileSync(configFile(), JSON.stringify({ bacula_catalogs: [settings] }));

async function collectNow(
  settings: object,
  repositories: Record<string, string> = {},
): Promise<CollectedBacula> {
  writeConfig(settings);
  const { bacula_catalogs: catalogues, limits } = loadConfig(configFile());
  const env = { PATH: process.env['PATH'], CATALOGUE_PASSWORD: PASSWORD, HOLDFAST_TOKEN: 'hfe_secret' };
  return collectBacula({
    catalogues,
    limits,
    env,
    memory: { repositories },
    now: new Date('2026-11-30T00:00:00Z'),
  });
}

describe('a catalogue', () => {
  test('is read into a storage each, whole, by a program that may only read', async () => {
    const { collection } = await collectNow({
      name: 'main',
      sqlite: sqlite(),
      program: program('catalogue-jobs'),
    });
    expect(collection.repositories).toMatchObject([
      {
        tool: 'bacula',
        location: 'storage Disk',
        reachable: true,
        bytes: { stored: 13_240 },
        tool_format: 'catalogue 16',
      },
      { location: 'storage Second', reachable: true },
    ]);
    expect(collection.completeFor).toEqual(
      ['Disk', 'Second'].map((name) => `recovery_points:bacula:${os.hostname()}:main:${name}`),
    );
    expect(collection.recovery_points.length).toBeGreaterThan(5);
    expect(fs.readFileSync(path.join(folder, 'called'), 'utf8')).toContain('-readonly\n');
    expect(fs.readFileSync(path.join(folder, 'env'), 'utf8')).not.toContain('hfe_secret');
  });

  test('in PostgreSQL is asked with a transaction that may only read, and its password is no argument', async () => {
    fs.writeFileSync(path.join(folder, 'password'), `${PASSWORD}\n`);
    const settings = {
      database: 'bareos',
      host: 'db.example.net',
      db_user: 'reader',
      password_file: path.join(folder, 'password'),
    };
    const reader = program('catalogue-jobs');
    // psql prints a row a line.
    fs.writeFileSync(path.join(folder, 'version'), '{"VersionId":2210}\n');
    const { collection, learnt } = await collectNow({ ...settings, program: reader });
    const disk = { tool: 'bareos', repository_key: 'bacula:db.example.net:bareos:Disk' };
    expect(collection.repositories[0]).toMatchObject(disk);
    const called = fs.readFileSync(path.join(folder, 'called'), 'utf8');
    expect(called).toContain('--command=set session characteristics as transaction read only\n');
    expect(called).toContain('--no-password\n');
    expect(called).not.toContain(PASSWORD);
    expect(fs.readFileSync(path.join(folder, 'env'), 'utf8')).toContain(`PGPASSWORD=${PASSWORD}`);
    const down = script('exit 2');
    const later = await collectNow({ ...settings, program: down }, learnt.repositories);
    expect(later.collection.repositories[0]).toMatchObject({ ...disk, reachable: false });
  });

  test('of more jobs than are read is not called whole', async () => {
    const reader = program('catalogue-jobs');
    const [job] = JSON.parse(fs.readFileSync(path.join(folder, 'jobs'), 'utf8')) as object[];
    const jobs = Array.from({ length: 20_001 }, (_, index) =>
      JSON.stringify({ ...job, JobId: 20_001 - index }),
    );
    fs.writeFileSync(path.join(folder, 'jobs'), jobs.join('\n'));
    const { collection } = await collectNow({ name: 'main', sqlite: sqlite(), program: reader });
    expect(collection).toMatchObject({ completeFor: [], problems: [{ code: 'listing_truncated' }] });
  });

  test('whose storage lost all its volumes says so: an empty listing that is whole', async () => {
    const settings = { name: 'main', sqlite: sqlite(), program: program('catalogue-jobs') };
    const { learnt } = await collectNow(settings);
    program('catalogue-empty', 'catalogue-empty');
    const { collection } = await collectNow(settings, learnt.repositories);
    expect(collection.completeFor).toHaveLength(2);
    expect(collection.recovery_points).toEqual([]);
  });

  test.each([
    ['locked', `echo 'Error: stepping, database is locked (5)' >&2; exit 1`, 'repository_locked'],
    [
      'refused',
      `echo 'psql: error: FATAL:  password authentication failed for user "x"' >&2; exit 2`,
      'wrong_password',
    ],
    ['of other tables', `echo 'Error: in prepare, no such table: Job' >&2; exit 1`, 'unsupported_version'],
    ['cut off', `echo '[{"JobId":1,'`, 'unsupported_version'],
    ['silent', 'exit 0', 'unsupported_version'],
    ['too slow', 'exec sleep 20', 'timeout'],
  ])('that is %s hides all its storages, and its points stay what they were', async (_, text, code) => {
    const settings = { name: 'main', sqlite: sqlite(), program: program('catalogue-jobs') };
    const { learnt } = await collectNow(settings);
    script(text);
    writeConfig(settings);
    const { bacula_catalogs: catalogues } = loadConfig(configFile());
    const { collection } = await collectBacula({
      catalogues,
      limits: { command_seconds: 0.5 },
      env: { PATH: process.env['PATH'] },
      memory: learnt,
      now: new Date(),
    });
    expect(collection).toMatchObject({ completeFor: [], recovery_points: [], runs: [] });
    expect(collection.repositories.map((one) => [one.location, one.reachable, one.problem?.code])).toEqual([
      ['storage Disk', false, code],
      ['storage Second', false, code],
    ]);
  });

  test('that is not there, or whose reader is not, is told as that, and is no missing repository', async () => {
    const missing = await collectNow({ name: 'main', sqlite: path.join(folder, 'no.db') });
    expect(missing.collection.repositories).toMatchObject([
      { location: 'catalogue main', problem: { code: 'unreadable' } },
    ]);
    const unread = await collectNow({
      name: 'main',
      sqlite: sqlite(),
      program: path.join(folder, 'no-program'),
    });
    expect(unread.collection.repositories).toMatchObject([{ problem: { code: 'tool_missing' } }]);
    const nobody = await collectNow({ name: 'main', sqlite: sqlite(), user: 'nobody-of-this-name' });
    expect(nobody.collection.repositories).toMatchObject([{ reachable: false }]);
  });
});

test('`collect --tool bacula` prints a report that keeps the contract, without a secret', async () => {
  const agent = await installAgent();
  try {
    writeConfig({
      name: 'main',
      sqlite: sqlite(),
      program: program('catalogue-jobs'),
      password_env: 'CATALOGUE_PASSWORD',
    });
    for (const args of [['--tool', 'bacula', '--repo', 'main'], []]) {
      const { stdout, stderr } = await agent.run(['collect', ...args, '--json'], {
        HOLDFAST_CONFIG: configFile(),
        CATALOGUE_PASSWORD: PASSWORD,
      });
      expect(stderr).toBe('');
      expect(stdout).not.toContain(PASSWORD);
      const report = agentReport.parse(JSON.parse(stdout));
      expect(report.source.adapter).toBe('bacula');
      expect(report.runs.length).toBeGreaterThan(5);
    }
    const wrong = await agent.run(['collect', '--tool', 'pgbackrest', '--repo', '../x', '--json']);
    expect(wrong).toMatchObject({ exitCode: 64, stdout: '' });
  } finally {
    agent.remove();
  }
});
