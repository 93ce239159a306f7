import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PolicyOverrides } from '@/domain/policy/policy-overrides';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { listPolicies, readPolicy } from '../data/policy-screens';
import { policiesOf } from '../data/policies';
import { readClient } from '../data/client-detail';
import { readSystem } from '../data/system-detail';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { type AssignmentForm, assignPolicy, unassignPolicy } from './assign-policy';
import { createDefaultPolicy } from './create-default-policy';
import { type PolicyDraft, previewPolicy } from './preview-policy';
import { createPolicy, givePolicyName, publishPolicy, takePolicyOut } from './publish-policy';
import { systemTagsForm, tagSystem } from './tag-system';

const NOW = new Date();
const LATER = new Date(NOW.getTime() + HOUR);
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/b' };
/** What a server with one cloud copy of production's own disk passes. */
const TWO_COPIES = { copies: 2, media: 2, locations: null, offsite: null, immutable: null, errors: null };

let cast: ScreenCast;
let theirs: CastMsp;
let ours: CastMsp;
let systemId: string;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  theirs = await cast.newMsp('Northgate');
});
/** An MSP with its default policy and one server that has one copy in a cloud: 3-2-1 fails, two copies would pass. */
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  await cast.web.inScope(ours.scope('admin'), (tx) => createDefaultPolicy(tx, ours.mspId, null, NOW));
  await (await ours.newAgent('fs-01')).backUp([CLOUD], NOW);
  systemId = String(
    (await cast.rows('SELECT system_id AS id FROM app.system WHERE msp_id = $1', [ours.mspId]))[0]?.['id'],
  );
});
afterAll(() => cast.close());

const scope = () => ours.scope('admin');
const at = () => NOW.getTime();
const make = (name: string, overrides: PolicyOverrides = {}) =>
  createPolicy(cast.web, scope(), ours.person, { name, overrides }, at());
const publish = (policyId: string, overrides: PolicyOverrides, baseVersion = 1) =>
  publishPolicy(cast.web, scope(), ours.person, policyId, { overrides, note: 'agreed', baseVersion }, at());
const assign = (policyId: string, form: AssignmentForm) =>
  assignPolicy(cast.web, scope(), ours.person, policyId, form, at());
const tag = (...tags: string[]) => tagSystem(cast.web, scope(), ours.person, systemId, { tags }, at());
const list = () => cast.web.inScope(scope(), (tx) => listPolicies(tx, ours.mspId));
const defaultId = async () => (await list())[0]?.policyId ?? '';
const code = (refused: Promise<unknown>) =>
  refused.then(
    () => 'taken',
    (error: { code?: string }) => error.code,
  );

/** What holds for the server now, and the status that was stored of it. */
async function server() {
  await ours.work(LATER);
  const screen = await readSystem(cast.web, scope(), systemId, null, LATER);
  if (!screen?.chosen) throw new Error('the server is gone');
  const [stored] = await cast.rows('SELECT status FROM app.system_status WHERE system_id = $1', [systemId]);
  const { policy, origins } = screen.chosen.policy;
  return { policy, origins, shown: screen.status, stored: stored?.['status'] };
}

const wordsIn = () => ({ formatInstant: String });

async function preview(draft: Partial<PolicyDraft> & { policyId: string }) {
  const steps = [];
  const whole = { overrides: null, assign: null, ...draft };
  for await (const step of previewPolicy(cast.web, scope(), whole, { now: LATER, wordsIn })) steps.push(step);
  const last = steps.at(-1);
  if (last?.kind !== 'preview') throw new Error('no preview came');
  return { steps, preview: last.preview };
}

const eventsOf = async (action: string) =>
  (
    await cast.rows(`SELECT body::jsonb AS body FROM audit.event WHERE msp_id = $1 ORDER BY seq`, [
      ours.mspId,
    ])
  )
    .map((row) => row['body'] as { action: string })
    .filter((body) => body.action === action);

test('the narrowest policy decides each field, and a change of any is evaluated at once', async () => {
  expect(await server()).toMatchObject({ shown: 'non-compliant', stored: 'non-compliant' });
  const byClient = await make('Two copies', { rule: TWO_COPIES, rpoSeconds: 48 * 3600 });
  await assign(byClient, { level: 'client', clientId: ours.clientId });
  expect(await server()).toMatchObject({ shown: 'compliant', stored: 'compliant' });

  const byTag = await make('Ledger', { rpoSeconds: 4 * 3600 });
  await assign(byTag, { level: 'tag', tag: 'ledger', clientId: null });
  expect((await server()).policy.rpoSeconds).toBe(48 * 3600);
  await tag('ledger');
  const tagged = await server();
  expect(tagged.policy).toMatchObject({ rpoSeconds: 4 * 3600, rule: TWO_COPIES, name: 'Ledger' });
  expect(tagged.origins.rpoSeconds).toMatchObject({ level: 'tag', targetName: 'ledger' });
  expect(tagged.origins.rule).toMatchObject({ level: 'client', policyName: 'Two copies' });

  const alone = await make('Alone', { rpoSeconds: 60 });
  await assign(alone, { level: 'system', systemId });
  expect(await server()).toMatchObject({ policy: { rpoSeconds: 60 }, stored: 'non-compliant' });
  expect(await publish(alone, { rpoSeconds: 72 * 3600 })).toBe(2);
  expect(await server()).toMatchObject({ policy: { rpoSeconds: 72 * 3600 }, stored: 'compliant' });
});

test('the default holds for whatever no policy was assigned to', async () => {
  expect(await publish(await defaultId(), { rule: TWO_COPIES })).toBe(2);
  expect((await server()).stored).toBe('compliant');
  const client = await readClient(
    cast.web,
    scope(),
    ours.clientId,
    { search: '', day: null, trend: 'quarter' },
    LATER,
  );
  expect(client?.policy).toMatchObject({ version: 2, isOwn: false, policy: { rule: TWO_COPIES } });
});

test('what was assigned to a target ends when something else is, and what lies above holds when that ends', async () => {
  const [first, second] = [
    await make('First', { rpoSeconds: 60 }),
    await make('Second', { rule: TWO_COPIES }),
  ];
  const target = { level: 'client', clientId: ours.clientId } as const;
  expect(await assign(first, target)).toMatchObject({ formerPolicyId: null });
  const { assignmentId, formerPolicyId } = await assign(second, target);
  expect(formerPolicyId).toBe(first);
  expect(await server()).toMatchObject({ policy: { rpoSeconds: 26 * 3600 }, stored: 'compliant' });
  expect(await code(assign(second, target))).toBe('conflict');
  await unassignPolicy(cast.web, scope(), ours.person, assignmentId, at());
  expect((await server()).stored).toBe('non-compliant');
  expect(await code(unassignPolicy(cast.web, scope(), ours.person, assignmentId, at()))).toBe('not-found');
  const kept = await cast.rows(
    'SELECT 1 FROM app.policy_assignment WHERE msp_id = $1 AND ended_at IS NOT NULL',
    [ours.mspId],
  );
  expect(kept).toHaveLength(2);
});

test('a site’s policy holds where a system is declared to stand', async () => {
  const siteId = randomUUID();
  await cast.rows(
    `INSERT INTO app.site (msp_id, site_id, client_id, owner_kind, name, time_zone) VALUES ($1, $2, $3, 'client', 'Cork', 'UTC')`,
    [ours.mspId, siteId, ours.clientId],
  );
  await assign(await make('Cork', { rule: TWO_COPIES }), { level: 'site', siteId });
  expect((await server()).stored).toBe('non-compliant');
  await cast.rows(
    `INSERT INTO app.declaration (msp_id, declaration_id, client_id, system_id, attribute, value, reason, declared_by,
      declared_by_name, declared_at) VALUES ($1, $2, $3, $4, 'site', to_jsonb($5::text), 'seen', $6, 'Mara', $7)`,
    [ours.mspId, randomUUID(), ours.clientId, systemId, siteId, ours.person.personId, NOW],
  );
  await cast.rows('UPDATE app.system_status SET dirty_at = $2 WHERE msp_id = $1', [ours.mspId, NOW]);
  expect(await server()).toMatchObject({ policy: { rule: TWO_COPIES }, stored: 'compliant' });
});

test('a preview says what a save then does, and saves nothing', async () => {
  const policyId = await defaultId();
  const { steps, preview: found } = await preview({ policyId, overrides: { rule: TWO_COPIES } });
  expect(steps.slice(0, -1).every((step) => step.kind === 'progress')).toBe(true);
  expect(found).toMatchObject({
    systemCount: 1,
    before: { 'non-compliant': 1, compliant: 0 },
    after: { 'non-compliant': 0, compliant: 1 },
    changed: [{ changes: [{ systemId, from: 'non-compliant', to: 'compliant' }] }],
  });
  expect(found.closes.map((one) => one.rule)).toContain('copies-missing');
  expect((await server()).stored).toBe('non-compliant');
  await publish(policyId, { rule: TWO_COPIES });
  expect((await server()).stored).toBe(found.changed[0]?.changes[0]?.to);
  const back = await preview({ policyId, overrides: {} });
  expect(back.preview.changed[0]).toMatchObject({ why: '2 of 3 copies' });
});

test('a preview of an assignment counts those that the policy would hold for, and no others', async () => {
  const other = await ours.newClient('Larkwell');
  await (await ours.newAgent('dc-01', other)).backUp([{ ...CLOUD, repositoryKey: 'other' }], NOW);
  await ours.work(LATER);
  const policyId = await make('Two copies', { rule: TWO_COPIES });
  expect((await preview({ policyId })).preview.systemCount).toBe(0);
  const { preview: found } = await preview({ policyId, assign: { level: 'client', clientId: other } });
  expect(found).toMatchObject({ systemCount: 1, changed: [{ clientId: other, changeCount: 1 }] });
});

test('nobody overwrites a version that was published meanwhile, and none without a change', async () => {
  const policyId = await defaultId();
  await publish(policyId, { rpoSeconds: 3600 });
  expect(await code(publish(policyId, { rpoSeconds: 7200 }))).toBe('conflict');
  expect(await code(publish(policyId, { rpoSeconds: 3600 }, 2))).toBe('conflict');
  const races = await Promise.all([
    code(publish(policyId, { rpoSeconds: 7200 }, 2)),
    code(publish(policyId, { rpoSeconds: 10_800 }, 2)),
  ]);
  expect(races.toSorted()).toEqual(['conflict', 'taken']);
  const screen = await readPolicy(cast.web, scope(), policyId, LATER);
  expect(screen?.versions.map((one) => one.version)).toEqual([3, 2, 1]);
  expect(await eventsOf('policy.published')).toHaveLength(3);
});

test('what nothing could meet is refused by field', async () => {
  const rule = { ...TWO_COPIES, copies: 1 };
  await expect(publish(await defaultId(), { rule })).rejects.toMatchObject({
    code: 'invalid-request',
    fields: { rule: expect.stringContaining('at least 2 copies') },
  });
  expect(await code(make('Impossible', { rule }))).toBe('invalid-request');
  expect(await code(preview({ policyId: await defaultId(), overrides: { rule } }))).toBe('invalid-request');
});

test('names are given once; the default cannot be retired or assigned, nor what holds for anything retired', async () => {
  const policyId = await make('Regulated');
  expect(await code(make('Regulated'))).toBe('conflict');
  expect(await code(givePolicyName(cast.web, scope(), policyId, (await list())[0]?.name ?? ''))).toBe(
    'conflict',
  );
  await givePolicyName(cast.web, scope(), policyId, 'Regulated records');
  const retire = (id: string) => takePolicyOut(cast.web, scope(), ours.person, id, at());
  expect(await code(retire(await defaultId()))).toBe('conflict');
  const target = { level: 'client', clientId: ours.clientId } as const;
  expect(await code(assign(await defaultId(), target))).toBe('conflict');
  const { assignmentId } = await assign(policyId, target);
  expect(await code(retire(policyId))).toBe('conflict');
  await unassignPolicy(cast.web, scope(), ours.person, assignmentId, at());
  await retire(policyId);
  expect((await list()).map((one) => one.name)).not.toContain('Regulated records');
  expect(await code(assign(policyId, target))).toBe('not-found');
  expect(await code(make('Regulated records'))).toBe('taken');
});

test('a policy can hold for a single job, and says nothing but when that job runs', async () => {
  const [job] = await cast.rows('SELECT job_id AS id FROM app.job WHERE msp_id = $1', [ours.mspId]);
  const jobId = String(job?.['id']);
  const nightly = { kind: 'cron', expression: '0 21 * * *' } as const;
  const [byClient, byJob] = [
    await make('Nightly', { schedule: nightly, latenessSeconds: 600 }),
    await make('Hourly', { schedule: { kind: 'cron', expression: '0 * * * *' } }),
  ];
  await assign(byClient, { level: 'client', clientId: ours.clientId });
  await assign(byJob, { level: 'job', jobId });
  const held = await cast.web.inScope(scope(), async (tx) => {
    const subjects = { clientIds: [ours.clientId], systemIds: [systemId] };
    const book = await policiesOf(tx, ours.mspId, subjects, LATER);
    const subject = { clientId: ours.clientId, siteId: null, systemId };
    return [book.forSystem(subject), book.forJob(subject, jobId)].map(({ policy }) => policy);
  });
  expect(held).toMatchObject([
    { schedule: nightly, latenessSeconds: 600 },
    { schedule: { expression: '0 * * * *' }, latenessSeconds: 600 },
  ]);
  const strict = await make('Strict', { rpoSeconds: 3600, schedule: nightly });
  const refused = { code: 'invalid-request', message: expect.stringContaining('rpoSeconds') as string };
  await expect(assign(strict, { level: 'job', jobId })).rejects.toMatchObject(refused);
  await expect(publish(byJob, { rpoSeconds: 3600 })).rejects.toMatchObject(refused);
  expect(await code(assign(byClient, { level: 'job', jobId: randomUUID() }))).toBe('not-found');
});

test('another MSP’s policies, clients and systems are not there', async () => {
  const policyId = await make('Ours');
  const stranger = theirs.scope('owner');
  const { person } = theirs;
  const target = { level: 'client', clientId: ours.clientId } as const;
  expect(await readPolicy(cast.web, stranger, policyId, LATER)).toBeNull();
  const tries = [
    publishPolicy(cast.web, stranger, person, policyId, { overrides: {}, note: '', baseVersion: 1 }, at()),
    assignPolicy(cast.web, stranger, person, policyId, target, at()),
    tagSystem(cast.web, stranger, person, systemId, { tags: ['x'] }, at()),
    assign(policyId, { level: 'client', clientId: theirs.clientId }),
    assign(policyId, { level: 'system', systemId: randomUUID() }),
  ];
  expect(await Promise.all(tries.map(code))).toEqual(tries.map(() => 'not-found'));
});

test('who sees one client only sees what it was promised, and no policies', async () => {
  await assign(await make('Two copies', { rule: TWO_COPIES }), { level: 'client', clientId: ours.clientId });
  await ours.work(LATER);
  const { mspId, clientId, person } = ours;
  const limited = makeTenantScope({
    mspId,
    clientIds: [clientId],
    actorId: person.personId,
    role: 'technician',
  });
  const client = await readClient(
    cast.web,
    limited,
    clientId,
    { search: '', day: null, trend: 'quarter' },
    LATER,
  );
  expect(client?.policy.policy.rule).toEqual(TWO_COPIES);
  expect(await cast.web.inScope(limited, (tx) => listPolicies(tx, mspId))).toEqual([]);
});

test('tags are words, each once', () => {
  expect(systemTagsForm.parse({ tags: ['Card-Data', ' ledger '] }).tags).toEqual(['card-data', 'ledger']);
  for (const bad of ['', 'two words', '-x', 'x--y', '<b>', 'x'.repeat(41), 'a,b'])
    expect(systemTagsForm.safeParse({ tags: [bad] }).success).toBe(false);
});
