import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { makeAgent, makeTenant, type SampleAgent } from '@/ingest/testing/sample-agent';
import { stopPostgres } from '../scripts/embedded-postgres.mjs';
import { isRunning, until } from '../scripts/run-program.mjs';
import { chanceFrom } from './chance';
import { startChaosSystem, type ChaosSystem } from './chaos-system';
import { checkInvariants, countWorkLeft, type Invariants } from './check';
import { createPace } from './pace';
import { sendReports } from './send-reports';
import { doesWebAnswer, planFaults, storm, type StormResult } from './storm';

export interface ChaosResult extends Invariants, StormResult {
  readonly seed: number;
  /** Ends that no fault explains. */
  readonly crashes: readonly string[];
  /** Requests to the pages while the storm lasted: those that were answered as they should be, and all. */
  readonly pages: { readonly answered: number; readonly asked: number };
  /** After the storm. */
  readonly doesWebAnswer: boolean;
  /** From the end of faults and sending until all was processed and judged, in seconds; null: not in time. */
  readonly settledSeconds: number | null;
}

export interface ChaosOptions {
  readonly reports: number;
  readonly killsOfEach: number;
  readonly seed: number;
  /** How long sending and faults may take; then the run fails, and cleans up. */
  readonly stormMsMax: number;
  /** How long the work that is left may take. */
  readonly settleMsMax: number;
}

const AGENTS = 20;
const TENANTS = 4;
const PROBE_MS = 300;
const ANSWER_MS_MAX = 15_000;
const DIR_PREFIX = 'holdfast-chaos-';

/**
 * Sends reports from twenty machines, every tenth twice, while web, ingestion, worker and Postgres are killed; then checks.
 * The seed is printed: with it, the order of faults is the same again.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  console.log(`chaos with seed ${options.seed}`);
  await removeLeftovers();
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), `${DIR_PREFIX}${process.pid}-`));
  fs.chmodSync(dir, 0o755);
  try {
    const system = await startChaosSystem(path.join(dir, 'system'));
    try {
      const result = await stormAndCheck(system, path.join(dir, 'ledger'), options);
      console.log(JSON.stringify(result));
      if (result.crashes.length > 0) console.error(system.lastWords());
      return result;
    } catch (error) {
      console.error(system.lastWords());
      throw error;
    } finally {
      await system.stop();
    }
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

/** A run that was killed leaves its Postgres, which is nobody's child. */
async function removeLeftovers(): Promise<void> {
  for (const name of fs.readdirSync(os.tmpdir())) {
    if (!name.startsWith(DIR_PREFIX) || isRunning(Number(name.slice(DIR_PREFIX.length).split('-')[0])))
      continue;
    const dir = path.join(os.tmpdir(), name);
    await stopPostgres({ dataDir: path.join(dir, 'system/postgres') });
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

async function stormAndCheck(
  system: ChaosSystem,
  ledgerFile: string,
  { reports, killsOfEach, seed, stormMsMax, settleMsMax }: ChaosOptions,
): Promise<ChaosResult> {
  const agents = await makeFleet(system.ownerUrl);
  await until(() => doesWebAnswer(system), ANSWER_MS_MAX);
  const faults = planFaults(killsOfEach, chanceFrom(seed));
  const over = new AbortController();
  const pace = createPace({ reports, faults: faults.length, msMax: stormMsMax, over: over.signal });
  const ledger = fs.createWriteStream(ledgerFile);
  const pages = probePages(system, over.signal);
  const [stormed] = await Promise.all([
    storm(system, faults, pace),
    ...agents.map((agent, index) =>
      sendReports(system.ingestUrl, agent, reports / AGENTS, ledger, pace, chanceFrom(seed + index + 1)),
    ),
  ]).finally(() => over.abort());
  await new Promise<void>((resolve) => ledger.end(resolve));
  return {
    seed,
    ...stormed,
    pages: await pages,
    doesWebAnswer: (await until(() => doesWebAnswer(system), ANSWER_MS_MAX)) === true,
    ...(await settle(ledgerFile, system.ownerUrl, settleMsMax)),
    crashes: system.crashes(),
  };
}

async function makeFleet(ownerUrl: string): Promise<SampleAgent[]> {
  const agents: SampleAgent[] = [];
  for (let index = 0; index < TENANTS; index++) {
    const tenant = await makeTenant(ownerUrl, `Chaos ${index}`);
    for (let machine = 0; machine < AGENTS / TENANTS; machine++)
      agents.push(await makeAgent(ownerUrl, tenant, `chaos-${index}-${machine}`));
  }
  return agents;
}

/** Somebody who looks at the pages until it is over. */
async function probePages(system: ChaosSystem, over: AbortSignal): Promise<ChaosResult['pages']> {
  let answered = 0;
  let asked = 0;
  for (; !over.aborted; asked++) {
    if (await doesWebAnswer(system)) answered++;
    await pause(PROBE_MS);
  }
  return { answered, asked };
}

/** The invariants once nothing is left to do, or when that takes too long. */
async function settle(
  ledgerFile: string,
  ownerUrl: string,
  msMax: number,
): Promise<Invariants & { settledSeconds: number | null }> {
  const from = performance.now();
  for (;;) {
    const isOver = performance.now() - from > msMax;
    if (isOver || isNothingLeft(await countWorkLeft(ownerUrl))) {
      const seconds = (performance.now() - from) / 1000;
      const found = await checkInvariants(ledgerFile, ownerUrl);
      if (isNothingLeft(found)) return { ...found, settledSeconds: seconds };
      if (isOver) return { ...found, settledSeconds: null };
    }
    await pause(500);
  }
}

function isNothingLeft(left: Pick<Invariants, 'unprocessed' | 'unevaluated'>): boolean {
  return left.unprocessed === 0 && left.unevaluated === 0;
}
