import { createHash, randomUUID } from 'node:crypto';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeTenant, type SampleTenant } from '@/ingest/testing/sample-agent';
import { agentScope, workerScope } from '@/server/auth/system-scope';
import { setting } from '@/server/config';
import { appendAuditEvent } from '@/server/data/audit';
import { openDatabase, type Database, type Tx } from '@/server/data/database';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { breaksOf, readChain, type StoredChain } from './audit-chain';

let at: TestDatabase;
let owner: Client;
let web: Database;
let tenant: SampleTenant;

beforeAll(async () => {
  at = await createTestDatabase();
  owner = new Client({ connectionString: at.ownerUrl });
  await owner.connect();
  web = openDatabase({ url: at.webUrl, contextKey: setting('contextKey'), connectionsMax: 8 });
});
afterAll(async () => {
  await Promise.all([owner.end(), web.close()]);
  await at.drop();
});
beforeEach(async () => {
  tenant = await makeTenant(at.ownerUrl, 'Alice IT');
});

const whole = () => workerScope(tenant.mspId);
const ofClient = (agentId: string = randomUUID()) => agentScope({ ...tenant, agentId });
const said = (chain: StoredChain) =>
  chain.events.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

async function append(action: string, clientId: string | null = null): Promise<void> {
  await web.inScope(whole(), (tx) => appendAuditEvent(tx, { action, clientId, target: {}, details: {} }));
}

function readActions(tx: Tx): Promise<unknown> {
  return tx.$queryRaw`SELECT action FROM audit.event ORDER BY seq`;
}

describe('an event', () => {
  it('belongs to the MSP and the actor of the sealed context, which nobody passes in', async () => {
    const agentId = randomUUID();
    await web.inScope(ofClient(agentId), (tx) =>
      appendAuditEvent(tx, {
        action: 'agent.greeted',
        clientId: tenant.clientId,
        target: { agentId },
        details: { msp: randomUUID(), actor: 'somebody else' },
      }),
    );
    const chain = await readChain(owner, tenant.mspId);
    expect(said(chain)).toEqual([
      expect.objectContaining({
        v: 2,
        msp: tenant.mspId,
        seq: 1,
        client: tenant.clientId,
        action: 'agent.greeted',
        actor: { id: agentId, role: 'agent' },
      }),
    ]);
    expect(breaksOf(chain)).toEqual([]);
  });

  it('is refused without a sealed context, and for a client that is not in its scope', async () => {
    const event = { action: 'agent.greeted', target: {}, details: {} };
    await expect(web.withoutScope((tx) => appendAuditEvent(tx, event))).rejects.toThrow(
      'belongs to the transaction of a scope',
    );
    const bare = web.withoutScope(
      (tx) => tx.$queryRaw`SELECT audit.append('agent.greeted', NULL, '{}', '{}')`,
    );
    await expect(bare).rejects.toThrow('no sealed context');
    const forAll = web.inScope(ofClient(), (tx) => appendAuditEvent(tx, event));
    await expect(forAll).rejects.toThrow('row-level security');
    const forOther = web.inScope(ofClient(), (tx) =>
      appendAuditEvent(tx, { ...event, clientId: randomUUID() }),
    );
    await expect(forOther).rejects.toThrow('row-level security');
    expect((await readChain(owner, tenant.mspId)).events).toEqual([]);
  });

  it('fails its transaction when it is refused, whenever it was said, and leaves the connection usable', async () => {
    const refused = web.inScope(ofClient(), async (tx) => {
      await appendAuditEvent(tx, {
        action: 'Not An Action',
        clientId: tenant.clientId,
        target: {},
        details: {},
      });
      await tx.$executeRaw`SELECT 1`;
    });
    await expect(refused).rejects.toThrow('bad action');
    const texts = ['it\'s "so"', String.raw`C:\new\\`, '); ROLLBACK; --', '$1 ü 😀'];
    const event = { action: 'agent.greeted', clientId: tenant.clientId, target: {}, details: { texts } };
    for (let index = 0; index < 12; index++)
      await web.inScope(ofClient(), (tx) =>
        appendAuditEvent(tx, { ...event, private: { name: texts.join() } }),
      );
    const { events } = await readChain(owner, tenant.mspId);
    expect(events.map((one) => one.action)).toEqual(Array(12).fill('agent.greeted'));
    const { rows } = await owner.query(
      "SELECT body::jsonb -> 'details' AS details FROM audit.event WHERE msp_id = $1",
      [tenant.mspId],
    );
    expect(rows).toEqual(Array.from({ length: 12 }, () => ({ details: { texts } })));
  });

  it('that cannot be written takes back what it was about', async () => {
    const siteId = randomUUID();
    const site = { mspId: tenant.mspId, siteId, ownerKind: 'msp', name: 'Vault', timeZone: 'UTC' };
    const attempt = web.inScope(whole(), async (tx) => {
      await tx.site.create({ data: site });
      await appendAuditEvent(tx, { action: 'no action', target: { siteId }, details: {} });
    });
    await expect(attempt).rejects.toThrow('bad action');
    const { rowCount } = await owner.query('SELECT FROM app.site WHERE site_id = $1', [siteId]);
    expect(rowCount).toBe(0);
    expect((await readChain(owner, tenant.mspId)).events).toEqual([]);
  });

  it('goes with what it was about when that is taken back', async () => {
    await append('first.written');
    const attempt = web.inScope(whole(), async (tx) => {
      await appendAuditEvent(tx, { action: 'second.written', target: {}, details: {} });
      throw new Error('changed my mind');
    });
    await expect(attempt).rejects.toThrow('changed my mind');
    await append('third.written');
    const chain = await readChain(owner, tenant.mspId);
    expect(said(chain).map(({ seq, action }) => [seq, action])).toEqual([
      [1, 'first.written'],
      [2, 'third.written'],
    ]);
    expect(breaksOf(chain)).toEqual([]);
  });
});

describe('a chain', () => {
  it('has no gap and no break, however many append at once and take back', async () => {
    const other = await makeTenant(at.ownerUrl, 'Bob IT');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 240 }, (_, index) =>
        web.inScope(workerScope(index % 4 === 0 ? other.mspId : tenant.mspId), async (tx) => {
          await appendAuditEvent(tx, { action: 'event.appended', target: {}, details: { index } });
          if (index % 3 === 0) throw new Error('changed my mind');
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(160);
    const chains = [await readChain(owner, tenant.mspId), await readChain(owner, other.mspId)];
    expect(chains.map(({ events }) => events.length)).toEqual([120, 40]);
    expect(chains.flatMap(breaksOf)).toEqual([]);
    const indexes = chains.flatMap(said).map(({ details }) => (details as { index: number }).index);
    expect(new Set(indexes).size).toBe(160);
  });

  it.each([
    [
      'a byte of a body',
      "UPDATE audit.event SET body = replace(body, 'second', 'zecond') WHERE msp_id = $1 AND seq = 2",
    ],
    ['a hash', "UPDATE audit.event SET hash = sha256('x') WHERE msp_id = $1 AND seq = 2"],
    ['a copy for search', "UPDATE audit.event SET action = 'x.y' WHERE msp_id = $1 AND seq = 2"],
    [
      'whom it concerns',
      'UPDATE audit.event SET client_id = gen_random_uuid() WHERE msp_id = $1 AND seq = 2',
    ],
    ['who did it', 'UPDATE audit.event SET actor_id = gen_random_uuid() WHERE msp_id = $1 AND seq = 2'],
    ['when it was', "UPDATE audit.event SET at = at - interval '1 second' WHERE msp_id = $1 AND seq = 2"],
    ['an event taken out', 'DELETE FROM audit.event WHERE msp_id = $1 AND seq = 2'],
    ['the tail cut off', 'DELETE FROM audit.event WHERE msp_id = $1 AND seq = 3'],
    ['two events swapped', 'UPDATE audit.event SET seq = -seq WHERE msp_id = $1 AND seq IN (2, 3)'],
  ])('shows it when somebody who can do anything changes %s', async (_, tampering) => {
    for (const action of ['first.written', 'second.written', 'third.written']) await append(action);
    expect(breaksOf(await readChain(owner, tenant.mspId))).toEqual([]);
    await owner.query(tampering, [tenant.mspId]);
    await owner.query('UPDATE audit.event SET seq = 5 + seq WHERE msp_id = $1 AND seq < 0', [tenant.mspId]);
    expect(breaksOf(await readChain(owner, tenant.mspId))).not.toEqual([]);
  });

  it('is closed to programs but for appending and reading', async () => {
    await append('first.written');
    for (const [program, url] of Object.entries({
      web: at.webUrl,
      worker: at.workerUrl,
      ingest: at.ingestUrl,
    })) {
      const pool = new Pool({ connectionString: url, max: 1 });
      try {
        for (const table of ['event', 'event_private', 'head', 'instance_event'])
          for (const statement of [
            `INSERT INTO audit.${table} DEFAULT VALUES`,
            `UPDATE audit.${table} SET hash = 'x'`,
            `UPDATE audit.${table} SET seq = 1`,
            `DELETE FROM audit.${table}`,
            `TRUNCATE audit.${table} CASCADE`,
          ].filter((each) => table !== 'event_private' || !each.includes('hash')))
            await expect(pool.query(statement), `${program}: ${statement}`).rejects.toThrow(
              'permission denied',
            );
        const alone = pool.query(`SELECT audit.append_instance('sign-in.accepted', NULL, '{}')`);
        await expect(alone).rejects.toThrow('permission denied');
      } finally {
        await pool.end();
      }
    }
    expect(breaksOf(await readChain(owner, tenant.mspId))).toEqual([]);
  });

  it("shows a client's scope the events of that client only", async () => {
    await append('msp.changed');
    await append('client.changed', tenant.clientId);
    expect(await web.inScope(ofClient(), readActions)).toEqual([{ action: 'client.changed' }]);
    expect(await web.inScope(whole(), readActions)).toEqual([
      { action: 'msp.changed' },
      { action: 'client.changed' },
    ]);
    expect(await web.inScope(workerScope(randomUUID()), readActions)).toEqual([]);
  });
});

describe('a personal value', () => {
  const email = 'ana@quillmark.example';

  it('is in the chain as a salted commitment only, which it can be checked against', async () => {
    await web.inScope(whole(), (tx) =>
      appendAuditEvent(tx, {
        action: 'person.created',
        target: {},
        details: {},
        private: { email, name: 'Ana' },
      }),
    );
    const chain = await readChain(owner, tenant.mspId);
    expect(chain.events[0]?.body).not.toContain(email);
    const { rows } = await owner.query<{ field: string; salt: Buffer; value: string }>(
      'SELECT field, salt, value FROM audit.event_private WHERE msp_id = $1 ORDER BY field',
      [tenant.mspId],
    );
    expect(rows.map(({ field, value }) => [field, value])).toEqual([
      ['email', email],
      ['name', 'Ana'],
    ]);
    expect(new Set(rows.map(({ salt }) => salt.toString('hex'))).size).toBe(2);
    expect(said(chain)[0]?.['private']).toEqual(
      Object.fromEntries(rows.map(({ field, salt, value }) => [field, commitment(salt, value)])),
    );
  });

  it('can be erased without breaking the chain', async () => {
    await web.inScope(whole(), (tx) =>
      appendAuditEvent(tx, { action: 'person.created', target: {}, details: {}, private: { email } }),
    );
    await append('second.written');
    await owner.query('DELETE FROM audit.event_private WHERE msp_id = $1', [tenant.mspId]);
    expect(breaksOf(await readChain(owner, tenant.mspId))).toEqual([]);
  });
});

function commitment(salt: Buffer, value: string): string {
  expect(salt).toHaveLength(32);
  return createHash('sha256').update(salt).update(value).digest('hex');
}

describe("the instance's own chain", () => {
  it('has no gap and no break, however many sign-ins are refused at once', async () => {
    const before = (await readChain(owner, null)).events.length;
    await Promise.all(
      Array.from({ length: 40 }, () =>
        web.withoutScope(
          (tx) =>
            tx.$queryRaw`SELECT identity.record_refusal(NULL, 'wrong-password', '192.0.2.1'::inet)::text`,
        ),
      ),
    );
    const chain = await readChain(owner, null);
    expect(chain.events).toHaveLength(before + 40);
    expect(breaksOf(chain)).toEqual([]);
  });
});
