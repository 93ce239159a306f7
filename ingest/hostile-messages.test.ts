import { expect, it } from 'vitest';
import { HARMLESS_MESSAGES } from './testing/harmless';
import { runHostileMessages, takeHostileMessages } from './testing/run-hostile-messages';

/** So many are worked off whole, and so many more taken in and read; `test:long` has a hundred thousand. */
const WORKED_OFF = 400;
const TAKEN = 2000;

it(
  `takes ${WORKED_OFF} hostile pings, webhooks and mails: answers each, keeps what it acknowledges, lets nobody else notice`,
  { timeout: 900_000 },
  async () => {
    const seed = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 1_000_000);
    const result = await runHostileMessages({ messages: WORKED_OFF, seed, settleMsMax: 600_000 });
    expect(result, `the seed that failed: HOSTILE_SEED=${seed}`).toMatchObject(HARMLESS_MESSAGES);
    expect(result.kept).toBe(result.acknowledged);
    expect(result.kept).toBeGreaterThan(WORKED_OFF / 2);
    expect(result.states['processed']).toBeGreaterThan(WORKED_OFF / 20);
    expect(result.states['quarantined']).toBeGreaterThan(WORKED_OFF / 20);
    expect(result.memoryMaxMib.ingest).toBeLessThan(384);
    expect(result.memoryMaxMib.worker).toBeLessThan(512);
  },
);

it(
  `takes ${TAKEN} more while no worker is there: answers each, keeps what it acknowledges; each can be read`,
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
