import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAgent, makeTenant, type SampleTenant } from '@/ingest/testing/sample-agent';
import { agentScope, workerScope } from '@/server/auth/system-scope';
import { setting } from '@/server/config';
import { backendPid } from '@/server/data/backend-pid';
import { setContextSql } from '@/server/tenancy/sealed-context';
import { makeTenantScope, type TenantScope } from '@/server/tenancy/tenant-scope';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { PROGRAMS, type Program, roleOf } from './declared-rights';

// Functions with the rights of their owner are the doors in the wall: what do they do for whom they should not serve?
let at: TestDatabase;
let owner: Client;
let alice: SampleTenant;
let bob: SampleTenant;
/** Alice's other client. */
let charlie: SampleTenant;

beforeAll(async () => {
  at = await createTestDatabase();
  owner = new Client({ connectionString: at.ownerUrl });
  await owner.connect();
  alice = await makeTenant(at.ownerUrl, 'Alice IT');
  bob = await makeTenant(at.ownerUrl, 'Bob IT');
  charlie = { mspId: alice.mspId, clientId: randomUUID() };
  await owner.query(
    "INSERT INTO app.client (msp_id, client_id, name, time_zone) VALUES ($1, $2, 'Charlie', 'UTC')",
    [charlie.mspId, charlie.clientId],
  );
});
afterAll(async () => {
  await owner.end();
  await at.drop();
});

const whole = () => workerScope(alice.mspId);
const ofClient = (of: SampleTenant = alice) => agentScope({ ...of, agentId: randomUUID() });

/** Calls a function as a program in a scope, or in none, and keeps what it did; answers what it answered. */
async function call(
  program: Program,
  scope: TenantScope | null,
  text: string,
  values: readonly unknown[] = [],
): Promise<unknown[]> {
  const context = scope ? setContextSql(scope, backendPid(owner), setting('contextKey'), Date.now()) : '';
  await owner.query(`BEGIN; ${context}; SET LOCAL ROLE ${roleOf(program)}`);
  try {
    const { rows } = await owner.query({ text, values: [...values], rowMode: 'array' });
    await owner.query('COMMIT');
    return rows.flat();
  } catch (error) {
    await owner.query('ROLLBACK');
    throw error;
  }
}

function revokeAgent(scope: TenantScope | null, agentId: string): Promise<unknown[]> {
  return call('web', scope, 'SELECT identity.revoke_agent($1)', [agentId]);
}

function listMembers(scope: TenantScope | null): Promise<unknown[]> {
  return call('web', scope, 'SELECT name FROM identity.list_members()');
}

function makePerson(scope: TenantScope | null): Promise<unknown[]> {
  return call(
    'worker',
    scope,
    "SELECT identity.create_person($1, $2, 'Ana', '-', NULL, 'read-only', false)",
    [randomUUID(), `${randomUUID()}@example.test`],
  );
}

const newHash = () => createHash('sha256').update(randomBytes(32)).digest();

describe('an enrolment token', () => {
  const MINT = "SELECT identity.store_enrolment_token($1, $2, now() + interval '1 hour')";

  it('is minted in the scope that it will serve', async () => {
    const hashes = [newHash(), newHash(), newHash()];
    await call('web', whole(), MINT, [hashes[0], null]);
    await call('web', whole(), MINT, [hashes[1], charlie.clientId]);
    await call('web', ofClient(), MINT, [hashes[2], alice.clientId]);
    const { rows } = await owner.query(
      'SELECT client_id FROM identity.enrolment_token WHERE token_hash = ANY ($1) ORDER BY array_position($1, token_hash)',
      [hashes],
    );
    expect(rows.map((row: { client_id: unknown }) => row.client_id)).toEqual([
      null,
      charlie.clientId,
      alice.clientId,
    ]);
  });

  it('for the whole MSP, or for another client, is not minted in the scope of a client', async () => {
    for (const clientId of [null, charlie.clientId, bob.clientId])
      await expect(call('web', ofClient(), MINT, [newHash(), clientId])).rejects.toThrow('no sealed context');
    await expect(call('web', null, MINT, [newHash(), null])).rejects.toThrow('no sealed context');
    await expect(call('web', whole(), MINT, [newHash(), bob.clientId])).rejects.toThrow('no such client');
  });

  it('for the key of an agent is minted for an agent of that client only, and spent on that agent only', async () => {
    const mint =
      "SELECT identity.store_enrolment_token($1, $2, now() + interval '1 hour', gen_random_uuid(), $3)";
    const { agentId } = await makeAgent(at.ownerUrl, charlie, 'fs-02');
    const { agentId: other } = await makeAgent(at.ownerUrl, charlie, 'fs-03');
    for (const clientId of [null, alice.clientId])
      await expect(call('web', whole(), mint, [newHash(), clientId, agentId])).rejects.toThrow(
        'no such agent',
      );
    await expect(call('web', ofClient(), mint, [newHash(), charlie.clientId, agentId])).rejects.toThrow(
      'no sealed context',
    );
    const hash = newHash();
    await call('web', whole(), mint, [hash, charlie.clientId, agentId]);
    const spend = (spender: string) =>
      call('ingest', ofClient(charlie), 'SELECT identity.spend_enrolment_token($1, $2, $3)', [
        hash,
        spender,
        randomBytes(44),
      ]);
    expect(await spend(other)).toEqual([false]);
    expect(await spend(agentId)).toEqual([true]);
  });

  it('is listed in the scope that it serves, without its hash', async () => {
    await call('web', whole(), MINT, [newHash(), charlie.clientId]);
    const list = (scope: TenantScope | null) =>
      call('web', scope, 'SELECT DISTINCT client_id FROM identity.list_enrolments(NULL, 100)');
    expect(await list(ofClient(charlie))).toEqual([charlie.clientId]);
    for (const scope of [null, workerScope(bob.mspId)]) expect(await list(scope)).toEqual([]);
  });

  it('is spent in the scope of whom it was minted for, once', async () => {
    const hash = newHash();
    const spend = (scope: TenantScope | null) =>
      call('ingest', scope, 'SELECT identity.spend_enrolment_token($1, $2, $3)', [
        hash,
        randomUUID(),
        randomBytes(44),
      ]);
    await call('web', whole(), MINT, [hash, charlie.clientId]);
    for (const scope of [null, workerScope(bob.mspId), ofClient(alice)])
      expect(await spend(scope)).toEqual([false]);
    expect(await spend(ofClient(charlie))).toEqual([true]);
    expect(await spend(ofClient(charlie))).toEqual([false]);
  });
});

describe('an agent', () => {
  it("is revoked and judged in its own MSP and client's scope only", async () => {
    const { agentId } = await makeAgent(at.ownerUrl, charlie, 'fs-01');
    const { agentId: ofMsp } = await makeAgent(at.ownerUrl, { mspId: alice.mspId, clientId: null }, 'msp-01');
    const refused = (scope: TenantScope | null) =>
      call('ingest', scope, 'SELECT identity.refused_agents($1)', [[agentId, ofMsp]]);
    const strangers = [null, workerScope(bob.mspId), ofClient(alice)];
    for (const scope of strangers) {
      expect(await refused(scope)).toEqual([agentId, ofMsp]);
      expect(await revokeAgent(scope, agentId)).toEqual([false]);
      expect(await revokeAgent(scope, ofMsp)).toEqual([false]);
    }
    expect(await revokeAgent(ofClient(charlie), ofMsp)).toEqual([false]);
    expect(await refused(ofClient(charlie))).toEqual([ofMsp]);
    expect(await refused(whole())).toEqual([]);
    expect(await revokeAgent(ofClient(charlie), agentId)).toEqual([true]);
    expect(await revokeAgent(whole(), ofMsp)).toEqual([true]);
    expect(await refused(whole())).toEqual([agentId, ofMsp]);
  });
});

describe('the people of an MSP', () => {
  it('are listed in the scope of the whole MSP only', async () => {
    expect(await listMembers(whole())).toEqual(['Owner']);
    for (const scope of [null, ofClient(), agentScope({ ...bob, agentId: randomUUID() })])
      expect(await listMembers(scope)).toEqual([]);
  });

  it('are made in the scope of the whole MSP by those who may', async () => {
    expect(await makePerson(whole())).toEqual([true]);
    await expect(makePerson(null)).rejects.toThrow('no sealed context');
    await expect(makePerson(ofClient())).rejects.toThrow('may not make such a person');
    const agentOfMsp = agentScope({ mspId: alice.mspId, clientId: null, agentId: randomUUID() });
    await expect(makePerson(agentOfMsp)).rejects.toThrow('may not make such a person');
  });
});

describe('the people and invitations of an MSP', () => {
  const INVITE = "SELECT identity.invite($1, $2, 'technician', NULL, sha256($3), now() + interval '1 hour')";
  const invite = (scope: TenantScope | null) =>
    call('web', scope, INVITE, [randomUUID(), `${randomUUID()}@example.test`, randomBytes(32)]);

  it('are changed in the scope of the whole MSP only, by those who may', async () => {
    for (const scope of [null, byOwner([alice.clientId]), ofClient()]) {
      for (const change of [
        "change_member($1, 'admin', NULL)",
        'deactivate_member($1)',
        'reactivate_member($1)',
      ])
        await expect(call('web', scope, `SELECT identity.${change}`, [randomUUID()])).rejects.toThrow(
          'may not change people',
        );
      await expect(invite(scope)).rejects.toThrow('no sealed context');
    }
    expect(await invite(whole()), 'the worker invites nobody').toEqual(['above']);
    expect(await invite(byOwner('*'))).toEqual(['done']);
  });

  it('are listed and taken back in the scope of their MSP as a whole only', async () => {
    await invite(byOwner('*'));
    const [id] = await call('web', byOwner('*'), 'SELECT invitation_id FROM identity.list_invitations()');
    expect(id).toBeDefined();
    for (const scope of [null, byOwner([alice.clientId]), byOwner('*', bob)]) {
      expect(await call('web', scope, 'SELECT invitation_id FROM identity.list_invitations()')).toEqual([]);
      expect(await call('web', scope, 'SELECT identity.revoke_invitation($1)', [id])).toEqual([false]);
      const renew = "SELECT identity.renew_invitation($1, sha256('x'), now())";
      expect(await call('web', scope, renew, [id])).toEqual([null]);
    }
    expect(await call('web', byOwner('*'), 'SELECT identity.revoke_invitation($1)', [id])).toEqual([true]);
  });
});

describe('a batch of reports', () => {
  it('is kept in the scope of its MSP only', async () => {
    const none = "'{}'";
    const store = `SELECT app.store_reports($1, ${Array.from({ length: 12 }, () => none).join()})`;
    for (const scope of [null, workerScope(bob.mspId)])
      await expect(call('ingest', scope, store, [alice.mspId])).rejects.toThrow('no sealed context');
  });
});

describe('a function', () => {
  it('that is not granted to a program is denied to it', async () => {
    const { rows } = await owner.query<{ call: string; isGranted: Record<Program, boolean> }>(
      `SELECT n.nspname || '.' || p.proname || '(' || (SELECT coalesce(string_agg('NULL::' || format_type(t, NULL), ','), '')
           FROM unnest(p.proargtypes) t) || ')' AS call,
         json_object_agg(r.program, has_function_privilege('holdfast_' || r.program, p.oid, 'EXECUTE')) AS "isGranted"
       FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace CROSS JOIN unnest($1::text[]) r (program)
       WHERE n.nspname IN ('app', 'app_sec', 'audit', 'identity') GROUP BY 1`,
      [PROGRAMS],
    );
    const withheld = rows.flatMap((row) =>
      PROGRAMS.filter((program) => !row.isGranted[program]).map((program) => ({ program, call: row.call })),
    );
    expect(withheld.length).toBeGreaterThan(60);
    const outcomes = [];
    for (const each of withheld)
      outcomes.push(
        await call(each.program, whole(), `SELECT ${each.call}`).catch((error: Error) => error.message),
      );
    expect(outcomes).toEqual(withheld.map(() => expect.stringMatching(/^permission denied/)));
  });
});

function byOwner(clientIds: '*' | string[], of = alice): TenantScope {
  return makeTenantScope({ mspId: of.mspId, clientIds, actorId: randomUUID(), role: 'owner' });
}
