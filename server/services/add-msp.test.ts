import { Secret, TOTP } from 'otpauth';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { setUpScope } from '../auth/system-scope';
import { newTotpSecret } from '../auth/totp';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { isSetUp } from '../data/identity-set-up';
import { acceptInvitation, readInvitation } from './accept-invitation';
import { addMsp } from './add-msp';
import { createSetupCode } from './create-setup-code';
import { setUpOwner } from './set-up-owner';

const PASSWORD = 'seven grey herons wade';
const FORM = { name: 'Other IT', timeZone: 'Europe/London', ownerEmail: ' Bea@Other.example' };

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
beforeEach(async () => {
  await owner.query(`TRUNCATE identity.setup_code, identity.invitation, identity.membership, identity.recovery_code,
    identity.user_session, identity.person, app.msp CASCADE`);
});

function authenticator() {
  const totpSecret = newTotpSecret();
  return { totpSecret, totpCode: new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate() };
}

async function setUpFirst(): Promise<void> {
  const setupCode = (await createSetupCode(migrator)) ?? '';
  const [mspName, timeZone, name, email] = ['First IT', 'UTC', 'Olga Owner', 'olga@first.example'];
  const form = { setupCode, mspName, timeZone, name, email, password: PASSWORD, ...authenticator() };
  await setUpOwner(web, form, Date.now());
}

const join = (token: string) =>
  acceptInvitation(web, { token, name: 'Bea Owner', password: PASSWORD, ...authenticator() }, Date.now());

const addFor = (ownerEmail: string) => addMsp(migrator, { ...FORM, ownerEmail }, Date.now());

async function ask<Row extends object>(statement: string): Promise<Row[]> {
  return (await owner.query<Row>(statement)).rows;
}

test('a further MSP has its own default policy, and its owner joins by the link, once', async () => {
  await setUpFirst();
  const { token, isRenewed } = await addMsp(migrator, FORM, Date.now());
  expect(isRenewed).toBe(false);
  expect(await readInvitation(web, token)).toEqual({
    email: 'bea@other.example',
    role: 'owner',
    mspName: 'Other IT',
  });
  await join(token);
  await expect(join(token)).rejects.toMatchObject({ code: 'not-found' });
  const policies = await ask(
    'SELECT m.name, is_default, overrides FROM app.policy_version JOIN app.policy USING (msp_id, policy_id) JOIN app.msp m USING (msp_id) ORDER BY m.name',
  );
  expect(policies).toEqual([
    { name: 'First IT', is_default: true, overrides: {} },
    { name: 'Other IT', is_default: true, overrides: {} },
  ]);
  const people = await ask(`SELECT p.email, m.role, o.name AS msp FROM identity.membership m
    JOIN identity.person p USING (person_id) JOIN app.msp o USING (msp_id) ORDER BY p.email`);
  expect(people).toEqual([
    { email: 'bea@other.example', role: 'owner', msp: 'Other IT' },
    { email: 'olga@first.example', role: 'owner', msp: 'First IT' },
  ]);
});

test('the log of the installation and that of the new MSP say that it was added', async () => {
  await setUpFirst();
  await join((await addMsp(migrator, FORM, Date.now())).token);
  const own = await ask<{ action: string }>(`SELECT action FROM audit.event e JOIN app.msp m USING (msp_id)
    WHERE m.name = 'Other IT' ORDER BY seq`);
  expect(own.map(({ action }) => action)).toEqual(['policy.published', 'msp.added', 'person.joined']);
  const [newest] = await ask<{ text: string }>(
    `SELECT body AS text FROM audit.instance_event WHERE action = 'msp.added' ORDER BY seq DESC LIMIT 1`,
  );
  const [msp] = await ask<{ id: string }>(`SELECT msp_id AS id FROM app.msp WHERE name = 'Other IT'`);
  expect(newest?.text).toContain(msp?.id);
});

test('asked again for an owner who has not joined, it makes a new link for the same MSP', async () => {
  await setUpFirst();
  const first = await addMsp(migrator, FORM, Date.now());
  const second = await addMsp(migrator, { ...FORM, ownerEmail: 'bea@other.example' }, Date.now());
  expect(second.isRenewed).toBe(true);
  await expect(join(first.token)).rejects.toMatchObject({ code: 'not-found' });
  await join(second.token);
  expect(await ask('SELECT name FROM app.msp ORDER BY name')).toEqual([
    { name: 'First IT' },
    { name: 'Other IT' },
  ]);
});

test('an e-mail with an account, or none at all, makes nothing', async () => {
  await setUpFirst();
  await expect(addFor('Olga@First.example')).rejects.toMatchObject({ code: 'conflict' });
  await expect(addFor('olga')).rejects.toMatchObject({ code: 'invalid-request' });
  expect(await ask('SELECT name FROM app.msp')).toEqual([{ name: 'First IT' }]);
});

test('before the first owner exists nothing is added, and the printed code stays good', async () => {
  await expect(addMsp(migrator, FORM, Date.now())).rejects.toMatchObject({ code: 'conflict' });
  expect(await ask('SELECT name FROM app.msp')).toEqual([]);
  expect(await isSetUp(web)).toBe(false);
  await setUpFirst();
});

test('adding an MSP opens no set-up again, and the web process cannot do it', async () => {
  await setUpFirst();
  await addMsp(migrator, FORM, Date.now());
  expect(await createSetupCode(migrator)).toBeNull();
  await expect(addMsp(web, FORM, Date.now())).rejects.toThrow(/permission denied for function add_msp/);
  await expect(
    migrator.withoutScope(
      (tx) =>
        tx.$queryRaw`SELECT identity.add_msp('x', 'UTC', 'x@y.example', ${v7()}::uuid, sha256('x'), now())`,
    ),
  ).rejects.toThrow(/no sealed context for set-up/);
  const spent = web.inScope(
    setUpScope(v7(), null),
    (tx) => tx.$queryRaw`SELECT identity.complete_set_up(sha256('x'), 'x',
    'UTC', 'x@y.example', 'x', 'x', null, 0)`,
  );
  await expect(spent).rejects.toThrow(/no sealed context for set-up/);
});
