import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR, openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { readSystem, type SystemDetail } from '../data/system-detail';
import { createClient } from './create-client';
import { createSite } from './create-site';
import { declarationForm, declare, type DeclarationForm } from './declare';
import { withdrawDeclaration } from './withdraw-declaration';

const NOW = new Date();
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const NAS = { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const };

let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;
let leeds: string;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  theirs = await cast.newMsp('Northgate');
  await (await ours.newAgent('fs-01')).backUp([CLOUD, NAS], NOW);
  await (await theirs.newAgent('their-host')).backUp([CLOUD], NOW);
  leeds = await createSite(cast.web, ours.scope(), ours.clientId, siteNamed('Leeds'), NOW.getTime());
});
afterAll(() => cast.close());

const siteNamed = (name: string) => ({
  name,
  ownerKind: 'client' as const,
  timeZone: 'Europe/London',
  country: 'GB',
  latitude: 53.8,
  longitude: -1.55,
});

async function idOf(table: 'system' | 'repository', msp: CastMsp, like: string): Promise<string> {
  const column = table === 'system' ? 'system_id' : 'repository_id';
  const [row] = await cast.rows(
    `SELECT ${column} AS id FROM app.${table} WHERE msp_id = $1 AND name LIKE $2`,
    [msp.mspId, like],
  );
  return String(row?.['id']);
}

const ofRepository = async (like: string, msp = ours) => ({
  kind: 'repository' as const,
  repositoryId: await idOf('repository', msp, like),
});
const ofSystem = async (msp = ours) => ({
  kind: 'system' as const,
  systemId: await idOf('system', msp, '%'),
});

function say(form: Pick<DeclarationForm, 'subject' | 'said'> & Partial<DeclarationForm>): Promise<string> {
  const complete = declarationForm.parse({ reason: 'seen on site', validUntil: null, ...form });
  return declare(cast.web, ours.scope(), ours.person, complete, NOW.getTime());
}

async function rulesAt(now: Date) {
  return (await shown(now)).chosen?.verdict.findings.map((finding) => finding.rule);
}

async function shown(now = NOW): Promise<SystemDetail> {
  const detail = await readSystem(cast.web, ours.scope(), await idOf('system', ours, 'fs-01'), null, now);
  if (!detail) throw new Error('the system is not there');
  return detail;
}

const events = (action: string) =>
  cast.rows('SELECT body FROM audit.event WHERE msp_id = $1 AND action = $2 ORDER BY seq', [
    ours.mspId,
    action,
  ]);

describe('what a person declares', () => {
  test('makes a data set pass, at once on its own screen and with the next evaluation everywhere', async () => {
    expect((await shown()).status).toBe('non-compliant');
    await say({ subject: await ofSystem(), said: { attribute: 'site', value: leeds } });
    await say({ subject: await ofRepository('nas%'), said: { attribute: 'site', value: leeds } });
    const media = await say({
      subject: await ofRepository('nas%'),
      said: { attribute: 'media', value: 'nas' },
    });
    const detail = await shown();
    expect(detail.status).toBe('compliant');
    expect(detail.declarations).toHaveLength(3);
    expect(detail.chosen?.facts.repositories.find((one) => one.name.startsWith('nas'))?.media).toMatchObject({
      value: 'nas',
      source: 'declared',
      origin: { kind: 'declaration', declarationId: media, by: ours.person.name },
    });
    await ours.work(NOW);
    const [stored] = await cast.rows('SELECT status FROM app.system_status WHERE msp_id = $1', [ours.mspId]);
    expect(stored?.['status']).toBe('compliant');
  });

  test('is in the audit log with who said it, though the name stays outside the chain', async () => {
    const [event] = await events('declaration.made');
    const body = JSON.parse(String(event?.['body']));
    expect(body).toMatchObject({
      actor: { id: ours.person.personId, role: 'technician' },
      client: ours.clientId,
      details: { attribute: 'site', value: leeds, reason: 'seen on site' },
    });
    expect(event?.['body']).not.toContain(ours.person.name);
  });

  test('holds no more once it is withdrawn, stays in the history, and cannot be withdrawn twice', async () => {
    const id = await say({
      subject: await ofRepository('nas%'),
      said: { attribute: 'media', value: 'tape' },
    });
    expect((await shown()).chosen?.verdict.copies.find((copy) => copy.media === 'tape')).toBeDefined();
    await withdrawDeclaration(cast.web, ours.scope(), ours.person, id, NOW.getTime());
    expect((await shown()).chosen?.verdict.copies.some((copy) => copy.media === 'tape')).toBe(false);
    expect((await shown()).status).toBe('compliant');
    await expect(
      withdrawDeclaration(cast.web, ours.scope(), ours.person, id, NOW.getTime()),
    ).rejects.toMatchObject({ code: 'not-found' });
    expect(await events('declaration.withdrawn')).toHaveLength(1);
    expect(await cast.rows('SELECT FROM app.declaration WHERE declaration_id = $1', [id])).toHaveLength(1);
  });

  test('ends when it said it would', async () => {
    const validUntil = new Date(NOW.getTime() + HOUR).toISOString();
    await say({
      subject: await ofRepository('nas%'),
      said: { attribute: 'failure-domain', value: 'rack 2' },
      validUntil,
    });
    expect(await rulesAt(NOW)).not.toContain('declaration-expired');
    expect(await rulesAt(new Date(NOW.getTime() + HOUR))).toContain('declaration-expired');
  });

  test.each<
    [string, () => Promise<Pick<DeclarationForm, 'subject' | 'said'> & Partial<DeclarationForm>>, string]
  >([
    [
      'a repository that is not there',
      () =>
        Promise.resolve({
          subject: { kind: 'repository', repositoryId: randomUUID() },
          said: { attribute: 'media', value: 'nas' },
        }),
      'not-found',
    ],
    [
      "another MSP's repository",
      async () => ({
        subject: await ofRepository('%', theirs),
        said: { attribute: 'media', value: 'nas' },
      }),
      'not-found',
    ],
    [
      "another MSP's system",
      async () => ({ subject: await ofSystem(theirs), said: { attribute: 'media', value: 'nas' } }),
      'not-found',
    ],
    [
      'a site that is not there',
      async () => ({ subject: await ofSystem(), said: { attribute: 'site', value: randomUUID() } }),
      'invalid-request',
    ],
    [
      'a lock of a whole system',
      async () => ({
        subject: await ofSystem(),
        said: { attribute: 'immutability', value: { kind: 'worm', until: null } },
      }),
      'invalid-request',
    ],
    [
      'an end in the past',
      async () => ({
        subject: await ofSystem(),
        said: { attribute: 'media', value: 'disk' },
        validUntil: new Date(NOW.getTime() - 1).toISOString(),
      }),
      'invalid-request',
    ],
    [
      'an end after two years',
      async () => ({
        subject: await ofSystem(),
        said: { attribute: 'media', value: 'disk' },
        validUntil: new Date(NOW.getTime() + 730 * 24 * HOUR).toISOString(),
      }),
      'invalid-request',
    ],
    [
      'a drive that will be carried away',
      async () => ({
        subject: await ofRepository('nas%'),
        said: {
          attribute: 'taken-out',
          value: { at: new Date(NOW.getTime() + 48 * HOUR).toISOString(), siteId: null },
        },
      }),
      'invalid-request',
    ],
  ])('is refused of %s, and leaves nothing behind', async (_, form, code) => {
    const before = await cast.rows('SELECT count(*) FROM app.declaration');
    await expect(say(await form())).rejects.toMatchObject({ code });
    expect(await cast.rows('SELECT count(*) FROM app.declaration')).toEqual(before);
  });

  test('needs a reason', () => {
    const form = {
      subject: { kind: 'system', systemId: randomUUID() },
      said: { attribute: 'media', value: 'nas' },
    };
    expect(declarationForm.safeParse({ ...form, reason: '  ', validUntil: null }).success).toBe(false);
    expect(
      declarationForm.safeParse({ ...form, reason: 'x', validUntil: null, declaredBy: 'me' }).success,
    ).toBe(false);
  });
});

describe('clients and sites', () => {
  test('are made with an audit event each, and never twice by one name', async () => {
    const form = { name: 'Harrowmere', timeZone: 'Europe/London' };
    const clientId = await createClient(cast.web, ours.scope(), form, NOW.getTime());
    expect(JSON.parse(String((await events('client.created'))[0]?.['body']))).toMatchObject({
      target: { clientId },
    });
    await expect(createClient(cast.web, ours.scope(), form, NOW.getTime())).rejects.toMatchObject({
      code: 'conflict',
      fields: { name: expect.any(String) },
    });
    await expect(
      createSite(cast.web, ours.scope(), ours.clientId, siteNamed('Leeds'), NOW.getTime()),
    ).rejects.toMatchObject({ code: 'conflict' });
    expect(await events('client.created')).toHaveLength(1);
  });

  test('may have the same name at another MSP', async () => {
    await expect(
      createClient(cast.web, theirs.scope(), { name: 'Harrowmere', timeZone: 'UTC' }, NOW.getTime()),
    ).resolves.toBeTypeOf('string');
  });

  test("a site of another MSP's client is not found", async () => {
    await expect(
      createSite(cast.web, ours.scope(), theirs.clientId, siteNamed('Hull'), NOW.getTime()),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
});
