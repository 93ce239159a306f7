import { expect, it } from 'vitest';
import { runChaos } from './run-chaos';

it('loses and doubles none of 20,000 reports while ingestion, worker and Postgres are killed', async () => {
  const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
  const result = await runChaos({ reports: 20_000, seed, killEveryMs: 3000 });
  expect(result).toMatchObject({
    acked: 20_000,
    stored: 20_000,
    lost: [],
    doubled: [],
    invented: [],
    wrongStreams: [],
    unprocessed: 0,
    withoutRun: 0,
    brokenChain: [],
  });
  expect(result.settledSeconds).not.toBeNull();
});
