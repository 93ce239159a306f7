import { expect, it } from 'vitest';
import { runChaos } from '@/chaos/run-chaos';

const KILLS_OF_EACH = 5;

it(
  'loses and doubles none of 5,000 reports while web, ingestion, worker and Postgres are killed',
  { timeout: 1_200_000 },
  async () => {
    const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
    const result = await runChaos({
      reports: 5000,
      killsOfEach: KILLS_OF_EACH,
      seed,
      stormMsMax: 300_000,
      settleMsMax: 240_000,
    });
    expect(result).toMatchObject({
      sent: 5000,
      acked: 5000,
      stored: 5000,
      lost: [],
      doubled: [],
      invented: [],
      wrongStreams: [],
      unprocessed: 0,
      wrongRuns: [],
      unevaluated: 0,
      unaudited: [],
      brokenChain: [],
      crashes: [],
      doesWebAnswer: true,
      kills: { web: KILLS_OF_EACH, ingest: KILLS_OF_EACH, worker: KILLS_OF_EACH, postgres: KILLS_OF_EACH },
    });
    expect(result.settledSeconds).not.toBeNull();
    expect(result.auditEvents).toBeGreaterThan(0);
    expect(result.pages.answered).toBeGreaterThan(0);
    expect(result.pages.asked).toBeGreaterThan(result.pages.answered);
  },
);
