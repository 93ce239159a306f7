import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { shuffled, type Chance } from './chance';
import { VICTIMS, type ChaosSystem, type Victim } from './chaos-system';
import type { Pace } from './pace';

/** What the faults did to the system. */
export interface StormResult {
  readonly kills: Readonly<Record<Victim, number>>;
  /** From the kill until it answered again, in seconds, at worst. */
  readonly slowestReturnSeconds: Readonly<Record<Victim, number>>;
}

/** Every so many faults, two processes die at once. */
const DOUBLE_EVERY = 4;
const RETURN_MS_MAX = 60_000;
const LOOK_MS = 50;
/** Who dies while being asked may leave the question open for ever. */
const ANSWER_MS_MAX = 10_000;

/** Who dies with each fault: everyone so often, in an order by chance. */
export function planFaults(killsOfEach: number, chance: Chance): Victim[][] {
  const left = shuffled(
    VICTIMS.flatMap((victim) => Array.from({ length: killsOfEach }, () => victim)),
    chance,
  );
  const faults: Victim[][] = [];
  for (let first = left.shift(); first !== undefined; first = left.shift()) {
    const isDouble = faults.length % DOUBLE_EVERY === DOUBLE_EVERY - 1;
    const other = isDouble ? left.findIndex((victim) => victim !== first) : -1;
    faults.push([first, ...(other < 0 ? [] : left.splice(other, 1))]);
  }
  return faults;
}

/**
 * Lets the faults strike, one after the other. Nobody is killed again before coming back: however slow the machine, the
 * storm ends.
 * @throws when somebody does not come back within a minute
 */
export async function storm(
  system: ChaosSystem,
  faults: readonly (readonly Victim[])[],
  pace: Pace,
): Promise<StormResult> {
  const kills = { ingest: 0, worker: 0, web: 0, postgres: 0 };
  const slowestReturnSeconds = { ingest: 0, worker: 0, web: 0, postgres: 0 };
  const returns = new Map<Victim, Promise<number>>();
  const hasReturned = async (victim: Victim): Promise<void> => {
    const seconds = (await returns.get(victim)) ?? 0;
    slowestReturnSeconds[victim] = Math.max(slowestReturnSeconds[victim], seconds);
  };
  for (const [index, victims] of faults.entries()) {
    await pace.reachesFault(index);
    await Promise.all(victims.map(hasReturned));
    await Promise.all(victims.map((victim) => system.kill(victim)));
    for (const victim of victims) {
      kills[victim]++;
      const seconds = secondsUntilReturn(system, victim);
      seconds.catch(() => {}); // whoever waits for it is told
      returns.set(victim, seconds);
    }
    pace.hasStruck(index);
  }
  await Promise.all(VICTIMS.map(hasReturned));
  return { kills, slowestReturnSeconds };
}

async function secondsUntilReturn(system: ChaosSystem, victim: Victim): Promise<number> {
  const from = performance.now();
  const elapsedMs = (): number => performance.now() - from;
  while (elapsedMs() < RETURN_MS_MAX) {
    if (await isBack(system, victim)) return elapsedMs() / 1000;
    await pause(LOOK_MS);
  }
  throw new Error(`${victim} did not come back within ${RETURN_MS_MAX / 1000} s`);
}

async function isBack(system: ChaosSystem, victim: Victim): Promise<boolean> {
  switch (victim) {
    case 'postgres':
      return isAnswered(system.ownerUrl);
    case 'web':
      return doesWebAnswer(system);
    case 'ingest':
    case 'worker':
      return isOk(system.readyUrls[victim]);
  }
}

/** Its health, which asks the database, and a page that somebody would look at. */
export async function doesWebAnswer({ webUrl }: ChaosSystem): Promise<boolean> {
  const [isHealthy, page] = await Promise.all([isOk(`${webUrl}/api/health`), textOf(`${webUrl}/sign-in`)]);
  return isHealthy && page !== null && /<h1[^>]*>Sign in</.test(page);
}

async function isOk(url: string): Promise<boolean> {
  return (await textOf(url)) !== null;
}

/** null unless it answers 200. */
function textOf(url: string): Promise<string | null> {
  return inTime(askPage(url), null);
}

function inTime<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  return Promise.race([answer, pause(ANSWER_MS_MAX, otherwise, { ref: false })]);
}

async function askPage(url: string): Promise<string | null> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5000) });
    const text = await response.text();
    return response.status === 200 ? text : null;
  } catch {
    return null;
  }
}

function isAnswered(connectionString: string): Promise<boolean> {
  return inTime(askPostgres(connectionString), false);
}

async function askPostgres(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
