import { randomBytes, randomUUID } from 'node:crypto';
import { Client, escapeLiteral, Pool, type PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asOwner, makeTenant, type SampleTenant } from '@/ingest/testing/sample-agent';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { agentScope, workerScope } from '../auth/system-scope';
import { setting } from '../config';
import { backendPid } from '../data/backend-pid';
import { openDatabase, type Database } from '../data/database';
import { openIngestStore } from '../data/ingest-store';
import { sealContext, setContextSql } from './sealed-context';
import type { TenantScope } from './tenant-scope';

const KEY = setting('contextKey');
const SYSTEMS = 20;

let at: TestDatabase;
let pool: Pool;
let database: Database;
let alice: SampleTenant;
let bob: SampleTenant;
/** Alice's other client. */
let charlieId: string;

beforeAll(async () => {
  at = await createTestDatabase();
  pool = new Pool({ connectionString: at.webUrl });
  database = openDatabase({ url: at.webUrl, contextKey: KEY, connectionsMax: 2 });
  alice = await makeTenant(at.ownerUrl, 'Alice IT');
  bob = await makeTenant(at.ownerUrl, 'Bob IT');
  charlieId = randomUUID();
  await asOwner(at.ownerUrl, async (owner) => {
    await owner.query(
      "INSERT INTO app.client (msp_id, client_id, name, time_zone) VALUES ($1, $2, 'Charlie', 'UTC')",
      [alice.mspId, charlieId],
    );
    for (const [mspId, clientId] of [
      [alice.mspId, alice.clientId],
      [alice.mspId, charlieId],
      [bob.mspId, bob.clientId],
    ])
      await owner.query(
        `INSERT INTO app.system (msp_id, system_id, client_id, name, host_key, kind)
         SELECT $1, gen_random_uuid(), $2, 'host ' || n, 'host-' || n, 'server' FROM generate_series(1, ${SYSTEMS}) n`,
        [mspId, clientId],
      );
  });
});
afterAll(async () => {
  await pool.end();
  await database.close();
  await at.drop();
});

/** Runs on a connection of the web process, in a transaction that is rolled back. */
async function inTransaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    return await work(client);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

async function countSystems(client: PoolClient | Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>('SELECT count(*)::int FROM app.system');
  return rows[0]?.count ?? -1;
}

/** How many systems a setting shows, whatever it is. */
function seenWith(setting_: (client: PoolClient) => string): Promise<number> {
  return inTransaction(async (client) => {
    await client.query(`SET LOCAL app.ctx = ${escapeLiteral(setting_(client))}`);
    return countSystems(client);
  });
}

function sealFor(scope: TenantScope, client: PoolClient, nowMs = Date.now(), key = KEY): string {
  return sealContext(scope, backendPid(client), key, nowMs);
}

/** What a seal shows that was made so many seconds ago. */
function seenAfter(seconds: number): Promise<number> {
  return seenWith((client) => sealFor(ofAlice(), client, Date.now() - seconds * 1000));
}

/** What whoever gets the connection next finds on it. */
function leftovers(of: Database): Promise<unknown> {
  return of.withoutScope(async (tx) => {
    const [seen] = await tx.$queryRaw<unknown[]>`
      SELECT current_setting('app.ctx', true) AS ctx, (SELECT count(*)::int FROM app.system) AS count`;
    return seen;
  });
}

const ofAlice = (): TenantScope => workerScope(alice.mspId);
const ofHerClient = (): TenantScope =>
  agentScope({ mspId: alice.mspId, clientId: alice.clientId, agentId: randomUUID() });

describe('a sealed context', () => {
  it('shows the rows of its MSP, or of its clients; without one nothing is shown', async () => {
    expect(await seenWith((client) => sealFor(ofAlice(), client))).toBe(2 * SYSTEMS);
    expect(await seenWith((client) => sealFor(ofHerClient(), client))).toBe(SYSTEMS);
    expect(await seenWith(() => '')).toBe(0);
    expect(await inTransaction(countSystems)).toBe(0);
  });

  it.each(['MSP', 'clients', 'user', 'role', 'expiry', 'seal'])(
    'is worth nothing with another %s',
    async (part) => {
      const index = ['MSP', 'clients', 'user', 'role', 'expiry', 'seal'].indexOf(part);
      const other = [bob.mspId, '*', randomUUID(), 'owner', '999999999999', randomBytes(32).toString('hex')][
        index
      ];
      const seen = await seenWith((client) => {
        const parts = sealFor(ofHerClient(), client).split('|');
        return parts.with(index, other ?? '').join('|');
      });
      expect(seen).toBe(0);
    },
  );

  it('is worth nothing when it is not of its form, and is no error either', async () => {
    for (const nonsense of ['x', '||||', '|||||', '*|*|*|*|*|*', `${alice.mspId}|*`, "a'b|c|d|e|f|g"])
      expect(await seenWith(() => nonsense)).toBe(0);
    expect(await seenWith((client) => `${sealFor(ofAlice(), client)}|`)).toBe(0);
  });

  it('is worth nothing on another connection', async () => {
    const other = await pool.connect();
    try {
      expect(await seenWith(() => sealFor(ofAlice(), other))).toBe(0);
    } finally {
      other.release();
    }
  });

  it('serves transactions that begin within two minutes', async () => {
    expect(await seenAfter(110)).toBe(2 * SYSTEMS);
    expect(await seenAfter(122)).toBe(0);
  });

  it('is worth nothing without the key', async () => {
    expect(await seenWith((client) => sealFor(ofAlice(), client, Date.now(), randomBytes(32)))).toBe(0);
    for (const read of ['SELECT * FROM app_sec.context_key', "SELECT app_sec.mac(1::smallint, 'x')"])
      await expect(pool.query(read)).rejects.toThrow('permission denied');
  });

  it('hides rows from whoever changes it while they are read', async () => {
    const widened = `${alice.mspId}|*||owner|999999999999|${'0'.repeat(64)}`;
    const clients = await inTransaction(async (client) => {
      await client.query(setContextSql(ofHerClient(), backendPid(client), KEY, Date.now()));
      const { rows } = await client.query<{ client_id: string }>(
        `SELECT client_id, set_config('app.ctx', $1, true) FROM app.system WHERE msp_id = $2`,
        [widened, alice.mspId],
      );
      return rows.map((row) => row.client_id);
    });
    expect(clients).toEqual([alice.clientId]);
  });

  it('hides rows from an open cursor when it is changed', async () => {
    const fetched = await inTransaction(async (client) => {
      await client.query(setContextSql(ofHerClient(), backendPid(client), KEY, Date.now()));
      await client.query(
        `DECLARE systems CURSOR FOR SELECT client_id FROM app.system WHERE msp_id = '${alice.mspId}'`,
      );
      const first = await client.query('FETCH 1 FROM systems');
      await client.query(`SET LOCAL app.ctx = '${alice.mspId}|*||owner|999999999999|0'`);
      const rest = await client.query('FETCH ALL FROM systems');
      return [first.rowCount, rest.rowCount];
    });
    expect(fetched).toEqual([1, 0]);
  });

  it.each(['SET TRANSACTION DEFERRABLE', "SELECT set_config('transaction_deferrable', 'on', true)"])(
    'cannot be made the whole MSP afterwards by %s',
    async (late) => {
      await inTransaction(async (client) => {
        await client.query(setContextSql(ofHerClient(), backendPid(client), KEY, Date.now()));
        expect(await countSystems(client)).toBe(SYSTEMS);
        await expect(client.query(late)).rejects.toThrow('must be called before any query');
      });
      await inTransaction(async (client) => {
        await client.query(setContextSql(ofHerClient(), backendPid(client), KEY, Date.now()));
        await client.query('SAVEPOINT nested');
        await expect(client.query(late)).rejects.toThrow('cannot be called within a subtransaction');
        await client.query('ROLLBACK TO nested');
        expect(await countSystems(client)).toBe(SYSTEMS);
      });
    },
  );

  it('is worth nothing when it is for clients and the transaction says it is for the whole MSP', async () => {
    const seen = await inTransaction(async (client) => {
      await client.query('SET TRANSACTION DEFERRABLE');
      await client.query(`SET LOCAL app.ctx = '${sealFor(ofHerClient(), client)}'`);
      return countSystems(client);
    });
    expect(seen).toBe(0);
  });

  it('shows the same rows however eager the planner is to share them among workers', async () => {
    const { plan, seen } = await inTransaction(async (client) => {
      await client.query(setContextSql(ofAlice(), backendPid(client), KEY, Date.now()));
      await client.query(`SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0;
        SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL min_parallel_index_scan_size = 0`);
      const { rows } = await client.query('EXPLAIN SELECT count(*) FROM app.system');
      return { plan: JSON.stringify(rows), seen: await countSystems(client) };
    });
    expect(plan).not.toContain('Gather');
    expect(seen).toBe(2 * SYSTEMS);
  });
});

describe('the key of the seals', () => {
  it('can be changed once while transactions of the old one are under way, and is forgotten at the next', async () => {
    const fresh = await createTestDatabase();
    const web = new Client({ connectionString: fresh.webUrl });
    const [first, second, third] = [KEY, randomBytes(32), randomBytes(32)];
    const setKey = (key: Buffer) =>
      asOwner(fresh.ownerUrl, (owner) => owner.query('SELECT app_sec.set_context_key($1)', [key]));
    const isAccepted = async (key: Buffer): Promise<boolean> => {
      await web.query('BEGIN');
      await web.query(setContextSql(ofAlice(), backendPid(web), key, Date.now()));
      const { rows } = await web.query<{ msp: string | null }>('SELECT app.msp_id() AS msp');
      await web.query('ROLLBACK');
      return rows[0]?.msp === alice.mspId;
    };
    try {
      await web.connect();
      await setKey(second);
      expect([await isAccepted(first), await isAccepted(second)]).toEqual([true, true]);
      await setKey(second); // again, as every start does
      expect([await isAccepted(first), await isAccepted(second)]).toEqual([true, true]);
      await setKey(third);
      expect([await isAccepted(first), await isAccepted(second), await isAccepted(third)]).toEqual([
        false,
        true,
        true,
      ]);
      await expect(setKey(randomBytes(16))).rejects.toThrow('32 bytes');
    } finally {
      await web.end();
      await fresh.drop();
    }
  });
});

describe('a pool of connections', () => {
  it('keeps nothing of a context after commit, roll-back, or an error in the middle', async () => {
    const one = openDatabase({ url: at.webUrl, contextKey: KEY, connectionsMax: 1 });
    try {
      await one.inScope(ofAlice(), (tx) => tx.$queryRaw`SELECT 1`);
      expect(await leftovers(one)).toEqual({ ctx: '', count: 0 });
      await expect(
        one.inScope(ofAlice(), async (tx) => {
          await tx.$queryRaw`SELECT 1`;
          throw new Error('changed my mind');
        }),
      ).rejects.toThrow('changed my mind');
      expect(await leftovers(one)).toEqual({ ctx: '', count: 0 });
      await expect(one.inScope(ofAlice(), (tx) => tx.$queryRaw`SELECT 1 / 0`)).rejects.toThrow(
        'division by zero',
      );
      expect(await leftovers(one)).toEqual({ ctx: '', count: 0 });
    } finally {
      await one.close();
    }
  });

  it('leaves no row of a transaction that was rolled back', async () => {
    const siteId = randomUUID();
    const site = { mspId: alice.mspId, siteId, ownerKind: 'msp', name: 'Vault', timeZone: 'UTC' };
    await expect(
      database.inScope(ofAlice(), async (tx) => {
        await tx.site.create({ data: site });
        expect(await tx.site.count({ where: { mspId: alice.mspId, siteId } })).toBe(1);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    const count = await database.inScope(ofAlice(), (tx) =>
      tx.site.count({ where: { mspId: alice.mspId, siteId } }),
    );
    expect(count).toBe(0);
  });

  it('gives each of many scopes at once its own rows, some failing in between', async () => {
    const scopes = [ofAlice(), ofHerClient(), workerScope(bob.mspId)];
    const expected = [2 * SYSTEMS, SYSTEMS, SYSTEMS];
    const seen = await Promise.all(
      Array.from({ length: 150 }, async (_, index) => {
        const scope = scopes[index % 3] ?? ofAlice();
        const work = database.inScope(scope, async (tx) => {
          const [row] = await tx.$queryRaw<{ count: number; msps: string[] }[]>`
            SELECT count(*)::int, array_agg(DISTINCT msp_id::text) AS msps FROM app.system`;
          if (index % 7 === 0) throw new Error('changed my mind');
          return row?.msps.join() === scope.mspId && row.count === expected[index % 3];
        });
        return index % 7 === 0 ? work.catch(() => 'failed') : work;
      }),
    );
    expect(seen.filter((each) => each === true)).toHaveLength(128);
    expect(seen.filter((each) => each === 'failed')).toHaveLength(22);
  });

  it('keeps nothing of a context in the ingestion process either', async () => {
    const store = openIngestStore({ url: at.ingestUrl, contextKey: KEY, connectionsMax: 1 });
    const count = 'SELECT count(*)::int FROM app.client';
    try {
      expect(await store.inScope(ofAlice(), (query) => query(count, []))).toEqual([{ count: 2 }]);
      expect(await store.withoutScope(count, [])).toEqual([{ count: 0 }]);
      await expect(store.inScope(ofAlice(), (query) => query('SELECT 1 / 0', []))).rejects.toThrow(
        'division',
      );
      expect(await store.withoutScope(count, [])).toEqual([{ count: 0 }]);
    } finally {
      await store.close();
    }
  });
});
