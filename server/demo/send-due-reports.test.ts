import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DAY, MINUTE } from '@/domain/time/instant';
import { asOwner } from '@/ingest/testing/sample-agent';
import { programOptions } from '@/scripts/bundle.mjs';
import { freePort } from '@/scripts/ports.mjs';
import { newDemoSystem, startIngest, type DemoSystem, type RunningIngest } from '@/test/demo-system';
import { openCalendar } from './calendar';
import { DEMO_CAST } from './cast';
import { readInstallation, readProgress } from './demo-files';
import { fillDemo } from './fill-demo';
import { createDemoSender } from './send-due-reports';
import type { DemoMsp } from './story';

/** The second MSP: two clients. */
const CAST = DEMO_CAST.slice(1);
/** The same, and a script of one client pings since some hours before. */
const PINGING: readonly DemoMsp[] = CAST.map((msp) => ({
  ...msp,
  clients: msp.clients.map((client, index) => {
    const [host, repository] = [client.systems[0]?.host ?? '', client.repositories[0]?.key ?? ''];
    return index > 0
      ? client
      : {
          ...client,
          channels: [{ kind: 'ping', name: 'A dump', host, repository, slug: 'dump', since: 0.5 }],
        };
  }),
}));
const INSTALLED_AT = Date.now() - 4 * DAY;
/** Bundles lie inside the project, whose packages they look for. */
const BUNDLE = path.resolve(import.meta.dirname, '../../.test-data', `demo-worker-${process.pid}.mjs`);

let system: DemoSystem;
let ingest: RunningIngest | null = null;

beforeEach(async () => {
  system = await newDemoSystem();
  await fillDemo(system, CAST, { installedAt: INSTALLED_AT, historyDays: 1 });
});
afterEach(async () => {
  await ingest?.close();
  ingest = null;
  await system.close();
});
afterAll(() => fs.rmSync(BUNDLE, { force: true }));

/** How many reports of each agent are due at an instant, by agent. */
function dueAt(now: number): Map<string, number> {
  const made = readInstallation(system.dataDir);
  return new Map(
    (made?.agents ?? []).map((agent) => {
      const client = CAST[0]?.clients.find((one) => one.name === agent.clientName);
      return [agent.agentId, client && made ? openCalendar(client, made, now).slots.length : 0];
    }),
  );
}

/** What the server has of each agent: how many reports, and up to which number. */
async function keptByAgent(): Promise<Map<string, { count: number; last: number }>> {
  const { rows } = await asOwner(system.at.ownerUrl, (owner) =>
    owner.query<{ agent: string; count: number; last: number }>(
      'SELECT agent_id AS agent, count(*)::int, max(sequence)::int AS last FROM app.raw_report GROUP BY 1',
    ),
  );
  return new Map(rows.map(({ agent, ...kept }) => [agent, kept]));
}

/** Everything that was due at `now`, each number once; a slot may have come since. */
async function expectEverythingOnce(now: number): Promise<void> {
  const kept = await keptByAgent();
  const [least, most] = [dueAt(now), dueAt(Date.now())];
  for (const [agentId, { count, last }] of kept) {
    expect(count).toBe(last);
    expect(count).toBeGreaterThanOrEqual(least.get(agentId) ?? 1);
    expect(count).toBeLessThanOrEqual(most.get(agentId) ?? 0);
  }
  expect(kept.size).toBe(least.size);
}

test('a worker that is killed after a report was kept and before it knew sends it again, and it is kept once', async () => {
  await build({ ...programOptions('worker'), outfile: BUNDLE });
  const killAt = new Set([2, 9, 17]);
  const outcomes: string[] = [];
  let worker: ChildProcess | null = null;
  ingest = await startIngest(system, async ({ outcome }) => {
    outcomes.push(outcome);
    if (!killAt.has(outcomes.length) || !worker) return;
    const isDead = once(worker, 'exit');
    worker.kill('SIGKILL');
    await isDead;
    worker = await startWorker(ingest?.url ?? '');
  });
  const now = Date.now();
  worker = await startWorker(ingest.url);
  await vi.waitFor(() => {
    const progress = readProgress(system.dataDir);
    for (const [agentId, due] of dueAt(now))
      expect(progress.get(agentId)?.sequence).toBeGreaterThanOrEqual(due);
  }, 100_000);
  const isDead = once(worker, 'exit');
  worker.kill('SIGKILL');
  await isDead;
  await expectEverythingOnce(now);
  expect(outcomes.filter((outcome) => outcome === 'duplicate').length).toBeGreaterThanOrEqual(3);
  const conflicts = await asOwner(system.at.ownerUrl, (owner) =>
    owner.query("SELECT FROM audit.event WHERE action = 'report.sequence-conflict'"),
  );
  expect(conflicts.rowCount).toBe(0);
}, 150_000);

async function startWorker(ingestUrl: string): Promise<ChildProcess> {
  const env = {
    ...process.env,
    HOLDFAST_DEMO: 'on',
    HOLDFAST_DATA_DIR: system.dataDir,
    HOLDFAST_WORKER_PORT: String(await freePort(4400)),
    INGEST_ORIGIN: ingestUrl,
    DATABASE_URL_WORKER: system.at.workerUrl,
  };
  return spawn(process.execPath, [BUNDLE], { env, stdio: 'ignore' });
}

test('while the ingestion process is away nothing is noted, and all is delivered when it is back', async () => {
  const before = readProgress(system.dataDir);
  const now = Date.now();
  const away = createDemoSender({ dataDir: system.dataDir, ingestUrl: 'http://127.0.0.1:9' }, CAST);
  await expect(away.sendDue(now)).rejects.toThrow('could not be delivered');
  expect(readProgress(system.dataDir)).toEqual(before);
  ingest = await startIngest(system);
  const back = createDemoSender({ dataDir: system.dataDir, ingestUrl: ingest.url }, CAST);
  expect(await back.sendDue(now)).toBeGreaterThan(15);
  expect(await back.sendDue(now)).toBe(0);
  await expectEverythingOnce(now);
});

test('whoever lost the note of what was delivered sends all of it again, and the server has it already', async () => {
  ingest = await startIngest(system);
  const settings = { dataDir: system.dataDir, ingestUrl: ingest.url };
  const now = Date.now();
  await createDemoSender(settings, CAST).sendDue(now);
  const progress = readProgress(system.dataDir);
  fs.writeFileSync(path.join(system.dataDir, 'demo-progress.json'), '{"half');
  await createDemoSender(settings, CAST).sendDue(now);
  expect(readProgress(system.dataDir)).toEqual(progress);
  await expectEverythingOnce(now);
});

test('an agent that a technician revoked falls silent, and the others go on', async () => {
  const [revoked] = dueAt(Date.now()).keys();
  await asOwner(system.at.ownerUrl, (owner) =>
    owner.query('UPDATE identity.agent_key SET revoked_at = now() WHERE agent_id = $1', [revoked]),
  );
  const before = await keptByAgent();
  ingest = await startIngest(system);
  const now = Date.now();
  const sender = createDemoSender({ dataDir: system.dataDir, ingestUrl: ingest.url }, CAST);
  expect(await sender.sendDue(now)).toBeGreaterThan(5);
  const grown = [...(await keptByAgent())]
    .filter(([agentId, { count }]) => count > (before.get(agentId)?.count ?? 0))
    .map(([agentId]) => agentId);
  const others = [...dueAt(now)].filter(([agentId, due]) => agentId !== revoked && due > 0);
  expect(grown.toSorted()).toEqual(others.map(([agentId]) => agentId).toSorted());
});

test('a script pings its check with the report of its night, and for no night that is long over', async () => {
  await system.close();
  system = await newDemoSystem();
  await fillDemo(system, PINGING, { installedAt: INSTALLED_AT, historyDays: 1 });
  const made = readInstallation(system.dataDir);
  const [client] = PINGING[0]?.clients ?? [];
  if (!made || !client) throw new Error('the demo was not filled');
  expect(made.nightlyPings).toHaveLength(1);
  const pings = async (): Promise<number> => {
    const { rows } = await asOwner(system.at.ownerUrl, (owner) =>
      owner.query<{ count: number }>(
        "SELECT count(*)::int FROM app.raw_report JOIN app.agent USING (msp_id, agent_id) WHERE channel = 'ping'",
      ),
    );
    return rows[0]?.count ?? 0;
  };
  const before = await pings();
  const nights = openCalendar(client, made, Date.now()).slots.filter(
    ({ at, isNight }) => isNight && at <= Date.now(),
  );
  const last = nights.at(-1)?.at ?? 0;
  ingest = await startIngest(system);
  const sender = createDemoSender({ dataDir: system.dataDir, ingestUrl: ingest.url }, PINGING);
  expect(await sender.sendDue(last - MINUTE)).toBeGreaterThan(3);
  expect(await pings(), 'of days ago').toBe(before);
  expect(await sender.sendDue(last + MINUTE)).toBeGreaterThan(0);
  expect(await pings()).toBe(before + 1);
});

test('a data folder without a demo reports nothing', async () => {
  fs.rmSync(path.join(system.dataDir, 'demo-agents.json'));
  const sender = createDemoSender({ dataDir: system.dataDir, ingestUrl: 'http://127.0.0.1:9' }, CAST);
  expect(await sender.sendDue(Date.now())).toBe(0);
});
