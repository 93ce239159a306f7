import { Secret, TOTP } from 'otpauth';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '@/domain/protection/policy';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { setUpScope, workerScope } from '../auth/system-scope';
import { newTotpSecret } from '../auth/totp';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { isSetUp } from '../data/identity-set-up';
import { createSetupCode, hashSetupCode } from './create-setup-code';
import { type SetUpForm, setUpOwner } from './set-up-owner';
import { signIn } from './sign-in';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const PASSWORD = 'seven grey herons wade';

let testDatabase: TestDatabase;
let web: Database;
let migrator: Database;
let owner: Client;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const contextKey = setting('contextKey');
  web = openDatabase({ url: testDatabase.webUrl, contextKey });
  migrator = openDatabase({ url: testDatabase.ownerUrl, contextKey });
  owner = new Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
});

afterAll(async () => {
  await Promise.all([web.close(), migrator.close(), owner.end()]);
  await testDatabase.drop();
});

function form(setupCode: string, changes: Partial<SetUpForm> = {}): SetUpForm {
  const totpSecret = newTotpSecret();
  return {
    setupCode,
    mspName: 'Quillmark IT',
    timeZone: 'Europe/Berlin',
    name: 'Olga Owner',
    email: 'olga@quillmark.example',
    password: PASSWORD,
    totpSecret,
    totpCode: new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate({ timestamp: NOW }),
    ...changes,
  };
}

async function counts(): Promise<Record<string, string>> {
  const { rows } = await owner.query<Record<string, string>>(`SELECT
    (SELECT count(*) FROM app.msp) AS msps, (SELECT count(*) FROM identity.person) AS people,
    (SELECT count(*) FROM identity.membership) AS memberships, (SELECT count(*) FROM app.policy_version) AS policies,
    (SELECT count(*) FROM audit.event) AS events`);
  return rows[0] ?? {};
}

const NOTHING = { msps: '0', people: '0', memberships: '0', policies: '0', events: '0' };

test('wrong fields are named, one by one, and nothing is made', async () => {
  const code = (await createSetupCode(migrator)) ?? '';
  const wrong = (changes: Partial<SetUpForm>) => setUpOwner(web, form(code, changes), NOW);
  await expect(wrong({ email: 'olga' })).rejects.toMatchObject({ fields: { email: expect.any(String) } });
  await expect(wrong({ password: 'short' })).rejects.toMatchObject({
    fields: { password: expect.any(String) },
  });
  await expect(wrong({ totpCode: '12345' })).rejects.toMatchObject({
    fields: { totpCode: expect.any(String) },
  });
  await expect(wrong({ setupCode: 'AAAAA-AAAAA' })).rejects.toMatchObject({
    code: 'invalid-request',
    fields: { setupCode: expect.any(String) },
  });
  expect(await counts()).toEqual(NOTHING);
});

test('a person cannot be set up without the code in a context that a program made for itself', async () => {
  await expect(
    web.inScope(
      workerScope(v7()),
      (tx) => tx.$queryRaw`
      SELECT identity.complete_set_up(sha256('x'), 'x', 'UTC', 'x@y.example', 'x', 'x', null, 0)`,
    ),
  ).rejects.toThrow(/no sealed context for set-up/);
  const isDone = await web.inScope(
    setUpScope(v7(), v7()),
    (tx) => tx.$queryRaw`
      SELECT identity.complete_set_up(sha256('x'), 'x', 'UTC', 'x@y.example', 'x', 'x', null, 0) AS is_done`,
  );
  expect(isDone).toEqual([{ is_done: false }]);
  expect(await counts()).toEqual(NOTHING);
});

test('each start replaces the code before; only its hash is kept', async () => {
  const first = (await createSetupCode(migrator)) ?? '';
  const second = (await createSetupCode(migrator)) ?? '';
  expect(second).toMatch(/^([A-Z2-9]{5}-){4}[A-Z2-9]{5}$/);
  await expect(setUpOwner(web, form(first), NOW)).rejects.toMatchObject({ code: 'invalid-request' });
  const { rows } = await owner.query<{ hash: string }>(
    `SELECT encode(code_hash, 'escape') AS hash FROM identity.setup_code`,
  );
  expect(rows[0]?.hash).not.toContain(second.slice(0, 5));
});

let spentCode = '';

test('of many who set up at once with the right code, one becomes owner; then it is over for ever', async () => {
  const code = (await createSetupCode(migrator)) ?? '';
  spentCode = code;
  expect(await isSetUp(web)).toBe(false);
  const forms = Array.from({ length: 12 }, (_, i) => form(code, { email: `olga${i}@quillmark.example` }));
  const results = await Promise.allSettled(forms.map((each) => setUpOwner(web, each, NOW)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(reasons).toEqual(reasons.map(() => expect.objectContaining({ code: 'not-found' })));
  expect(await counts()).toMatchObject({
    msps: '1',
    people: '1',
    memberships: '1',
    policies: '1',
    events: '2',
  });

  expect(await isSetUp(web)).toBe(true);
  expect(await createSetupCode(migrator)).toBeNull();
  await expect(setUpOwner(web, form(code), NOW)).rejects.toMatchObject({ code: 'not-found' });
});

test('the owner has the default policy, audit events, and signs in with the next code only', async () => {
  const { rows: policies } = await owner.query(
    'SELECT name, is_default, overrides FROM app.policy_version JOIN app.policy USING (msp_id, policy_id)',
  );
  expect(policies).toEqual([{ name: DEFAULT_POLICY.name, is_default: true, overrides: {} }]);
  const { rows: events } = await owner.query<{ action: string }>(
    'SELECT action FROM audit.event ORDER BY seq',
  );
  expect(events.map(({ action }) => action)).toEqual(['policy.published', 'msp.set-up']);
  const { rows: people } = await owner.query<{ email: string; totp_secret: Buffer; password_hash: string }>(
    'SELECT * FROM identity.person',
  );
  expect(people[0]?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  const outcome = await signIn(
    web,
    { email: people[0]?.email ?? '', password: PASSWORD, code: '', address: null, userAgent: null },
    'https://backup.example',
    NOW,
  );
  expect(outcome).toEqual({ outcome: 'code-needed', hasPasskey: false });
});

test('set-up stays closed even when everybody is gone', async () => {
  await owner.query('DELETE FROM identity.membership; DELETE FROM identity.person');
  expect(await isSetUp(web)).toBe(true);
  expect(await createSetupCode(migrator)).toBeNull();
  await expect(setUpOwner(web, form('AAAAA'), NOW)).rejects.toMatchObject({ code: 'not-found' });
  const isDone = await web.inScope(
    setUpScope(v7(), v7()),
    (
      tx,
    ) => tx.$queryRaw`SELECT identity.complete_set_up(${hashSetupCode(spentCode)}, 'x', 'UTC', 'x@y.example', 'x', 'x',
      null, 0) AS is_done`,
  );
  expect(isDone, 'the spent code, past every other check').toEqual([{ is_done: false }]);
});
