import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MessageKind } from '@/domain/notify/delivery';
import type { RuleTerms } from '@/domain/notify/notification-rule';
import { HOUR, MINUTE, SECOND } from '@/domain/time/instant';
import { until } from '@/scripts/run-program.mjs';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { startServerProcess } from '@/test/server-process';
import { slowTest } from '@/test/slow-test';
import { workerScope } from '../auth/system-scope';
import { setting } from '../config';
import { readCause } from '../data/cause-detail';
import { type Database, openDatabase } from '../data/database';
import { listNotifications } from '../data/notifications';
import { openSmtpSink } from '../mail/testing/smtp-sink';
import { sealChannel } from '../notify/channel-address';
import type { DeliverySettings } from '../notify/deliver';
import { signWebhook } from '../notify/sign-webhook';
import { openReceiver, type Receiver } from '../notify/testing/receiver';
import { makeTenantScope } from '../tenancy/tenant-scope';
import {
  addChannel,
  addNotificationRule,
  changeNotificationRule,
  sendTest,
  setChannelThere,
  setRuleThere,
} from './change-notifications';
import { decideNotifications } from './decide-notifications';
import { sendDueNotifications } from './send-due-notifications';

const T0 = Date.parse('2026-11-27T12:00:00Z');
const SECRET = 'hfwh_a-secret-of-the-test';
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-notify-'));

let at: TestDatabase;
let worker: Database;
let web: Database;
let owner: Client;
let receiver: Receiver;
let settings: DeliverySettings;
let [mspId, clientId, otherMspId] = [v7(), v7(), v7()];

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
  await owner.query(
    "INSERT INTO app.msp VALUES ($1, 'Quillmark IT', 'Europe/London'), ($2, 'Other', 'UTC')",
    [mspId, otherMspId],
  );
  for (const [msp, client] of [
    [mspId, clientId],
    [otherMspId, v7()],
  ])
    await owner.query(
      "INSERT INTO app.client (msp_id, client_id, name, time_zone) VALUES ($1, $2, 'Eskerby', 'UTC')",
      [msp, client],
    );
  receiver = await openReceiver();
  settings = {
    smtpUrl: null,
    mailFrom: 'holdfast@quillmark.example',
    dataDir,
    appOrigin: 'https://holdfast.example',
    notifiesLoopback: true,
  };
  return () => receiver.close();
});

const scope = (of = mspId) =>
  makeTenantScope({ mspId: of, clientIds: '*', actorId: PERSON.personId, role: 'admin' });
const PERSON = { personId: v7(), name: 'Dana' };
const TERMS: RuleTerms = {
  severities: ['critical', 'warning', 'note'],
  findingRules: null,
  clientIds: null,
  tells: ['opened', 'worse', 'resolved'],
  digestHour: null,
  quiet: null,
  escalateAfterMinutes: null,
};

/** A channel to an address, past the check of what people type: the receiver stands on loopback. */
async function channel(kind: MessageKind = 'webhook', address = receiver.url): Promise<string> {
  const channelId = v7();
  const sealed = sealChannel(
    channelId,
    { address, signingSecret: kind === 'webhook' ? SECRET : null },
    setting('secretKey'),
  );
  await owner.query(
    `INSERT INTO app.notification_channel (msp_id, channel_id, name, kind, shown_address, sealed, created_at, created_by)
      VALUES ($1, $2, $3, $4, 'shown', $5, now(), $6)`,
    [mspId, channelId, `${kind} ${channelId}`, kind, Buffer.from(sealed), PERSON.personId],
  );
  return channelId;
}

const form = (
  channelId: string,
  terms: Partial<RuleTerms> = {},
  escalationChannelId: string | null = null,
) => ({
  name: `Rule ${v7()}`,
  channelId,
  escalationChannelId,
  terms: { ...TERMS, ...terms },
});
const rule = (channelId: string, terms: Partial<RuleTerms> = {}, escalationChannelId: string | null = null) =>
  addNotificationRule(web, scope(), PERSON, form(channelId, terms, escalationChannelId), T0 - HOUR);

/** What an evaluation leaves when something happened to a cause. */
async function happen(
  causeId: string,
  kind: string,
  nowMs: number,
  changed: Record<string, unknown> = {},
): Promise<void> {
  const isOpen = kind !== 'closed';
  await owner.query(
    `INSERT INTO app.finding_cause AS c (msp_id, cause_id, client_id, cause_key, severity, severity_rank, rules, finding_count,
        system_count, since, opened_at, last_opened_at)
      VALUES ($1, $2, $3, $4, 'warning', 2, '{run-failed}', 1, 1, $5, $5, $5)
      ON CONFLICT (msp_id, cause_id) DO NOTHING`,
    [mspId, causeId, clientId, causeId, new Date(nowMs)],
  );
  const columns: Record<string, unknown> = {
    closed_at: isOpen ? null : new Date(nowMs),
    ...(kind === 'worsened' && { severity: 'critical', severity_rank: 1 }),
    ...changed,
  };
  for (const [name, value] of Object.entries(columns))
    await owner.query(`UPDATE app.finding_cause SET ${name} = $3 WHERE msp_id = $1 AND cause_id = $2`, [
      mspId,
      causeId,
      value,
    ]);
  await owner.query(
    `INSERT INTO app.finding_event (msp_id, event_id, client_id, cause_id, kind, at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [mspId, v7(), clientId, causeId, kind, new Date(nowMs)],
  );
}

const decideAt = (nowMs: number) => decideNotifications(worker, mspId, new Date(nowMs));
const sendAt = (nowMs: number, of = mspId) =>
  sendDueNotifications(worker, of, settings, () => new Date(nowMs));
async function tell(nowMs: number): Promise<void> {
  await decideAt(nowMs);
  await sendAt(nowMs);
}
const newest = () => web.inScope(scope(), (tx) => listNotifications(tx, mspId, { limit: 50 }));
const said = () =>
  receiver.received.map(({ body }) => {
    const { summary, causes } = JSON.parse(body) as { summary: string; causes: { step: string }[] };
    return { summary, steps: causes.map(({ step }) => step) };
  });
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string; publicSentence?: string }) => `${error.code}: ${error.publicSentence}`,
  );

describe('from a cause to its receiver', () => {
  test('opening, getting worse and its end are told once each, signed, under one id each', async () => {
    await rule(await channel());
    const causeId = v7();
    await happen(causeId, 'opened', T0);
    await tell(T0 + 29 * SECOND);
    expect(receiver.received).toEqual([]);
    for (const seconds of [30, 31, 90]) await tell(T0 + seconds * SECOND);
    expect(said()).toEqual([{ summary: 'Warning: run-failed (Eskerby)', steps: ['opened'] }]);
    await happen(causeId, 'worsened', T0 + 10 * MINUTE);
    for (const minutes of [11, 12]) await tell(T0 + minutes * MINUTE);
    await happen(causeId, 'closed', T0 + 20 * MINUTE);
    for (const minutes of [21, 22, 600]) await tell(T0 + minutes * MINUTE);
    expect(said().flatMap(({ steps }) => steps)).toEqual(['opened', 'worse', 'resolved']);
    const detail = await web.inScope(scope(), (tx) => readCause(tx, mspId, causeId, new Date(T0)));
    expect(detail?.events.filter(({ kind }) => kind === 'told')).toMatchObject([
      { detail: { step: 'resolved', state: 'sent' } },
      { detail: { step: 'worse' } },
      { detail: { step: 'opened' } },
    ]);
    for (const { headers, body } of receiver.received) {
      const [, seconds = ''] = /^t=(\d+),v1=/.exec(String(headers['holdfast-signature'])) ?? [];
      expect(headers['holdfast-signature']).toBe(signWebhook(body, SECRET, Number(seconds) * 1000));
      expect(headers['idempotency-key']).toBe((JSON.parse(body) as { id: string }).id);
    }
    expect(new Set(receiver.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(3);
    expect(await newest()).toMatchObject([
      { state: 'sent', httpStatus: 200, serverAnswer: 'thanks' },
      {},
      {},
    ]);
    const logged = await owner.query('SELECT count(*)::int AS n FROM audit.event WHERE msp_id = $1', [mspId]);
    expect(logged.rows[0]).toMatchObject({ n: 4 });
  });

  test('what opened before the rule is not told; what it is asked for later is, and what is removed tells nothing', async () => {
    const causeId = v7();
    await happen(causeId, 'opened', T0 - 2 * HOUR);
    const channelId = await channel();
    const ruleId = await rule(channelId, { severities: ['critical'] });
    await happen(v7(), 'opened', T0);
    await tell(T0 + MINUTE);
    expect(receiver.received).toEqual([]);
    await changeNotificationRule(web, scope(), ruleId, form(channelId), T0);
    await tell(T0 + 2 * MINUTE);
    expect(said()).toHaveLength(1);
    await setRuleThere(web, scope(), PERSON, { ruleId, isThere: false }, T0);
    await happen(v7(), 'opened', T0 + 2 * MINUTE);
    await tell(T0 + HOUR);
    expect(said()).toHaveLength(1);
    await setRuleThere(web, scope(), PERSON, { ruleId, isThere: true }, T0);
    await tell(T0 + HOUR);
    expect(said()).toHaveLength(2);
  });

  test('a storm is one message that lists all of it', async () => {
    await rule(await channel());
    for (let count = 0; count < 40; count++) await happen(v7(), 'opened', T0 + count);
    await tell(T0 + MINUTE);
    await tell(T0 + HOUR);
    expect(said()).toMatchObject([{ summary: '40 findings at Eskerby' }]);
    expect(said()[0]?.steps).toHaveLength(40);
  });

  test('quiet hours hold back, and what they held back comes at their end', async () => {
    const days = [1, 2, 3, 4, 5, 6, 7];
    const quiet = { windows: [{ days, fromMinute: 0, toMinute: 13 * 60 }], criticalPasses: true };
    await rule(await channel(), { quiet });
    await happen(v7(), 'opened', T0);
    await happen(v7(), 'opened', T0, { severity: 'critical', severity_rank: 1 });
    await tell(T0 + MINUTE);
    expect(said()).toMatchObject([{ summary: 'Critical: run-failed (Eskerby)' }]);
    const due = await owner.query("SELECT due_at FROM app.work_due WHERE msp_id = $1 AND kind = 'telling'", [
      mspId,
    ]);
    expect(due.rows).toEqual([{ due_at: new Date(T0 + HOUR) }]);
    await tell(T0 + HOUR - 1);
    expect(said()).toHaveLength(1);
    await tell(T0 + HOUR);
    expect(said()).toHaveLength(2);
  });

  test('what nobody acknowledges goes on to another channel, once; acknowledging stops it', async () => {
    const escalation = await openReceiver();
    const [first, second] = [await channel(), await channel('webhook', escalation.url)];
    await rule(first, { escalateAfterMinutes: 15 }, second);
    const [left, seen] = [v7(), v7()];
    for (const causeId of [left, seen]) await happen(causeId, 'opened', T0);
    await tell(T0 + MINUTE);
    await owner.query(
      'UPDATE app.finding_cause SET acknowledged_at = now(), acknowledged_by = $2 WHERE cause_id = $1',
      [seen, PERSON.personId],
    );
    await tell(T0 + 16 * MINUTE - 1);
    expect(escalation.received).toEqual([]);
    for (const minutes of [16, 17, 40]) await tell(T0 + minutes * MINUTE);
    expect(escalation.received).toHaveLength(1);
    await happen(left, 'closed', T0 + HOUR);
    await tell(T0 + HOUR + MINUTE);
    expect(escalation.received).toHaveLength(2);
    expect(escalation.received[0]?.body).toContain('"step":"escalated"');
    expect(escalation.received[1]?.body).toContain('"step":"resolved"');
    expect(said().flatMap(({ steps }) => steps)).toEqual(['opened', 'opened', 'resolved']);
    await escalation.close();
  });

  test('by mail, as text and HTML, with no header of what others typed', async () => {
    const smtp = await openSmtpSink();
    settings = { ...settings, smtpUrl: smtp.url };
    await rule(await channel('email', 'alerts@quillmark.example'));
    await happen(v7(), 'opened', T0, { rules: ['x\r\nBcc: all@evil.example'] });
    await tell(T0 + MINUTE);
    const [mail] = smtp.received;
    expect(mail?.to).toEqual(['alerts@quillmark.example']);
    expect(mail?.source).toMatch(/^Content-Type: multipart\/alternative/m);
    expect(mail?.source).not.toMatch(/^Bcc:/m);
    expect(mail?.source).toMatch(/^Subject: Warning: x Bcc: all@evil\.example/m);
    await smtp.close();
  });

  test('Slack and Teams get their own shapes, unsigned', async () => {
    await rule(await channel('slack'));
    await rule(await channel('teams'));
    await happen(v7(), 'opened', T0);
    await tell(T0 + MINUTE);
    const bodies = receiver.received.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(bodies.filter(({ blocks }) => Array.isArray(blocks))).toHaveLength(1);
    expect(bodies.filter(({ attachments }) => Array.isArray(attachments))).toHaveLength(1);
    expect(receiver.received.every(({ headers }) => headers['holdfast-signature'] === undefined)).toBe(true);
  });
});

describe('when a receiver refuses or falls silent', () => {
  beforeEach(async () => {
    await rule(await channel());
    await happen(v7(), 'opened', T0);
    await decideAt(T0 + MINUTE);
  });

  test.each([408, 425, 429, 500, 503])(
    '%i is tried again under the same id, for three days',
    async (status) => {
      receiver.status = status;
      await sendAt(T0 + MINUTE);
      expect(await newest()).toMatchObject([
        { state: 'waiting', problem: 'deferred', httpStatus: status, attempts: 1 },
      ]);
      await sendAt(T0 + 71 * HOUR);
      expect(await newest()).toMatchObject([{ state: 'waiting', attempts: 2 }]);
      await sendAt(T0 + 73 * HOUR);
      expect(await newest()).toMatchObject([{ state: 'given-up', attempts: 3 }]);
      expect(new Set(receiver.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    },
  );

  test.each([
    [400, 'refused'],
    [404, 'refused'],
    [410, 'refused'],
    [302, 'redirected'],
  ])('%i ends it at once, and its words are kept', async (status, problem) => {
    receiver.status = status;
    receiver.answer = 'no such\u202e hook';
    receiver.location = 'http://127.0.0.1:1/elsewhere';
    expect(await sendAt(T0 + MINUTE)).toMatchObject({ givenUp: [{ problem }] });
    expect(await newest()).toMatchObject([
      { state: 'given-up', problem, serverAnswer: 'no such\ufffd hook' },
    ]);
    expect(receiver.received).toHaveLength(1);
  });

  test('where this machine is not allowed, nothing is connected to', async () => {
    settings = { ...settings, notifiesLoopback: false };
    expect(await sendAt(T0 + MINUTE)).toMatchObject({ givenUp: [{ problem: 'forbidden-address' }] });
    expect(receiver.connections).toBe(0);
  });

  test('two workers at once decide and send it once', async () => {
    for (let count = 0; count < 4; count++) await happen(v7(), 'opened', T0 + MINUTE);
    await Promise.all([decideAt(T0 + 2 * MINUTE), decideAt(T0 + 2 * MINUTE), decideAt(T0 + 2 * MINUTE)]);
    await Promise.all([sendAt(T0 + 2 * MINUTE), sendAt(T0 + 2 * MINUTE), sendAt(T0 + 2 * MINUTE)]);
    expect(said().flatMap(({ steps }) => steps)).toHaveLength(5);
    expect(new Set(receiver.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(5);
  });

  slowTest(
    'a worker that is killed between claiming and sending loses nothing and doubles nothing',
    async () => {
      const env = { HOLDFAST_NOTIFY_LOOPBACK: 'on', HOLDFAST_DATA_DIR: dataDir };
      receiver.isSilent = true;
      await owner.query(
        'UPDATE app.notification SET next_try_at = now(), give_up_at = now() + interval $$1 day$$ WHERE msp_id = $1',
        [mspId],
      );
      await owner.query(
        "UPDATE app.work_due SET due_at = now() WHERE msp_id = $1 AND kind = 'notification'",
        [mspId],
      );
      const first = await startServerProcess('worker', at, env);
      expect(await until(() => receiver.connections > 0, 20_000)).toBe(true);
      process.kill(first.pid, 'SIGKILL');
      expect(await until(() => !first.isAlive(), 10_000)).toBe(true);
      expect(await newest()).toMatchObject([{ state: 'waiting', attempts: 1, problem: null }]);
      receiver.isSilent = false;
      receiver.received.length = 0;
      const second = await startServerProcess('worker', at, env);
      // The two minutes of the dead one's claim, without the wait.
      await owner.query('UPDATE app.notification SET next_try_at = now() WHERE msp_id = $1', [mspId]);
      await owner.query('UPDATE app.work_due SET due_at = now() WHERE msp_id = $1', [mspId]);
      expect(await until(async () => (await newest())[0]?.state === 'sent', 20_000)).toBe(true);
      await second.stop();
      await first.stop();
      expect(receiver.received).toHaveLength(1);
    },
  );
});

const add = (kind: MessageKind, address: string, name = `Channel ${v7()}`) =>
  addChannel(web, scope(), PERSON, { kind, address, name }, T0);

describe('what people set up', () => {
  test('a webhook gets a secret of its own; nobody reads an address in the database', async () => {
    const made = await add('webhook', 'https://hooks.example/t0ken-in-the-path');
    expect(made.signingSecret).toMatch(/^hfwh_[\w-]{43}$/);
    const { rows } = await owner.query(
      'SELECT c::text AS line FROM app.notification_channel c WHERE msp_id = $1',
      [mspId],
    );
    expect(rows[0].line).toContain('https://hooks.example');
    expect(rows[0].line).not.toContain('t0ken');
  });

  test.each<[MessageKind, string, string]>([
    ['webhook', 'http://hooks.example/', 'begins with https'],
    ['webhook', 'https://10.0.0.1/', 'private'],
    ['webhook', 'https://[::1]/', 'private'],
    ['webhook', 'https://localhost/', 'private'],
    ['webhook', 'https://0x7f.1/', 'private'],
    ['slack', 'https://user:pass@hooks.example/', 'password'],
    ['teams', 'https://hooks.example:8443/', '443'],
    ['teams', 'file:///etc/passwd', 'https'],
    ['email', 'a@b.example, c@d.example', 'one e-mail'],
    ['email', 'a@b.example\r\nBcc: c@d.example', 'one e-mail'],
  ])('%s to %s is refused in words', async (kind, address, words) => {
    expect(await refusal(add(kind, address))).toContain(words);
  });

  test('a channel that a rule uses stays; without one it goes, and comes back', async () => {
    const { channelId } = await add('email', 'a@quillmark.example', 'On call');
    const ruleId = await rule(channelId);
    const set = (isThere: boolean, of = mspId) =>
      refusal(setChannelThere(web, scope(of), PERSON, { channelId, isThere }, T0));
    expect(await set(false)).toContain('sends to it');
    await setRuleThere(web, scope(), PERSON, { ruleId, isThere: false }, T0);
    expect(await set(false, otherMspId)).toContain('not-found');
    expect(await set(false)).toBe('done');
    expect(await set(false)).toContain('not-found');
    expect(await refusal(setRuleThere(web, scope(), PERSON, { ruleId, isThere: true }, T0))).toContain(
      'was removed',
    );
    expect(await set(true)).toBe('done');
    expect(await refusal(add('email', 'b@quillmark.example', 'on call'))).toContain('of this name');
  });

  test('a test is tried once, and shows the real answer', async () => {
    const channelId = await channel();
    receiver.status = 503;
    receiver.answer = 'down for repair';
    await sendTest(web, scope(), PERSON, channelId, T0);
    await sendAt(T0);
    expect(await newest()).toMatchObject([
      { ruleName: null, state: 'given-up', httpStatus: 503, serverAnswer: 'down for repair', attempts: 1 },
    ]);
    expect(await refusal(sendTest(web, scope(otherMspId), PERSON, channelId, T0))).toContain('not-found');
  });

  test('another MSP neither sees, names nor sends any of it', async () => {
    const channelId = await channel();
    const ruleId = await rule(channelId);
    await happen(v7(), 'opened', T0);
    await decideAt(T0 + MINUTE);
    expect(await sendAt(T0 + MINUTE, otherMspId)).toMatchObject({ sent: 0, postponed: 0, givenUp: [] });
    expect(await refusal(addNotificationRule(web, scope(otherMspId), PERSON, form(channelId), T0))).toContain(
      'invalid-request',
    );
    expect(
      await refusal(changeNotificationRule(web, scope(otherMspId), ruleId, form(channelId), T0)),
    ).toContain('not-found');
    expect(await web.inScope(scope(otherMspId), (tx) => listNotifications(tx, mspId, { limit: 9 }))).toEqual(
      [],
    );
    const counts = await web.inScope(workerScope(otherMspId), (tx) =>
      Promise.all([
        tx.notificationChannel.count({ where: { mspId } }),
        tx.notificationRule.count({ where: { mspId } }),
        tx.notificationTold.count({ where: { mspId } }),
      ]),
    );
    expect(counts).toEqual([0, 0, 0]);
  });
});
