import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import type { Client } from 'pg';
import { v7 } from 'uuid';
import {
  asOwner,
  makeAgent,
  makeTenant,
  reportDelivery,
  reportOf,
  type SampleAgent,
} from '@/ingest/testing/sample-agent';
import { setting } from '@/server/config';
import { openDatabase, type Database } from '@/server/data/database';
import { openIngestStore, type IngestStore } from '@/server/data/ingest-store';
import { beat } from '@/server/data/own-outages';
import { sealChannel } from '@/server/notify/channel-address';
import { openReceiver, type Receiver } from '@/server/notify/testing/receiver';
import { assignPolicy } from '@/server/services/assign-policy';
import { addNotificationRule } from '@/server/services/change-notifications';
import { createDefaultPolicy } from '@/server/services/create-default-policy';
import { createReportIntake } from '@/server/services/ingest-report';
import { createPolicy, publishPolicy } from '@/server/services/publish-policy';
import { makeTenantScope, type TenantScope } from '@/server/tenancy/tenant-scope';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { fileOptions } from '../scripts/bundle.mjs';
import { chanceFrom } from './chance';
import { MINUTE } from './week-clock';
import { nightReport } from './week-report';
import {
  BEGIN,
  CLIENTS,
  END,
  KATHMANDU,
  machinesOf,
  type Machine,
  nightsOf,
  OWN_OUTAGE,
  POLICY_CHANGE,
  PROMISED,
  TICK,
} from './week-script';

export interface WeekOptions {
  readonly machinesPerClient: number;
  readonly seed: number;
  /** How likely the worker is killed in a tick that has something to do, 0 to 1. */
  readonly killChance: number;
}

/** A week that has been; what it left is in the database. */
export interface Week {
  readonly at: TestDatabase;
  readonly mspId: string;
  /** What the channel was sent, in order; one that came twice under one id is there twice. */
  readonly received: readonly SentMessage[];
  readonly kills: number;
  readonly query: (sql: string) => Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export interface SentMessage {
  readonly id: string;
  readonly at: string;
  readonly causes: readonly { readonly causeId: string; readonly step: string }[];
}

const ROOT = path.resolve(import.meta.dirname, '..');
const PROGRAM = path.join(ROOT, '.test-data/programs/week-worker.mjs');
const PERSON = { personId: v7(), name: 'Dana' };
const BEAT = MINUTE;
/** Most looks take less: whoever is killed later has done its work. */
const KILL_MS_MAX = 25;

/** Lets the scripted week pass, the worker killed again and again. */
export async function runWeek(options: WeekOptions): Promise<Week> {
  console.log(`a week with seed ${options.seed}`);
  const at = await createTestDatabase();
  const receiver = await openReceiver();
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-week-'));
  const store = openIngestStore({ url: at.ingestUrl, contextKey: setting('contextKey') });
  const web = openDatabase({ url: at.webUrl, contextKey: setting('contextKey') });
  await build(fileOptions(path.join(import.meta.dirname, 'week-worker.ts'), PROGRAM));
  const worker = openWorker(at, dataDir, options);
  try {
    const { mspId, scope, clientIds } = await makeMsp(at, receiver, web);
    const fleet = await makeFleet(at, mspId, clientIds, options.machinesPerClient);
    const policyId = await promise(at, web, { mspId, scope, clientIds }, async () => {
      await beat(store, new Date(BEGIN));
      await deliver(store, fleet, BEGIN);
      await worker.work(BEGIN);
    });
    await passWeek({ store, fleet, worker, changePolicy: (to) => change(web, scope, policyId, to) });
  } finally {
    await worker.close();
    await Promise.all([store.close(), web.close(), receiver.close()]);
    fs.rmSync(dataDir, { recursive: true });
  }
  const received = receiver.received.map(({ body }) => JSON.parse(body) as SentMessage);
  const query: Week['query'] = (sql) =>
    asOwner(at.ownerUrl, async (owner) => (await owner.query<Record<string, unknown>>(sql)).rows);
  return { at, mspId: await onlyMsp(query), received, kills: worker.kills(), query, close: () => at.drop() };
}

async function onlyMsp(query: Week['query']): Promise<string> {
  const [row] = await query('SELECT msp_id FROM app.msp');
  return String(row?.['msp_id']);
}

interface Passing {
  readonly store: IngestStore;
  readonly fleet: readonly Member[];
  readonly worker: WeekWorker;
  readonly changePolicy: (to: 'stricter' | 'back') => Promise<void>;
}

async function passWeek({ store, fleet, worker, changePolicy }: Passing): Promise<void> {
  for (let now = BEGIN + TICK; now <= END; now += TICK) {
    if (now > OWN_OUTAGE.from && now < OWN_OUTAGE.until) continue;
    // The ingestion process beats on its own, between the worker's looks too; after the outage it cannot make up for what it missed.
    const from = now - TICK < OWN_OUTAGE.from || now - TICK >= OWN_OUTAGE.until ? now - TICK + BEAT : now;
    for (let at = from; at <= now; at += BEAT) await beat(store, new Date(at));
    await deliver(store, fleet, now);
    if (now === POLICY_CHANGE.from) await changePolicy('stricter');
    if (now === POLICY_CHANGE.until) await changePolicy('back');
    await worker.work(now);
  }
}

interface Member {
  readonly agent: SampleAgent;
  readonly machine: Machine;
  sequence: number;
  told: number;
}

async function makeMsp(at: TestDatabase, receiver: Receiver, web: Database) {
  const { mspId, clientId } = await makeTenant(at.ownerUrl, 'Quillmark IT');
  const scope = makeTenantScope({ mspId, clientIds: '*', actorId: PERSON.personId, role: 'owner' });
  const clientIds = new Map(CLIENTS.map((client, index) => [client, index === 0 ? clientId : v7()]));
  const channelId = v7();
  await asOwner(at.ownerUrl, async (owner) => {
    for (const [{ name, timeZone }, id] of clientIds)
      await owner.query(
        `INSERT INTO app.client (msp_id, client_id, name, time_zone) VALUES ($1, $2, $3, $4)
          ON CONFLICT (msp_id, client_id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone`,
        [mspId, id, name, timeZone],
      );
    await insertChannel(owner, mspId, channelId, receiver.url);
  });
  await addNotificationRule(web, scope, PERSON, ruleTo(channelId), BEGIN);
  return { mspId, scope, clientIds };
}

/** Past the check of what people type: the receiver stands on loopback. */
async function insertChannel(owner: Client, mspId: string, channelId: string, address: string) {
  const secrets = { address, signingSecret: 'hfwh_the-secret-of-the-week' };
  await owner.query(
    `INSERT INTO app.notification_channel (msp_id, channel_id, name, kind, shown_address, sealed, created_at, created_by)
      VALUES ($1, $2, 'Hook', 'webhook', 'shown', $3, $4, $5)`,
    [
      mspId,
      channelId,
      Buffer.from(sealChannel(channelId, secrets, setting('secretKey'))),
      new Date(BEGIN),
      PERSON.personId,
    ],
  );
}

function ruleTo(channelId: string) {
  return {
    name: 'Everything that is no note',
    channelId,
    escalationChannelId: null,
    terms: {
      severities: ['critical' as const, 'warning' as const],
      findingRules: null,
      clientIds: null,
      tells: ['opened' as const, 'worse' as const, 'resolved' as const],
      digestHour: null,
      quiet: null,
      escalateAfterMinutes: null,
    },
  };
}

async function makeFleet(
  at: TestDatabase,
  mspId: string,
  clientIds: ReadonlyMap<Machine['client'], string>,
  machinesPerClient: number,
): Promise<Member[]> {
  const fleet: Member[] = [];
  for (const machine of machinesOf(machinesPerClient)) {
    const clientId = clientIds.get(machine.client) ?? null;
    const agent = await makeAgent(at.ownerUrl, { mspId, clientId }, machine.hostname);
    fleet.push({ agent, machine, sequence: 0, told: 0 });
  }
  return fleet;
}

const RULE = { copies: 3, media: 2, locations: null, offsite: null, immutable: null, errors: null } as const;
const seconds = (ms: number): number => ms / 1000;
const dailyAt = (expression: string) => ({ schedule: { kind: 'cron' as const, expression } });

/** Publishes what was promised; `meet` has the fleet heard, so that there are systems to promise something of. */
async function promise(
  at: TestDatabase,
  web: Database,
  of: { mspId: string; scope: TenantScope; clientIds: ReadonlyMap<Machine['client'], string> },
  meet: () => Promise<void>,
): Promise<string> {
  const { mspId, scope, clientIds } = of;
  await web.inScope(scope, (tx) => createDefaultPolicy(tx, mspId, null, new Date(BEGIN)));
  const create = (name: string, overrides: Parameters<typeof createPolicy>[3]['overrides']) =>
    createPolicy(web, scope, PERSON, { name, overrides }, BEGIN);
  const assign = (policyId: string, target: Parameters<typeof assignPolicy>[4]) =>
    assignPolicy(web, scope, PERSON, policyId, target, BEGIN);
  const nightly = nightlyTerms();
  const common = await create('Nightly', nightly);
  const own = await create('Nightly, Kathmandu', nightly);
  for (const [client, clientId] of clientIds)
    await assign(client === KATHMANDU ? own : common, { level: 'client', clientId });
  await meet();
  const special = {
    'ln-01': await create('Laptops', { offlineToleranceSeconds: seconds(PROMISED.offlineTolerance) }),
    'ln-03': await create('Small hours', dailyAt('30 1 * * *')),
    'sy-01': await create('Proven', { rule: { ...RULE, errors: 0 } }),
  };
  for (const [hostname, policyId] of [
    ['ln-01', special['ln-01']],
    ['ln-02', special['ln-01']],
    ['ln-03', special['ln-03']],
    ['ln-04', special['ln-03']],
    ['sy-01', special['sy-01']],
  ] as const)
    await assign(policyId, { level: 'system', systemId: await systemNamed(at, hostname) });
  return own;
}

function nightlyTerms() {
  return {
    rule: RULE,
    ...dailyAt('0 21 * * *'),
    rpoSeconds: seconds(PROMISED.rpo),
    silenceSeconds: seconds(PROMISED.silence),
    latenessSeconds: seconds(PROMISED.lateness),
    verificationCadenceSeconds: seconds(PROMISED.verificationCadence),
  };
}

function systemNamed(at: TestDatabase, name: string): Promise<string> {
  return asOwner(at.ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ id: string }>(
      'SELECT system_id AS id FROM app.system WHERE name = $1',
      [name],
    );
    if (rows.length !== 1) throw new Error(`${rows.length} systems are called ${name}`);
    return rows[0]?.id ?? '';
  });
}

async function change(web: Database, scope: TenantScope, policyId: string, to: 'stricter' | 'back') {
  const isStricter = to === 'stricter';
  const overrides = { ...nightlyTerms(), ...(isStricter && { rule: { ...RULE, copies: 4 } }) };
  const form = { overrides, note: `The week: ${to}`, baseVersion: isStricter ? 1 : 2 };
  const at = isStricter ? POLICY_CHANGE.from : POLICY_CHANGE.until;
  await publishPolicy(web, scope, PERSON, policyId, form, at);
}

/** Has every machine deliver what it has to tell by `now`, at the instant at which it does. */
async function deliver(store: IngestStore, fleet: readonly Member[], now: number): Promise<void> {
  const intake = createReportIntake(store, () => {});
  for (const member of fleet) {
    const nights = nightsOf(member.machine);
    const due = nights.slice(member.told).filter((night) => night.toldAt !== null && night.toldAt <= now);
    // The nights before the week come in one report.
    const first = due.filter((night) => night.index < 0);
    for (const told of [
      ...(first.length > 0 ? [first] : []),
      ...due.slice(first.length).map((one) => [one]),
    ]) {
      const last = told.at(-1);
      if (last?.toldAt == null) continue;
      const receivedAt = new Date(last.toldAt);
      const parts = nightReport(member.machine, nights, told);
      const report = reportOf(member.agent, ++member.sequence, parts);
      await intake.receive(reportDelivery(member.agent, report, { receivedAt }));
      member.told = nights.indexOf(last) + 1;
    }
  }
}

interface WeekWorker {
  /** Does what is due at an instant; killed in the middle, it is started anew and does it again. */
  work(now: number): Promise<void>;
  kills(): number;
  close(): Promise<void>;
}

function openWorker(at: TestDatabase, dataDir: string, { seed, killChance }: WeekOptions): WeekWorker {
  const chance = chanceFrom(seed);
  let child: ChildProcess | null = null;
  let kills = 0;
  const start = async (): Promise<ChildProcess> => {
    const started = fork(PROGRAM, [dataDir], {
      execArgv: ['--enable-source-maps'],
      env: { ...process.env, DATABASE_URL_WORKER: at.workerUrl, LOG_LEVEL: 'warn' },
    });
    await once(started, 'message');
    return started;
  };
  const attempt = async (now: number): Promise<boolean> => {
    child ??= await start();
    const current = child;
    const isKilled = chance() < killChance;
    const timer = isKilled ? setTimeout(() => current.kill('SIGKILL'), chance() * KILL_MS_MAX) : undefined;
    const ended = new AbortController();
    current.send({ now });
    const answer = await Promise.race([
      once(current, 'message', ended).then(([said]) => said as { error?: string }),
      once(current, 'exit', ended).then(() => null),
    ]);
    ended.abort();
    clearTimeout(timer);
    if (answer?.error !== undefined) throw new Error(answer.error);
    if (answer !== null && !current.killed) return true;
    if (answer === null && !isKilled) throw new Error('the worker of the week ended by itself');
    kills++;
    child = null;
    return answer !== null;
  };
  return {
    work: async (now) => {
      while (!(await attempt(now)));
    },
    kills: () => kills,
    close: async () => {
      if (child === null || child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
