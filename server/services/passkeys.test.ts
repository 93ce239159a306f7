import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '@/domain/access/permissions';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { type Answering, softAuthenticator } from '@/test/soft-authenticator';
import { demoPersonScope, ownAccountScope, workerScope } from '../auth/system-scope';
import { newTotpSecret } from '../auth/totp';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { listPasskeys } from '../data/identity-passkeys';
import { type LiveSession, resolveSession } from '../data/identity-sessions';
import { readSignIns } from '../data/sign-ins';
import { makeRecoveryCodes } from './change-account';
import { deactivateMember } from './change-member';
import { createPerson } from './create-person';
import { demandCodes } from './enforce-sign-in';
import { addPasskey, askForPasskey, removePasskey, renamePasskey, restorePasskey } from './manage-passkeys';
import {
  askForAnyPasskey,
  askForSecondFactor,
  type PasskeyAttempt,
  signInByPasskey,
} from './sign-in-by-passkey';

/** Passkeys of this machine are made for its name. */
const ORIGIN = 'http://127.0.0.1:4000';
const SITE = { origin: 'http://localhost:4000', rpId: 'localhost' };
const PASSWORD = 'seven grey herons wade';
const mspId = v7();
const otherMspId = v7();
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

let testDatabase: TestDatabase;
let web: Database;
let worker: Database;
let owner: Client;
let alice: string;
let bob: string;
let carol: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const contextKey = setting('contextKey');
  web = openDatabase({ url: testDatabase.webUrl, contextKey });
  worker = openDatabase({ url: testDatabase.workerUrl, contextKey });
  owner = new Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
  await owner.query("INSERT INTO app.msp VALUES ($1, 'Quillmark IT', 'UTC'), ($2, 'Northgate', 'UTC')", [
    mspId,
    otherMspId,
  ]);
  alice = await person('alice', 'owner', null);
  bob = await person('bob', 'technician', null);
  carol = await person('carol', 'technician', newTotpSecret());
  await owner.query('CREATE TEMPORARY TABLE as_made AS SELECT * FROM identity.person');
});
afterAll(async () => {
  await Promise.all([web.close(), worker.close(), owner.end()]);
  await testDatabase.drop();
});
beforeEach(async () => {
  await owner.query(`DELETE FROM app.mail_outbox; DELETE FROM identity.single_sign_on; DELETE FROM identity.sign_in_rule;
    DELETE FROM identity.passkey_challenge; DELETE FROM identity.passkey; DELETE FROM identity.user_session;
    DELETE FROM identity.sign_in_refusal; DELETE FROM identity.sign_in_throttle;
    UPDATE identity.membership SET revoked_at = NULL;
    UPDATE identity.person p SET password_hash = m.password_hash, is_demo = false FROM as_made m WHERE m.person_id = p.person_id`);
  await owner.query('DELETE FROM identity.membership WHERE msp_id = $1', [otherMspId]);
});

function person(name: string, role: Role, totpSecret: string | null): Promise<string> {
  const is = { email: `${name}@quillmark.example`, name, password: PASSWORD, role, totpSecret };
  return createPerson(worker, workerScope(mspId), { ...is, isDemo: false });
}

/** A session that a password opened. */
async function session(personId: string, aal: 1 | 2 = 1): Promise<string> {
  const sessionId = v7();
  await owner.query(
    "INSERT INTO identity.user_session (session_id, person_id, msp_id, aal, expires_at) VALUES ($1, $2, $3, $4, now() + interval '1 hour')",
    [sessionId, personId, mspId, aal],
  );
  return sessionId;
}

async function holderOf(sessionId: string) {
  const found = await resolveSession(web, sessionId);
  if (!found) throw new Error('nobody’s session');
  return { ...found, sessionId, address: null };
}

type Authenticator = ReturnType<typeof softAuthenticator>;

/** Adds a passkey; `changed`: what the authenticator or its browser does other than asked. */
async function add(
  sessionId: string,
  changed: Partial<Answering> = {},
  authenticator = softAuthenticator(SITE),
) {
  const holder = await holderOf(sessionId);
  const asked = await askForPasskey(web, holder, { currentPassword: PASSWORD }, ORIGIN);
  const form = { made: authenticator.make(asked, changed), browser: 'Firefox on Linux' };
  const added = await addPasskey(web, holder, form, ORIGIN, Date.now());
  return { ...added, authenticator, form, holder };
}

const browserSecret = randomBytes(32).toString('base64url');
const from: Omit<PasskeyAttempt, 'signed'> = {
  browserSecret,
  formerSessionId: null,
  address: '192.0.2.7',
  userAgent: 'Firefox',
};

async function signIn(authenticator: Authenticator, changed: Partial<Answering> = {}, by = from) {
  const { options } = await askForAnyPasskey(web, browserSecret, ORIGIN);
  return signInByPasskey(web, { ...by, signed: authenticator.sign(options, changed) }, ORIGIN, Date.now());
}

async function signedIn(authenticator: Authenticator, count = 0): Promise<string> {
  const outcome = await signIn(authenticator, { count });
  if (outcome.outcome !== 'signed-in') throw new Error(outcome.refusal);
  return outcome.sessionId;
}

const refused = (refusal: string) => ({ outcome: 'refused', refusal });

async function told(): Promise<{ kind: string; person_id: string }[]> {
  return (
    await owner.query<{ kind: string; person_id: string }>(
      'SELECT kind, person_id FROM app.mail_outbox ORDER BY mail_id',
    )
  ).rows;
}

async function logged(): Promise<string[]> {
  const { rows } = await owner.query<{ action: string }>(
    "SELECT action FROM audit.event WHERE action LIKE 'person.passkey-%' ORDER BY at DESC LIMIT 2",
  );
  return rows.map(({ action }) => action);
}

/** Answers the question that comes after a password. */
async function second(name: string, authenticator: Authenticator, password = PASSWORD) {
  const question = { email: `${name}@quillmark.example`, password, address: null };
  const { options } = await askForSecondFactor(web, question, browserSecret, ORIGIN);
  const signed = authenticator.sign(options, { userHandle: null });
  return { options, outcome: await signInByPasskey(web, { ...from, signed }, ORIGIN, Date.now()) };
}

const remove = async (sessionId: string, passkeyId: string, currentPassword = PASSWORD) =>
  removePasskey(web, await holderOf(sessionId), passkeyId, { currentPassword }, Date.now());
const restore = async (sessionId: string, passkeyId: string) =>
  restorePasskey(web, await holderOf(sessionId), passkeyId, Date.now());

const owes = async (sessionId: string): Promise<LiveSession['owes'] | undefined> =>
  (await resolveSession(web, sessionId))?.owes;

const hows = async (personId: string) =>
  (await readSignIns(web, ownAccountScope(mspId, personId), personId, null)).signIns.map(
    ({ how, reason }) => how ?? reason,
  );

describe('adding a passkey', () => {
  test('takes the password, is told and logged, and gives the session its second factor', async () => {
    const sessionId = await session(bob);
    const holder = await holderOf(sessionId);
    const wrong = askForPasskey(web, holder, { currentPassword: 'a guess' }, ORIGIN);
    await expect(wrong).rejects.toMatchObject({ fields: { currentPassword: expect.any(String) } });
    const { passkeyId, name } = await add(sessionId);
    expect(name).toBe('Firefox on Linux');
    expect(await listPasskeys(web, sessionId)).toMatchObject([
      { passkeyId, name, isSyncable: false, isSynced: false, lastUsedAt: null, stoppedAt: null },
    ]);
    expect(await resolveSession(web, sessionId)).toMatchObject({ aal: 2 });
    expect(await told()).toEqual([{ kind: 'passkey-added', person_id: bob }]);
    expect(await logged()).toContain('person.passkey-added');
  });

  test.each<[string, Partial<Answering>]>([
    ['another challenge', { challenge: randomBytes(32).toString('base64url') }],
    ['the page of another site', { origin: 'https://holdfast.evil.example' }],
    ['another port of this machine', { origin: 'http://localhost:4001' }],
    ['a passkey for another site', { rpId: 'evil.example' }],
    ['an authenticator that checked nobody', { isVerified: false }],
    ['a signature in place of a new passkey', { type: 'webauthn.get' }],
  ])('refuses %s', async (_, changed) => {
    const sessionId = await session(bob);
    await expect(add(sessionId, changed)).rejects.toMatchObject({ code: 'invalid-request' });
    expect(await listPasskeys(web, sessionId)).toEqual([]);
    expect(await told()).toEqual([]);
  });

  test('takes each challenge once, of the session that began, and each credential once', async () => {
    const sessionId = await session(bob);
    const { form, holder, authenticator } = await add(sessionId);
    const again = addPasskey(web, holder, form, ORIGIN, Date.now());
    await expect(again).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(add(sessionId, {}, authenticator)).rejects.toMatchObject({ code: 'conflict' });
    const other = await holderOf(await session(alice));
    await expect(add(other.sessionId, {}, authenticator)).rejects.toMatchObject({ code: 'conflict' });
    const asked = await askForPasskey(web, holder, { currentPassword: PASSWORD }, ORIGIN);
    const made = softAuthenticator(SITE).make(asked);
    const stolen = addPasskey(web, other, { made, browser: 'x' }, ORIGIN, Date.now());
    await expect(stolen).rejects.toMatchObject({ code: 'invalid-request' });
    expect(asked.excludeCredentials).toMatchObject([{ id: authenticator.credentialId }]);
  });

  test('calls it what the authenticator says it is, and tells whether it is synced, as of its last use', async () => {
    const mine = await session(bob);
    const aaguid = 'd548826e-79b4-db40-a3d8-11116f7e8349'.replaceAll('-', '');
    const { name, authenticator } = await add(mine, { aaguid, sync: 'not-yet' });
    expect(name).toBe('Bitwarden');
    expect(await listPasskeys(web, mine)).toMatchObject([{ isSyncable: true, isSynced: false }]);
    await signIn(authenticator, { sync: 'done' });
    expect(await listPasskeys(web, mine)).toMatchObject([{ isSyncable: true, isSynced: true }]);
  });

  test('is for who has a password, and for twenty at most', async () => {
    const sessionId = await session(bob);
    await owner.query(
      `INSERT INTO identity.passkey (passkey_id, person_id, credential_id, public_key, sign_count, transports, name, is_syncable, is_synced)
       SELECT gen_random_uuid(), $1, decode(lpad(to_hex(n), 32, '0'), 'hex'), '\\x00', 0, '{}', 'x', false, false FROM generate_series(1, 20) n`,
      [bob],
    );
    await expect(add(sessionId)).rejects.toMatchObject({ code: 'conflict' });
    await owner.query('UPDATE identity.person SET password_hash = NULL WHERE person_id = $1', [bob]);
    await expect(add(sessionId)).rejects.toMatchObject({ code: 'invalid-request' });
  });

  test('does not make recovery codes, which stand in for an authenticator', async () => {
    const sessionId = await session(bob);
    const { holder } = await add(sessionId);
    const codes = makeRecoveryCodes(web, holder, { currentPassword: PASSWORD }, Date.now());
    await expect(codes).rejects.toMatchObject({ code: 'conflict' });
  });

  test('does not work where the installation has no name', async () => {
    const holder = await holderOf(await session(bob));
    const asked = askForPasskey(web, holder, { currentPassword: PASSWORD }, 'https://192.0.2.7');
    await expect(asked).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('signing in with a passkey', () => {
  test('opens a session of two factors, in the history as its own way', async () => {
    const mine = await session(bob);
    const { authenticator } = await add(mine);
    const sessionId = await signedIn(authenticator);
    expect(await resolveSession(web, sessionId)).toMatchObject({ personId: bob, mspId, aal: 2, owes: null });
    expect(await hows(bob)).toEqual(['passkey', 'password-and-passkey']);
    expect((await listPasskeys(web, mine))[0]?.lastUsedAt).toBeInstanceOf(Date);
  });

  test.each<[string, Partial<Answering>, string, string | null]>([
    ['another challenge', { challenge: randomBytes(32).toString('base64url') }, 'late', null],
    ['what is no challenge', { challenge: 'x' }, 'late', null],
    ['the page of another site', { origin: 'https://holdfast.evil.example' }, 'unknown', 'passkey'],
    ['a signature for another site', { rpId: 'evil.example' }, 'unknown', 'passkey'],
    ['the making of a passkey', { type: 'webauthn.create' }, 'unknown', 'passkey'],
    ['another key', { key: stranger }, 'unknown', 'passkey'],
    ['who says to be somebody else', { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'unknown', 'passkey'],
    ['who says nobody', { userHandle: null }, 'unknown', null],
    ['an authenticator that checked nobody', { isVerified: false }, 'unverified', 'passkey-unverified'],
  ])('refuses %s', async (_, changed, refusal, reason) => {
    const mine = await session(bob);
    const { authenticator } = await add(mine);
    expect(await signIn(authenticator, changed)).toEqual(refused(refusal));
    expect(await hows(bob)).toEqual([...(reason ? [reason] : []), 'password-and-passkey']);
  });

  test('refuses an answer that was used, of another browser, or too late', async () => {
    const { authenticator } = await add(await session(bob));
    const { options } = await askForAnyPasskey(web, browserSecret, ORIGIN);
    const attempt = { ...from, signed: authenticator.sign(options) };
    const elsewhere = { ...attempt, browserSecret: randomBytes(32).toString('base64url') };
    expect(await signInByPasskey(web, elsewhere, ORIGIN, Date.now())).toEqual(refused('late'));
    expect(await signInByPasskey(web, attempt, ORIGIN, Date.now())).toEqual(refused('late'));

    const next = await askForAnyPasskey(web, browserSecret, ORIGIN);
    const good = { ...from, signed: authenticator.sign(next.options) };
    expect(await signInByPasskey(web, good, ORIGIN, Date.now())).toMatchObject({ outcome: 'signed-in' });
    expect(await signInByPasskey(web, good, ORIGIN, Date.now())).toEqual(refused('late'));

    const third = await askForAnyPasskey(web, browserSecret, ORIGIN);
    await owner.query("UPDATE identity.passkey_challenge SET expires_at = now() - interval '1 second'");
    const late = { ...from, signed: authenticator.sign(third.options) };
    expect(await signInByPasskey(web, late, ORIGIN, Date.now())).toEqual(refused('late'));
  });

  test('names nobody in its question, and tells an unknown passkey from no other refusal', async () => {
    await add(await session(bob));
    const { options } = await askForAnyPasskey(web, null, ORIGIN);
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
    expect(options.allowCredentials).toBeUndefined();
    const unknown = softAuthenticator(SITE);
    expect(await signIn(unknown, { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' })).toEqual(refused('unknown'));
  });

  test('of an authenticator that counts stops at a count that does not grow, and tells its owner', async () => {
    const mine = await session(bob);
    const { authenticator } = await add(mine, { count: 4 });
    await signedIn(authenticator, 5);
    expect(await signIn(authenticator, { count: 5 })).toEqual(refused('copied'));
    expect(await signIn(authenticator, { count: 9 })).toEqual(refused('copied'));
    expect((await listPasskeys(web, mine))[0]?.stoppedAt).toBeInstanceOf(Date);
    expect(await told()).toEqual([
      { kind: 'passkey-added', person_id: bob },
      { kind: 'passkey-stopped', person_id: bob },
    ]);
    expect((await logged())[0]).toBe('person.passkey-stopped');
    expect((await hows(bob)).slice(0, 2)).toEqual(['passkey-stopped', 'passkey-stopped']);
  });

  test('of many who use one count at once, one signs in', async () => {
    const { authenticator } = await add(await session(bob));
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => signIn(authenticator, { count: 1 })));
    expect(outcomes.filter(({ outcome }) => outcome === 'signed-in')).toHaveLength(1);
  });

  test('waits with its address, as passwords do', async () => {
    const { authenticator } = await add(await session(bob));
    await owner.query(
      "INSERT INTO identity.sign_in_throttle (subject, failures, window_started_at, blocked_until) VALUES ('address:192.0.2.7', 50, now(), now() + interval '30 seconds')",
    );
    await expect(signIn(authenticator)).rejects.toMatchObject({ code: 'rate-limited' });
    const elsewhere = { ...from, address: '192.0.2.8' };
    expect(await signIn(authenticator, {}, elsewhere)).toMatchObject({ outcome: 'signed-in' });
    await signIn(authenticator, { key: stranger }, elsewhere);
    const { rows } = await owner.query(
      "SELECT failures FROM identity.sign_in_throttle WHERE subject = 'address:192.0.2.8'",
    );
    expect(rows).toEqual([{ failures: 1 }]);
  });

  test('is nothing for who was deactivated, and leads to the MSP where they still are', async () => {
    const { authenticator } = await add(await session(bob));
    await deactivateMember(web, demoPersonScope({ mspId, personId: alice, role: 'owner' }), bob);
    expect(await signIn(authenticator)).toEqual(refused('unknown'));
    await owner.query(
      "INSERT INTO identity.membership (msp_id, person_id, role) VALUES ($1, $2, 'technician')",
      [otherMspId, bob],
    );
    expect(await resolveSession(web, await signedIn(authenticator))).toMatchObject({ mspId: otherMspId });
  });

  test('of a demo works on its machine only', async () => {
    const { authenticator } = await add(await session(bob));
    await owner.query('UPDATE identity.person SET is_demo = true WHERE person_id = $1', [bob]);
    const away = 'https://holdfast.example';
    const { options } = await askForAnyPasskey(web, browserSecret, away);
    const signed = authenticator.sign(options, { origin: away, rpId: 'holdfast.example' });
    expect(await signInByPasskey(web, { ...from, signed }, away, Date.now())).toEqual(refused('unknown'));
    expect((await hows(bob))[0]).toBe('demo');
    await signedIn(authenticator);
  });
});

describe('a passkey after the password', () => {
  test('stands in for the code, of that account only', async () => {
    const { authenticator } = await add(await session(carol, 2));
    const bobs = await add(await session(bob));
    const { options, outcome } = await second('carol', authenticator);
    expect(options.allowCredentials).toMatchObject([{ id: authenticator.credentialId }]);
    expect(outcome).toMatchObject({ outcome: 'signed-in' });
    expect((await hows(carol))[0]).toBe('password-and-passkey');
    expect((await second('carol', bobs.authenticator)).outcome).toEqual(refused('other-person'));
  });

  test('is asked for after the right password only, which is limited as at sign-in', async () => {
    const { authenticator } = await add(await session(bob));
    const wrong = { code: 'invalid-request', message: expect.stringContaining('E-mail or password') };
    for (let i = 0; i < 5; i++)
      await expect(second('bob', authenticator, 'a guess')).rejects.toMatchObject(wrong);
    await expect(second('bob', authenticator)).rejects.toMatchObject({ code: 'rate-limited' });
    await expect(second('nobody', authenticator)).rejects.toMatchObject(wrong);
    await expect(second('alice', authenticator)).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('removing a passkey', () => {
  test('takes the password and ends other sessions; the same session takes it back for ten minutes', async () => {
    const mine = await session(bob);
    const { passkeyId, authenticator } = await add(mine);
    const other = await signedIn(authenticator);
    await expect(remove(mine, passkeyId, 'a guess')).rejects.toMatchObject({ code: 'invalid-request' });
    await remove(mine, passkeyId);
    expect(await resolveSession(web, other)).toBeNull();
    expect(await listPasskeys(web, mine)).toEqual([]);
    expect(await signIn(authenticator)).toEqual(refused('unknown'));
    await expect(restore(await session(bob), passkeyId)).rejects.toMatchObject({ code: 'not-found' });
    await restore(mine, passkeyId);
    await signedIn(authenticator);
    await remove(mine, passkeyId);
    await owner.query("UPDATE identity.passkey SET removed_at = now() - interval '11 minutes'");
    await expect(restore(mine, passkeyId)).rejects.toMatchObject({ code: 'not-found' });
    expect((await told()).map(({ kind }) => kind)).toEqual([
      'passkey-added',
      'passkey-removed',
      'passkey-added',
      'passkey-removed',
    ]);
  });

  test('is for its person alone, as is its name', async () => {
    const mine = await session(bob);
    const { passkeyId } = await add(mine);
    const alices = await session(alice);
    const notFound = { code: 'not-found' };
    await expect(remove(alices, passkeyId)).rejects.toMatchObject(notFound);
    await expect(restore(alices, passkeyId)).rejects.toMatchObject(notFound);
    const rename = async (sessionId: string) =>
      renamePasskey(web, await holderOf(sessionId), passkeyId, { name: 'Blue key' });
    await expect(rename(alices)).rejects.toMatchObject(notFound);
    await rename(mine);
    expect(await listPasskeys(web, mine)).toMatchObject([{ name: 'Blue key' }]);
    expect(await listPasskeys(web, alices)).toEqual([]);
  });
});

describe('what an MSP demands', () => {
  test('an authenticator: a passkey will do, to sign in with or added then; the password alone owes it still', async () => {
    await demandCodes(web, demoPersonScope({ mspId, personId: alice, role: 'owner' }), ['technician']);
    const first = await session(bob);
    expect(await owes(first)).toBe('authenticator');
    const { authenticator } = await add(first);
    expect(await owes(first)).toBeNull();
    expect(await owes(await signedIn(authenticator))).toBeNull();
    const later = await session(bob);
    expect(await owes(later)).toBe('authenticator');
    const outcome = await signIn(authenticator, {}, { ...from, formerSessionId: later });
    expect(outcome).toMatchObject({ outcome: 'signed-in' });
    expect(await resolveSession(web, later)).toBeNull();
  });

  test('single sign-on: a passkey is no way around it, but for the one owner, of which all owners hear', async () => {
    const { authenticator } = await add(await session(bob));
    const alices = await add(await session(alice));
    await owner.query(
      `INSERT INTO identity.single_sign_on (msp_id, sign_in_key, issuer, client_id, sealed_secret, scopes, groups_claim, role_by_group,
         tested_at, on_since, enforced_for, break_glass_person_id)
       VALUES ($1, 'abcdefghijklmnopqrst', 'https://idp.example', 'x', '\\x00', 'openid', 'groups', '{}', now(), now(), now(), $2)`,
      [mspId, alice],
    );
    const sessionId = await signedIn(authenticator);
    expect(await owes(sessionId)).toBe('sign-on');
    await expect(add(sessionId)).rejects.toMatchObject({ code: 'forbidden' });
    await owner.query('DELETE FROM app.mail_outbox');
    expect(await owes(await signedIn(alices.authenticator))).toBeNull();
    expect(await told()).toEqual([{ kind: 'break-glass-used', person_id: alice }]);
  });
});
