import { expect, it } from 'vitest';
import { runChaos } from '@/chaos/run-chaos';

it(
  'loses and doubles none of 5,000 reports while ingestion, worker and Postgres are killed',
  { timeout: 300_000 },
  async () => {
    const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
    const result = await runChaos({ reports: 5000, seed, killEveryMs: 1500 });
    expect(result).toMatchObject({
      acked: 5000,
      stored: 5000,
      lost: [],
      doubled: [],
      invented: [],
      wrongStreams: [],
      unprocessed: 0,
      withoutRun: 0,
      brokenChain: [],
    });
    expect(Math.min(...Object.values(result.kills))).toBeGreaterThan(0);
    expect(result.settledSeconds).not.toBeNull();
  },
);
