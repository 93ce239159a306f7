import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CastMsp, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { createSite } from '../services/create-site';
import { declarationForm, declare } from '../services/declare';
import { mintEnrolmentToken } from '../services/mint-enrolment-token';
import { makeTenantScope, type TenantScope } from '../tenancy/tenant-scope';
import { readClient } from './client-detail';
import { listClientNames } from './clients';
import { readFleet } from './fleet';
import { readSystem } from './system-detail';
import { readSystemPoints, readSystemRuns } from './system-lists';

// A technician who was limited to some clients of the MSP sees and changes those alone.
const NOW = new Date();
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const EVERYTHING = { search: '', status: null, sort: 'status', isReversed: false, page: 1 } as const;
const NO_DAY = { search: '', day: null, trend: 'quarter' } as const;
const PLACE = { timeZone: 'UTC', country: null, latitude: null, longitude: null };

let cast: ScreenCast;
let ours: CastMsp;
let hidden: string;
let mine: TenantScope;
let system: { mine: string; hidden: string };

beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  hidden = await ours.newClient('Hidden Ltd');
  await (await ours.newAgent('fs-01')).backUp([CLOUD], NOW);
  await (await ours.newAgent('secret-01', hidden)).backUp([{ ...CLOUD, repositoryKey: 'secret' }], NOW);
  mine = makeTenantScope({ ...ours.scope(), clientIds: [ours.clientId] });
  system = { mine: await systemId('fs-01'), hidden: await systemId('secret-01') };
});
afterAll(() => cast.close());

async function systemId(name: string): Promise<string> {
  const [row] = await cast.rows('SELECT system_id FROM app.system WHERE msp_id = $1 AND name = $2', [
    ours.mspId,
    name,
  ]);
  return String(row?.['system_id']);
}

describe('a technician of one client', () => {
  test('sees that client alone in the fleet and wherever one is chosen', async () => {
    const fleet = await readFleet(cast.web, mine, EVERYTHING, [ours.clientId, hidden], NOW);
    expect(fleet.rows.map((row) => row.clientId)).toEqual([ours.clientId]);
    expect(fleet.totals.systems['non-compliant']).toBe(1);
    expect(JSON.stringify(fleet)).not.toMatch(/Hidden|secret/);
    const names = await cast.web.inScope(mine, (tx) => listClientNames(tx, ours.mspId));
    expect(names.map(({ clientId }) => clientId)).toEqual([ours.clientId]);
  });

  test('finds nothing of the others by their ids', async () => {
    expect(await readClient(cast.web, mine, hidden, NO_DAY, NOW)).toBeNull();
    expect(await readSystem(cast.web, mine, system.hidden, null, NOW)).toBeNull();
    const page = { before: null, dataSetId: null, repositoryId: null, jobId: null, dayIn: () => null };
    expect(await readSystemRuns(cast.web, mine, system.hidden, page, NOW)).toBeNull();
    expect(await readSystemPoints(cast.web, mine, system.hidden, page, NOW)).toBeNull();
  });

  test('reads the same verdict as everybody, though it rests on a place of the MSP', async () => {
    const cloud = await createSite(
      cast.web,
      ours.scope(),
      ours.clientId,
      { ...PLACE, name: 'Frankfurt', ownerKind: 'provider' },
      NOW.getTime(),
    );
    const [row] = await cast.rows('SELECT repository_id FROM app.repository WHERE client_id = $1', [
      ours.clientId,
    ]);
    const said = declarationForm.parse({
      subject: { kind: 'repository', repositoryId: String(row?.['repository_id']) },
      said: { attribute: 'site', value: cloud },
      reason: 'the bucket’s region',
      validUntil: null,
    });
    await declare(cast.web, ours.scope(), ours.person, said, NOW.getTime());
    const judged = async (scope: TenantScope) => {
      const detail = await readSystem(cast.web, scope, system.mine, null, NOW);
      return { verdict: detail?.chosen?.verdict, policy: detail?.chosen?.policy, points: detail?.points };
    };
    expect((await judged(mine)).verdict).toBeDefined();
    expect(await judged(mine)).toEqual(await judged(ours.scope()));
    const client = await readClient(cast.web, mine, ours.clientId, NO_DAY, NOW);
    expect(client?.policy).toEqual(
      (await readClient(cast.web, ours.scope(), ours.clientId, NO_DAY, NOW))?.policy,
    );
  });

  test('changes nothing of the others, nor of the MSP itself', async () => {
    const say = declarationForm.parse({
      subject: { kind: 'system', systemId: system.hidden },
      said: { attribute: 'media', value: 'disk' },
      reason: 'seen',
      validUntil: null,
    });
    await expect(declare(cast.web, mine, ours.person, say, NOW.getTime())).rejects.toMatchObject({
      code: 'not-found',
    });
    const mint = mintEnrolmentToken(cast.web, mine, hidden, NOW.getTime());
    await expect(mint).rejects.toThrow('no sealed context for this client');
    const site = (clientId: string, ownerKind: 'client' | 'msp') =>
      createSite(cast.web, mine, clientId, { ...PLACE, name: 'Attic', ownerKind }, NOW.getTime());
    await expect(site(hidden, 'client')).rejects.toMatchObject({ code: 'not-found' });
    await expect(site(ours.clientId, 'msp')).rejects.toMatchObject({ code: 'forbidden' });
    await site(ours.clientId, 'client');
  });
});
