import { type APIRequestContext, expect, request, test } from '@playwright/test';
import { z } from 'zod';
import { may, type Permission, type Role } from '../domain/access/permissions';
import {
  type Actor,
  ACTORS,
  type Endpoint,
  MATRIX,
  messageRuleBody,
  type ObjectKind,
  reportTemplateBody,
} from '../test/authorisation/matrix';
import { softAuthenticator } from '../test/soft-authenticator';
import { findObjects, OTHER_CLIENT, type Objects } from './find-objects';
import { machineAt } from './machine';
import { type Access, isOfFirstMsp, readAccess, type User } from './running-system';
import { signedInContext, signIn } from './sign-in';
import { rowsOf } from './system-database';
import { isThorough } from '../test/thorough';

const VARYING_HEADERS = ['date', 'etag', 'x-request-id', 'content-security-policy', 'content-length'];
const MISSING = '0198c4f2-0000-7000-8000-00000000dead';
const access = readAccess();
const contexts = new Map<Actor, APIRequestContext>();
/** Of the same, for who asks without one. */
const cookies = new Map<Actor, string>();
/** The actors that are machines, each with a real key. */
const machines = new Map<Actor, ReturnType<typeof machineAt>>();
let own: Objects;
let foreign: Objects;
/** Of the clients that the technician of other clients sees. */
let limited: Objects;
/** The same, but for the client: the one that leader and auditor both see. */
let shown: Objects;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  for (const actor of ACTORS) contexts.set(actor, await contextOf(actor));
  contexts.set('auditor whose grant was revoked', await afterRevocation(contextFor('owner')));
  for (const actor of ['technician of other clients', 'owner', 'owner of another MSP'] as const)
    await setUpManagementKey(contextFor(actor));
  for (const actor of ['technician of other clients', 'owner of another MSP'] as const)
    await setUpHistoryImport(contextFor(actor));
  for (const actor of ['owner', 'owner of another MSP'] as const) {
    await setUpNotifications(contextFor(actor));
    await setUpRules(contextFor(actor));
    await setUpMessageRule(contextFor(actor), null);
    await setUpTemplate(contextFor(actor));
    await setUpEvidence(contextFor(actor));
    await setUpPasskey(actor);
  }
  own = await findObjects(contextFor('owner'), access.webUrl);
  // Not before: what others do to the newest grant must not bring this one back.
  contexts.set('auditor whose grant expired', await afterExpiry());
  foreign = await findObjects(contextFor('owner of another MSP'), access.webUrl);
  for (const actor of ['agent key', 'revoked agent key'] as const) machines.set(actor, await enrolled(actor));
  for (const [actor, context] of contexts) cookies.set(actor, await cookiesOf(context));
  const room = await (await contextFor('auditor').get(`${access.webUrl}/evidence`)).text();
  await setUpChannel(contextFor('technician of other clients'));
  await setUpMessageRule(
    contextFor('technician of other clients'),
    await firstClientOf(contextFor('technician of other clients')),
  );
  shown = new Map([...own, ['client', /\/evidence\/([0-9a-f-]{36})/.exec(room)?.[1] ?? '']]);
  limited = new Map([
    ...own,
    ...(await findObjects(contextFor('technician of other clients'), access.webUrl)),
  ]);
});

test.afterAll(async () => {
  await Promise.all([...contexts.values()].map((context) => context.dispose()));
});

for (const endpoint of MATRIX)
  test(`${endpoint.method} ${endpoint.path} lets in whom it is for, and nobody else`, async () => {
    // Who is refused changes nothing, so they may all ask at once.
    const letIn = ACTORS.filter((actor) => expectation(endpoint, actor) === 'let in');
    const refused = ACTORS.filter((actor) => !letIn.includes(actor));
    await Promise.all(refused.map((actor) => checkActor(endpoint, actor)));
    for (const actor of letIn) await checkActor(endpoint, actor);
  });

test('another site changes nothing, whatever it asks for', async () => {
  for (const endpoint of MATRIX.filter(({ method }) => method !== 'GET')) {
    // Each is refused before anything is looked at, so they may all ask at once.
    const id = endpoint.object ? idOf(own, endpoint.object) : null;
    const strangers = [null, 'null', 'https://evil.example', `${access.webUrl}0`];
    const answers = await Promise.all(strangers.map((origin) => ask(endpoint, 'owner', id, origin)));
    for (const [index, answer] of answers.entries()) {
      const expected = endpoint.success === 404 ? [403, 404] : [403];
      const asked = `${endpoint.method} ${endpoint.path}, origin ${strangers[index]}`;
      expect(expected, asked).toContain(answer.status);
    }
  }
});

test('an agent’s credentials in a query are no sign-in', async () => {
  const response = await contextFor('anonymous').get(
    `${access.webUrl}/?token=${access.enrolmentToken}&holdfast-agent=${MISSING}`,
    { maxRedirects: 0 },
  );
  expect(response.status()).toBe(307);
});

test('headers of Next’s own machinery open nothing', async () => {
  for (const headers of [
    { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' },
    { 'x-middleware-subrequest': 'src/middleware:src/middleware:src/middleware' },
    { 'x-middleware-rewrite': '/sign-in' },
    { 'x-invoke-path': '/sign-in' },
    { 'x-matched-path': '/sign-in' },
    { 'next-action': '00000000000000000000000000000000000000000a' },
    { 'x-now-route-matches': '1=x' },
  ]) {
    const response = await contextFor('anonymous').get(`${access.webUrl}/`, { headers, maxRedirects: 0 });
    expect([307, 404], JSON.stringify(headers)).toContain(response.status());
  }
});

test('malformed credentials are no credentials, and break nothing', async () => {
  const garbage = [
    '',
    ' ',
    '.',
    '..',
    'null',
    'undefined',
    '{}',
    '[object Object]',
    'a.b.c',
    'e30.e30.e30',
    '%',
    '%00',
    '%F0%9F',
    'é',
  ];
  const long = [
    'x'.repeat(5000),
    '.'.repeat(5000),
    'eyJhbGciOiJub25lIn0..',
    'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..a.b.c',
  ];
  for (const value of [...garbage, ...long]) {
    for (const headers of [
      { cookie: `holdfast-session=${encodeURI(value)}` },
      { cookie: `holdfast-session=${encodeURI(value)}; holdfast-session=${encodeURI(value)}` },
      { authorization: `Bearer ${encodeURI(value)}` },
      { authorization: encodeURI(value) },
    ]) {
      const response = await contextFor('anonymous').post(`${access.webUrl}/api/v1/sign-out`, {
        headers: { ...headers, origin: access.webUrl },
      });
      expect(response.status(), JSON.stringify(headers)).toBe(401);
    }
  }
});

test('a page runs no action that somebody names', async () => {
  for (const action of [
    '00',
    '7f0000000000000000000000000000000000000000',
    '__proto__',
    'constructor',
    'x'.repeat(300),
  ])
    for (const data of ['[]', '["$K1"]', '["$1:__proto__:then"]', '[{"__proto__":{"x":1}}]', '\0']) {
      const response = await contextFor('anonymous').post(`${access.webUrl}/sign-in`, {
        headers: { 'next-action': action, 'content-type': 'text/plain;charset=UTF-8', origin: access.webUrl },
        data,
      });
      expect([400, 404, 409], `${action} ${data}`).toContain(response.status());
    }
});

test('set-up is gone in every spelling and by every method', async () => {
  const paths = [
    '/set-up',
    '/set-up/',
    '//set-up',
    '/./set-up',
    '/x/../set-up',
    '/SET-UP',
    '/Set-Up',
    '/%73et-up',
    '/set%2dup',
    '/set-up%2f',
    '/set-up;x',
    '/set-up.rsc',
    '/set-up.json',
    '/set-up%00',
    '/en/set-up',
    '/(public)/set-up',
    '/_next/data/x/set-up.json',
    '/api/v1/set-up',
    '/api/v1/set-up/',
    '/api/v1/SET-UP',
    '/api/v1/%73et-up',
    '/api/v1//set-up',
  ];
  for (const path of paths)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) {
      const response = await contextFor('anonymous').fetch(`${access.webUrl}${path}`, {
        method,
        headers: { origin: access.webUrl, 'content-type': 'application/json' },
        ...(method === 'POST' ? { data: '{}' } : {}),
      });
      expect([400, 404, 405], `${method} ${path}`).toContain(response.status());
    }
});

type Expectation = 'let in' | 'asked to sign in' | 'refused';

function expectation(endpoint: Endpoint, actor: Actor): Expectation {
  if (endpoint.access === 'public') return 'let in';
  const role = roleOf(actor);
  if (!role) return 'asked to sign in';
  return endpoint.access === 'signed-in' || may(role, endpoint.access satisfies Permission, clientsOf(actor))
    ? 'let in'
    : 'refused';
}

function roleOf(actor: Actor): Role | null {
  switch (actor) {
    case 'owner':
    case 'admin':
    case 'technician':
    case 'read-only':
    case 'leader':
    case 'auditor':
      return actor;
    case 'technician of other clients':
      return 'technician';
    case 'owner of another MSP':
      return 'owner';
    case 'anonymous':
    case 'auditor whose grant was revoked':
    case 'auditor whose grant expired':
    case 'revoked session':
    case 'agent key':
    case 'revoked agent key':
      return null;
  }
}

/** A channel, a rule and a test of it; where that was done before, it stays. */
async function setUpNotifications(context: APIRequestContext): Promise<void> {
  const post = async (path: string, data: unknown) =>
    context.post(`${access.webUrl}/api/v1/${path}`, { data, headers: { origin: access.webUrl } });
  const channel = { name: 'Asked for by a test', kind: 'email', address: 'nobody@holdfast.example' };
  const made = await post('notification-channels', channel);
  if (made.status() !== 201) return;
  const { channelId } = z.object({ channelId: z.uuid() }).parse(await made.json());
  const terms = {
    severities: ['critical'],
    findingRules: ['none-of-this-name'],
    clientIds: null,
    tells: ['opened'],
    digestHour: null,
    quiet: null,
    escalateAfterMinutes: null,
  };
  const rule = { name: 'Asked for by a test', channelId, escalationChannelId: null, terms };
  expect((await post('notification-rules', rule)).status()).toBe(201);
  expect((await post(`notification-channels/${channelId}/tests`, {})).status()).toBe(201);
}

/** A grant and a key of the evidence API; a grant that was made before stays. */
async function setUpEvidence(context: APIRequestContext): Promise<void> {
  const post = async (path: string, data: unknown) =>
    context.post(`${access.webUrl}/api/v1/${path}`, { data, headers: { origin: access.webUrl } });
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const key = { name: 'Asked for by a test', clientIds: '*', expiresAt };
  expect((await post('api-keys', key)).status()).toBe(201);
  expect((await post('personal-keys', { ...key, scopes: ['read'] })).status()).toBe(201);
  const fleet = await (await context.get(`${access.webUrl}/`)).text();
  const clientId = /\/clients\/([0-9a-f-]{36})/.exec(fleet)?.[1] ?? '';
  const grant = grantTo('nobody.auditor@holdfast.example', clientId);
  expect([201, 409]).toContain((await post('evidence-grants', grant)).status());
}

/** A passkey of an owner; where there are many, they do. */
async function setUpPasskey(actor: 'owner' | 'owner of another MSP'): Promise<void> {
  const url = new URL(access.webUrl);
  url.hostname = 'localhost';
  const post = async (path: string, data: unknown) =>
    contextFor(actor).post(`${access.webUrl}/api/v1/account/${path}`, {
      data,
      headers: { origin: access.webUrl },
    });
  const asked = await post('passkey-questions', { currentPassword: userOf(access, actor)?.password });
  if (asked.status() === 409) return;
  const options = z.object({ challenge: z.string(), user: z.object({ id: z.string() }) });
  const made = softAuthenticator({ origin: url.origin, rpId: url.hostname }).make(
    options.parse(await asked.json()),
  );
  expect((await post('passkeys', { made, browser: 'Asked for by a test' })).status()).toBe(201);
}

/** A key of the client that the limited technician does not see, where somebody sees that one. */
async function setUpManagementKey(context: APIRequestContext): Promise<void> {
  const fleet = await (await context.get(`${access.webUrl}/?q=Tindalworth`)).text();
  const clientId = OTHER_CLIENT.exec(fleet)?.[1] ?? (await firstClientOf(context));
  const made = await context.post(`${access.webUrl}/api/v1/management-keys`, {
    data: { name: 'Asked for by a test', clientId, isReadOnly: true },
    headers: { origin: access.webUrl },
  });
  expect(made.status(), await made.text()).toBe(201);
}

/** A file of history that nobody has explained yet; where too many wait, one of them does. */
async function setUpHistoryImport(context: APIRequestContext): Promise<void> {
  const query = new URLSearchParams({
    clientId: await firstClientOf(context),
    name: 'Asked for by a test',
    fileName: 'runs.csv',
  });
  const made = await context.post(`${access.webUrl}/api/v1/history-imports?${query}`, {
    data: Buffer.from('system,job,status,ended\nsrv-01,nightly,ok,2026-01-01T01:00:00Z\n'),
    headers: { origin: access.webUrl, 'content-type': 'application/octet-stream' },
  });
  expect([201, 409], await made.text()).toContain(made.status());
}

function grantTo(email: string, clientId: string) {
  return {
    name: 'Asked for by a test',
    email,
    clientIds: [clientId],
    periodFrom: '2026-01-01',
    periodTo: '2026-12-31',
    purpose: 'Asked for by a test',
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  };
}

/** An auditor who was in, and whose grant an owner has revoked since; in a later run it is granted again first. */
async function afterRevocation(owner: APIRequestContext): Promise<APIRequestContext> {
  const user = secondAuditor();
  const headers = { origin: access.webUrl };
  const html = await (await owner.get(`${access.webUrl}/settings/evidence`)).text();
  const granted = /Revoke the grant of Jonas Pell\?.{0,800}?evidence-grants\/([0-9a-f-]{36})/s.exec(
    html,
  )?.[1];
  const grants = `${access.webUrl}/api/v1/evidence-grants`;
  const grantId = granted ?? (await grantAgain(owner, user.email));
  const context = await request.newContext();
  await signIn(context, access.webUrl, user);
  expect((await context.get(`${access.webUrl}/evidence`)).status()).toBe(200);
  expect((await owner.delete(`${grants}/${grantId}`, { headers })).status()).toBe(204);
  return context;
}

function secondAuditor(): User {
  const user = access.users.find(({ email }) => email.startsWith('jonas.auditor@'));
  if (!user) throw new Error('demo:access lists no second auditor');
  return user;
}

/** Of an auditor with the second one's password, who signed in before their grant was over. No screen ends a grant in the past. */
async function afterExpiry(): Promise<APIRequestContext> {
  const user = secondAuditor();
  const email = `late-${Date.now()}.auditor@holdfast.example`;
  await rowsOf(
    `WITH second AS (SELECT p.*, m.msp_id FROM identity.person p JOIN identity.membership m USING (person_id) WHERE p.email = $1),
      made AS (INSERT INTO identity.person (person_id, email, name, password_hash, is_demo)
        SELECT gen_random_uuid(), $2, 'Late Auditor', password_hash, is_demo FROM second RETURNING person_id),
      joined AS (INSERT INTO identity.membership (msp_id, person_id, role) SELECT msp_id, made.person_id, 'auditor' FROM second, made)
    INSERT INTO identity.evidence_grant (grant_id, msp_id, name, email, person_id, client_ids, period_from, period_to, purpose,
        granted_by, granted_by_name, expires_at)
      SELECT gen_random_uuid(), msp_id, 'Late Auditor', $2, made.person_id, ARRAY[$3::uuid], current_date, current_date,
        'Asked for by a test', second.person_id, 'A test', now() + interval '1 hour' FROM second, made`,
    [user.email, email, idOf(own, 'client')],
  );
  const context = await request.newContext();
  await signIn(context, access.webUrl, { ...user, email, totpSecret: null });
  const ofThem = `(SELECT person_id FROM identity.person WHERE email = $1)`;
  await rowsOf(`UPDATE identity.user_session SET aal = 2 WHERE person_id = ${ofThem}`, [email]);
  expect((await context.get(`${access.webUrl}/evidence`)).status()).toBe(200);
  await rowsOf(`UPDATE identity.evidence_grant SET expires_at = now() WHERE person_id = ${ofThem}`, [email]);
  return context;
}

async function grantAgain(owner: APIRequestContext, email: string): Promise<string> {
  const clientId = idOf(await findObjects(owner, access.webUrl), 'client');
  const data = { ...grantTo(email, clientId), name: 'Jonas Pell' };
  const headers = { origin: access.webUrl };
  const made = await owner.post(`${access.webUrl}/api/v1/evidence-grants`, { data, headers });
  return z.object({ grantId: z.uuid() }).parse(await made.json()).grantId;
}

/** A rule for messages, of the whole MSP or of one client; one that was made before stays. */
async function setUpMessageRule(context: APIRequestContext, clientId: string | null): Promise<void> {
  const made = await context.post(`${access.webUrl}/api/v1/message-rules`, {
    data: messageRuleBody('Asked for by a test', clientId),
    headers: { origin: access.webUrl },
  });
  expect([201, 409], await made.text()).toContain(made.status());
}

/** A template of reports; where that was done before, it stays. */
async function setUpTemplate(context: APIRequestContext): Promise<void> {
  const made = await context.post(`${access.webUrl}/api/v1/report-templates`, {
    data: reportTemplateBody('Asked for by a test'),
    headers: { origin: access.webUrl },
  });
  expect([201, 409], await made.text()).toContain(made.status());
}

async function firstClientOf(context: APIRequestContext): Promise<string> {
  const fleet = await (await context.get(`${access.webUrl}/`)).text();
  return /\/clients\/([0-9a-f-]{36})/.exec(fleet)?.[1] ?? '';
}

/** A channel of the first client that somebody sees, who may see no other. */
async function setUpChannel(context: APIRequestContext): Promise<void> {
  const clientId = await firstClientOf(context);
  const made = await context.post(`${access.webUrl}/api/v1/clients/${clientId}/channels`, {
    data: { kind: 'ping', name: 'Asked for by a test' },
    headers: { origin: access.webUrl },
  });
  expect(made.status(), await made.text()).toBe(201);
}

/** Two rules that contradict each other about one system; where that was done before, they stay. */
async function setUpRules(context: APIRequestContext): Promise<void> {
  const post = async (path: string, data: unknown) =>
    context.post(`${access.webUrl}/api/v1/${path}`, { data, headers: { origin: access.webUrl } });
  const anything = { osPatterns: null, clientIds: null, siteIds: null, tools: null, holds: null };
  const draftOf = (hostPatterns: string[] | null, policyId: string | null) => ({
    name: 'Asked for by a test',
    conditions: { hostPatterns, ...anything },
    tags: ['asked-for-by-a-test'],
    policyId,
  });
  const look = async (draft: object) => {
    const answer = await post('assignment-rule-previews', {
      ...draft,
      assignmentRuleId: null,
      isJudged: false,
    });
    const [line = ''] = (await answer.text()).split('\n');
    return z
      .object({ seen: z.string(), matches: z.object({ systems: z.array(z.object({ name: z.string() })) }) })
      .parse(JSON.parse(line));
  };
  const newPolicy = async (name: string) =>
    z.object({ policyId: z.uuid() }).parse(await (await post('policies', { name, overrides: {} })).json())
      .policyId;
  const [system] = (await look(draftOf(null, null))).matches.systems;
  const taken = await post('policies', { name: 'Asked for by a test', overrides: {} });
  if (taken.status() !== 201) return;
  const { policyId } = z.object({ policyId: z.uuid() }).parse(await taken.json());
  const first = draftOf([system?.name ?? ''], policyId);
  expect((await post('assignment-rules', { ...first, tags: [], seen: null })).status()).toBe(201);
  const second = {
    ...first,
    name: 'Asked for by a test, too',
    policyId: await newPolicy('Asked for by a test, too'),
    tags: [],
  };
  const { seen } = await look(second);
  expect((await post('assignment-rules', { ...second, seen })).status()).toBe(201);
}

/** Which clients an actor sees, as permissions ask for it: all, or some. */
function clientsOf(actor: Actor): '*' | readonly string[] {
  const isLimited = actor === 'technician of other clients' || actor === 'leader' || actor === 'auditor';
  return isLimited ? [MISSING] : '*';
}

function checkActor(endpoint: Endpoint, actor: Actor): Promise<void> {
  return endpoint.object
    ? checkObjects(endpoint, actor, endpoint.object)
    : checkAnswer(endpoint, actor, null, expectation(endpoint, actor));
}

/** The MSP's own object by the actor's right; another MSP's and a missing one with one and the same answer. */
async function checkObjects(endpoint: Endpoint, actor: Actor, kind: ObjectKind): Promise<void> {
  const expected = expectation(endpoint, actor);
  const { mine, theirs } = objectsFor(actor);
  await checkAnswer(endpoint, actor, idOf(mine, kind), expected);
  if (!isThorough && sameAsAnother(actor)) return;
  const others = [idOf(theirs, kind), MISSING];
  const answers = await Promise.all(
    others.map(async (id) => withoutTraces(await ask(endpoint, actor, id, access.webUrl), id)),
  );
  expect(answers[0], `${actor}, of others and of nobody`).toEqual(answers[1]);
  if (expected === 'let in') expect(answers[0]?.status, `${actor}, of others`).toBe(404);
}

/** Whether the objects of others are asked for by somebody else in the same way: who is not signed in, or has the owner's view. */
function sameAsAnother(actor: Actor): boolean {
  const isLikeOwner = ['admin', 'technician', 'read-only'].includes(actor);
  return isLikeOwner || (roleOf(actor) === null && actor !== 'anonymous');
}

/** What an actor may ask for, and what it must not find: another MSP's, or those of clients that it does not see. */
function objectsFor(actor: Actor): { mine: Objects; theirs: Objects } {
  if (actor === 'owner of another MSP') return { mine: foreign, theirs: own };
  if (actor === 'technician of other clients') return { mine: limited, theirs: own };
  if (actor === 'leader' || actor === 'auditor') return { mine: shown, theirs: limited };
  return { mine: own, theirs: foreign };
}

async function checkAnswer(
  endpoint: Endpoint,
  actor: Actor,
  objectId: string | null,
  expected: Expectation,
): Promise<void> {
  if (expected === 'let in' && endpoint.refusalsOnly) return;
  const response = await ask(endpoint, actor, objectId, access.webUrl);
  const told = `${actor}: ${expected}`;
  const isPage = endpoint.kind === 'page';
  switch (expected) {
    case 'let in':
      // A page for who is not signed in leads everybody else on.
      if (isPage && ['/sign-in', '/sign-in/single-sign-on'].includes(endpoint.path) && roleOf(actor))
        return expect(response.status, told).toBe(307);
      return expect(response.status, `${told}: ${response.text}`).toBe(endpoint.success ?? 200);
    case 'asked to sign in':
      expect(response.status, told).toBe(isPage ? 307 : 401);
      if (isPage) expect(response.headers['location'], told).toMatch(/^\/sign-in/);
      return;
    case 'refused':
      // Who opens the bare address is led to where their role begins.
      if (endpoint.path === '/' && (actor === 'leader' || actor === 'auditor')) {
        expect(response.headers['location'], told).toBe(actor === 'leader' ? '/portal' : '/evidence');
        return expect(response.status, told).toBe(307);
      }
      return expect(response.status, told).toBe(isPage ? 404 : 403);
  }
}

/** What came back, as a client sees it. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** By plain `fetch`: thousands of times, a context of the browser takes a third more. */
async function ask(
  endpoint: Endpoint,
  actor: Actor,
  objectId: string | null,
  origin: string | null,
): Promise<Answer> {
  const path = endpoint.path.replace('[...nextauth]', 'session').replace(/\[[^\]]+\]/g, objectId ?? MISSING);
  const data = endpoint.body?.(objectId);
  const response = await fetch(`${access.webUrl}${path}`, {
    method: endpoint.method,
    headers: {
      'accept-encoding': 'identity',
      cookie: cookies.get(actor) ?? '',
      ...(endpoint.method === 'GET' || origin === null ? {} : { origin }),
      ...(data === undefined ? {} : { 'content-type': 'application/json' }),
      ...credentialsOf(actor, endpoint.method, path),
    },
    redirect: 'manual',
    ...(data === undefined ? {} : { body: JSON.stringify(data) }),
  });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: await response.text(),
  };
}

async function cookiesOf(context: APIRequestContext): Promise<string> {
  const { cookies: kept } = await context.storageState();
  return kept.map(({ name, value }) => `${name}=${value}`).join('; ');
}

/** A machine of the first MSP, whose reports are taken, or are no more once its key is revoked. */
async function enrolled(actor: 'agent key' | 'revoked agent key') {
  const machine = machineAt(access.ingestUrl, actor.replaceAll(' ', '-'));
  const owner = contextFor('owner');
  const headers = { origin: access.webUrl };
  const tokens = `${access.webUrl}/api/v1/clients/${idOf(own, 'client')}/enrolment-tokens`;
  await machine.runLine(await (await owner.post(tokens, { headers })).text());
  expect(await machine.report()).toBe(202);
  if (actor === 'agent key') return machine;
  const revocation = `${access.webUrl}/api/v1/agents/${machine.agentId()}/revocation`;
  expect((await owner.put(revocation, { headers })).status()).toBe(204);
  expect(await machine.report()).toBe(403);
  return machine;
}

/** An agent tries what it has in every place a web credential could be. */
function credentialsOf(actor: Actor, method: string, path: string): Record<string, string> {
  const machine = machines.get(actor);
  if (!machine) return {};
  const { enrolmentToken } = access;
  return {
    authorization: `Bearer ${enrolmentToken}`,
    cookie: `holdfast-session=${enrolmentToken}; __Host-holdfast-session=${enrolmentToken}`,
    ...machine.credentials(method, path, new Date().toISOString(), Buffer.from('')),
  };
}

/** All that an answer tells, without the id that was asked for and what differs in every answer. */
function withoutTraces({ status, headers: given, text }: Answer, id: string) {
  const bare = (said: string): string =>
    said
      .replaceAll(id, 'ID')
      .replace(/"request_id":"[^"]+"/, '')
      .replace(/nonce(\\?"?[=:]\\?")[^"\\]+/g, 'nonce$1');
  const headers = Object.entries(given)
    .filter(([name]) => !VARYING_HEADERS.includes(name))
    .map(([name, value]) => `${name}: ${bare(value)}`)
    .toSorted();
  return { status, headers, body: inOneOrder(bare(text)) };
}

/** A page streams its parts in the order in which they get ready, and numbers them so; both differ from one answer to the next. */
function inOneOrder(body: string): readonly string[] {
  const streamed = /<script nonce="">self\.__next_f\.push\((.*?)\)<\/script>/gs;
  const parts = [...body.matchAll(streamed)].map(([, pushed]) =>
    z.array(z.unknown()).parse(JSON.parse(pushed ?? '[]')),
  );
  const rows = parts.map(([, text]) => (typeof text === 'string' ? text : '')).join('');
  const unnumbered = rows.replaceAll(/^[0-9a-f]+:/gm, '#:').replaceAll(/"\$[A-Z@]?[0-9a-f]+"/g, '"$#"');
  return [body.replace(streamed, ''), ...unnumbered.split('\n').toSorted()];
}

async function contextOf(actor: Actor): Promise<APIRequestContext> {
  const user = userOf(access, actor);
  if (!user) return request.newContext();
  return actor === 'revoked session' ? afterSignOut(user) : signedInContext(access.webUrl, user);
}

/** A context that still carries the cookie of a session that was signed out. */
async function afterSignOut(user: User): Promise<APIRequestContext> {
  const context = await request.newContext();
  await signIn(context, access.webUrl, user);
  const copy = await request.newContext({ storageState: await context.storageState() });
  const response = await context.post(`${access.webUrl}/api/v1/sign-out`, {
    headers: { origin: access.webUrl },
  });
  expect(response.status()).toBe(204);
  await context.dispose();
  return copy;
}

function userOf({ users }: Access, actor: Actor) {
  const role = actor === 'revoked session' ? 'owner' : roleOf(actor);
  if (!role) return null;
  const isOther = actor === 'owner of another MSP';
  const isLimited = !isOther && clientsOf(actor) !== '*';
  const user = users.find(
    (each) =>
      each.role === role &&
      isOfFirstMsp(access, each) !== isOther &&
      (each.clientNames !== null) === isLimited,
  );
  if (!user) throw new Error(`demo:access lists no ${role} ${isOther ? 'of another MSP' : ''}`);
  return user;
}

function contextFor(actor: Actor): APIRequestContext {
  const context = contexts.get(actor);
  if (!context) throw new Error(`${actor} has not been signed in`);
  return context;
}

function idOf(objects: Objects, kind: ObjectKind): string {
  const id = objects.get(kind);
  if (!id) throw new Error(`no ${kind} was found on the pages of the running system`);
  return id;
}
