import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TicketSettings } from '@/domain/tickets/ticket-settings';
import { ticketKey } from '@/domain/tickets/ticket-text';
import { HOUR, MINUTE, SECOND } from '@/domain/time/instant';
import { until } from '@/scripts/run-program.mjs';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { startServerProcess } from '@/test/server-process';
import { slowTest } from '@/test/slow-test';
import { setting } from '../config';
import { readCause } from '../data/cause-detail';
import { type Database, openDatabase } from '../data/database';
import { wakeTickets } from '../data/tickets';
import { hintWork } from '../data/work-due';
import { connectWiseSettingsOf, restSettingsOf } from '../notify/testing/ticket-settings';
import { openTicketService, type TicketService } from '../notify/testing/ticket-service';
import { sealTicketSettings } from '../notify/tickets/sealed-settings';
import { workerScope } from '../auth/system-scope';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { acknowledgeCauses } from './acknowledge-causes';
import { addNotificationRule, sendTest, setChannelThere } from './change-notifications';
import { mapCompany } from './change-ticket-systems';
import { decideNotifications } from './decide-notifications';
import { keepTickets } from './keep-tickets';
import { linkTicket } from './link-ticket';
import { sendDueNotifications } from './send-due-notifications';
import { undoCauseChange } from './undo-cause-change';
import { openTickets, retryTickets, withdrawTickets } from './want-tickets';

const T0 = Date.parse('2026-11-27T12:00:00Z');
const PERSON = { personId: v7(), name: 'Dana' };
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-tickets-'));

let at: TestDatabase;
let worker: Database;
let web: Database;
let owner: Client;
let service: TicketService;
let [mspId, clientId, otherMspId] = [v7(), v7(), v7()];
let settings = { appOrigin: 'https://holdfast.example', notifiesLoopback: true };

beforeAll(async () => {
  at = await createTestDatabase();
  const contextKey = setting('contextKey');
  worker = openDatabase({ url: at.workerUrl, contextKey });
  web = openDatabase({ url: at.webUrl, contextKey });
  owner = new Client({ connectionString: at.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await Promise.all([worker.close(), web.close(), owner.end()]);
  await at.drop();
  fs.rmSync(dataDir, { recursive: true });
});
beforeEach(async () => {
  [mspId, clientId, otherMspId] = [v7(), v7(), v7()];
  settings = { ...settings, notifiesLoopback: true };
  await owner.query(
    "INSERT INTO app.msp VALUES ($1, 'Quillmark IT', 'Europe/London'), ($2, 'Other', 'UTC')",
    [mspId, otherMspId],
  );
  await owner.query(
    "INSERT INTO app.client (msp_id, client_id, name, time_zone) VALUES ($1, $2, 'Eskerby', 'UTC')",
    [mspId, clientId],
  );
  service = await openTicketService();
  return () => service.close();
});

const scope = (of = mspId) =>
  makeTenantScope({ mspId: of, clientIds: '*', actorId: PERSON.personId, role: 'admin' });

type Kind = TicketSettings['kind'];
const settingsOf = (kind: Kind): TicketSettings =>
  kind === 'connectwise' ? connectWiseSettingsOf(service.url) : restSettingsOf(service.url);

/** A ticket system, past the check of what people type: the service stands on loopback. */
async function system(kind: Kind = 'rest-tickets', changed: Partial<TicketSettings> = {}): Promise<string> {
  const channelId = v7();
  // A change of some fields leaves the settings what they are.
  const whole = { ...settingsOf(kind), ...changed } as TicketSettings;
  const sealed = sealTicketSettings(channelId, whole, setting('secretKey'));
  await owner.query(
    `INSERT INTO app.notification_channel (msp_id, channel_id, name, kind, shown_address, sealed, needs_company, created_at, created_by)
      VALUES ($1, $2, $3, $4, 'shown', $5, true, now(), $6)`,
    [mspId, channelId, `Desk ${channelId}`, kind, Buffer.from(sealed), PERSON.personId],
  );
  return channelId;
}
const map = (channelId: string, companyId: string | null = '4711', nowMs = T0) =>
  mapCompany(web, scope(), PERSON, channelId, { clientId, companyId }, nowMs);

/** A cause that is open, as an evaluation leaves it. */
async function openCause(): Promise<string> {
  const causeId = v7();
  await owner.query(
    `INSERT INTO app.finding_cause (msp_id, cause_id, client_id, cause_key, severity, severity_rank, rules, finding_count,
        system_count, since, opened_at, last_opened_at)
      VALUES ($1, $2::uuid, $3, $2::text, 'warning', 2, '{run-failed}', 1, 1, $4, $4, $4)`,
    [mspId, causeId, clientId, new Date(T0)],
  );
  return causeId;
}

/** What an evaluation does when a cause has become something else. */
async function become(causeId: string, columns: Record<string, unknown>, nowMs: number): Promise<void> {
  for (const [name, value] of Object.entries(columns))
    await owner.query(`UPDATE app.finding_cause SET ${name} = $3 WHERE msp_id = $1 AND cause_id = $2`, [
      mspId,
      causeId,
      value,
    ]);
  await worker.inScope(workerScope(mspId), async (tx) => {
    await wakeTickets(tx, mspId, [causeId], { at: new Date(nowMs), evenStuck: 'closed_at' in columns });
    await hintWork(tx, mspId, 'ticket', new Date(nowMs));
  });
}

const one = (causeId: string) => [{ causeId, version: null }];
const want = (causeId: string, channelId: string, nowMs = T0) =>
  openTickets(web, scope(), PERSON, { causes: one(causeId), channelId }, nowMs);
const keepAt = (nowMs: number, of = mspId) => keepTickets(worker, of, settings, () => new Date(nowMs));
async function ticketOf(causeId: string) {
  const { rows } = await owner.query(
    `SELECT t.state, t.stands, t.problem, t.ticket_id, t.http_status, t.server_answer, t.tries, c.ticket_reference, c.ticket_url
      FROM app.ticket t JOIN app.finding_cause c USING (msp_id, cause_id) WHERE t.msp_id = $1 AND t.cause_id = $2`,
    [mspId, causeId],
  );
  return rows[0] as Record<string, unknown> | undefined;
}
const kindsOf = async (causeId: string) => {
  const detail = await web.inScope(scope(), (tx) => readCause(tx, mspId, causeId, new Date(T0)));
  return detail?.events.map(({ kind }) => kind).toReversed();
};
const posts = () => service.asked.filter((line) => /^POST .*\/tickets$/.test(line));
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string; publicSentence?: string }) => `${error.code}: ${error.publicSentence}`,
  );

describe.each<Kind>(['rest-tickets', 'connectwise'])('a cause and its ticket in %s', (kind) => {
  const open = kind === 'connectwise' ? 'New' : 'open';
  const again = kind === 'connectwise' ? 'Re-opened' : 'open';
  const done = kind === 'connectwise' ? '>Closed' : 'done';

  test('is opened, told, closed, and the same one is opened again', async () => {
    const [channelId, causeId] = [await system(kind), await openCause()];
    await map(channelId);
    await want(causeId, channelId);
    await keepAt(T0);
    await keepAt(T0 + SECOND);
    expect(service.tickets).toMatchObject([
      { key: ticketKey(causeId), company: '4711', summary: 'Warning: run-failed (Eskerby)', status: open },
    ]);
    expect(service.tickets[0]?.description).toContain(`https://holdfast.example/findings?cause=${causeId}`);
    expect(await ticketOf(causeId)).toMatchObject({
      state: 'settled',
      stands: 'open',
      ticket_reference: '1001',
      ...(kind === 'rest-tickets' && { ticket_url: 'https://desk.example/t/1001' }),
    });

    await become(causeId, { severity: 'critical', severity_rank: 1 }, T0 + MINUTE);
    await keepAt(T0 + MINUTE);
    await keepAt(T0 + 2 * MINUTE);
    expect(service.tickets[0]?.notes).toHaveLength(1);
    expect(service.tickets[0]?.notes[0]).toContain('From warning to critical.');

    await become(causeId, { closed_at: new Date(T0 + HOUR) }, T0 + HOUR);
    await keepAt(T0 + HOUR);
    expect(service.tickets).toMatchObject([{ status: done }]);
    expect(service.tickets[0]?.notes[1]).toContain('nothing of it holds any more since Fri 27 Nov 13:00');

    await become(causeId, { closed_at: null, flap_count: 1 }, T0 + 2 * HOUR);
    await keepAt(T0 + 2 * HOUR);
    expect(service.tickets).toMatchObject([{ id: '1001', status: again }]);
    expect(service.tickets[0]?.notes[2]).toContain('came back');
    expect(posts()).toHaveLength(1);
    expect(await kindsOf(causeId)).toEqual([
      'ticket-wanted',
      'ticket-opened',
      'ticket-updated',
      'ticket-closed',
      'ticket-reopened',
    ]);
    const logged = await owner.query(
      "SELECT action FROM audit.event WHERE msp_id = $1 AND action LIKE 'ticket.%' ORDER BY seq",
      [mspId],
    );
    expect(logged.rows.map(({ action }) => action)).toEqual([
      'ticket.opened',
      'ticket.updated',
      'ticket.closed',
      'ticket.reopened',
    ]);
  });

  test('without a company it is blocked, asks nobody, and goes out once the company is there', async () => {
    const [channelId, causeId] = [await system(kind), await openCause()];
    await want(causeId, channelId);
    expect(await keepAt(T0)).toMatchObject({ stuck: [{ causeId, problem: 'no-company' }] });
    expect(service.asked).toEqual([]);
    expect(await ticketOf(causeId)).toMatchObject({ state: 'blocked', problem: 'no-company' });
    await keepAt(T0 + HOUR);
    await map(channelId, '4711', T0 + HOUR);
    await keepAt(T0 + HOUR);
    expect(service.tickets).toHaveLength(1);
    expect(await kindsOf(causeId)).toEqual(['ticket-wanted', 'ticket-blocked', 'ticket-opened']);
  });

  test('with a company that is not known there it is blocked, and goes out once that is mended', async () => {
    const [channelId, causeId] = [await system(kind), await openCause()];
    await map(channelId, '9999');
    await want(causeId, channelId);
    expect(await keepAt(T0)).toMatchObject({ stuck: [{ problem: 'company-refused' }] });
    const held = await ticketOf(causeId);
    expect(held).toMatchObject({ state: 'blocked', http_status: kind === 'connectwise' ? 400 : 422 });
    expect(String(held?.['server_answer'])).toMatch(/company/i);
    await keepAt(T0 + 10 * HOUR);
    expect(posts()).toHaveLength(1);
    await map(channelId, '4711', T0 + 11 * HOUR);
    await keepAt(T0 + 11 * HOUR);
    expect(service.tickets).toMatchObject([{ company: '4711' }]);
  });

  test.each([500, 503, 429])(
    '%i is tried again, and the same ticket is found rather than doubled',
    async (status) => {
      const [channelId, causeId] = [await system(kind), await openCause()];
      await map(channelId);
      await want(causeId, channelId);
      service.trouble = { on: /^POST .*\/tickets$/, status, answer: 'not now', isDone: true };
      expect(await keepAt(T0)).toMatchObject({ postponed: 1 });
      expect(await ticketOf(causeId)).toMatchObject({
        state: 'waiting',
        problem: 'deferred',
        http_status: status,
        server_answer: 'not now',
        ticket_reference: null,
      });
      service.trouble = null;
      await keepAt(T0 + MINUTE);
      await keepAt(T0 + MINUTE);
      expect(service.tickets).toHaveLength(1);
      expect(posts()).toHaveLength(1);
      expect(await ticketOf(causeId)).toMatchObject({ state: 'settled', ticket_reference: '1001' });
      expect(service.tickets[0]?.notes).toEqual([]);
    },
  );

  test('what it refuses stays with its words until somebody has it tried again', async () => {
    const [channelId, causeId] = [await system(kind), await openCause()];
    await map(channelId);
    await want(causeId, channelId);
    service.trouble = { on: /./, status: 403, answer: 'not with this\u202e key' };
    expect(await keepAt(T0)).toMatchObject({ stuck: [{ problem: 'refused' }] });
    expect(await ticketOf(causeId)).toMatchObject({
      state: 'refused',
      http_status: 403,
      server_answer: 'not with this\ufffd key',
    });
    service.trouble = null;
    await keepAt(T0 + 10 * HOUR);
    expect(service.tickets).toEqual([]);
    await retryTickets(web, scope(), PERSON, { causes: one(causeId) }, T0 + 11 * HOUR);
    await keepAt(T0 + 11 * HOUR);
    expect(service.tickets).toHaveLength(1);
    expect(await refusal(retryTickets(web, scope(), PERSON, { causes: one(causeId) }, T0))).toContain(
      'conflict',
    );
  });

  test('a test changes nothing and shows the real answer', async () => {
    const channelId = await system(kind);
    const last = async () =>
      (
        await owner.query(
          'SELECT state, http_status, server_answer FROM app.notification WHERE msp_id = $1 ORDER BY created_at DESC LIMIT 1',
          [mspId],
        )
      ).rows[0];
    const mail = { ...settings, smtpUrl: null, mailFrom: 'a@b.example', dataDir };
    await sendTest(web, scope(), PERSON, channelId, T0);
    await sendDueNotifications(worker, mspId, mail, () => new Date(T0));
    expect(await last()).toMatchObject({ state: 'sent', http_status: 200 });
    service.trouble = { on: /./, status: 401, answer: 'wrong key' };
    await sendTest(web, scope(), PERSON, channelId, T0 + 1);
    await sendDueNotifications(worker, mspId, mail, () => new Date(T0 + 1));
    expect(await last()).toMatchObject({ state: 'given-up', http_status: 401, server_answer: 'wrong key' });
    expect(service.tickets).toEqual([]);
  });
});

test('a board that ConnectWise does not have is told by the test', async () => {
  const channelId = await system('connectwise', { board: 'Nowhere' });
  await sendTest(web, scope(), PERSON, channelId, T0);
  const mail = { ...settings, smtpUrl: null, mailFrom: 'a@b.example', dataDir };
  await sendDueNotifications(worker, mspId, mail, () => new Date(T0));
  const { rows } = await owner.query('SELECT state, server_answer FROM app.notification WHERE msp_id = $1', [
    mspId,
  ]);
  expect(rows).toMatchObject([{ state: 'given-up' }]);
  expect(rows[0].server_answer).toContain('no service board named ‘Nowhere’');
});

describe('when something is lost on the way', () => {
  test('an opening whose answer never came is found again, and closed if nobody needs it any more', async () => {
    const [channelId, causeId] = [await system('rest-tickets'), await openCause()];
    await map(channelId);
    await want(causeId, channelId);
    service.trouble = { on: /^POST \/tickets$/, status: 502, isDone: true };
    await keepAt(T0);
    service.trouble = null;
    await become(causeId, { closed_at: new Date(T0 + MINUTE) }, T0 + MINUTE);
    await keepAt(T0 + 5 * MINUTE);
    expect(service.tickets).toMatchObject([{ status: 'done' }]);
    expect(await ticketOf(causeId)).toMatchObject({ state: 'settled', stands: 'closed' });
  });

  slowTest(
    'a service that says nothing is given up after ten seconds, asked again, and not doubled',
    async () => {
      const [channelId, causeId] = [await system(), await openCause()];
      await map(channelId);
      await want(causeId, channelId);
      service.trouble = { on: /^POST \/tickets$/, status: null, isDone: true };
      expect(await keepAt(T0)).toMatchObject({ postponed: 1 });
      expect(await ticketOf(causeId)).toMatchObject({
        state: 'waiting',
        problem: 'too-slow',
        server_answer: null,
      });
      service.trouble = null;
      await keepAt(T0 + MINUTE);
      expect(service.tickets).toHaveLength(1);
      expect(await ticketOf(causeId)).toMatchObject({ state: 'settled', ticket_reference: '1001' });
    },
    30_000,
  );

  test('a service that nobody reaches is tried for three days, then somebody has to look', async () => {
    const [channelId, causeId] = [await system(), await openCause()];
    await map(channelId);
    await want(causeId, channelId);
    await service.close();
    expect(await keepAt(T0)).toMatchObject({ postponed: 1 });
    expect(await ticketOf(causeId)).toMatchObject({
      problem: 'unreachable',
      server_answer: 'ECONNREFUSED',
    });
    expect(await keepAt(T0 + 71 * HOUR)).toMatchObject({ postponed: 1 });
    expect(await keepAt(T0 + 73 * HOUR)).toMatchObject({ stuck: [{ problem: 'unreachable' }] });
    expect(await kindsOf(causeId)).toEqual(['ticket-wanted', 'ticket-refused']);
  });

  test('while it cannot be looked for, nothing is opened', async () => {
    const [channelId, causeId] = [await system(), await openCause()];
    await map(channelId);
    await want(causeId, channelId);
    service.trouble = { on: /./, status: 500, isDone: true };
    await keepAt(T0);
    await keepAt(T0 + MINUTE);
    await keepAt(T0 + HOUR);
    expect(posts()).toHaveLength(1);
    expect(await keepAt(T0 + 73 * HOUR)).toMatchObject({ stuck: [{ problem: 'deferred' }] });
    expect(await ticketOf(causeId)).toMatchObject({ state: 'refused' });
  });

  test('a service that cannot be asked gets the same idempotency key with each attempt', async () => {
    const [channelId, causeId] = [await system('rest-tickets', { find: null }), await openCause()];
    await map(channelId);
    await want(causeId, channelId);
    service.trouble = { on: /./, status: 500 };
    await keepAt(T0);
    await keepAt(T0 + MINUTE);
    expect(service.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([
      ticketKey(causeId),
      ticketKey(causeId),
    ]);
  });

  test('an answer without a number is no ticket, and it is looked for before another is opened', async () => {
    const { open } = restSettingsOf(service.url);
    const channelId = await system('rest-tickets', { open: { ...open, idPath: 'nowhere.id' } });
    const causeId = await openCause();
    await map(channelId);
    await want(causeId, channelId);
    expect(await keepAt(T0)).toMatchObject({ stuck: [{ problem: 'no-number' }] });
    await retryTickets(web, scope(), PERSON, { causes: one(causeId) }, T0 + MINUTE);
    await keepAt(T0 + MINUTE);
    expect(service.tickets).toHaveLength(1);
    expect(await ticketOf(causeId)).toMatchObject({ ticket_reference: '1001' });
  });

  test('a ticket that is gone there is told, not opened anew', async () => {
    const [channelId, causeId] = [await system(), await openCause()];
    await map(channelId);
    await want(causeId, channelId);
    await keepAt(T0);
    service.tickets.length = 0;
    await become(causeId, { severity: 'critical', severity_rank: 1 }, T0 + MINUTE);
    expect(await keepAt(T0 + MINUTE)).toMatchObject({ stuck: [{ problem: 'ticket-gone' }] });
    expect(posts()).toHaveLength(1);
  });

  test('a ticket system that was removed is asked nothing, and hears all of it once it is back', async () => {
    const [channelId, causeId] = [await system(), await openCause()];
    await map(channelId);
    await want(causeId, channelId);
    await setChannelThere(web, scope(), PERSON, { channelId, isThere: false }, T0);
    expect(await keepAt(T0)).toMatchObject({ stuck: [{ problem: 'channel-removed' }] });
    expect(service.asked).toEqual([]);
    await setChannelThere(web, scope(), PERSON, { channelId, isThere: true }, T0 + MINUTE);
    await keepAt(T0 + MINUTE);
    expect(service.tickets).toHaveLength(1);
  });

  test('where this machine is not allowed, nothing is connected to', async () => {
    settings = { ...settings, notifiesLoopback: false };
    const [channelId, causeId] = [await system(), await openCause()];
    await map(channelId);
    await want(causeId, channelId);
    expect(await keepAt(T0)).toMatchObject({ stuck: [{ problem: 'forbidden-address' }] });
    expect(service.asked).toEqual([]);
  });

  test('two workers at once open each ticket once', async () => {
    const channelId = await system();
    await map(channelId);
    for (let count = 0; count < 6; count++) await want(await openCause(), channelId);
    await Promise.all([keepAt(T0), keepAt(T0), keepAt(T0)]);
    expect(service.tickets).toHaveLength(6);
    expect(new Set(service.tickets.map(({ key }) => key)).size).toBe(6);
  });

  slowTest.each([
    ['before the service had it', false],
    ['after the service had it, before its answer was kept', true],
  ])('a worker that is killed %s loses nothing and doubles nothing', async (_, isDone) => {
    const env = { HOLDFAST_NOTIFY_LOOPBACK: 'on', HOLDFAST_DATA_DIR: dataDir };
    const [channelId, causeId] = [await system(), await openCause()];
    await map(channelId);
    service.trouble = { on: /^POST \/tickets$/, status: null, isDone };
    await want(causeId, channelId, Date.now());
    const first = await startServerProcess('worker', at, env);
    expect(await until(() => posts().length > 0, 20_000)).toBe(true);
    process.kill(first.pid, 'SIGKILL');
    expect(await until(() => !first.isAlive(), 10_000)).toBe(true);
    expect(await ticketOf(causeId)).toMatchObject({ state: 'waiting', stands: 'none', problem: null });
    expect(service.tickets).toHaveLength(isDone ? 1 : 0);
    service.trouble = null;
    const second = await startServerProcess('worker', at, env);
    // The minute of the dead one's claim, without the wait.
    await owner.query('UPDATE app.ticket SET next_try_at = now() WHERE msp_id = $1', [mspId]);
    await owner.query('UPDATE app.work_due SET due_at = now() WHERE msp_id = $1', [mspId]);
    expect(await until(async () => (await ticketOf(causeId))?.['state'] === 'settled', 20_000)).toBe(true);
    await second.stop();
    await first.stop();
    expect(service.tickets).toHaveLength(1);
    expect(await ticketOf(causeId)).toMatchObject({ stands: 'open', ticket_reference: '1001' });
  });
});

describe('what people and rules do', () => {
  test('a rule opens one ticket of each cause, however many rules tell of it, and none of what has one', async () => {
    const [channelId, causeId, linked] = [await system(), await openCause(), await openCause()];
    await map(channelId);
    await linkTicket(
      web,
      scope(),
      PERSON,
      { causes: one(linked), ticket: { reference: 'OLD-1', url: null } },
      T0,
    );
    const terms = {
      severities: ['critical', 'warning'] as const,
      findingRules: null,
      clientIds: null,
      tells: ['opened', 'resolved'] as const,
      digestHour: null,
      quiet: null,
      escalateAfterMinutes: null,
    };
    for (const name of ['First', 'Second'])
      await addNotificationRule(
        web,
        scope(),
        PERSON,
        {
          name,
          channelId,
          escalationChannelId: null,
          terms: { ...terms, severities: [...terms.severities], tells: [...terms.tells] },
        },
        T0 - HOUR,
      );
    for (const id of [causeId, linked])
      await owner.query(
        `INSERT INTO app.finding_event (msp_id, event_id, client_id, cause_id, kind, at) VALUES ($1, $2, $3, $4, 'opened', $5)`,
        [mspId, v7(), clientId, id, new Date(T0)],
      );
    for (const minutes of [1, 2]) {
      await decideNotifications(worker, mspId, new Date(T0 + minutes * MINUTE));
      await keepAt(T0 + minutes * MINUTE);
    }
    expect(service.tickets).toMatchObject([{ key: ticketKey(causeId) }]);
    expect(await kindsOf(causeId)).toEqual(['opened', 'ticket-wanted', 'ticket-opened']);
    const { rows } = await owner.query('SELECT DISTINCT state FROM app.notification WHERE msp_id = $1', [
      mspId,
    ]);
    expect(rows).toEqual([{ state: 'sent' }]);
  });

  test('taking it back closes it, undoing that opens the same again; undoing another change leaves its number', async () => {
    const [channelId, causeId] = [await system(), await openCause()];
    await map(channelId);
    const acknowledged = await acknowledgeCauses(web, scope(), PERSON, { causes: one(causeId) }, T0);
    await owner.query('UPDATE app.finding_cause SET version = 0 WHERE cause_id = $1', [causeId]);
    await want(causeId, channelId);
    await keepAt(T0);
    await undoCauseChange(web, scope(), PERSON, { changeId: acknowledged.changeId }, T0);
    expect(await ticketOf(causeId)).toMatchObject({ ticket_reference: '1001' });

    const { changeId } = await withdrawTickets(web, scope(), PERSON, { causes: one(causeId) }, T0 + MINUTE);
    expect(await ticketOf(causeId)).toMatchObject({ ticket_reference: null });
    await keepAt(T0 + MINUTE);
    expect(service.tickets).toMatchObject([{ status: 'done' }]);
    expect(service.tickets[0]?.notes[0]).toContain('took this ticket back');
    await undoCauseChange(web, scope(), PERSON, { changeId }, T0 + 2 * MINUTE);
    await keepAt(T0 + 2 * MINUTE);
    expect(service.tickets).toMatchObject([{ id: '1001', status: 'open' }]);
    expect(await ticketOf(causeId)).toMatchObject({ ticket_reference: '1001', stands: 'open' });
  });

  test('what was taken back is opened anew in another system, once it is closed in its own or that is gone', async () => {
    const [channelId, otherId, causeId] = [await system(), await system('connectwise'), await openCause()];
    await map(channelId);
    await map(otherId);
    await want(causeId, channelId);
    await keepAt(T0);
    await withdrawTickets(web, scope(), PERSON, { causes: one(causeId) }, T0);
    expect(await refusal(want(causeId, otherId))).toContain(
      'conflict: The former ticket of a cause is not closed',
    );
    await keepAt(T0);
    await want(causeId, otherId, T0 + MINUTE);
    await keepAt(T0 + MINUTE);
    expect(service.tickets).toMatchObject([{ status: 'done' }, { status: 'New' }]);
    expect(await ticketOf(causeId)).toMatchObject({ ticket_reference: '1002', stands: 'open' });

    await setChannelThere(web, scope(), PERSON, { channelId: otherId, isThere: false }, T0);
    await withdrawTickets(web, scope(), PERSON, { causes: one(causeId) }, T0 + 2 * MINUTE);
    await want(causeId, channelId, T0 + 2 * MINUTE);
    await keepAt(T0 + 2 * MINUTE);
    expect(await ticketOf(causeId)).toMatchObject({ ticket_reference: '1003', stands: 'open' });
  });

  test('many at once are one change: each cause gets its own ticket, or none of them any', async () => {
    const channelId = await system();
    await map(channelId);
    const ids = [await openCause(), await openCause(), await openCause()];
    const causes = ids.map((causeId) => ({ causeId, version: 0 }));
    const open = (chosen: typeof causes) =>
      openTickets(web, scope(), PERSON, { causes: chosen, channelId }, T0);
    const [first = { causeId: '', version: 0 }, ...others] = causes;
    expect(await refusal(open([...others, { ...first, version: 7 }]))).toContain('Somebody else changed');
    await keepAt(T0);
    expect(service.asked).toEqual([]);
    expect(await open(causes)).toMatchObject({ count: 3 });
    await keepAt(T0);
    expect(new Set(service.tickets.map(({ key }) => key))).toEqual(new Set(ids.map(ticketKey)));
  });

  test('undoing an opening that nobody sent yet sends nothing', async () => {
    const [channelId, causeId] = [await system(), await openCause()];
    await map(channelId);
    const { changeId } = await want(causeId, channelId);
    await undoCauseChange(web, scope(), PERSON, { changeId }, T0);
    await keepAt(T0);
    expect(service.asked).toEqual([]);
    expect(await ticketOf(causeId)).toMatchObject({ state: 'settled', stands: 'none' });
  });

  test('one cause has one ticket: a second, or a number by hand, is refused in words', async () => {
    const [channelId, causeId, linked] = [await system(), await openCause(), await openCause()];
    await map(channelId);
    await want(causeId, channelId);
    expect(await refusal(want(causeId, channelId))).toContain(
      'conflict: A cause of Eskerby has a ticket already',
    );
    const ticket = { reference: 'X-1', url: null };
    const link = (id: string) => linkTicket(web, scope(), PERSON, { causes: one(id), ticket }, T0);
    expect(await refusal(link(causeId))).toContain('keeps the ticket of this cause itself');
    await link(linked);
    expect(await refusal(want(linked, channelId))).toContain('has ticket X-1 already');
    await become(linked, { closed_at: new Date(T0), ticket_reference: null }, T0);
    expect(await refusal(want(linked, channelId))).toContain('closed by itself');
  });

  test('what changes often is told once in ten minutes, with who joined', async () => {
    const [channelId, causeId] = [await system(), await openCause()];
    await map(channelId);
    await want(causeId, channelId);
    await keepAt(T0);
    for (const count of [2, 3, 4, 5]) {
      await become(causeId, { finding_count: count, system_count: count }, T0 + count * MINUTE);
      await keepAt(T0 + count * MINUTE);
    }
    expect(service.tickets[0]?.notes).toEqual([]);
    await keepAt(T0 + 11 * MINUTE);
    await keepAt(T0 + 12 * MINUTE);
    expect(service.tickets[0]?.notes).toHaveLength(1);
    expect(service.tickets[0]?.notes[0]).toContain('Now: warning, 5 systems, 5 findings.');
  });

  test('another MSP neither sees, names nor works on any of it', async () => {
    const [channelId, causeId] = [await system(), await openCause()];
    await map(channelId);
    await want(causeId, channelId);
    expect(await keepAt(T0, otherMspId)).toEqual({ done: 0, postponed: 0, stuck: [] });
    const other = scope(otherMspId);
    const causes = one(causeId);
    expect(await refusal(withdrawTickets(web, other, PERSON, { causes }, T0))).toContain('not-found');
    expect(await refusal(retryTickets(web, other, PERSON, { causes }, T0))).toContain('not-found');
    expect(await refusal(openTickets(web, other, PERSON, { causes, channelId }, T0))).toContain(
      'invalid-request',
    );
    expect(
      await refusal(mapCompany(web, other, PERSON, channelId, { clientId, companyId: '1' }, T0)),
    ).toContain('not-found');
    const counts = await web.inScope(workerScope(otherMspId), (tx) =>
      Promise.all([tx.ticket.count({ where: { mspId } }), tx.ticketCompany.count({ where: { mspId } })]),
    );
    expect(counts).toEqual([0, 0]);
  });
});
