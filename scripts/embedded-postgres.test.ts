import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { postgresStatus, startPostgres, stopPostgres } from './embedded-postgres.mjs';
import { freePort } from './ports.mjs';
import { until } from './run-program.mjs';

const dataDir = path.resolve(import.meta.dirname, `../.test-data/launcher-${process.pid}`);
const password = randomBytes(8).toString('hex');

afterEach(async () => {
  await stopPostgres({ dataDir });
  fs.rmSync(dataDir, { recursive: true, force: true });
});

describe('the embedded Postgres', () => {
  it('is made once, and what it holds survives a stop', async () => {
    const first = await start();
    expect(first).toMatchObject({ isNew: true, isAttached: false });
    await query(first.port, 'CREATE TABLE kept (id int)');
    expect(await stopPostgres({ dataDir })).toBe(true);
    expect(postgresStatus({ dataDir })).toBeNull();

    const second = await start();
    expect(second).toMatchObject({ isNew: false, isAttached: false });
    expect(await query(second.port, 'SELECT FROM kept')).toHaveLength(0);
  });

  it('is attached to when it runs already', async () => {
    const first = await start();
    expect(await start()).toEqual({ ...first, isNew: false, isAttached: true });
  });

  it('starts again after it was killed under load, with everything that was committed', async () => {
    const { pid, port } = await start();
    await query(port, 'CREATE TABLE kept AS SELECT generate_series(1, 10000) AS id');
    const busy = query(port, 'SELECT pg_sleep(60)').catch(() => 'ended');
    process.kill(pid, 'SIGKILL');
    const again = await start();
    expect(again.pid).not.toBe(pid);
    expect(await query(again.port, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 10_000 }]);
    expect(await busy).toBe('ended');
  });

  it('listens on loopback only and asks for a password', async () => {
    const { port } = await start();
    expect(await query(port, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    await expect(query(port, 'SELECT 1', 'wrong')).rejects.toThrow(/password authentication failed/);
  });

  it('does not take an interrupted initdb for a cluster', async () => {
    fs.mkdirSync(`${dataDir}.init/base`, { recursive: true });
    expect(await start()).toMatchObject({ isNew: true });
    expect(fs.existsSync(`${dataDir}.init`)).toBe(false);
  });

  it('has nothing to stop when it does not run', async () => {
    expect(await stopPostgres({ dataDir })).toBe(false);
  });

  it('is seen as gone at once when it is killed', async () => {
    const { pid } = await start();
    process.kill(pid, 'SIGKILL');
    expect(await until(() => postgresStatus({ dataDir }) === null, 5_000)).toBe(true);
  });
});

async function start() {
  return startPostgres({ dataDir, port: await freePort(54_410), password });
}

async function query(port: number, statement: string, given = password): Promise<unknown[]> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: given,
    database: 'postgres',
  });
  client.on('error', () => {}); // the server is killed on purpose
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}
