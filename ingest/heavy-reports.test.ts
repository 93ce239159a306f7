import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chanceFrom } from '@/chaos/chance';
import { setting } from '@/server/config';
import { openIngestStore, type IngestStore } from '@/server/data/ingest-store';
import { createReportIntake } from '@/server/services/ingest-report';
import { createTestDatabase, type TestDatabase } from '@/test/database';
import { startServerProcess, type ServerProcess } from '@/test/server-process';
import { until } from '../scripts/run-program.mjs';
import {
  asOwner,
  deliveryOf,
  makeAgent,
  makeTenant,
  nightOf,
  reportDelivery,
  reportOf,
  type SampleAgent,
} from './testing/sample-agent';

// Reports within every limit that make the most work for their size. Whoever holds a key can send them all day.
let at: TestDatabase;
let store: IngestStore;
let worker: ServerProcess;

beforeAll(async () => {
  at = await createTestDatabase();
  store = openIngestStore({ url: at.ingestUrl, contextKey: setting('contextKey') });
  worker = await startServerProcess('worker', at);
});
afterAll(async () => {
  await worker.stop();
  await store.close();
  await at.drop();
});

const NOW = new Date().toISOString();
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
/** Keys that do not compress to nothing: a body may inflate to a hundred times its size, and no more. */
const keyOf = (what: string, index: number): string =>
  createHash('sha256').update(`${what} ${index}`).digest('hex').slice(0, 12);
const run = (index: number, more: object = {}): object => ({
  run_key: keyOf('run', index),
  job_key: 'job',
  kind: 'backup',
  status: 'success',
  started_at: NOW,
  ended_at: NOW,
  ...more,
});
const point = (index: number, more: object = {}): object => ({
  point_key: keyOf('point', index),
  repository_key: 'heavy',
  job_key: 'job',
  taken_at: NOW,
  state: 'complete',
  ...more,
});

/** What makes work, and whether all of it is taken. */
const HEAVY: Readonly<Record<string, { said: () => object; state: 'processed' | 'quarantined' }>> = {
  'two million values of the wrong type': {
    state: 'quarantined',
    said: () => {
      const chance = chanceFrom(1);
      return { runs: many(400, () => ({ items: many(5000, () => Math.floor(chance() * 4)) })) };
    },
  },
  'twenty thousand runs that all lack five thousand sources': {
    state: 'processed',
    said: () => ({
      runs: many(20_000, (index) => run(index)),
      problems: many(5000, (index) => ({
        code: 'source_missing',
        severity: 'info',
        subject: 'job',
        message: `${keyOf('source', index)} is not in the newest backup of this job.`,
      })),
    }),
  },
  'twenty thousand points that any of twenty thousand runs may have made': {
    state: 'processed',
    said: () => ({
      runs: many(20_000, (index) => run(index)),
      recovery_points: many(20_000, (index) => point(index)),
    }),
  },
  'twenty thousand points of as many source sets': {
    state: 'processed',
    said: () => ({
      recovery_points: many(20_000, (index) => point(index, { source_paths: [keyOf('path', index)] })),
    }),
  },
  'one run told twenty thousand times, each time with other points': {
    state: 'processed',
    said: () => ({
      runs: many(20_000, (index) =>
        run(1, { point_keys: many(6, (other) => keyOf('point', index * 6 + other).slice(0, 8)) }),
      ),
    }),
  },
  'five thousand machines that nobody knew': {
    state: 'processed',
    said: () => ({
      recovery_points: many(5000, (index) =>
        point(index, { source_host: keyOf('host', index), source_paths: ['/'] }),
      ),
    }),
  },
};

async function deliver(agent: SampleAgent, said: object): Promise<void> {
  const body = gzipSync(JSON.stringify({ ...reportOf(agent, 1), ...said }));
  expect(body.length).toBeLessThan(1024 * 1024);
  await createReportIntake(store, () => {}).receive(deliveryOf(agent, body, { sequence: 1 }));
}

async function comesTrue(isDone: () => Promise<boolean>): Promise<void> {
  expect(await until(isDone, 100_000), 'it does not come to an end').toBe(true);
}

const has = async (query: string, values: readonly unknown[]): Promise<boolean> =>
  asOwner(at.ownerUrl, async (owner) => Boolean((await owner.query(query, [...values])).rowCount));

describe('a report within every limit that makes as much work as it can', () => {
  for (const [what, { said, state }] of Object.entries(HEAVY))
    it(
      `${what}: it is done with, and another MSP has its verdict meanwhile`,
      { timeout: 220_000 },
      async () => {
        const heavy = await makeAgent(at.ownerUrl, await makeTenant(at.ownerUrl, 'Heavy'), 'heavy');
        const honest = await makeAgent(at.ownerUrl, await makeTenant(at.ownerUrl, 'Honest'), 'honest');
        await deliver(heavy, said());
        const night = nightOf(honest, new Date(Date.now() - 3_600_000), {
          repositoryKey: 'cloud',
          location: 's3:https://s3.example.test/honest',
        });
        await createReportIntake(store, () => {}).receive(reportDelivery(honest, reportOf(honest, 1, night)));
        const done =
          'SELECT FROM app.inbox i JOIN app.raw_report r USING (msp_id, raw_report_id) WHERE r.agent_id = $1 AND i.state = $2 AND i.attempts = 0';
        await comesTrue(() => has(done, [heavy.agentId, state]));
        await comesTrue(() =>
          has(
            'SELECT FROM app.verdict v JOIN app.system y USING (msp_id, system_id) JOIN app.agent a USING (msp_id) WHERE a.agent_id = $1',
            [honest.agentId],
          ),
        );
        expect(worker.isAlive()).toBe(true);
        expect(worker.memoryMaxMib()).toBeLessThan(1024);
      },
    );
});
