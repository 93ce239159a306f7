import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { readServiceReview } from './service-review';

const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const NOW = new Date('2026-10-15T12:00:00Z');
const MONTH = '2026-10';

let cast: ScreenCast;
let ours: CastMsp;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  await (await ours.newAgent('fs-01')).backUp([CLOUD], new Date(NOW.getTime() - HOUR));
  await ours.work(NOW);
  const theirs = await cast.newMsp('Another MSP');
  await (await theirs.newAgent('fs-02')).backUp([CLOUD], new Date(NOW.getTime() - HOUR));
  await theirs.work(NOW);
});
afterAll(() => cast.close());

test('tells of one’s own clients what was evaluated and opened, and nothing of another MSP', async () => {
  const { clients, all, isRunning } = await readServiceReview(cast.web, ours.scope('owner'), MONTH, NOW);
  expect(clients.map(({ clientId }) => clientId)).toEqual([ours.clientId]);
  // one copy in one place is not what was promised
  expect(all).toMatchObject({ keptDays: 0, keptShare: 0, corrected: 0, messages: 0 });
  expect(all.knownDays).toBeGreaterThan(0);
  const [row] = await cast.rows(
    "SELECT count(*)::int AS count FROM app.finding_cause WHERE msp_id = $1 AND severity <> 'note'",
    [ours.mspId],
  );
  expect(all.opened).toBe(row?.['count']);
  expect(all.opened).toBeGreaterThan(0);
  expect(isRunning).toBe(true);
});

test('a person who sees some clients only is told of those', async () => {
  const other = await ours.newClient('Harrowmere');
  const scope = makeTenantScope({
    mspId: ours.mspId,
    clientIds: [other],
    actorId: ours.person.personId,
    role: 'technician',
  });
  const { clients, all } = await readServiceReview(cast.web, scope, MONTH, NOW);
  expect(clients.map(({ clientName }) => clientName)).toEqual(['Harrowmere']);
  expect(all.keptShare).toBeNull();
});
