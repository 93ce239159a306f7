import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  asOwner,
  headersOf,
  makeAgent,
  makeTenant,
  nightOf,
  reportDelivery,
  reportOf,
  type SampleAgent,
} from '@/ingest/testing/sample-agent';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { startRedis, type TestRedis } from '@/test/redis';
import { requireTool } from '@/test/require-tool';
import { startServerProcess, type ServerProcess } from '@/test/server-process';

describe.skipIf(!requireTool('redis-server'))('a system whose queue is a Redis that loses everything', () => {
  let at: TestDatabase;
  let redis: TestRedis;
  let ingest: ServerProcess;
  let worker: ServerProcess;

  beforeAll(async () => {
    at = await createTestDatabase();
    redis = await startRedis();
    ingest = await startServerProcess('ingest', at, { QUEUE_URL: redis.url });
    worker = await startServerProcess('worker', at, { QUEUE_URL: redis.url });
  });
  afterAll(async () => {
    await Promise.all([ingest.stop(), worker.stop()]);
    await redis.stop();
    await at.drop();
  });

  async function deliver(agent: SampleAgent, sequence: number): Promise<number> {
    const night = nightOf(agent, new Date(Date.now() - 3_600_000 - sequence * 60_000), {
      repositoryKey: 'cloud',
      location: 's3:https://s3.example.test/b',
    });
    const delivery = reportDelivery(agent, reportOf(agent, sequence, night));
    const { status } = await fetch(`${ingest.url}/v1/reports`, {
      method: 'POST',
      headers: headersOf(delivery),
      body: new Uint8Array(delivery.body),
    });
    return status;
  }

  async function states(): Promise<Record<string, number>> {
    return asOwner(at.ownerUrl, async (owner) => {
      const { rows } = await owner.query<{ state: string; count: number }>(
        `SELECT state, count(*)::int FROM app.inbox GROUP BY state`,
      );
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    });
  }

  it('loses none of 200 reports while it is wiped, killed, away and back', { timeout: 180_000 }, async () => {
    const agents = await Promise.all(
      ['Quillmark IT', 'Northgate'].map(async (name) =>
        makeAgent(at.ownerUrl, await makeTenant(at.ownerUrl, name), 'fs-01'),
      ),
    );
    const mishaps: Record<number, () => Promise<void>> = {
      20: () => redis.flush(),
      40: () => redis.kill(),
      60: () => redis.start(),
      80: () => redis.flush(),
    };
    for (let sequence = 1; sequence <= 100; sequence++) {
      await mishaps[sequence]?.();
      const statuses = await Promise.all(agents.map((agent) => deliver(agent, sequence)));
      expect(statuses).toEqual([202, 202]);
    }
    await expect.poll(states, { timeout: 60_000 }).toEqual({ processed: 200 });
  });

  it(
    'takes reports and works on them while Redis stays away, and ends in time',
    { timeout: 120_000 },
    async () => {
      await redis.kill();
      const agent = await makeAgent(at.ownerUrl, await makeTenant(at.ownerUrl, 'Third'), 'fs-01');
      expect(await deliver(agent, 1)).toBe(202);
      await expect.poll(states, { timeout: 30_000 }).toEqual({ processed: 201 });
      const from = performance.now();
      expect(await Promise.all([ingest.stop(), worker.stop()])).toEqual([0, 0]);
      expect(performance.now() - from).toBeLessThan(20_000);
    },
  );
});
