import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PolicyOverrides } from '@/domain/policy/policy-overrides';
import { nightOf } from '@/ingest/testing/sample-agent';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { slowTest } from '@/test/slow-test';
import { setting } from '../config';
import { listExpectations } from '../data/expectations';
import { openIngestStore } from '../data/ingest-store';
import { beat } from '../data/own-outages';
import { listPolicies } from '../data/policy-screens';
import { readSystem } from '../data/system-detail';
import { assignPolicy } from './assign-policy';
import { createDefaultPolicy } from './create-default-policy';
import { declarationForm, declare } from './declare';
import { createPolicy, publishPolicy } from './publish-policy';
import { type JobScheduleForm, jobScheduleForm, scheduleJob } from './schedule-job';
import { undoWithdrawal } from './undo-withdrawal';
import { withdrawDeclaration } from './withdraw-declaration';

const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/b' };
const RULE = { copies: 2, media: 2, locations: null, offsite: null, immutable: null, errors: null };
const AT_NINE = { schedule: { kind: 'cron', expression: '0 21 * * *' }, latenessSeconds: 3600 } as const;

let cast: ScreenCast;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
});
afterAll(() => cast.close());

interface Machine {
  readonly msp: CastMsp;
  readonly policyId: string;
  readonly jobId: string;
  /** The agent is heard, and nothing has run. */
  hear(at: Date, writtenAt?: Date): Promise<void>;
  /** The agent tells of a run that began at `startedAt`. */
  run(startedAt: Date, toldAt: Date): Promise<void>;
}

/** A server that has backed up once, an hour before `knownAt`, whose client was promised `overrides` then. */
async function newMachine(knownAt: Date, overrides: PolicyOverrides, timeZone = 'UTC'): Promise<Machine> {
  const msp = await cast.newMsp(`Quillmark IT ${++count}`);
  await cast.rows('UPDATE app.client SET time_zone = $2 WHERE msp_id = $1', [msp.mspId, timeZone]);
  const scope = msp.scope('admin');
  await cast.web.inScope(scope, (tx) => createDefaultPolicy(tx, msp.mspId, null, knownAt));
  const agent = await msp.newAgent('fs-01');
  await agent.backUp([CLOUD], knownAt);
  const form = { name: 'Nightly', overrides: { rule: RULE, ...overrides } };
  const policyId = await createPolicy(cast.web, scope, msp.person, form, knownAt.getTime());
  const target = { level: 'client', clientId: msp.clientId } as const;
  await assignPolicy(cast.web, scope, msp.person, policyId, target, knownAt.getTime());
  await msp.work(knownAt);
  const [job] = await cast.rows('SELECT job_id AS id FROM app.job WHERE msp_id = $1', [msp.mspId]);
  return {
    msp,
    policyId,
    jobId: String(job?.['id']),
    hear: (at, writtenAt = at) => agent.send({ generated_at: writtenAt.toISOString() }, at),
    run: (startedAt, toldAt) => agent.send(nightOf(agent.agent, startedAt, CLOUD), toldAt),
  };
}

async function missedOf({ msp }: Machine) {
  return cast.rows(
    `SELECT severity, since, closed_at IS NULL AS "isOpen" FROM app.finding WHERE msp_id = $1 AND rule = 'run-missed' ORDER BY since`,
    [msp.mspId],
  );
}

async function changesAt({ msp }: Machine) {
  const [row] = await cast.rows('SELECT changes_at AS at FROM app.system_status WHERE msp_id = $1', [
    msp.mspId,
  ]);
  return row?.['at'];
}

async function kept({ msp, jobId }: Machine, from: Date) {
  const rows = await cast.web.inScope(msp.scope(), (tx) => listExpectations(tx, msp.mspId, [jobId], from));
  return rows.map(({ nominal, state, missedAt }) => [
    nominal,
    state,
    missedAt === null ? null : new Date(missedAt).toISOString().slice(11, 16),
  ]);
}

async function systemIdOf({ jobId }: Machine): Promise<string> {
  const [row] = await cast.rows('SELECT system_id AS id FROM app.job WHERE job_id = $1', [jobId]);
  return String(row?.['id']);
}

const MONDAY = new Date('2026-11-16T00:00:00Z');
const onMonday = (hours: number) => new Date(MONDAY.getTime() + hours * HOUR);

test('what did not begin is missed at its deadline, by the worker at changesAt, and a late report resolves it', async () => {
  const machine = await newMachine(onMonday(20), AT_NINE);
  await machine.hear(onMonday(21.5));
  expect(await changesAt(machine)).toEqual(onMonday(22));
  await machine.msp.work(new Date(onMonday(22).getTime() - 1));
  expect(await missedOf(machine)).toEqual([]);
  await machine.msp.work(onMonday(22));
  expect(await missedOf(machine)).toEqual([{ severity: 'warning', since: onMonday(22), isOpen: true }]);
  expect(await kept(machine, MONDAY)).toEqual([['2026-11-16T21:00', 'missed', '22:00']]);

  await machine.run(onMonday(23), onMonday(23.5));
  expect(await missedOf(machine)).toMatchObject([{ isOpen: false }]);
  expect(await kept(machine, MONDAY)).toEqual([['2026-11-16T21:00', 'late', '22:00']]);
});

test('three missed in a row are critical, and a run that comes weeks late is told of the day it was for', async () => {
  const machine = await newMachine(onMonday(20), { ...AT_NINE, rpoSeconds: 300 * 3600 });
  for (const day of [1, 2, 3]) await machine.hear(onMonday(day * 24));
  expect(await missedOf(machine)).toMatchObject([{ severity: 'critical', isOpen: true }]);
  await machine.run(onMonday(21.1), onMonday(10 * 24 + 1));
  const [first, second] = await kept(machine, MONDAY);
  expect(first).toEqual(['2026-11-16T21:00', 'met', '22:00']);
  expect(second).toEqual(['2026-11-17T21:00', 'missed', '22:00']);
});

test('what was promised later changes nothing of before', async () => {
  const machine = await newMachine(onMonday(20), AT_NINE);
  await machine.hear(onMonday(24));
  const overrides = { rule: RULE, schedule: { kind: 'cron', expression: '0 3 * * *' } } as const;
  const form = { overrides, note: '', baseVersion: 1 };
  const { msp, policyId } = machine;
  await publishPolicy(cast.web, msp.scope('admin'), msp.person, policyId, form, onMonday(30).getTime());
  await machine.hear(onMonday(36));
  expect(await missedOf(machine)).toMatchObject([{ isOpen: false }]);
  await machine.hear(onMonday(54));
  expect((await kept(machine, MONDAY)).map(([nominal, state]) => `${nominal} ${state}`)).toEqual([
    '2026-11-16T21:00 missed',
    '2026-11-18T03:00 missed',
  ]);
});

test('in the hour that comes twice a job is due once, by the clock of its own client', async () => {
  const before = new Date('2026-10-24T12:00:00Z');
  const schedule = { kind: 'cron', expression: '30 1 * * *' } as const;
  const london = await newMachine(before, { schedule }, 'Europe/London');
  await london.hear(new Date('2026-10-25T06:00:00Z'));
  const newYork = await newMachine(new Date('2026-10-31T12:00:00Z'), { schedule }, 'America/New_York');
  await newYork.hear(new Date('2026-11-01T12:00:00Z'));
  const due = await cast.rows(
    'SELECT nominal, due_at AS at, state FROM app.expectation WHERE msp_id = ANY ($1) ORDER BY due_at',
    [[london.msp.mspId, newYork.msp.mspId]],
  );
  expect(due).toEqual([
    { nominal: '2026-10-25T01:30', at: new Date('2026-10-25T00:30:00Z'), state: 'missed' },
    { nominal: '2026-11-01T01:30', at: new Date('2026-11-01T05:30:00Z'), state: 'missed' },
  ]);
});

test('maintenance excuses what is due within it', async () => {
  const maintenanceWindows = [
    { kind: 'weekly', name: 'Patching', weekday: 1, time: '20:00', durationMinutes: 120 },
  ] as const;
  const machine = await newMachine(onMonday(19), {
    ...AT_NINE,
    maintenanceWindows: [...maintenanceWindows],
  });
  await machine.hear(onMonday(20));
  expect(await kept(machine, MONDAY)).toEqual([]);
  await machine.hear(onMonday(24));
  expect(await missedOf(machine)).toEqual([]);
  expect(await kept(machine, MONDAY)).toEqual([['2026-11-16T21:00', 'excused', null]]);
});

test('a system that is declared off is excused until it is on again, and its copies grow old all the same', async () => {
  const machine = await newMachine(onMonday(19), AT_NINE);
  const { msp } = machine;
  const subject = { kind: 'system', systemId: await systemIdOf(machine) } as const;
  const offFrom = (from: Date, until: Date) =>
    declare(
      cast.web,
      msp.scope(),
      msp.person,
      declarationForm.parse({
        subject,
        said: { attribute: 'off', value: { from: from.toISOString(), until: until.toISOString() } },
        reason: 'the office is closed',
        validUntil: until.toISOString(),
      }),
      onMonday(20).getTime(),
    );
  const first = await offFrom(onMonday(20), onMonday(22));
  await offFrom(onMonday(44), onMonday(46));
  await machine.hear(onMonday(24));
  await machine.hear(onMonday(48));
  expect(await missedOf(machine)).toEqual([]);
  expect(await kept(machine, MONDAY)).toEqual([
    ['2026-11-16T21:00', 'excused', null],
    ['2026-11-17T21:00', 'excused', null],
  ]);
  const [stored] = await cast.rows('SELECT status FROM app.system_status WHERE msp_id = $1', [msp.mspId]);
  expect(stored?.['status']).toBe('non-compliant');

  await withdrawDeclaration(cast.web, msp.scope(), msp.person, first, onMonday(48).getTime());
  await msp.work(onMonday(49));
  expect(await kept(machine, MONDAY)).toMatchObject([
    ['2026-11-16T21:00', 'missed', '22:00'],
    ['2026-11-17T21:00', 'excused', null],
  ]);
  await undoWithdrawal(cast.web, msp.scope(), first, onMonday(48.5).getTime());
  await msp.work(onMonday(49));
  expect((await kept(machine, MONDAY))[0]?.[1]).toBe('excused');
});

test.each([
  ['that ends before it begins', 2, 1, 'on again after'],
  ['for longer than a month', 0, 32 * 24, 'at most 31 days'],
  ['of three days ago', -49, 1, 'decided after two days'],
])('an absence %s is refused in words', async (_, fromHours, untilHours, sentence) => {
  const machine = await newMachine(onMonday(19), AT_NINE);
  const [from, until] = [onMonday(20 + fromHours), onMonday(20 + untilHours)].map((at) => at.toISOString());
  const form = declarationForm.parse({
    subject: { kind: 'system', systemId: await systemIdOf(machine) },
    said: { attribute: 'off', value: { from, until } },
    reason: 'closed',
    validUntil: until,
  });
  const { msp } = machine;
  await expect(
    declare(cast.web, msp.scope(), msp.person, form, onMonday(20).getTime()),
  ).rejects.toMatchObject({ code: 'invalid-request', message: expect.stringContaining(sentence) });
});

test('of an agent that is not heard nothing is missed; heard again, what is still lacking was', async () => {
  const machine = await newMachine(onMonday(20), { ...AT_NINE, silenceSeconds: 60 * 3600 });
  await machine.msp.work(onMonday(30));
  await cast.rows('UPDATE app.system_status SET dirty_at = $2 WHERE msp_id = $1', [
    machine.msp.mspId,
    onMonday(30),
  ]);
  await machine.msp.work(onMonday(31));
  expect(await missedOf(machine)).toEqual([]);
  expect(await kept(machine, MONDAY)).toEqual([['2026-11-16T21:00', 'no-data', null]]);
  await machine.hear(onMonday(32));
  expect(await missedOf(machine)).toMatchObject([{ since: onMonday(22), isOpen: true }]);
  expect(await kept(machine, MONDAY)).toEqual([['2026-11-16T21:00', 'missed', '22:00']]);
});

slowTest(
  'what was missed stays so while its agent falls silent, however far its due time lies back',
  async () => {
    const machine = await newMachine(onMonday(20), { ...AT_NINE, rpoSeconds: 600 * 3600 });
    await machine.hear(onMonday(24));
    for (let day = 2; day <= 16; day++) {
      await cast.rows('UPDATE app.system_status SET dirty_at = $2 WHERE msp_id = $1', [
        machine.msp.mspId,
        onMonday(day * 24),
      ]);
      await machine.msp.work(onMonday(day * 24));
    }
    expect(await missedOf(machine)).toEqual([{ severity: 'warning', since: onMonday(22), isOpen: true }]);
  },
);

test('a report that was kept says nothing of what came after it was written', async () => {
  const machine = await newMachine(onMonday(20), AT_NINE);
  await machine.hear(onMonday(24), onMonday(20.5));
  expect(await missedOf(machine)).toEqual([]);
  expect(await kept(machine, MONDAY)).toEqual([['2026-11-16T21:00', 'no-data', null]]);
  await machine.hear(onMonday(24.5), onMonday(24));
  expect(await missedOf(machine)).toMatchObject([{ isOpen: true }]);
});

test('a single job gets a schedule of its own, in versions, over what its client was promised', async () => {
  const machine = await newMachine(onMonday(20), AT_NINE);
  const { msp, jobId } = machine;
  const save = (form: JobScheduleForm, hours: number) =>
    scheduleJob(cast.web, msp.scope('admin'), msp.person, jobId, form, onMonday(hours).getTime());
  const schedule = { kind: 'cron', expression: '30 20 * * *' } as const;
  expect(await save({ overrides: { schedule }, baseVersion: 0 }, 20.2)).toEqual({ version: 1, former: {} });
  await machine.hear(onMonday(22));
  expect(await kept(machine, MONDAY)).toEqual([['2026-11-16T20:30', 'missed', '21:30']]);
  const screen = await readSystem(
    cast.web,
    msp.scope('admin'),
    await systemIdOf(machine),
    null,
    onMonday(22),
  );
  expect(screen?.schedules).toMatchObject([
    { jobId, origin: 'this job', version: 1, promised: { schedule }, inherited: AT_NINE },
  ]);
  const policies = await cast.web.inScope(msp.scope('admin'), (tx) => listPolicies(tx, msp.mspId));
  expect(policies.map(({ name }) => name)).toEqual(['3-2-1', 'Nightly']);

  await expect(save({ overrides: {}, baseVersion: 0 }, 22)).rejects.toMatchObject({ code: 'conflict' });
  await expect(save({ overrides: { schedule }, baseVersion: 1 }, 22)).rejects.toMatchObject({
    code: 'conflict',
  });
  expect(await save({ overrides: {}, baseVersion: 1 }, 22)).toEqual({ version: 2, former: { schedule } });
  await msp.work(onMonday(22.1));
  expect(await missedOf(machine)).toMatchObject([{ isOpen: false }]);
});

test('another MSP’s job is not there to be scheduled, nor is anything but its schedule said of a job', async () => {
  const { jobId } = await newMachine(onMonday(20), AT_NINE);
  const other = await cast.newMsp('Eastgate');
  const form = { overrides: { latenessSeconds: 60 }, baseVersion: 0 };
  await expect(
    scheduleJob(cast.web, other.scope('owner'), other.person, jobId, form, onMonday(21).getTime()),
  ).rejects.toMatchObject({ code: 'not-found' });
  expect(jobScheduleForm.safeParse({ overrides: { rpoSeconds: 3600 }, baseVersion: 0 }).success).toBe(false);
});

test('nobody else sees what was due', async () => {
  const machine = await newMachine(onMonday(20), AT_NINE);
  await machine.hear(onMonday(24));
  const other = await cast.newMsp('Northgate');
  const rows = await cast.web.inScope(other.scope(), (tx) =>
    listExpectations(tx, machine.msp.mspId, [machine.jobId], MONDAY),
  );
  expect(rows).toEqual([]);
  expect(await kept(machine, MONDAY)).toHaveLength(1);
});

// The last one, and of later days: an outage is everybody's.
test('an outage of ours stretches deadlines until ten minutes after it, and while it goes on nothing is given up', async () => {
  const store = openIngestStore({ url: cast.at.ingestUrl, contextKey: setting('contextKey') });
  try {
    const machine = await newMachine(onMonday(48 + 20), AT_NINE);
    await beat(store, onMonday(48 + 20.5));
    await machine.msp.work(onMonday(48 + 21.5));
    await cast.rows('UPDATE app.system_status SET dirty_at = $2 WHERE msp_id = $1', [
      machine.msp.mspId,
      onMonday(60),
    ]);
    await machine.msp.work(onMonday(48 + 21.6));
    expect(await changesAt(machine)).toEqual(new Date(onMonday(48 + 21.6).getTime() + 60_000));

    await beat(store, onMonday(48 + 21 + 40 / 60));
    await machine.hear(onMonday(48 + 21 + 41 / 60));
    expect(await changesAt(machine)).toEqual(onMonday(48 + 22 + 50 / 60));
    for (let minute = 41; minute < 110; minute += 0.5) await beat(store, onMonday(48 + 21 + minute / 60));
    await machine.msp.work(new Date(onMonday(48 + 22 + 50 / 60).getTime() - 1));
    expect(await missedOf(machine)).toEqual([]);
    await machine.msp.work(onMonday(48 + 22 + 50 / 60));
    expect(await missedOf(machine)).toMatchObject([{ isOpen: true, since: onMonday(48 + 22 + 50 / 60) }]);
    expect(await cast.rows('SELECT from_at, until_at FROM app.own_outage')).toEqual([
      { from_at: onMonday(48 + 20.5), until_at: onMonday(48 + 21 + 40 / 60) },
    ]);
  } finally {
    await store.close();
  }
});
