import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { readCause } from '../data/cause-detail';
import { readClient } from '../data/client-detail';
import { listCoverageFindings } from '../data/coverage-findings';
import { listQueue, type QueueView } from '../data/finding-queue';
import { readFleet } from '../data/fleet';
import { readSystem } from '../data/system-detail';
import { assignPolicy } from './assign-policy';
import { createDefaultPolicy } from './create-default-policy';
import { excludeMachine, includeMachine } from './exclude-machine';
import { replaceInventory } from './import-inventory';
import { createPolicy } from './publish-policy';
import { decideSystem, undoSystemDecision } from './sort-inbox';
import { undoInventory } from './undo-inventory';
import { waiveCauses, waiverForm } from './waive-causes';

const NOW = Date.now();
const DAY = 24 * HOUR;
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const VIEW: QueueView = {
  tab: 'open',
  search: '',
  severity: null,
  clientId: null,
  rule: null,
  group: 'harm',
  page: 1,
};

let cast: ScreenCast;
let theirs: CastMsp;
let ours: CastMsp;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  theirs = await cast.newMsp('Northgate');
  await cast.web.inScope(theirs.scope('admin'), (tx) =>
    createDefaultPolicy(tx, theirs.mspId, null, new Date(NOW)),
  );
});
/** A client whose server fs-01 is backed up. */
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  await cast.web.inScope(ours.scope('admin'), (tx) =>
    createDefaultPolicy(tx, ours.mspId, null, new Date(NOW)),
  );
  await (await ours.newAgent('fs-01')).backUp([CLOUD], new Date(NOW));
});
afterAll(() => cast.close());

const list = (names: string[], at = NOW) =>
  replaceInventory(
    cast.web,
    ours.scope(),
    ours.person,
    ours.clientId,
    { source: 'RMM', machines: names.map((name) => ({ name, kind: null, siteName: null })) },
    at,
  );
const systemId = async (name: string) =>
  String(
    (
      await cast.rows('SELECT system_id AS id FROM app.system WHERE msp_id = $1 AND name = $2', [
        ours.mspId,
        name,
      ])
    )[0]?.['id'],
  );

/** The causes about coverage in the queue as of an instant, once the work of then is done. */
async function causes(at = NOW + HOUR, tab: QueueView['tab'] = 'open') {
  await ours.work(new Date(at));
  const reader = { mspId: ours.mspId, personId: ours.person.personId, now: new Date(at) };
  const { causes: queued } = await cast.web.inScope(ours.scope(), (tx) =>
    listQueue(tx, reader, { ...VIEW, tab }),
  );
  return queued.filter(({ rules }) => rules.some((rule) => /^(not-covered|unmanaged-system)$/.test(rule)));
}
const told = async (at?: number, tab?: QueueView['tab']) =>
  (await causes(at, tab)).map(({ rules, lead }) => `${rules.join()} ${lead?.subject.name}`).toSorted();

describe('the coverage of a client in the queue', () => {
  test('is not spoken of without an inventory', async () => {
    expect(await told()).toEqual([]);
  });

  test('a machine of the list that nothing backs up is a cause of its own, until it is backed up', async () => {
    await list(['fs-01', 'ws-07', 'ws-08']);
    expect(await told()).toEqual(['not-covered ws-07', 'not-covered ws-08']);
    const [cause] = await causes();
    expect(cause).toMatchObject({ severity: 'warning', systemCount: 1, systemName: null, findingCount: 1 });
    const detail = await cast.web.inScope(ours.scope(), (tx) =>
      readCause(tx, ours.mspId, cause?.causeId ?? '', new Date(NOW + HOUR)),
    );
    expect(detail).toMatchObject({
      findings: [{ systemId: null, systemName: null }],
      systems: [],
      rules: [{ rule: 'not-covered', count: 1 }],
    });
    await (await ours.newAgent('ws-07')).backUp([CLOUD], new Date(NOW + 2 * HOUR));
    expect(await told(NOW + 2 * HOUR)).toEqual(['not-covered ws-08']);
  });

  test('evaluating a system again leaves it open', async () => {
    await list(['ws-07']);
    await cast.rows('UPDATE app.system_status SET dirty_at = $2 WHERE msp_id = $1', [
      ours.mspId,
      new Date(NOW),
    ]);
    expect(await told()).toEqual(['not-covered ws-07', 'unmanaged-system fs-01']);
    await cast.rows('UPDATE app.system_status SET dirty_at = $2 WHERE msp_id = $1', [
      ours.mspId,
      new Date(NOW),
    ]);
    expect(await told(NOW + 2 * HOUR)).toEqual(['not-covered ws-07', 'unmanaged-system fs-01']);
  });

  test('a system that no list names is unmanaged until a policy is chosen for it, its client or the list names it', async () => {
    await list(['ws-07']);
    expect(await told()).toContain('unmanaged-system fs-01');
    const form = { name: 'Servers', overrides: {} };
    const admin = ours.scope('admin');
    const policyId = await createPolicy(cast.web, admin, ours.person, form, NOW);
    const { assignmentId } = await assignPolicy(
      cast.web,
      admin,
      ours.person,
      policyId,
      { level: 'system', systemId: await systemId('fs-01') },
      NOW + HOUR,
    );
    expect(assignmentId).toBeTypeOf('string');
    expect(await told(NOW + 2 * HOUR)).toEqual(['not-covered ws-07']);
  });

  test('the pages of a system that nobody manages and of its client stay as they were', async () => {
    const shown = async (at: number) => {
      const now = new Date(at);
      const system = await readSystem(cast.web, ours.scope(), await systemId('fs-01'), null, now);
      const asked = { search: '', day: null, trend: 'quarter' } as const;
      const client = await readClient(cast.web, ours.scope(), ours.clientId, asked, now);
      const view = { search: '', status: null, sort: 'status', isReversed: false, page: 1 } as const;
      const fleet = await readFleet(cast.web, ours.scope(), view, [], now);
      const rules = system?.chosen?.verdict.findings.map((one) => one.rule);
      return { rules, client: client?.status, totals: fleet.totals, causes: fleet.causes };
    };
    const before = await shown(NOW + HOUR);
    await list(['ws-07']);
    expect(await told()).toContain('unmanaged-system fs-01');
    expect(await shown(NOW + HOUR)).toEqual(before);
    const open = await cast.web.inScope(ours.scope(), async (tx) =>
      listCoverageFindings(tx, ours.mspId, await systemId('fs-01')),
    );
    expect(open).toMatchObject([
      { rule: 'unmanaged-system', severity: 'warning', subject: { name: 'fs-01' } },
    ]);
  });

  test('an import that is undone takes its causes away, and the list before brings back its own', async () => {
    await list(['fs-01', 'ws-07']);
    const { importId } = await list(['fs-01', 'ws-08'], NOW + 1000);
    expect(await told()).toEqual(['not-covered ws-08']);
    await undoInventory(cast.web, ours.scope(), ours.person, importId, NOW + HOUR);
    expect(await told(NOW + 2 * HOUR)).toEqual(['not-covered ws-07']);
  });

  test('what is excluded is left out until the exclusion ends or is taken back', async () => {
    await list(['fs-01', 'ws-07', 'ws-08']);
    const exclude = (name: string, until: number) =>
      excludeMachine(
        cast.web,
        ours.scope(),
        ours.person,
        ours.clientId,
        { name, ownerName: 'Mara', reason: 'a kiosk', until: new Date(until).toISOString() },
        NOW,
      );
    await exclude('ws-07', NOW + 3 * HOUR);
    const exclusionId = await exclude('ws-08', NOW + 30 * DAY);
    expect(await told()).toEqual([]);
    expect(await told(NOW + 3 * HOUR - 1)).toEqual([]);
    expect(await told(NOW + 3 * HOUR)).toEqual(['not-covered ws-07']);
    await includeMachine(cast.web, ours.scope(), ours.person, exclusionId, NOW + 4 * HOUR);
    expect(await told(NOW + 4 * HOUR)).toEqual(['not-covered ws-07', 'not-covered ws-08']);
  });

  test('a waiver labels it until it ends', async () => {
    await list(['fs-01', 'ws-07']);
    const [cause] = await causes();
    const form = waiverForm.parse({
      causes: [{ causeId: cause?.causeId, version: cause?.version }],
      reason: 'to be replaced',
      approverName: 'Mara',
      until: new Date(NOW + 5 * HOUR).toISOString(),
    });
    await waiveCauses(cast.web, ours.scope(), ours.person, form, NOW + HOUR);
    expect(await told(NOW + 2 * HOUR)).toEqual([]);
    expect(await told(NOW + 2 * HOUR, 'waived')).toEqual(['not-covered ws-07']);
    expect(await told(NOW + 5 * HOUR)).toEqual(['not-covered ws-07']);
  });

  test('a system that is ignored is known no more, and its machine not covered until that is taken back', async () => {
    await list(['fs-01']);
    expect(await told()).toEqual([]);
    const id = await systemId('fs-01');
    const form = { verb: 'ignored' as const, reason: 'not ours' };
    await decideSystem(cast.web, ours.scope(), ours.person, id, form, NOW + HOUR);
    expect(await told(NOW + 2 * HOUR)).toEqual(['not-covered fs-01']);
    await undoSystemDecision(cast.web, ours.scope(), ours.person, id, NOW + 3 * HOUR);
    expect(await told(NOW + 3 * HOUR)).toEqual([]);
  });

  test('a machine is found by its name, and by nobody of another MSP', async () => {
    await list(['fs-01', 'ws-07']);
    await ours.work(new Date(NOW + HOUR));
    const search = async (msp: CastMsp) => {
      const reader = { mspId: msp.mspId, personId: msp.person.personId, now: new Date(NOW + HOUR) };
      const found = await cast.web.inScope(msp.scope(), (tx) =>
        listQueue(tx, reader, { ...VIEW, search: 'ws-07' }),
      );
      return found.causes.length;
    };
    expect(await search(ours)).toBe(1);
    expect(await search(theirs)).toBe(0);
  });
});
