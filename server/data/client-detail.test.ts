import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { readClient } from './client-detail';

const NOW = new Date();

let cast: ScreenCast;
let ours: CastMsp;

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  await cast.rows(
    `INSERT INTO app.system (msp_id, system_id, client_id, name, host_key, kind)
     SELECT $1, gen_random_uuid(), $2, 'host-' || n, 'host-' || n, 'server' FROM generate_series(1, 1200) AS n`,
    [ours.mspId, ours.clientId],
  );
});
afterAll(() => cast.close());

test('a client of more systems than its page shows counts all of them', async () => {
  const detail = await readClient(
    cast.web,
    ours.scope(),
    ours.clientId,
    { search: '', day: null, trend: 'quarter' },
    NOW,
  );
  expect(detail?.systems).toHaveLength(1000);
  expect(detail).toMatchObject({ foundCount: 1200, counts: { unknown: 1200, compliant: 0 } });
});

test('and says how many a search found', async () => {
  const asked = { search: 'host-1', day: null, trend: 'quarter' as const };
  const detail = await readClient(cast.web, ours.scope(), ours.clientId, asked, NOW);
  // 1, 10–19, 100–199, 1000–1200
  expect(detail).toMatchObject({ foundCount: 1 + 10 + 100 + 201, counts: { unknown: 1200 } });
});
