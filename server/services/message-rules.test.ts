import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RuleDefinition } from '@/domain/message-rules/message-rule';
import { openIngestDoor } from '@/ingest/testing/ingest-door';
import { mailSamples, withFile } from '@/ingest/testing/mail-samples';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { slowTest } from '@/test/slow-test';
import {
  changeMessageRule,
  makeMessageRule,
  messageRuleForm,
  newMessageRuleForm,
  setMessageRuleEnabled,
} from './change-message-rules';
import { channelForm, openChannel } from './open-channel';
import { messageRuleDraft, previewMessageRule } from './preview-message-rule';
import { chooseProduct } from './reparse-messages';

let cast: ScreenCast;
let ours: CastMsp;
let door: Awaited<ReturnType<typeof openIngestDoor>>;
let count = 0;
const nakivo = mailSamples().find(({ file }) => file === 'nakivo-job-report.eml')?.raw ?? Buffer.alloc(0);

beforeAll(async () => {
  cast = await openScreenCast();
  door = await openIngestDoor(cast.at.ingestUrl);
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
});
afterAll(async () => {
  await door.close();
  await cast.close();
});

interface Opened {
  readonly channelId: string;
  readonly clientId: string;
  readonly send: (body: string | Buffer) => Promise<void>;
}

async function open(kind: 'mail' | 'webhook', msp = ours, clientId = msp.clientId): Promise<Opened> {
  const form = channelForm.parse({ kind, name: `${kind} ${++count}`, hostname: 'weighbridge' });
  const { channelId, address } = await openChannel(cast.web, msp.scope(), 'Mara', clientId, form, new Date());
  return {
    channelId,
    clientId,
    send: async (body) => {
      const answer = await fetch(`${door.url}/${kind === 'mail' ? 'mail' : 'hook'}/${address}`, {
        method: 'POST',
        headers: { 'content-type': kind === 'mail' ? 'message/rfc822' : 'application/json' },
        body: typeof body === 'string' ? body : new Uint8Array(body),
      });
      expect(answer.status).toBe(200);
    },
  };
}
const mail = (subject: string, body: string): string =>
  [
    'From: Scale <scale@acme.example>',
    'Content-Type: text/plain',
    `Subject: ${subject}`,
    `Message-ID: <${++count}@acme>`,
    '',
    body,
  ].join('\r\n');

const NO_CAPTURES = {
  job: null,
  host: null,
  started: null,
  ended: null,
  duration: null,
  bytes: null,
  reason: null,
};
const words = (find: string, place: 'subject' | 'anywhere' = 'anywhere') =>
  ({ in: place, by: 'words', find }) as const;
const OF_TEXTS: RuleDefinition = {
  kind: 'text',
  from: 'scale@acme.example',
  holds: [],
  failed: [words('went wrong')],
  warning: [],
  success: [words('all copied')],
  captures: { ...NO_CAPTURES, job: { in: 'text', by: 'after', find: 'Job' } },
  timeZone: null,
};
const OF_JSON: RuleDefinition = {
  kind: 'json',
  holds: [{ pointer: '/tool', equals: 'dumper' }],
  outcomes: [
    { pointer: '/state', value: 'done', means: 'success' },
    { pointer: '/state', value: 'broke', means: 'failed' },
  ],
  captures: { ...NO_CAPTURES, job: '/job', bytes: '/size', ended: '/at', host: '/host' },
  timeZone: null,
};
const formOf = (parts: object = {}) =>
  newMessageRuleForm.parse({
    name: 'Weighbridge',
    clientId: null,
    channelId: null,
    definition: OF_TEXTS,
    exampleReportId: null,
    ...parts,
  });
const make = (parts: object = {}, msp = ours, scope = msp.scope()) =>
  makeMessageRule(cast.web, scope, msp.person, formOf(parts), new Date());
const change = (messageRuleId: string, baseVersion: number, parts: object) =>
  changeMessageRule(
    cast.web,
    ours.scope(),
    messageRuleId,
    messageRuleForm.parse({ ...formOf(parts), baseVersion }),
    new Date(),
  );

const messages = (msp = ours) =>
  cast.rows('SELECT state, reason FROM app.inbox WHERE msp_id = $1 ORDER BY received_at, raw_report_id', [
    msp.mspId,
  ]);
const states = async (msp = ours) => (await messages(msp)).map((row) => row['state']);
const runs = (msp = ours) =>
  cast.rows(
    `SELECT j.name AS job, y.name AS system, u.status FROM app.run u JOIN app.job j ON j.msp_id = u.msp_id AND j.job_id = u.job_id
     JOIN app.system y ON y.msp_id = u.msp_id AND y.system_id = u.system_id WHERE u.msp_id = $1 ORDER BY u.occurred_at, u.run_id`,
    [msp.mspId],
  );
const statuses = async () => (await runs()).map((row) => row['status']);
const uses = () =>
  cast.rows(
    'SELECT rule_name, version, status, is_decisive FROM app.message_rule_use WHERE msp_id = $1 ORDER BY used_at, rule_name',
    [ours.mspId],
  );
const audit = () =>
  cast.rows(
    `SELECT action, body::jsonb -> 'details' AS details FROM audit.event WHERE msp_id = $1 AND action LIKE 'message-rule.%' ORDER BY seq`,
    [ours.mspId],
  );

describe('a rule', () => {
  test('has what was put aside read again, and reads what comes', async () => {
    const { send, channelId } = await open('mail');
    await send(mail('Night', 'all copied\r\nJob: ledger'));
    await send(mail('Night', 'nothing to see'));
    await ours.work(new Date());
    expect(await states()).toEqual(['quarantined', 'quarantined']);
    const made = await make();
    expect(made).toMatchObject({ version: 1, retriedCount: 2 });
    await ours.work(new Date());
    expect(await messages()).toEqual([
      { state: 'processed', reason: 'Read by the rule “Weighbridge”.' },
      {
        state: 'quarantined',
        reason:
          'No product that is known sends such a message. The rule “Weighbridge” holds for it, but nothing in it says how the run ended.',
      },
    ]);
    await send(mail('Night', 'something went wrong\r\nJob: ledger'));
    await ours.work(new Date());
    expect(await runs()).toEqual([
      { job: 'ledger', system: 'weighbridge', status: 'success' },
      { job: 'ledger', system: 'weighbridge', status: 'failed' },
    ]);
    expect(await uses()).toEqual([
      { rule_name: 'Weighbridge', version: 1, status: 'success', is_decisive: true },
      { rule_name: 'Weighbridge', version: 1, status: 'failed', is_decisive: true },
    ]);
    expect((await audit()).map((row) => row['action'])).toEqual([
      'message-rule.made',
      'message-rule.messages-retried',
    ]);
    expect(
      await cast.rows('SELECT count(DISTINCT job_id)::int FROM app.job WHERE agent_id = $1', [channelId]),
    ).toEqual([{ count: 1 }]);
  });

  test('for JSON says nothing of values that it does not name', async () => {
    const { send } = await open('webhook');
    const at = new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000).toISOString();
    for (const state of ['done', 'broke', 'odd'])
      await send(JSON.stringify({ tool: 'dumper', state, job: 'dump', host: 'db-9', size: 2048, at }));
    await make({ definition: OF_JSON });
    await ours.work(new Date());
    expect(await states()).toEqual(['processed', 'processed', 'quarantined']);
    expect((await messages())[2]).toMatchObject({ reason: expect.stringContaining('“odd” in /state') });
    expect(await runs()).toEqual([
      { job: 'dump', system: 'db-9', status: 'success' },
      { job: 'dump', system: 'db-9', status: 'failed' },
    ]);
    const [row] = await cast.rows(
      'SELECT ended_at, transferred_bytes FROM app.run WHERE msp_id = $1 ORDER BY status DESC',
      [ours.mspId],
    );
    expect(row?.['ended_at']).toEqual(new Date(at));
    expect(Number(row?.['transferred_bytes'])).toBe(2048);
  });

  test('reads its client’s or its channel’s messages only', async () => {
    const other = await ours.newClient('Brasshill');
    const [first, second, theirs] = [await open('mail'), await open('mail'), await open('mail', ours, other)];
    for (const { send } of [first, second, theirs]) await send(mail('Night', 'all copied'));
    await ours.work(new Date());
    const { clientId, channelId } = second;
    const made = await make({ clientId, channelId });
    expect(made.retriedCount).toBe(1);
    await ours.work(new Date());
    expect(await states()).toEqual(['quarantined', 'processed', 'quarantined']);
    expect((await change(made.messageRuleId, 1, { clientId })).retriedCount).toBe(1);
    await ours.work(new Date());
    expect(await states()).toEqual(['processed', 'processed', 'quarantined']);
  });

  test('switched off is asked of nothing, and switched on reads what came meanwhile', async () => {
    const { send } = await open('mail');
    const { messageRuleId } = await make();
    const enable = (isEnabled: boolean) =>
      setMessageRuleEnabled(cast.web, ours.scope(), ours.person, { messageRuleId, isEnabled }, new Date());
    await enable(false);
    await send(mail('Night', 'all copied'));
    await ours.work(new Date());
    expect(await states()).toEqual(['quarantined']);
    await expect(enable(false)).rejects.toMatchObject({ code: 'conflict' });
    expect(await enable(true)).toBe(1);
    await ours.work(new Date());
    expect(await states()).toEqual(['processed']);
    expect(await uses()).toMatchObject([{ version: 3 }]);
  });

  test('that another contradicts does not win by being kinder', async () => {
    const { send, clientId } = await open('mail');
    await make();
    await make({
      name: 'Strict',
      clientId,
      definition: { ...OF_TEXTS, failed: [words('all copied')], success: [] },
    });
    await send(mail('Night', 'all copied'));
    await ours.work(new Date());
    expect(await statuses()).toEqual(['failed']);
    expect(await messages()).toMatchObject([
      { reason: 'Read by the rule “Strict”. The rule “Weighbridge” says success: the worse one counts.' },
    ]);
    expect(await uses()).toMatchObject([
      { rule_name: 'Strict', status: 'failed', is_decisive: true },
      { rule_name: 'Weighbridge', status: 'success', is_decisive: false },
    ]);
  });
});

describe('a product’s parser comes first', () => {
  const forAll = { ...OF_TEXTS, from: null, holds: [words('nakivo')], success: [words('job')], failed: [] };

  test('and a rule says nothing of a channel whose product was chosen', async () => {
    const { send, channelId } = await open('mail');
    await chooseProduct(cast.web, ours.scope(), channelId, 'nakivo', new Date());
    await make({ definition: forAll });
    await send(nakivo);
    await ours.work(new Date());
    expect(new Set(await statuses())).toEqual(new Set(['failed', 'success']));
    expect(await uses()).toEqual([]);
  });

  test('and what it seems to say is not made better where it may not decide', async () => {
    const { send } = await open('mail');
    await send(nakivo);
    await ours.work(new Date());
    expect(await states()).toEqual(['quarantined']);
    await make({ definition: forAll });
    await ours.work(new Date());
    expect(await states()).toEqual(['processed']);
    expect(await statuses()).not.toContain('success');
    expect(await messages()).toMatchObject([{ reason: expect.stringContaining('nakivo seems to say') }]);
  });
});

describe('a mail of 25 MiB', () => {
  slowTest('is read by a rule in bounded time', async () => {
    const { send } = await open('mail');
    const terrible = { in: 'anywhere', by: 'pattern', find: '(a+)+$' } as const;
    await make({ definition: { ...OF_TEXTS, failed: [terrible], success: [words('all copied')] } });
    const text = `all copied\r\n${`${'a'.repeat(70)}b\r\n`.repeat(600)}`;
    await send(withFile(Buffer.from(mail('Night', text)), 25 * 1024 * 1024));
    const began = performance.now();
    await ours.work(new Date());
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(await statuses()).toEqual(['success']);
  });
});

const preview = (exampleReportId: string, msp = ours) => {
  const { definition, clientId, channelId } = formOf();
  const draft = messageRuleDraft.parse({ definition, clientId, channelId, exampleReportId });
  return previewMessageRule(cast.web, msp.scope(), draft);
};
const reportIds = async () =>
  (
    await cast.rows(
      'SELECT raw_report_id::text AS id FROM app.raw_report WHERE msp_id = $1 ORDER BY received_at',
      [ours.mspId],
    )
  ).map((row) => String(row['id']));

describe('a preview', () => {
  test('says what the rule would make of messages, and changes nothing', async () => {
    const { send } = await open('mail');
    await send(mail('First', 'all copied\r\nJob: ledger'));
    await send(mail('Second', 'quiet'));
    await send(mail('Third', 'it went wrong, all copied'));
    await send(Buffer.from(nakivo));
    await ours.work(new Date());
    const [exampleReportId = ''] = await reportIds();
    const { example, aside, read } = await preview(exampleReportId);
    expect(example).toMatchObject({
      title: 'First',
      said: 'decided',
      status: 'success',
      because: 'all copied',
      facts: [{ name: 'job', said: 'ledger', value: 'ledger' }],
      isParsers: false,
    });
    expect(aside.map(({ title, said, status }) => [title, said, status])).toEqual([
      [expect.stringContaining(''), 'none', null],
      ['Third', 'decided', 'failed'],
      ['Second', 'undecided', null],
    ]);
    expect(read).toEqual([]);
    expect(await states()).toEqual(Array.from({ length: 4 }, () => 'quarantined'));
    expect(await audit()).toEqual([]);
  });

  test('of another MSP’s message is not found', async () => {
    const theirs = await cast.newMsp(`Northgate ${count}`);
    const { send } = await open('mail');
    await send(mail('First', 'all copied'));
    await ours.work(new Date());
    const [exampleReportId = ''] = await reportIds();
    await expect(preview(exampleReportId, theirs)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a rule is refused', () => {
  test('that would hold for everything, or names what is not there', async () => {
    const theirs = await cast.newMsp(`Northgate ${count}`);
    const foreign = await open('mail', theirs);
    const own = await open('mail');
    const unbounded = { definition: { ...OF_TEXTS, from: null } };
    await expect(make(unbounded)).rejects.toMatchObject({
      fields: { 'definition.holds': expect.any(String) },
    });
    await expect(
      make({ ...unbounded, clientId: own.clientId, channelId: own.channelId }),
    ).resolves.toBeTruthy();
    await expect(make({ clientId: foreign.clientId })).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(
      make({ name: 'B', clientId: own.clientId, channelId: foreign.channelId }),
    ).rejects.toMatchObject({
      fields: { channelId: expect.any(String) },
    });
    await expect(make({ exampleReportId: theirs.mspId })).rejects.toMatchObject({ code: 'not-found' });
    expect(await audit()).toHaveLength(1);
  });

  test('of a taken name, and when somebody changed it meanwhile', async () => {
    const { messageRuleId } = await make();
    await expect(make({ name: 'weighbridge' })).rejects.toMatchObject({ code: 'conflict' });
    const { clientId } = await open('mail');
    await expect(make({ clientId })).resolves.toMatchObject({ version: 1 });
    await expect(change(messageRuleId, 1, {})).rejects.toMatchObject({ code: 'conflict' });
    await change(messageRuleId, 1, { name: 'Scale' });
    await expect(change(messageRuleId, 1, { name: 'Other' })).rejects.toMatchObject({ code: 'conflict' });
    const changed = (await audit()).at(-1);
    expect(changed).toMatchObject({
      action: 'message-rule.changed',
      details: { name: 'Scale', before: { name: 'Weighbridge' }, after: { name: 'Scale' } },
    });
  });

  test('to people of another MSP, and for every client to who sees some only', async () => {
    const theirs = await cast.newMsp(`Northgate ${count}`);
    const { messageRuleId } = await make({}, theirs);
    await expect(change(messageRuleId, 1, { name: 'x' })).rejects.toMatchObject({ code: 'not-found' });
    const enabling = { messageRuleId, isEnabled: false };
    await expect(
      setMessageRuleEnabled(cast.web, ours.scope(), ours.person, enabling, new Date()),
    ).rejects.toMatchObject({ code: 'not-found' });
    const { mspId, clientId, person } = ours;
    const limited = makeTenantScope({
      mspId,
      clientIds: [clientId],
      actorId: person.personId,
      role: 'technician',
    });
    await expect(make({}, ours, limited)).rejects.toMatchObject({ fields: { clientId: expect.any(String) } });
    await expect(make({ clientId }, ours, limited)).resolves.toMatchObject({ version: 1 });
    const other = await ours.newClient('Brasshill');
    await expect(make({ clientId: other }, ours, limited)).rejects.toMatchObject({ code: 'invalid-request' });
  });
});
