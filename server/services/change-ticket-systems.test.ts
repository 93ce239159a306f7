import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { setting } from '../config';
import { type Database, openDatabase } from '../data/database';
import { listChannels, readSealedChannel } from '../data/notification-rules';
import { countMissingCompanies, listCompanies } from '../data/ticket-companies';
import { connectWiseSettingsOf, restSettingsOf } from '../notify/testing/ticket-settings';
import { openTicketSettings } from '../notify/tickets/sealed-settings';
import { makeTenantScope } from '../tenancy/tenant-scope';
import {
  addTicketSystem,
  changeTicketSystem,
  companyForm,
  mapCompany,
  shownTicketSettings,
} from './change-ticket-systems';

const T0 = Date.parse('2026-11-27T12:00:00Z');
const PERSON = { personId: v7(), name: 'Dana' };
const DESK = restSettingsOf('https://desk.example');

let at: TestDatabase;
let web: Database;
let owner: Client;
let [mspId, clientId, otherMspId, otherClientId] = [v7(), v7(), v7(), v7()];

beforeAll(async () => {
  at = await createTestDatabase();
  web = openDatabase({ url: at.webUrl, contextKey: setting('contextKey') });
  owner = new Client({ connectionString: at.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await Promise.all([web.close(), owner.end()]);
  await at.drop();
});
beforeEach(async () => {
  [mspId, clientId, otherMspId, otherClientId] = [v7(), v7(), v7(), v7()];
  await owner.query("INSERT INTO app.msp VALUES ($1, 'Quillmark IT', 'UTC'), ($2, 'Other', 'UTC')", [
    mspId,
    otherMspId,
  ]);
  await owner.query(
    `INSERT INTO app.client (msp_id, client_id, name, time_zone)
      VALUES ($1, $2, 'Eskerby', 'UTC'), ($1, $3, 'Tindalworth', 'UTC'), ($4, $5, 'Elsewhere', 'UTC')`,
    [mspId, clientId, v7(), otherMspId, otherClientId],
  );
});

const scope = (of = mspId) =>
  makeTenantScope({ mspId: of, clientIds: '*', actorId: PERSON.personId, role: 'admin' });
const add = (settings: Parameters<typeof addTicketSystem>[3]['settings'] = DESK, name = 'Desk') =>
  addTicketSystem(web, scope(), PERSON, { name, settings }, T0);
const kept = (channelId: string) =>
  web.inScope(scope(), async (tx) => {
    const sealed = await readSealedChannel(tx, mspId, channelId);
    return sealed && openTicketSettings(channelId, sealed, setting('secretKey'));
  });
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string; publicSentence?: string; fields?: object }) =>
      `${error.code}: ${error.publicSentence} ${Object.keys(error.fields ?? {}).join(' ')}`,
  );

describe('a ticket system', () => {
  test('is kept encrypted, shown without its secret, and needs companies where its opening names one', async () => {
    const channelId = await add();
    const { rows } = await owner.query(
      'SELECT c::text AS line FROM app.notification_channel c WHERE msp_id = $1',
      [mspId],
    );
    expect(rows[0].line).toContain('https://desk.example');
    expect(rows[0].line).not.toContain('t0ken');
    const shown = await web.inScope(scope(), (tx) => shownTicketSettings(tx, mspId, channelId));
    expect(shown).toEqual({ ...DESK, secretHeaders: '' });
    expect(await kept(channelId)).toEqual(DESK);
    const open = { ...DESK.open, body: '{"t": "{{summary}}"}' };
    await add({ ...DESK, open }, 'Plain');
    const channels = await web.inScope(scope(), (tx) => listChannels(tx, mspId));
    expect(channels).toMatchObject([
      { name: 'Desk', kind: 'rest-tickets', needsCompany: true },
      { name: 'Plain', needsCompany: false },
    ]);
  });

  test.each<[string, Parameters<typeof add>[0], string]>([
    ['plain http', restSettingsOf('http://desk.example'), 'begins with https'],
    ['a private address', restSettingsOf('https://10.0.0.1'), 'settings.open.url'],
    ['this machine', restSettingsOf('https://localhost'), 'settings.open.url'],
    ['another port', restSettingsOf('https://desk.example:8443'), 'settings.open.url'],
    [
      'two servers',
      { ...DESK, close: { ...DESK.close, url: 'https://evil.example/{{ticketId}}' } },
      'settings.close.url',
    ],
    ['a password in the address', connectWiseSettingsOf('https://a:b@cw.example'), 'settings.siteUrl'],
    ['no address', connectWiseSettingsOf('cw'), 'settings.siteUrl'],
  ])('%s is refused in words, at its field', async (_, settings, words) => {
    const said = await refusal(add(settings));
    expect(said).toContain('invalid-request');
    expect(said).toContain(words);
  });

  test('a path after the host of ConnectWise is left out', async () => {
    const channelId = await add(connectWiseSettingsOf('https://api-na.cw.example/v4_6_release/'));
    expect(await kept(channelId)).toMatchObject({ siteUrl: 'https://api-na.cw.example' });
  });

  test('is changed without typing its secret anew, unless it leads to another server', async () => {
    const channelId = await add();
    const change = (settings: object, name = 'Desk 2', of = mspId) =>
      refusal(
        changeTicketSystem(
          web,
          scope(of),
          channelId,
          { name, settings: { kind: 'rest-tickets', ...settings } },
          T0,
        ),
      );
    const typed = { ...DESK, secretHeaders: '' };
    expect(await change({ ...typed, open: { ...DESK.open, idPath: 'data.id' } })).toBe('done');
    expect(await kept(channelId)).toMatchObject({
      secretHeaders: 'Authorization: Bearer t0ken',
      open: { idPath: 'data.id' },
    });
    const elsewhere = restSettingsOf('https://other.example');
    expect(await change({ ...elsewhere, secretHeaders: '' })).toContain('settings.secretHeaders');
    expect(await change({ ...elsewhere, secretHeaders: 'X-Key: new' })).toBe('done');
    expect(await kept(channelId)).toMatchObject({ secretHeaders: 'X-Key: new' });
    expect(await change({ ...typed, open: { ...DESK.open, body: '{{' } })).toContain('settings.open.body');
    expect(await change({ ...connectWiseSettingsOf('https://cw.example') })).toContain('stays of its kind');
    expect(await change(typed, 'Desk 2', otherMspId)).toContain('not-found');
    await add(DESK, 'Taken');
    expect(await change({ ...typed, secretHeaders: 'X-Key: a' }, 'taken')).toContain('of this name');
    const logged = await owner.query(
      "SELECT e.action, e::text AS line FROM audit.event e WHERE e.msp_id = $1 AND e.action LIKE 'ticket-system.%' ORDER BY e.seq",
      [mspId],
    );
    expect(logged.rows.map(({ action }) => action)).toEqual([
      'ticket-system.added',
      'ticket-system.changed',
      'ticket-system.changed',
      'ticket-system.added',
    ]);
    expect(JSON.stringify(logged.rows)).not.toMatch(/t0ken|X-Key/);
  });
});

describe('companies', () => {
  test('are entered, counted, found, changed back and taken away', async () => {
    const channelId = await add();
    const list = (search = '', isMissing = false) =>
      web.inScope(scope(), (tx) => listCompanies(tx, mspId, channelId, { search, isMissing }));
    const missing = async () =>
      (await web.inScope(scope(), (tx) => countMissingCompanies(tx, mspId))).get(channelId);
    const map = (companyId: string | null) =>
      mapCompany(web, scope(), PERSON, channelId, { clientId, companyId }, T0);
    expect(await missing()).toBe(2);
    expect(await map('4711')).toBeNull();
    expect(await missing()).toBe(1);
    expect((await list('47')).map(({ clientName }) => clientName)).toEqual(['Eskerby']);
    expect((await list('', true)).map(({ clientName }) => clientName)).toEqual(['Tindalworth']);
    expect(await list('%')).toEqual([]);
    expect(await map('4712')).toBe('4711');
    expect(await map(null)).toBe('4712');
    expect(await missing()).toBe(2);
    expect(await list()).toHaveLength(2);
  });

  test.each(['', '  ', 'x'.repeat(101), 'a\u0000b'])('%o is no company', (companyId) => {
    expect(companyForm.safeParse({ clientId, companyId }).success).toBe(false);
  });

  test('of another MSP, or of a channel that is no ticket system, are not there', async () => {
    const channelId = await add();
    const mapOther = (of: string, client: string, channel = channelId) =>
      refusal(mapCompany(web, scope(of), PERSON, channel, { clientId: client, companyId: '1' }, T0));
    expect(await mapOther(otherMspId, otherClientId)).toContain('not-found');
    expect(await mapOther(mspId, otherClientId)).toContain('invalid-request: This client is not there');
    expect(await mapOther(mspId, clientId, v7())).toContain('not-found');
  });
});
