import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeAgent, makeTenant } from '@/ingest/testing/sample-agent';
import { checkInvariants, type Invariants } from './check';
import { startChaosSystem, VICTIMS, type Victim } from './chaos-system';
import { chanceFrom, sendReports, type Chance } from './send-reports';

export interface ChaosResult extends Invariants {
  readonly seed: number;
  readonly kills: Readonly<Record<Victim, number>>;
  /** From the end of faults and sending until everything was processed, in seconds; null: it was not within a minute. */
  readonly settledSeconds: number | null;
}

const AGENTS = 20;
const TENANTS = 4;
const SETTLE_MS_MAX = 60_000;

/** Sends reports from twenty machines while ingestion, worker and Postgres are killed at random; then checks. */
export async function runChaos(options: {
  reports: number;
  seed: number;
  killEveryMs: number;
}): Promise<ChaosResult> {
  const { reports, seed } = options;
  console.log(`chaos with seed ${seed}`);
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-chaos-'));
  fs.chmodSync(dir, 0o755);
  const system = await startChaosSystem(path.join(dir, 'system'));
  const ledgerFile = path.join(dir, 'ledger');
  try {
    const ledger = fs.createWriteStream(ledgerFile);
    const agents = [];
    for (let index = 0; index < TENANTS; index++) {
      const tenant = await makeTenant(system.ownerUrl, `Chaos ${index}`);
      for (let machine = 0; machine < AGENTS / TENANTS; machine++)
        agents.push(await makeAgent(system.ownerUrl, tenant, `chaos-${index}-${machine}`));
    }
    const faults = startFaults((victim) => system.kill(victim), options.killEveryMs, chanceFrom(seed));
    await Promise.all(
      agents.map((agent, index) =>
        sendReports(system.ingestUrl, agent, reports / AGENTS, ledger, chanceFrom(seed + index + 1)),
      ),
    );
    const kills = faults.stop();
    await new Promise<void>((resolve) => ledger.end(resolve));
    const settledSeconds = await settle(ledgerFile, system.ownerUrl);
    const result = { seed, kills, settledSeconds, ...(await checkInvariants(ledgerFile, system.ownerUrl)) };
    console.log(JSON.stringify(result));
    return result;
  } finally {
    await system.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

function startFaults(
  kill: (victim: Victim) => void,
  everyMs: number,
  chance: Chance,
): { stop(): Record<Victim, number> } {
  const kills = { ingest: 0, worker: 0, postgres: 0 };
  let turn = 0;
  const timer = setInterval(() => {
    // Each has its turn at first, so that a short run meets all of them.
    const victim = VICTIMS[turn < VICTIMS.length ? turn : Math.floor(chance() * VICTIMS.length)] ?? 'ingest';
    turn++;
    kills[victim]++;
    kill(victim);
  }, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return kills;
    },
  };
}

async function settle(ledgerFile: string, ownerUrl: string): Promise<number | null> {
  const from = performance.now();
  while (performance.now() - from < SETTLE_MS_MAX) {
    const isSettled = await checkInvariants(ledgerFile, ownerUrl).then(
      ({ unprocessed }) => unprocessed === 0,
      () => false, // Postgres may be recovering from the last fault
    );
    if (isSettled) return (performance.now() - from) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return null;
}
