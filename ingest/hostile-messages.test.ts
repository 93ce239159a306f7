import { expect, it } from 'vitest';
import { HARMLESS_MESSAGES } from './testing/harmless';
import { runHostileMessages, takeHostileMessages } from './testing/run-hostile-messages';

/** That many are worked off whole; 19,000 more are taken in and read. `test:long` has five times as many. */
const WORKED_OFF = 1000;
const TAKEN = 19_000;

it(
  'takes 1,000 hostile pings, webhooks and mails: answers each, keeps what it acknowledges, lets nobody else notice',
  { timeout: 900_000 },
  async () => {
    const seed = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 1_000_000);
    const result = await runHostileMessages({ messages: WORKED_OFF, seed, settleMsMax: 600_000 });
    expect(result, `the seed that failed: HOSTILE_SEED=${seed}`).toMatchObject(HARMLESS_MESSAGES);
    expect(result.kept).toBe(result.acknowledged);
    expect(result.kept).toBeGreaterThan(WORKED_OFF / 2);
    expect(result.states['processed']).toBeGreaterThan(50);
    expect(result.states['quarantined']).toBeGreaterThan(50);
    expect(result.memoryMaxMib.ingest).toBeLessThan(384);
    expect(result.memoryMaxMib.worker).toBeLessThan(512);
  },
);

it(
  'takes 19,000 more while no worker is there: answers each, keeps what it acknowledges; each can be read',
  { timeout: 1_200_000 },
  async () => {
    const seed = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 1_000_000);
    const result = await takeHostileMessages({ from: WORKED_OFF, messages: TAKEN, seed });
    expect(result, `the seed that failed: HOSTILE_SEED=${seed}`).toMatchObject({
      wrongAnswers: [],
      unreadable: [],
      complaints: [],
      isAlive: true,
    });
    expect(result.kept).toBe(result.acknowledged);
    expect(result.kept).toBeGreaterThan(TAKEN / 2);
    expect(result.memoryMaxMib).toBeLessThan(384);
  },
);
