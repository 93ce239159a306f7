import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { assignRestoreTest } from '../services/assign-restore-test';
import { recordRestoreTest } from '../services/record-restore-test';
import { restoreTestForm } from '../services/restore-record-form';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { loadProtectionFacts } from './protection-facts';
import { factsAsOf } from './fact-sources';
import { readChosenSystem, readNewTestChoices } from './new-restore-test';
import { readRestoreTests, readToDo, type RestoreTestsView, type ToDo } from './restore-tests-screen';

const NOW = Date.now();
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const VIEW: RestoreTestsView = { search: '', state: null, clientId: null, month: null, page: 1 };

let cast: ScreenCast;
let ours: CastMsp;
let other: string;

/** Two machines of one client and one of another, all backed up; the first failed a test by hand. */
beforeAll(async () => {
  cast = await openScreenCast();
  ours = await cast.newMsp('Quillmark IT');
  other = await ours.newClient('Other');
  for (const [index, name] of ['fs-01', 'fs-02'].entries())
    await (
      await ours.newAgent(name)
    ).backUp([{ ...CLOUD, repositoryKey: `cloud-${index}` }], new Date(NOW - 4 * HOUR));
  await (await ours.newAgent('web-01', other)).backUp([CLOUD], new Date(NOW - 4 * HOUR));
  await recordRestoreTest(cast.web, ours.scope(), ours.person, await failedForm(), NOW);
});
afterAll(() => cast.close());

const local = (at: number) => new Date(at).toISOString().slice(0, 16);

async function failedForm() {
  const systems = await cast.rows("SELECT system_id::text AS id FROM app.system WHERE name = 'fs-01'");
  const view = { clientId: null, systemId: String(systems[0]?.['id']), pointId: null, retestOf: null };
  const { systemId } = await readNewTestChoices(cast.web, ours.scope(), view);
  const chosen = await readChosenSystem(cast.web, ours.scope(), systemId, view, new Date(NOW));
  return restoreTestForm.parse({
    pointId: chosen?.points[0]?.pointId,
    level: 'L4',
    result: 'failed',
    selection: { how: 'risk' },
    method: 'restored',
    scope: 'everything',
    environment: 'lab',
    isIsolated: true,
    startedAt: local(NOW - 2 * HOUR),
    endedAt: local(NOW - HOUR),
    checks: [{ criterion: 'all files', isMet: false, seen: '3 of 4' }],
    manifest: { origin: 'the source' },
  });
}

const namesOf = (toDo: readonly ToDo[]) =>
  toDo.map((one) =>
    one.kind === 'test'
      ? `${one.state} ${one.test.of.systemName}`
      : `${one.state} ${one.record.record.system.name}`,
  );
const read = (changed: Partial<RestoreTestsView> = {}, scope = ours.scope()) =>
  readRestoreTests(cast.web, scope, { ...VIEW, ...changed }, new Date(NOW));

test('the screen says what there is to do, most pressing first, and of how many systems nothing was proved', async () => {
  const screen = await read();
  expect(namesOf(screen.toDo)).toEqual([
    'failed fs-01',
    'review fs-01',
    expect.stringMatching(/^never (?:fs-02|web-01)$/),
    expect.stringMatching(/^never (?:fs-02|web-01)$/),
  ]);
  expect(screen.coverage).toMatchObject({ systems: 3, tested: 0 });
  expect(screen.counts).toEqual({ failed: 1, overdue: 0, review: 1, never: 2, due: 0 });
  expect(screen.weeks.flat().filter((day) => day.counts.failed === 1)).toHaveLength(1);
  expect([screen.recent.length, screen.lowerChecks.length]).toEqual([1, 0]);
});

test('a filter and a search narrow the list and not the counts', async () => {
  const screen = await read({ state: 'never', search: 'WEB' });
  expect([namesOf(screen.toDo), screen.counts.never]).toEqual([['never web-01'], 2]);
  expect(
    namesOf(await readToDo(cast.web, ours.scope(), { ...VIEW, clientId: other }, new Date(NOW))),
  ).toEqual(['never web-01']);
});

test('who sees one client gets the plan, the figures and the records of that one', async () => {
  const limited = makeTenantScope({
    mspId: ours.mspId,
    clientIds: [other],
    actorId: ours.person.personId,
    role: 'technician',
  });
  const screen = await read({}, limited);
  expect(namesOf(screen.toDo)).toEqual(['never web-01']);
  expect([screen.coverage.systems, screen.recent]).toEqual([1, []]);
  const empty = await read({}, (await cast.newMsp('Northgate')).scope());
  expect([empty.toDo, empty.coverage.systems]).toEqual([[], 0]);
});

test('nobody is given a test who is not there, nor of a system that is not', async () => {
  const [system] = await cast.rows("SELECT system_id::text AS id FROM app.system WHERE name = 'fs-02'");
  const systemId = String(system?.['id']);
  const give = (personId: string | null, of = systemId) =>
    assignRestoreTest(cast.web, ours.scope(), ours.person, of, { personId }, NOW);
  await expect(give(randomUUID())).rejects.toMatchObject({ code: 'invalid-request' });
  await expect(give(null, randomUUID())).rejects.toMatchObject({ code: 'not-found' });
  await give(null);
});

test('a verdict of the past rests on what a person had recorded by then', async () => {
  const [system] = await cast.rows("SELECT system_id::text AS id FROM app.system WHERE name = 'fs-01'");
  const testsAt = async (at: number) => {
    const facts = await cast.web.inScope(ours.scope(), (tx) =>
      loadProtectionFacts(
        tx,
        ours.mspId,
        [String(system?.['id'])],
        new Date(at),
        factsAsOf(ours.mspId, new Date(at)),
      ),
    );
    return facts.flatMap((one) =>
      one.facts.repositories.flatMap(({ points }) => points.flatMap((point) => point.restoreTests)),
    );
  };
  expect(await testsAt(NOW - 1)).toEqual([]);
  expect(await testsAt(NOW)).toMatchObject([{ result: 'failed', origin: { kind: 'record', at: NOW } }]);
});
