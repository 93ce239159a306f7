import { Client } from 'pg';
import { Secret, TOTP } from 'otpauth';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '@/domain/access/permissions';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { openOpenIdProvider, type OpenIdProvider } from '@/test/open-id-provider';
import { demoPersonScope, setUpScope } from '../auth/system-scope';
import { newTotpSecret } from '../auth/totp';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { resolveSession } from '../data/identity-sessions';
import { changeAuthenticator } from './change-account';
import { changeMember, deactivateMember } from './change-member';
import { createPerson } from './create-person';
import { demandCodes, endEnforcement, enforceSignOn } from './enforce-sign-in';
import { callbackUrl, setUpSignOn, signInKeyOf, switchSignOn, testSignOn } from './set-up-sign-on';
import { signIn } from './sign-in';
import { finishSignOn, startLink, startSignOn } from './sign-on';

const ORIGIN = 'http://127.0.0.1:4000';
const SETTINGS = { appOrigin: ORIGIN, notifiesLoopback: true };
const PASSWORD = 'seven grey herons wade';
const mspId = v7();
const key = signInKeyOf(mspId);

let testDatabase: TestDatabase;
let web: Database;
let worker: Database;
let owner: Client;
let provider: OpenIdProvider;
const secrets = new Map<string, string>();
let alice: string;
let olive: string;
let bob: string;
const scopeOf = (personId: string, role: Role = 'owner') => demoPersonScope({ mspId, personId, role });

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const contextKey = setting('contextKey');
  web = openDatabase({ url: testDatabase.webUrl, contextKey });
  worker = openDatabase({ url: testDatabase.workerUrl, contextKey });
  owner = new Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
  await owner.query("INSERT INTO app.msp VALUES ($1, 'Quillmark IT', 'UTC')", [mspId]);
  provider = await openOpenIdProvider(callbackUrl(ORIGIN, key));
  provider.accounts.set('s-bob', { email: 'bob@quillmark.example', groups: ['Techs'] });
  provider.accounts.set('s-new', { email: 'new@quillmark.example', groups: ['Techs'] });
});
afterAll(async () => {
  await Promise.all([web.close(), worker.close(), owner.end(), provider.close()]);
  await testDatabase.drop();
});
beforeEach(async () => {
  await owner.query(`DELETE FROM app.mail_outbox; DELETE FROM identity.single_sign_on; DELETE FROM identity.sign_on_identity;
    DELETE FROM identity.sign_in_rule; DELETE FROM identity.user_session; DELETE FROM identity.membership; DELETE FROM identity.person;
    DELETE FROM identity.sign_in_throttle`);
  alice = await person('alice', 'owner', true);
  olive = await person('olive', 'owner', true);
  bob = await person('bob', 'technician', false);
  await person('lena', 'leader', false);
});

async function person(name: string, role: Role, hasCodes: boolean): Promise<string> {
  const totpSecret = hasCodes ? newTotpSecret() : null;
  const email = `${name}@quillmark.example`;
  if (totpSecret) secrets.set(email, totpSecret);
  const scope = setUpScope(mspId, null);
  const clientIds = role === 'leader' ? { clientIds: [v7()] } : {};
  const is = { email, name, password: PASSWORD, role, totpSecret, isDemo: false, ...clientIds };
  return createPerson(worker, scope, is);
}

/** Signs in by password, and a code where there are codes; answers the session's id. */
async function byPassword(name: string): Promise<string> {
  const email = `${name}@quillmark.example`;
  const secret = secrets.get(email);
  const code = secret ? new TOTP({ secret: Secret.fromBase32(secret) }).generate() : '';
  const attempt = { email, password: PASSWORD, code, address: null, userAgent: null };
  const outcome = await signIn(web, attempt, ORIGIN, Date.now());
  if (outcome.outcome !== 'signed-in') throw new Error(outcome.outcome);
  return outcome.sessionId;
}

async function through(
  start: { address: string; browserSecret: string },
  subject: string,
  sessionId: string | null,
) {
  const back = await provider.visit(start.address, subject);
  const browser = { signInKey: key, query: back.search, sessionId, address: null, userAgent: null };
  return finishSignOn(web, { ...browser, browserSecret: start.browserSecret }, SETTINGS, Date.now());
}

const signOn = async (subject: string) =>
  through(await startSignOn(web, { signInKey: key, goTo: '/' }, SETTINGS), subject, null);

async function switchOn(): Promise<void> {
  const { issuer, clientId, clientSecret } = provider;
  const said = { issuer, clientId, clientSecret, groupsClaim: 'groups', domains: [] };
  const form = {
    ...said,
    scopes: 'openid email groups',
    roles: [{ group: 'Techs', role: 'technician' as const }],
  };
  await setUpSignOn(web, scopeOf(alice), form, SETTINGS);
  await testSignOn(web, scopeOf(alice), SETTINGS);
  await switchSignOn(web, scopeOf(alice), true);
}

const enforce = (breakGlassPersonId = olive, by = scopeOf(alice)) =>
  enforceSignOn(web, by, { breakGlassPersonId });

async function enforced(): Promise<void> {
  await switchOn();
  await signOn('s-new');
  await enforce();
}

const owes = async (sessionId: string) => (await resolveSession(web, sessionId))?.owes;
const conflict = { code: 'conflict' };

describe('enforced single sign-on', () => {
  test('is for when it is on, was seen to work, and an owner with an authenticator stands by', async () => {
    await expect(enforce()).rejects.toMatchObject(conflict);
    await switchOn();
    await expect(enforce()).rejects.toMatchObject(conflict);
    await signOn('s-new');
    for (const unfit of [bob, v7()]) await expect(enforce(unfit)).rejects.toMatchObject(conflict);
    for (const by of [scopeOf(alice, 'admin'), scopeOf(bob, 'technician')])
      await expect(enforce(olive, by)).rejects.toThrow(/may not enforce/);
    await enforce();
    const { rows } = await owner.query('SELECT action FROM audit.event ORDER BY seq DESC LIMIT 1');
    expect(rows).toEqual([{ action: 'single-sign-on.enforced' }]);
  });

  test('leaves passwords good for linking and nothing else, at once; clients’ leaders are not concerned', async () => {
    const before = await byPassword('bob');
    expect(await owes(before)).toBeNull();
    await enforced();
    expect(await owes(before)).toBe('sign-on');
    const sessionId = await byPassword('bob');
    expect(await owes(sessionId)).toBe('sign-on');
    expect(await owes(await byPassword('alice'))).toBe('sign-on');
    expect(await owes(await byPassword('lena'))).toBeNull();

    const session = await resolveSession(web, sessionId);
    if (!session) throw new Error('nobody');
    const holder = { ...session, sessionId, address: null };
    const start = await startLink(web, holder, { currentPassword: PASSWORD }, SETTINGS);
    const outcome = await through(start, 's-bob', sessionId);
    expect(outcome).toMatchObject({ outcome: 'signed-in', returnTo: '/' });
    if (!('sessionId' in outcome)) throw new Error('nobody');
    expect(await resolveSession(web, outcome.sessionId)).toMatchObject({ personId: bob, owes: null });
    expect(await resolveSession(web, sessionId)).toBeNull();
  });

  test('lets one owner in by password, of which all owners are told, in the log too', async () => {
    await enforced();
    expect(await owes(await byPassword('olive'))).toBeNull();
    const { rows } = await owner.query<{ person_id: string }>(
      "SELECT person_id FROM app.mail_outbox WHERE kind = 'break-glass-used'",
    );
    expect(rows.map((row) => row.person_id).toSorted()).toEqual([alice, olive].toSorted());
    const { rows: events } = await owner.query('SELECT action FROM audit.event ORDER BY seq DESC LIMIT 1');
    expect(events).toEqual([{ action: 'sign-in.break-glass-used' }]);
  });

  test('keeps that owner an owner who is let in', async () => {
    await enforced();
    const access = { role: 'admin', clientIds: '*' } as const;
    await expect(changeMember(web, scopeOf(alice), olive, access)).rejects.toMatchObject(conflict);
    await expect(deactivateMember(web, scopeOf(alice), olive)).rejects.toMatchObject(conflict);
    await enforce(alice);
    await changeMember(web, scopeOf(alice), olive, access);
  });

  test('ends with the switch, and does not come back with it', async () => {
    await enforced();
    const sessionId = await byPassword('bob');
    await endEnforcement(web, scopeOf(olive));
    expect(await owes(sessionId)).toBeNull();
    await enforce();
    expect(await owes(sessionId)).toBe('sign-on');
    await switchSignOn(web, scopeOf(olive), false);
    expect(await owes(sessionId)).toBeNull();
    await switchSignOn(web, scopeOf(olive), true);
    expect(await owes(sessionId)).toBeNull();
  });
});

async function countChanges(): Promise<number> {
  const { rowCount } = await owner.query(
    "SELECT FROM audit.event WHERE action = 'sign-in.code-roles-changed'",
  );
  return rowCount ?? 0;
}

describe('a role that must have an authenticator', () => {
  test('leads who has none to set one up, and lets them go on then', async () => {
    const [bobs, lenas] = [await byPassword('bob'), await byPassword('lena')];
    await demandCodes(web, scopeOf(alice), ['owner', 'technician']);
    expect(await owes(bobs)).toBe('authenticator');
    expect(await owes(lenas)).toBeNull();
    expect(await owes(await byPassword('alice'))).toBeNull();
    const session = await resolveSession(web, bobs);
    if (!session) throw new Error('nobody');
    const totpSecret = newTotpSecret();
    const totpCode = new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate();
    const holder = { ...session, sessionId: bobs, address: null };
    await changeAuthenticator(web, holder, { currentPassword: PASSWORD, totpSecret, totpCode }, Date.now());
    expect(await owes(bobs)).toBeNull();
  });

  test('is asked of nobody whom the provider answers for', async () => {
    await switchOn();
    await demandCodes(web, scopeOf(alice), ['technician']);
    const outcome = await signOn('s-new');
    if (!('sessionId' in outcome)) throw new Error('nobody');
    expect(await owes(outcome.sessionId)).toBeNull();
  });

  test('is said by owners only, each change once in the log', async () => {
    for (const by of [scopeOf(alice, 'admin'), scopeOf(bob, 'technician')])
      await expect(demandCodes(web, by, ['technician'])).rejects.toThrow(/may not say who must/);
    const before = await countChanges();
    await demandCodes(web, scopeOf(alice), ['leader']);
    await demandCodes(web, scopeOf(alice), ['leader']);
    expect(await countChanges()).toBe(before + 1);
    expect(await owes(await byPassword('lena'))).toBe('authenticator');
  });
});
