import { afterAll, beforeAll, expect, test } from 'vitest';
import { nightOf } from '@/ingest/testing/sample-agent';
import { HOUR, openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { loadProtectionFacts } from './protection-facts';

const NOW = new Date();
const NAS = { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const };

let cast: ScreenCast;
let ours: CastMsp;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
});
afterAll(() => cast.close());

test('a restore test counts as long as its cadence lets it, though its point was pruned long ago', async () => {
  const agent = await ours.newAgent('fs-01');
  const then = new Date(NOW.getTime() - 40 * 24 * HOUR);
  const night = nightOf(agent.agent, new Date(then.getTime() - HOUR), NAS);
  const tested = night.recovery_points?.[0]?.point_key ?? '';
  await agent.send(
    {
      ...night,
      restore_tests: [
        {
          test_key: 'test-1',
          point_key: tested,
          repository_key: 'nas',
          trigger: 'schedule',
          method: 'sample',
          started_at: new Date(then.getTime() - 60_000).toISOString(),
          ended_at: then.toISOString(),
          level: 'L4',
          result: 'passed',
        },
      ],
    },
    then,
  );
  await agent.backUp([NAS], NOW);
  const [system] = await cast.rows('SELECT system_id AS id FROM app.system WHERE msp_id = $1', [ours.mspId]);
  const [loaded] = await cast.web.inScope(ours.scope(), (tx) =>
    loadProtectionFacts(tx, ours.mspId, [String(system?.['id'])], NOW),
  );
  const points = loaded?.facts.repositories[0]?.points ?? [];
  expect(points.map((point) => [point.isListed, point.restoreTests.map((one) => one.result)])).toEqual(
    expect.arrayContaining([
      [true, []],
      [false, ['passed']],
    ]),
  );
  expect(points).toHaveLength(2);
});
