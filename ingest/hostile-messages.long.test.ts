import { expect, it } from 'vitest';
import { HARMLESS_MESSAGES } from './testing/harmless';
import { runHostileMessages, takeHostileMessages } from './testing/run-hostile-messages';

const WORKED_OFF = 10_000;
const TAKEN = 90_000;
const seed = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 1_000_000);

it(
  'takes 10,000 hostile pings, webhooks and mails: answers each, keeps what it acknowledges, lets nobody else notice',
  { timeout: 1_800_000 },
  async () => {
    const result = await runHostileMessages({ messages: WORKED_OFF, seed, settleMsMax: 1_200_000 });
    expect(result, `the seed that failed: HOSTILE_SEED=${seed}`).toMatchObject(HARMLESS_MESSAGES);
    expect(result.kept).toBe(result.acknowledged);
    expect(result.kept).toBeGreaterThan(WORKED_OFF / 2);
    expect(result.states['processed']).toBeGreaterThan(500);
    expect(result.states['quarantined']).toBeGreaterThan(500);
    expect(result.memoryMaxMib.ingest).toBeLessThan(384);
    expect(result.memoryMaxMib.worker).toBeLessThan(512);
  },
);

it(
  'takes 90,000 more while no worker is there: answers each, keeps what it acknowledges; each can be read',
  { timeout: 3_600_000 },
  async () => {
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
