import { createHash, randomUUID } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { drawSample } from '@/domain/evidence/sample';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { openSecret } from '../auth/secret-box';
import { newTotpSecret } from '../auth/totp';
import { setting } from '../config';
import { listEvidenceActs } from '../data/evidence-acts';
import { listGrants } from '../data/evidence-grants';
import { listMessages } from '../data/evidence-messages';
import { listPopulation, listPopulationKeys, sha256 } from '../data/evidence-populations';
import { findSample, listSamples } from '../data/evidence-samples';
import { resolveSession } from '../data/identity-sessions';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { acceptInvitation } from './accept-invitation';
import { changeMember } from './change-member';
import { extendGrant, grantEvidence, type GrantForm, grantForm, revokeGrant } from './grant-evidence';
import { invitationForm } from './invite-person';
import { signIn } from './sign-in';
import {
  answerAuditor,
  askAboutEvidence,
  type Auditor,
  drawEvidenceSample,
  openEvidence,
  readSampleList,
} from './use-evidence-room';

const NOW = Date.now();
const DAY = 24 * HOUR;
const ORIGIN = 'https://backup.example';
const PASSWORD = 'seven grey herons wade';
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };

let cast: ScreenCast;
let ours: CastMsp;
let otherClientId: string;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
});
/** Two clients, each with one run of last night. */
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  otherClientId = await ours.newClient('Harrowmere');
  await (await ours.newAgent('fs-01')).backUp([CLOUD], new Date(NOW));
  await (await ours.newAgent('db-01', otherClientId)).backUp([CLOUD], new Date(NOW));
});
afterAll(() => cast.close());

const owner = () => ours.scope('owner');
const utcDay = (at: number) => new Date(at).toISOString().slice(0, 10);
const emailOf = () => `ines.${count}@audit.example`;

function form(parts: Partial<GrantForm> = {}): GrantForm {
  return grantForm.parse({
    name: 'Ines Calloway',
    email: emailOf(),
    clientIds: [ours.clientId],
    periodFrom: utcDay(NOW - 30 * DAY),
    periodTo: utcDay(NOW),
    purpose: 'Review of 2026',
    expiresAt: new Date(NOW + 10 * DAY).toISOString(),
    ...parts,
  });
}

const grant = (parts: Partial<GrantForm> = {}) =>
  grantEvidence(cast.web, owner(), 'Owen Quill', form(parts), { appOrigin: ORIGIN }, NOW);

/** What the newest mail of the MSP says. */
async function newestMail(): Promise<{ to: string; text: string }> {
  const [mail] = await cast.rows(
    'SELECT mail_id, sealed FROM app.mail_outbox WHERE msp_id = $1 ORDER BY created_at DESC, mail_id DESC LIMIT 1',
    [ours.mspId],
  );
  return JSON.parse(openSecret(mail?.['sealed'] as Buffer, String(mail?.['mail_id']), setting('secretKey')));
}

let totpStep = 0;

/** Accepts the mailed invitation; answers the authenticator's secret. */
async function accept(): Promise<string> {
  const token = /#([\w-]{43})/.exec((await newestMail()).text)?.[1] ?? '';
  const totpSecret = newTotpSecret();
  const totpCode = codeOf(totpSecret, NOW);
  await acceptInvitation(
    cast.web,
    { token, name: 'Ines Calloway', password: PASSWORD, totpSecret, totpCode },
    NOW,
  );
  totpStep = 0;
  return totpSecret;
}

const codeOf = (secret: string, at: number) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });

/** Signs in with the next code. */
async function enter(totpSecret: string, code?: string) {
  const at = NOW + ++totpStep * 30_000;
  return signIn(
    cast.web,
    {
      email: emailOf(),
      password: PASSWORD,
      code: code ?? codeOf(totpSecret, at),
      address: `192.0.2.${count}`,
      userAgent: null,
    },
    ORIGIN,
    at,
  );
}

async function sessionOf(totpSecret: string): Promise<string> {
  const outcome = await enter(totpSecret);
  if (outcome.outcome !== 'signed-in') throw new Error(outcome.outcome);
  return outcome.sessionId;
}

async function auditorBy(sessionId: string): Promise<Auditor> {
  const session = await resolveSession(cast.web, sessionId);
  if (!session?.grant) throw new Error('nobody');
  const { mspId, clientIds, personId, role } = session;
  const scope = makeTenantScope({ mspId, clientIds, actorId: personId, role });
  return { scope, person: session, grant: session.grant };
}

/** An auditor who has come in by a grant. */
async function auditor(parts: Partial<GrantForm> = {}): Promise<Auditor> {
  await grant(parts);
  return auditorBy(await sessionOf(await accept()));
}

const VIEWED = { kind: 'viewed', what: 'a test' } as const;

async function viewOf(ines: Auditor) {
  const [view] = await openEvidence(cast.web, ines, [ours.clientId], VIEWED);
  if (!view) throw new Error('nothing to view');
  return view;
}

async function actions(like = 'evidence.%'): Promise<string[]> {
  const found = await cast.rows(
    'SELECT action FROM audit.event WHERE msp_id = $1 AND action LIKE $2 ORDER BY seq',
    [ours.mspId, like],
  );
  return found.map(({ action }) => String(action));
}

describe('a grant', () => {
  test('lets a named person in by mail, password and code, to its clients and period', async () => {
    const grantId = await grant();
    expect((await newestMail()).to).toBe(emailOf());
    const totpSecret = await accept();
    expect(await enter(totpSecret, '')).toEqual({ outcome: 'code-needed', hasPasskey: false });
    const session = await resolveSession(cast.web, await sessionOf(totpSecret));
    expect(session).toMatchObject({
      role: 'auditor',
      clientIds: [ours.clientId],
      aal: 2,
      grant: {
        grantId,
        periodFrom: utcDay(NOW - 30 * DAY),
        periodTo: utcDay(NOW),
        purpose: 'Review of 2026',
      },
    });
    expect(await actions()).toEqual(['evidence.granted']);
  });

  test('that is revoked ends with the next request', async () => {
    const grantId = await grant();
    const totpSecret = await accept();
    const sessionId = await sessionOf(totpSecret);
    expect(await resolveSession(cast.web, sessionId)).not.toBeNull();
    await revokeGrant(cast.web, owner(), grantId, NOW);
    expect(await resolveSession(cast.web, sessionId)).toBeNull();
    expect(await enter(totpSecret)).toEqual({ outcome: 'grant-ended' });
    await expect(revokeGrant(cast.web, owner(), grantId, NOW)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('that ran out ends with the next request, and holds again once it is extended', async () => {
    const grantId = await grant();
    const totpSecret = await accept();
    const sessionId = await sessionOf(totpSecret);
    await cast.rows(
      "UPDATE identity.evidence_grant SET created_at = now() - interval '2 hours', expires_at = now() - interval '1 second' WHERE grant_id = $1",
      [grantId],
    );
    expect(await resolveSession(cast.web, sessionId)).toBeNull();
    expect(await enter(totpSecret)).toEqual({ outcome: 'grant-ended' });
    await extendGrant(cast.web, owner(), grantId, { expiresAt: new Date(NOW + DAY).toISOString() }, NOW);
    expect(await resolveSession(cast.web, sessionId)).not.toBeNull();
  });

  test('is nobody’s without a second factor, even of a session that was opened', async () => {
    await grant();
    const sessionId = await sessionOf(await accept());
    await cast.rows('UPDATE identity.user_session SET aal = 1 WHERE session_id = $1', [sessionId]);
    await cast.rows('UPDATE identity.person SET totp_secret = NULL WHERE email = $1', [emailOf()]);
    expect(await resolveSession(cast.web, sessionId)).toBeNull();
  });

  test('of somebody who has one is refused; after it ended another one holds at once, without a new account', async () => {
    const first = await grant();
    await expect(grant()).rejects.toMatchObject({ code: 'conflict' });
    const totpSecret = await accept();
    await revokeGrant(cast.web, owner(), first, NOW);
    await grant({ clientIds: [otherClientId] });
    expect((await newestMail()).text).toContain(`${ORIGIN}/evidence`);
    const session = await resolveSession(cast.web, await sessionOf(totpSecret));
    expect(session?.clientIds).toEqual([otherClientId]);
  });

  test('takes no client of another MSP, no end in the past and no period turned round', async () => {
    const theirs = await cast.newMsp(`Northgate ${count}`);
    await expect(grant({ clientIds: [theirs.clientId] })).rejects.toMatchObject({ code: 'not-found' });
    await expect(grant({ expiresAt: new Date(NOW - 1).toISOString() })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    const turned = { ...form(), periodFrom: '2026-02-01', periodTo: '2026-01-01' };
    expect(grantForm.safeParse(turned).success).toBe(false);
    expect(await cast.web.inScope(owner(), listGrants)).toEqual([]);
  });

  test('of another MSP is neither listed, extended nor revoked', async () => {
    const grantId = await grant();
    const mallory = (await cast.newMsp(`Northgate ${count}`)).scope('owner');
    expect(await cast.web.inScope(mallory, listGrants)).toEqual([]);
    await expect(revokeGrant(cast.web, mallory, grantId, NOW)).rejects.toMatchObject({ code: 'not-found' });
    const later = { expiresAt: new Date(NOW + DAY).toISOString() };
    await expect(extendGrant(cast.web, mallory, grantId, later, NOW)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('is the only way to the role: nobody is invited to it, or changed into it or out of it', async () => {
    const { person } = await auditor();
    expect(
      invitationForm.safeParse({ email: 'a@b.example', role: 'auditor', clientIds: [ours.clientId] }).success,
    ).toBe(false);
    await expect(
      changeMember(cast.web, owner(), person.personId, { role: 'technician', clientIds: '*' }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/not-found|conflict/) });
  });
});

describe('the room', () => {
  test('shows the clients and the period of the grant, and nothing besides, each look in the log', async () => {
    const ines = await auditor();
    const view = await viewOf(ines);
    const runs = await cast.web.inScope(ines.scope, (tx) =>
      listPopulation(tx, view, 'runs', { search: '', page: 1 }),
    );
    expect(runs.members).toMatchObject([{ number: 1, systemName: 'fs-01', result: 'success' }]);
    await expect(openEvidence(cast.web, ines, [otherClientId], VIEWED)).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await actions()).toEqual(['evidence.granted', 'evidence.viewed']);
    const acts = await cast.web.inScope(ines.scope, (tx) =>
      listEvidenceActs(tx, ours.mspId, ines.person.personId),
    );
    expect(acts).toMatchObject([{ action: 'evidence.viewed', details: { what: 'a test' } }]);
  });

  test('has nothing of before and after the period', async () => {
    const ines = await auditor({ periodFrom: utcDay(NOW - 90 * DAY), periodTo: utcDay(NOW - 30 * DAY) });
    const view = await viewOf(ines);
    for (const population of [
      'runs',
      'restore-tests',
      'checks',
      'expected-runs',
      'verdict-changes',
    ] as const) {
      const list = await cast.web.inScope(ines.scope, (tx) => listPopulationKeys(tx, view, population, 100));
      expect(list.keys).toEqual([]);
    }
  });

  test('puts the seed into the log before it draws, and keeps the list that was drawn from', async () => {
    const ines = await auditor();
    const view = await viewOf(ines);
    const given = { population: 'verdict-changes', seed: '1428', size: 1 } as const;
    const sampleId = await drawEvidenceSample(cast.web, ines, ours.clientId, given, NOW);
    const list = await cast.web.inScope(ines.scope, (tx) =>
      listPopulationKeys(tx, view, 'verdict-changes', 100),
    );
    const sample = await cast.web.inScope(ines.scope, (tx) =>
      findSample(tx, ours.mspId, ines.grant.grantId, sampleId),
    );
    expect(sample).toMatchObject({ populationCount: list.keys.length, populationSha256: list.sha256 });
    expect(sample?.drawnKeys).toEqual(drawSample(list.keys, '1428', 1, sha256).map(({ key }) => key));
    const text = await readSampleList(cast.web, ines, sampleId);
    expect(createHash('sha256').update(text).digest('hex')).toBe(list.sha256);
    expect((await actions()).slice(-3)).toEqual([
      'evidence.seed-logged',
      'evidence.sample-drawn',
      'evidence.downloaded',
    ]);
  });

  test('draws nothing from an empty list or of a client of somebody else', async () => {
    const ines = await auditor();
    const given = { population: 'restore-tests', seed: '1', size: 1 } as const;
    await expect(drawEvidenceSample(cast.web, ines, ours.clientId, given, NOW)).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(drawEvidenceSample(cast.web, ines, otherClientId, given, NOW)).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(
      await cast.web.inScope(ines.scope, (tx) => listSamples(tx, ours.mspId, ines.grant.grantId)),
    ).toEqual([]);
  });

  test('carries questions to the MSP and answers back, in order, both in the log', async () => {
    const ines = await auditor();
    const about = { itemKind: 'clause', itemKey: 'hipaa-d' } as const;
    await askAboutEvidence(cast.web, ines, ours.clientId, { ...about, text: 'Who reviews?' }, NOW);
    const answer = { clientId: ours.clientId, ...about, text: 'Priya Nair does.' };
    await answerAuditor(cast.web, owner(), ours.person, ines.grant.grantId, answer, NOW + 1000);
    const said = await cast.web.inScope(ines.scope, (tx) =>
      listMessages(tx, ours.mspId, ines.grant.grantId, ours.clientId),
    );
    expect(said.map(({ side, text }) => [side, text])).toEqual([
      ['auditor', 'Who reviews?'],
      ['msp', 'Priya Nair does.'],
    ]);
    expect((await actions()).slice(-2)).toEqual(['evidence.asked', 'evidence.answered']);
  });

  test('asks about nothing that is not there, and answers nothing that was not asked', async () => {
    const ines = await auditor();
    const ask = (itemKind: 'clause' | 'runs', itemKey: string, clientId = ours.clientId) =>
      askAboutEvidence(cast.web, ines, clientId, { itemKind, itemKey, text: 'Why?' }, NOW);
    await expect(ask('clause', 'no-such')).rejects.toMatchObject({ code: 'not-found' });
    await expect(ask('runs', randomUUID())).rejects.toMatchObject({ code: 'not-found' });
    await expect(ask('clause', 'hipaa-d', otherClientId)).rejects.toMatchObject({ code: 'not-found' });
    const answer = { clientId: ours.clientId, itemKind: 'clause', itemKey: 'hipaa-d', text: 'So.' } as const;
    await expect(
      answerAuditor(cast.web, owner(), ours.person, ines.grant.grantId, answer, NOW),
    ).rejects.toMatchObject({ code: 'not-found' });
    const mallory = (await cast.newMsp(`Northgate ${count}`)).scope('owner');
    await expect(
      answerAuditor(cast.web, mallory, ours.person, ines.grant.grantId, answer, NOW),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
});
