import { createHmac, generateKeyPairSync } from 'node:crypto';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import {
  encoded,
  type IdToken,
  openOpenIdProvider,
  type OpenIdProvider,
  signedToken,
} from '@/test/open-id-provider';
import { demoPersonScope, setUpScope } from '../auth/system-scope';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { resolveSession } from '../data/identity-sessions';
import { ownSignOn, readSignOn } from '../data/identity-sign-on';
import { changePassword } from './change-account';
import { createPerson } from './create-person';
import { deactivateMember } from './change-member';
import {
  callbackUrl,
  type SignOnForm,
  setUpSignOn,
  signInKeyOf,
  switchSignOn,
  testSignOn,
} from './set-up-sign-on';
import { endLink, finishSignOn, offeredSignOn, offeredSignOns, startLink, startSignOn } from './sign-on';
import { signIn } from './sign-in';

const ORIGIN = 'http://127.0.0.1:4000';
const SETTINGS = { appOrigin: ORIGIN, notifiesLoopback: true };
const PASSWORD = 'seven grey herons wade';
const [mspId, otherMspId] = [v7(), v7()] as const;
const key = signInKeyOf(mspId);

let testDatabase: TestDatabase;
let web: Database;
let worker: Database;
let owner: Client;
let provider: OpenIdProvider;
let aliceId: string;
const alice = () => demoPersonScope({ mspId, personId: aliceId, role: 'owner' });

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const contextKey = setting('contextKey');
  web = openDatabase({ url: testDatabase.webUrl, contextKey });
  worker = openDatabase({ url: testDatabase.workerUrl, contextKey });
  owner = new Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
  await owner.query("INSERT INTO app.msp VALUES ($1, 'Quillmark IT', 'UTC'), ($2, 'Other', 'UTC')", [
    mspId,
    otherMspId,
  ]);
  provider = await openOpenIdProvider(callbackUrl(ORIGIN, key));
});
afterAll(async () => {
  await Promise.all([web.close(), worker.close(), owner.end(), provider.close()]);
  await testDatabase.drop();
});
beforeEach(async () => {
  await owner.query(`DELETE FROM app.mail_outbox; DELETE FROM identity.single_sign_on; DELETE FROM identity.sign_on_identity;
    DELETE FROM identity.user_session; DELETE FROM identity.membership; DELETE FROM identity.person; DELETE FROM identity.sign_in_throttle`);
  aliceId = await person('alice@quillmark.example', 'owner');
  provider.accounts.clear();
  provider.accounts.set('s-1', { email: 'dana@quillmark.example', name: 'Dana Reed', groups: ['Techs'] });
});
afterEach(() => {
  provider.change = null;
  provider.isAway = false;
});

function person(email: string, role: 'owner' | 'technician', of = mspId): Promise<string> {
  const scope = setUpScope(of, null);
  const is = { email, name: email, password: PASSWORD, role, totpSecret: null, isDemo: false };
  return createPerson(worker, scope, is);
}

const form = (said: Partial<SignOnForm> = {}): SignOnForm => ({
  issuer: provider.issuer,
  clientId: provider.clientId,
  clientSecret: provider.clientSecret,
  scopes: 'openid email profile groups',
  groupsClaim: 'groups',
  domains: [],
  roles: [
    { group: 'Techs', role: 'technician' },
    { group: 'Leads', role: 'admin' },
  ],
  ...said,
});

async function switchOn(said: Partial<SignOnForm> = {}): Promise<void> {
  await setUpSignOn(web, alice(), form(said), SETTINGS);
  expect(await testSignOn(web, alice(), SETTINGS)).toBeNull();
  await switchSignOn(web, alice(), true);
}

const start = () => startSignOn(web, { signInKey: key, goTo: '/findings' }, SETTINGS);

function finish(back: URL, browserSecret: string | null, sessionId: string | null = null) {
  const from = { address: '203.0.113.7', userAgent: null };
  const browser = { signInKey: key, query: back.search, browserSecret, sessionId, ...from };
  return finishSignOn(web, browser, SETTINGS, Date.now());
}

/** Signs in as a browser does: to the provider, its page, and back. */
async function signOn(subject = 's-1') {
  const { address, browserSecret } = await start();
  return finish(await provider.visit(address, subject), browserSecret);
}

async function sessionOf(outcome: Awaited<ReturnType<typeof signOn>>) {
  expect(outcome).toMatchObject({ outcome: 'signed-in' });
  return 'sessionId' in outcome ? resolveSession(web, outcome.sessionId) : null;
}

async function passwordSession(email: string): Promise<string> {
  const attempt = { email, password: PASSWORD, code: '', address: null, userAgent: null };
  const outcome = await signIn(web, attempt, ORIGIN, Date.now());
  if (outcome.outcome !== 'signed-in') throw new Error(outcome.outcome);
  return outcome.sessionId;
}

const refused = (refusal: string) => ({ outcome: 'refused', refusal, isLink: false });
const actions = async () =>
  (
    await owner.query<{ action: string }>('SELECT action FROM audit.event WHERE msp_id = $1 ORDER BY seq', [
      mspId,
    ])
  ).rows.map(({ action }) => action);

describe('setting it up', () => {
  test('a provider is tested, then switched on; each step stands in the log', async () => {
    const before = (await actions()).length;
    await setUpSignOn(web, alice(), form(), SETTINGS);
    await expect(switchSignOn(web, alice(), true)).rejects.toMatchObject({ code: 'conflict' });
    expect(await offeredSignOn(web, key)).toBeNull();
    expect(await testSignOn(web, alice(), SETTINGS)).toBeNull();
    await switchSignOn(web, alice(), true);
    expect(await offeredSignOn(web, key)).toEqual({ signInKey: key, mspName: 'Quillmark IT' });
    expect((await actions()).slice(before)).toEqual([
      'single-sign-on.changed',
      'single-sign-on.tested',
      'single-sign-on.switched-on',
    ]);
  });

  test('the secret is kept sealed, and stays when none is given', async () => {
    await setUpSignOn(web, alice(), form(), SETTINGS);
    await setUpSignOn(
      web,
      alice(),
      form({ clientSecret: '', scopes: 'openid email profile groups' }),
      SETTINGS,
    );
    expect(await testSignOn(web, alice(), SETTINGS)).toBeNull();
    const { rows } = await owner.query('SELECT o::text AS row FROM identity.single_sign_on o');
    expect(JSON.stringify(rows)).not.toContain(provider.clientSecret);
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(provider.clientSecret).toString('hex'));
  });

  test('what the test finds is said, and nothing can be switched on then', async () => {
    await setUpSignOn(web, alice(), form({ clientSecret: 'another' }), SETTINGS);
    expect(await testSignOn(web, alice(), SETTINGS)).toContain('does not accept this client ID');
    await expect(switchSignOn(web, alice(), true)).rejects.toMatchObject({ code: 'conflict' });
    await setUpSignOn(web, alice(), form({ issuer: `${provider.issuer}/elsewhere` }), SETTINGS);
    expect(await testSignOn(web, alice(), SETTINGS)).toContain('not with an OpenID configuration');
    await setUpSignOn(
      web,
      alice(),
      form({ issuer: provider.issuer.replace('127.0.0.1', 'localhost') }),
      SETTINGS,
    );
    expect(await testSignOn(web, alice(), SETTINGS)).toContain('calls itself another issuer');
    provider.isAway = true;
    await setUpSignOn(web, alice(), form(), SETTINGS);
    expect(await testSignOn(web, alice(), SETTINGS)).toContain('Nothing answers');
  });

  test('an issuer leads to the internet only, and by https', async () => {
    const elsewhere = { ...SETTINGS, notifiesLoopback: false };
    await expect(setUpSignOn(web, alice(), form(), elsewhere)).rejects.toMatchObject({
      fields: { issuer: expect.any(String) },
    });
    for (const issuer of [
      'https://127.0.0.1:9',
      'https://10.0.0.1',
      'https://169.254.169.254',
      'https://[::1]:9',
    ]) {
      await setUpSignOn(web, alice(), form({ issuer }), elsewhere);
      expect(await testSignOn(web, alice(), elsewhere)).toContain('private network');
    }
  });

  test('another issuer, client or secret switches it off and ends what it opened', async () => {
    await switchOn();
    const session = await signOn();
    expect(await sessionOf(session)).not.toBeNull();
    expect(await setUpSignOn(web, alice(), form({ clientSecret: '' }), SETTINGS)).toEqual({
      isSwitchedOff: false,
    });
    expect(await sessionOf(session)).not.toBeNull();
    expect(await setUpSignOn(web, alice(), form(), SETTINGS)).toEqual({ isSwitchedOff: true });
    expect(await sessionOf(session)).toBeNull();
    await expect(start()).rejects.toMatchObject({ code: 'not-found' });
  });

  test('no group makes an owner', async () => {
    const roles = JSON.stringify({ Techs: 'owner' });
    await switchOn();
    await owner.query('UPDATE identity.single_sign_on SET role_by_group = $1', [roles]);
    await expect(signOn()).rejects.toThrow(/Invalid/);
    await expect(
      setUpSignOn(web, alice(), { ...form(), roles: [{ group: 'x', role: 'owner' as never }] }, SETTINGS),
    ).rejects.toThrow(/no group gives such a role/);
  });

  test('a domain is offered by name to whoever asks, once somebody of the MSP has an account in it', async () => {
    await expect(switchOn({ domains: ['elsewhere.example'] })).rejects.toMatchObject({
      fields: { domains: expect.any(String) },
    });
    await switchOn({ domains: ['quillmark.example'] });
    const offered = [{ signInKey: key, mspName: 'Quillmark IT' }];
    expect(await offeredSignOns(web, 'alice@quillmark.example')).toEqual(offered);
    expect(await offeredSignOns(web, ' Nobody@Quillmark.example')).toEqual(offered);
    expect(await offeredSignOns(web, 'alice@elsewhere.example')).toEqual([]);
    expect(await offeredSignOns(web, 'no address')).toEqual([]);
    await switchSignOn(web, alice(), false);
    expect(await offeredSignOns(web, 'alice@quillmark.example')).toEqual([]);
  });

  test('technicians and other MSPs neither see nor change it', async () => {
    await switchOn();
    const technician = demoPersonScope({ mspId, personId: aliceId, role: 'technician' });
    const mallory = demoPersonScope({ mspId: otherMspId, personId: aliceId, role: 'owner' });
    await expect(setUpSignOn(web, technician, form(), SETTINGS)).rejects.toThrow(
      /may not change how people sign in/,
    );
    await expect(switchSignOn(web, technician, false)).rejects.toThrow(/may not change how people sign in/);
    await expect(switchSignOn(web, mallory, false)).rejects.toMatchObject({ code: 'not-found' });
    for (const scope of [technician, mallory])
      expect(await web.inScope(scope, (tx) => readSignOn(tx))).toBeNull();
  });
});

describe('signing in', () => {
  test('somebody new gets what their group gives, a session of the usual kind, and an entry in the log', async () => {
    await switchOn();
    const outcome = await signOn();
    expect(outcome).toMatchObject({ outcome: 'signed-in', returnTo: '/findings' });
    expect(await sessionOf(outcome)).toMatchObject({
      email: 'dana@quillmark.example',
      name: 'Dana Reed',
      role: 'technician',
      mspId,
      clientIds: '*',
    });
    expect((await actions()).at(-1)).toBe('person.joined');
    const { rows } = await owner.query('SELECT action FROM audit.instance_event ORDER BY seq DESC LIMIT 2');
    expect(rows).toEqual([{ action: 'sign-in.accepted' }, { action: 'person.created' }]);
  });

  test('the role is read anew at each sign-in, and none is left without a group', async () => {
    await switchOn();
    const first = await signOn();
    provider.accounts.set('s-1', { email: 'dana@quillmark.example', groups: ['Leads', 'Techs'] });
    expect(await sessionOf(await signOn())).toMatchObject({ role: 'admin' });
    expect((await actions()).at(-1)).toBe('person.access-changed');
    provider.accounts.set('s-1', { email: 'dana@quillmark.example', groups: ['Accounting'] });
    expect(await signOn()).toEqual(refused('no-role'));
    expect(await sessionOf(first)).toBeNull();
    provider.accounts.set('s-1', { email: 'dana@quillmark.example' });
    expect(await signOn()).toEqual(refused('no-role'));
  });

  test('who is in no group that is named is refused, and not made', async () => {
    await switchOn();
    provider.accounts.set('s-2', { email: 'sam@quillmark.example', groups: ['Accounting'] });
    expect(await signOn('s-2')).toEqual(refused('no-role'));
    const { rows } = await owner.query("SELECT FROM identity.person WHERE email LIKE 'sam@%'");
    expect(rows).toEqual([]);
  });

  test('an e-mail decides nothing: it may change, and whoever gets it next is somebody else', async () => {
    await switchOn();
    const dana = await sessionOf(await signOn());
    provider.accounts.set('s-1', { email: 'dana.new@quillmark.example', groups: ['Techs'] });
    provider.accounts.set('s-2', { email: 'dana@quillmark.example', groups: ['Leads'] });
    const again = await sessionOf(await signOn());
    const other = await sessionOf(await signOn('s-2'));
    expect(again).toMatchObject({
      personId: dana?.personId,
      email: 'dana.new@quillmark.example',
      role: 'technician',
    });
    expect(other?.personId).not.toBe(dana?.personId);
  });

  test('an account with a password is not taken over by who has its e-mail', async () => {
    await switchOn();
    provider.accounts.set('s-3', { email: 'alice@quillmark.example', groups: ['Leads'] });
    expect(await signOn('s-3')).toEqual(refused('has-account'));
    // Nor is one of another MSP, of which nothing is said either.
    const malloryId = await person('mallory@other.example', 'owner', otherMspId);
    provider.accounts.set('s-4', { email: 'mallory@other.example', groups: ['Techs'] });
    const session = await sessionOf(await signOn('s-4'));
    expect(session).toMatchObject({ mspId, email: 'mallory@other.example', role: 'technician' });
    expect(session?.personId).not.toBe(malloryId);
    expect(await resolveSession(web, await passwordSession('mallory@other.example'))).toMatchObject({
      personId: malloryId,
      mspId: otherMspId,
    });
  });

  test('who has no password guesses nobody’s, and gets none', async () => {
    await switchOn();
    await person('mallory@other.example', 'owner', otherMspId);
    provider.accounts.set('s-4', { email: 'mallory@other.example', groups: ['Techs'] });
    const outcome = await signOn('s-4');
    const session = await sessionOf(outcome);
    if (!session || !('sessionId' in outcome)) throw new Error('nobody');
    const holder = { ...session, sessionId: outcome.sessionId, address: null };
    const passwords = { currentPassword: PASSWORD, newPassword: 'eight grey herons fly on' };
    await expect(changePassword(web, holder, passwords, Date.now())).rejects.toMatchObject({
      fields: { currentPassword: expect.any(String) },
    });
  });

  test('who was shut out stays out', async () => {
    await switchOn();
    const dana = await sessionOf(await signOn());
    await deactivateMember(web, alice(), dana?.personId ?? '');
    expect(await signOn()).toEqual(refused('deactivated'));
  });

  test('a provider that tells no e-mail, or is away, is said to be', async () => {
    await switchOn();
    provider.accounts.set('s-5', { groups: ['Techs'] });
    expect(await signOn('s-5')).toEqual(refused('no-email'));
    const { address, browserSecret } = await start();
    const back = await provider.visit(address, 's-1');
    provider.isAway = true;
    expect(await finish(back, browserSecret)).toEqual(refused('unavailable'));
    await expect(start()).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('parallel first sign-ins make one person', async () => {
    await switchOn();
    const outcomes = await Promise.all([signOn(), signOn(), signOn()]);
    expect(outcomes.filter(({ outcome }) => outcome === 'signed-in').length).toBeGreaterThan(0);
    const { rows } = await owner.query("SELECT FROM identity.person WHERE email = 'dana@quillmark.example'");
    expect(rows).toHaveLength(1);
  });
});

const withClaims = (claims: Record<string, unknown>) => (token: IdToken) =>
  signedToken({ ...token, claims: { ...token.claims, ...claims } });

describe('an answer that cannot be trusted lets nobody in', () => {
  const others = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const cases: readonly [string, (token: IdToken) => string][] = [
    ['a token for another sign-in (nonce)', withClaims({ nonce: 'another' })],
    ['a token without a nonce', withClaims({ nonce: undefined })],
    ['a token of another issuer', withClaims({ iss: 'https://login.elsewhere.example' })],
    ['a token for another client', withClaims({ aud: 'another-client' })],
    ['a token that has expired', withClaims({ exp: Math.floor(Date.now() / 1000) - 120 })],
    ['a token of nobody', withClaims({ sub: undefined })],
    ['a token that is not signed', ({ claims }) => `${encoded({ alg: 'none' })}.${encoded(claims)}.`],
    ['a token signed by another key', (token) => signedToken({ ...token, key: others })],
    [
      'a token signed with what the client knows',
      ({ header, claims }) => {
        const said = `${encoded({ ...header, alg: 'HS256' })}.${encoded(claims)}`;
        return `${said}.${createHmac('sha256', provider.clientSecret).update(said).digest('base64url')}`;
      },
    ],
    ['no token', () => 'nonsense'],
  ];
  test.each(cases)('%s', async (_, change) => {
    await switchOn();
    provider.change = change;
    expect(await signOn()).toEqual(refused('answer'));
    provider.change = signedToken;
    expect(await signOn()).toMatchObject({ outcome: 'signed-in' });
  });

  test('what was used is worth nothing any more', async () => {
    await switchOn();
    const { address, browserSecret } = await start();
    const back = await provider.visit(address, 's-1');
    expect(await finish(back, browserSecret)).toMatchObject({ outcome: 'signed-in' });
    expect(await finish(back, browserSecret)).toEqual(refused('late'));
  });

  test('an answer to another browser, or to none', async () => {
    await switchOn();
    const [mallory, victim] = [await start(), await start()];
    const back = await provider.visit(mallory.address, 's-1');
    expect(await finish(back, null)).toEqual(refused('late'));
    expect(await finish(back, victim.browserSecret)).toEqual(refused('answer'));
  });

  test('an answer that took too long', async () => {
    await switchOn();
    const { address, browserSecret } = await start();
    const back = await provider.visit(address, 's-1');
    await owner.query("UPDATE identity.sign_on_attempt SET expires_at = now() - interval '1 second'");
    expect(await finish(back, browserSecret)).toEqual(refused('late'));
  });

  test('a refusal of the provider', async () => {
    await switchOn();
    const { address, browserSecret } = await start();
    const state = new URL(address).searchParams.get('state') ?? '';
    const said = new URLSearchParams({ error: 'access_denied', state, iss: provider.issuer });
    expect(await finish(new URL(`${ORIGIN}/?${said.toString()}`), browserSecret)).toEqual(
      refused('declined'),
    );
  });
});

/** Links the account of a session by its password. */
async function link(sessionId: string, subject: string, comesBackWith: string | null = sessionId) {
  const session = await resolveSession(web, sessionId);
  if (!session) throw new Error('nobody');
  const holder = { ...session, sessionId, address: null };
  const { address, browserSecret } = await startLink(web, holder, { currentPassword: PASSWORD }, SETTINGS);
  return finish(await provider.visit(address, subject), browserSecret, comesBackWith);
}

describe('linking one’s own account', () => {
  test('takes its password, is told by mail, and leaves an owner an owner', async () => {
    await switchOn();
    const sessionId = await passwordSession('alice@quillmark.example');
    const session = await resolveSession(web, sessionId);
    if (!session) throw new Error('nobody');
    const holder = { ...session, sessionId, address: null };
    await expect(startLink(web, holder, { currentPassword: 'a guess' }, SETTINGS)).rejects.toMatchObject({
      fields: { currentPassword: expect.any(String) },
    });
    expect(await link(sessionId, 's-1')).toEqual({ outcome: 'linked', returnTo: '/account' });
    const { rows } = await owner.query('SELECT kind FROM app.mail_outbox');
    expect(rows).toEqual([{ kind: 'sign-on-linked' }]);
    expect(await ownSignOn(web, sessionId)).toMatchObject({ isOn: true, linkedAt: expect.any(Date) });
    // Dana's group says technician.
    expect(await sessionOf(await signOn())).toMatchObject({ personId: aliceId, role: 'owner' });
    await endLink(web, holder);
    expect(await signOn()).toMatchObject({ outcome: 'signed-in' });
    expect(await ownSignOn(web, sessionId)).toMatchObject({ linkedAt: null });
  });

  test('needs the session that began it, and a subject that is nobody else’s', async () => {
    await switchOn();
    await person('bob@quillmark.example', 'technician');
    const [alices, bobs] = [
      await passwordSession('alice@quillmark.example'),
      await passwordSession('bob@quillmark.example'),
    ];
    const late = { outcome: 'refused', refusal: 'late', isLink: true };
    expect(await link(alices, 's-1', bobs)).toEqual(late);
    expect(await link(alices, 's-1', null)).toEqual(late);
    expect(await link(bobs, 's-1')).toMatchObject({ outcome: 'linked' });
    expect(await link(alices, 's-1')).toEqual({ outcome: 'refused', refusal: 'taken', isLink: true });
  });

  test('its only way in cannot be given up', async () => {
    await switchOn();
    const outcome = await signOn();
    const session = await sessionOf(outcome);
    if (!session || !('sessionId' in outcome)) throw new Error('nobody');
    await expect(endLink(web, { ...session, sessionId: outcome.sessionId })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});
