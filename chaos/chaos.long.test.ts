import { expect, it } from 'vitest';
import { runChaos } from './run-chaos';

const KILLS_OF_EACH = 20;

it('loses and doubles none of 20,000 reports while web, ingestion, worker and Postgres are killed', async () => {
  const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
  const result = await runChaos({
    reports: 20_000,
    killsOfEach: KILLS_OF_EACH,
    seed,
    stormMsMax: 1_000_000,
    settleMsMax: 700_000,
  });
  expect(result).toMatchObject({
    sent: 20_000,
    acked: 20_000,
    stored: 20_000,
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
});
