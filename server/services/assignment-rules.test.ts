import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RuleConditions } from '@/domain/policy/assignment-rules';
import type { PolicyOverrides } from '@/domain/policy/policy-overrides';
import { nightOf } from '@/ingest/testing/sample-agent';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { readAssignmentRule, readAssignmentRules } from '../data/assignment-rule-screens';
import { readPolicy } from '../data/policy-screens';
import { readSystem } from '../data/system-detail';
import { makeTenantScope } from '../tenancy/tenant-scope';
import { assignPolicy } from './assign-policy';
import {
  changeAssignmentRule,
  makeAssignmentRule,
  newAssignmentRuleForm,
  setAssignmentRuleEnabled,
  setAssignmentRuleThere,
} from './change-assignment-rules';
import { createDefaultPolicy } from './create-default-policy';
import { decideConflicts, reopenConflicts } from './decide-conflicts';
import { previewAssignmentRule, type RulePreviewStep } from './preview-assignment-rule';
import { createPolicy, takePolicyOut } from './publish-policy';
import { tagSystem } from './tag-system';

const NOW = new Date();
const LATER = new Date(NOW.getTime() + HOUR);
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/b' };
/** What a server with one cloud copy of production's own disk passes. */
const TWO_COPIES = { copies: 2, media: 2, locations: null, offsite: null, immutable: null, errors: null };
const ANYTHING: RuleConditions = {
  hostPatterns: null,
  osPatterns: null,
  clientIds: null,
  siteIds: null,
  tools: null,
  holds: null,
};

let cast: ScreenCast;
let theirs: CastMsp;
let ours: CastMsp;
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  theirs = await cast.newMsp('Northgate');
});
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  await cast.web.inScope(ours.scope('admin'), (tx) => createDefaultPolicy(tx, ours.mspId, null, NOW));
});
afterAll(() => cast.close());

interface Said {
  readonly conditions?: Partial<RuleConditions>;
  readonly tags?: string[];
  readonly policyId?: string | null;
}

const scope = () => ours.scope('admin');
const at = () => NOW.getTime();
const policy = (name: string, overrides: PolicyOverrides = {}) =>
  createPolicy(cast.web, scope(), ours.person, { name, overrides }, at());
const said = (name: string, { conditions = {}, tags = [], policyId = null }: Said) => ({
  name,
  conditions: { ...ANYTHING, ...conditions },
  tags,
  policyId,
});
const make = async (name: string, given: Said, seen: string | null = null) =>
  makeAssignmentRule(cast.web, scope(), ours.person, { ...said(name, given), seen }, at());
const change = (id: string, name: string, given: Said, baseVersion: number, seen: string | null = null) =>
  changeAssignmentRule(cast.web, scope(), ours.person, id, { ...said(name, given), seen, baseVersion }, at());
const switched = (assignmentRuleId: string, isEnabled: boolean) =>
  setAssignmentRuleEnabled(cast.web, scope(), ours.person, { assignmentRuleId, isEnabled }, at());
const there = (assignmentRuleId: string, isThere: boolean) =>
  setAssignmentRuleThere(cast.web, scope(), ours.person, { assignmentRuleId, isThere }, at());
const decide = (conflictId: string, policyId: string | null) =>
  decideConflicts(cast.web, scope(), ours.person, { conflictIds: [conflictId], policyId }, at());
const reopen = (conflictId: string) => reopenConflicts(cast.web, scope(), ours.person, [conflictId], at());
const rulesScreen = () => readAssignmentRules(cast.web, scope());
const conflicts = async () => (await rulesScreen()).conflicts;
const code = (refused: Promise<unknown>) =>
  refused.then(
    () => 'taken',
    (error: { code?: string }) => error.code,
  );

async function newServer(host: string, clientId?: string): Promise<string> {
  await (await ours.newAgent(host, clientId)).backUp([{ ...CLOUD, repositoryKey: `cloud of ${host}` }], NOW);
  return idOf(host);
}

async function idOf(host: string): Promise<string> {
  const [system] = await cast.rows(
    'SELECT system_id AS id FROM app.system WHERE msp_id = $1 AND host_key = $2',
    [ours.mspId, host],
  );
  return String(system?.['id']);
}

/** What holds for a system, and the status that was stored of it. */
async function held(systemId: string) {
  await ours.work(LATER);
  const screen = await readSystem(cast.web, scope(), systemId, null, LATER);
  const [stored] = await cast.rows('SELECT status FROM app.system_status WHERE system_id = $1', [systemId]);
  return {
    policy: screen?.chosen?.policy.policy.name,
    origin: screen?.chosen?.policy.origins.rule?.level ?? null,
    tags: screen?.tags,
    rules: screen?.rules,
    stored: stored?.['status'],
  };
}

const wordsIn = () => ({ formatInstant: String });

async function preview(given: Said, assignmentRuleId: string | null = null) {
  const steps: RulePreviewStep[] = [];
  const draft = { ...said('Previewed', given), assignmentRuleId, isJudged: true };
  for await (const step of previewAssignmentRule(cast.web, scope(), draft, { now: LATER, wordsIn }))
    steps.push(step);
  const [first, last] = [steps[0], steps.at(-1)];
  if (first?.kind !== 'matches' || last?.kind !== 'preview') throw new Error('no preview came');
  return { matches: { ...first.matches, seen: first.seen }, preview: last.preview };
}

interface AuditBody {
  readonly action: string;
  readonly actor: { readonly id: string | null; readonly role: string };
  readonly target: Record<string, string>;
  readonly details: Record<string, unknown>;
}
const events = async (action: string): Promise<AuditBody[]> =>
  (
    await cast.rows(`SELECT body::jsonb AS body FROM audit.event WHERE msp_id = $1 ORDER BY seq`, [
      ours.mspId,
    ])
  )
    .map((row) => row['body'] as AuditBody)
    .filter((body) => body.action === action);

test('a system that a report makes known gets the tags and the policy of the rules that it meets, and is judged by it', async () => {
  const twoCopies = await policy('Two copies', { rule: TWO_COPIES });
  const { assignmentRuleId } = await make('Databases', {
    conditions: { hostPatterns: ['sql-*'], holds: ['files'], tools: ['restic'] },
    tags: ['ledger', 'card-data'],
    policyId: twoCopies,
  });
  const [sql, web] = [await newServer('sql-01'), await newServer('web-01')];
  expect(await held(sql)).toMatchObject({
    policy: 'Two copies',
    origin: 'system',
    tags: ['card-data', 'ledger'],
    stored: 'compliant',
    rules: {
      conflict: null,
      assignedBy: 'Databases',
      tags: [
        { tag: 'card-data', ruleName: 'Databases' },
        { tag: 'ledger', ruleName: 'Databases' },
      ],
    },
  });
  expect(await held(web)).toMatchObject({ tags: [], stored: 'non-compliant', rules: { assignedBy: null } });
  expect(await events('system.tagged')).toMatchObject([
    {
      actor: { role: 'worker' },
      target: { systemId: sql, assignmentRuleId },
      details: { rule: 'Databases', added: ['card-data', 'ledger'] },
    },
  ]);
  expect(await events('policy.assigned')).toMatchObject([
    { target: { policyId: twoCopies, assignmentRuleId }, details: { rule: 'Databases', systemId: sql } },
  ]);
  const screen = await readPolicy(cast.web, scope(), twoCopies, LATER);
  expect(screen?.assignments).toMatchObject([{ level: 'system', ruleName: 'Databases', assignedBy: null }]);
  expect((await rulesScreen()).rules).toMatchObject([{ name: 'Databases', matchedCount: 1 }]);
  const story = await readAssignmentRule(cast.web, scope(), assignmentRuleId);
  expect(story).toMatchObject({
    history: [{ version: 1, change: 'made' }],
    matches: [{ systemId: sql, name: 'sql-01', isFirstSight: true }],
  });
});

test('a tag that a rule gives carries the policy that is assigned to the tag', async () => {
  await assignPolicy(
    cast.web,
    scope(),
    ours.person,
    await policy('Ledger', { rule: TWO_COPIES }),
    { level: 'tag', tag: 'ledger', clientId: null },
    at(),
  );
  await make('Databases', { conditions: { hostPatterns: ['sql-*'] }, tags: ['ledger'] });
  expect(await held(await newServer('sql-01'))).toMatchObject({ origin: 'tag', stored: 'compliant' });
});

test('the operating system, the client and the site that an inventory names can be asked for', async () => {
  const other = await ours.newClient('Larkwell');
  const [siteId, importId] = [randomUUID(), randomUUID()];
  await cast.rows(
    `INSERT INTO app.site (msp_id, site_id, client_id, owner_kind, name, time_zone) VALUES ($1, $2, $3, 'client', 'Cork', 'UTC')`,
    [ours.mspId, siteId, ours.clientId],
  );
  await cast.rows(
    `INSERT INTO app.inventory_import (msp_id, import_id, client_id, source, machine_count, imported_at, imported_by, imported_by_name)
     VALUES ($1, $2, $3, 'RMM', 1, now(), $4, 'Mara')`,
    [ours.mspId, importId, ours.clientId, ours.person.personId],
  );
  await cast.rows(
    `INSERT INTO app.inventory_item (msp_id, item_id, client_id, import_id, host_key, name, site_name, imported_at)
     VALUES ($1, $2, $3, $4, 'fs-01', 'fs-01', 'CORK', now())`,
    [ours.mspId, randomUUID(), ours.clientId, importId],
  );
  await make('Cork', { conditions: { siteIds: [siteId] }, tags: ['cork'] });
  await make('Larkwell', { conditions: { clientIds: [other] }, tags: ['larkwell'] });
  await make('Debian', { conditions: { osPatterns: ['debian*'] }, tags: ['debian'] });
  const machine = await ours.newAgent('fs-01');
  await cast.rows(`UPDATE app.agent SET os = 'Debian GNU/Linux 13' WHERE msp_id = $1`, [ours.mspId]);
  await machine.backUp([CLOUD], NOW);
  const theirServer = await newServer('fs-02', other);
  expect((await held(await idOf('fs-01'))).tags).toEqual(['cork', 'debian']);
  expect((await held(theirServer)).tags).toEqual(['larkwell']);
});

test('rules that contradict each other assign nothing: it is shown with both, until a person decides', async () => {
  const [gold, silver] = [await policy('Gold', { rule: TWO_COPIES }), await policy('Silver')];
  await make('All SQL', { conditions: { hostPatterns: ['sql-*'] }, policyId: gold });
  await make('All files', { conditions: { holds: ['files'] }, policyId: silver, tags: ['files'] });
  const sql = await newServer('sql-01');
  const before = await held(sql);
  expect(before).toMatchObject({ origin: null, tags: ['files'], stored: 'non-compliant' });
  const claims = [
    { ruleName: 'All SQL', policyName: 'Gold' },
    { ruleName: 'All files', policyName: 'Silver' },
  ];
  expect(before.rules?.conflict?.claims).toMatchObject(claims);
  const [conflict] = await conflicts();
  expect(conflict).toMatchObject({ systemId: sql, systemName: 'sql-01' });
  const conflictId = conflict?.conflictId ?? '';
  expect(await events('assignment-conflict.found')).toMatchObject([
    { target: { systemId: sql, conflictId } },
  ]);

  expect(await code(decide(conflictId, await policy('Bronze')))).toBe('invalid-request');
  await decide(conflictId, gold);
  expect(await held(sql)).toMatchObject({
    policy: 'Gold',
    stored: 'compliant',
    rules: { conflict: null, assignedBy: null, overruled: [{ ruleName: 'All files', policyName: 'Silver' }] },
  });
  expect(await conflicts()).toEqual([]);
  expect(await events('assignment-conflict.decided')).toMatchObject([
    { actor: { id: ours.person.personId }, details: { policyId: gold, policy: 'Gold' } },
  ]);
  expect(await code(decide(conflictId, gold))).toBe('conflict');

  await reopen(conflictId);
  expect(await held(sql)).toMatchObject({ origin: null, stored: 'non-compliant' });
  expect(await conflicts()).toHaveLength(1);
  expect(await code(reopen(conflictId))).toBe('conflict');
});

test('a decision to keep what is inherited is remembered, until one more rule says otherwise', async () => {
  const [gold, silver, bronze] = [await policy('Gold'), await policy('Silver'), await policy('Bronze')];
  await make('A', { policyId: gold });
  const b = await make('B', { policyId: silver });
  await newServer('sql-01');
  await decide((await conflicts())[0]?.conflictId ?? '', null);
  expect(await conflicts()).toEqual([]);
  const again = await preview({ policyId: silver }, b.assignmentRuleId);
  expect(again.matches).toMatchObject({ count: 1, decidedCount: 1, conflictCount: 0, assignedCount: 0 });
  const { matches } = await preview({ policyId: bronze });
  expect(matches).toMatchObject({ conflictCount: 1, decidedCount: 0 });
  await make('C', { policyId: bronze }, matches.seen);
  expect((await conflicts())[0]?.claims.map(({ ruleName }) => ruleName)).toEqual(['A', 'B', 'C']);
});

test('a conflict is over while its rules agree, and once a person has assigned a policy', async () => {
  const [gold, silver] = [await policy('Gold'), await policy('Silver')];
  await make('A', { policyId: gold });
  const { assignmentRuleId } = await make('B', { policyId: silver });
  const systemId = await newServer('sql-01');
  expect(await conflicts()).toHaveLength(1);
  await switched(assignmentRuleId, false);
  expect(await conflicts()).toEqual([]);
  await switched(assignmentRuleId, true);
  expect(await conflicts()).toHaveLength(1);
  await there(assignmentRuleId, false);
  expect(await conflicts()).toEqual([]);
  await there(assignmentRuleId, true);
  expect(await conflicts()).toHaveLength(1);
  await assignPolicy(cast.web, scope(), ours.person, gold, { level: 'system', systemId }, at());
  expect(await conflicts()).toEqual([]);
});

test('many systems are decided about at once, all of them or none, and so is that taken back', async () => {
  const [gold, silver] = [await policy('Gold', { rule: TWO_COPIES }), await policy('Silver')];
  await make('A', { policyId: gold });
  await make('B', { policyId: silver });
  const servers = [await newServer('sql-01'), await newServer('sql-02'), await newServer('sql-03')];
  const ids = (await conflicts()).map(({ conflictId }) => conflictId);
  expect(ids).toHaveLength(3);
  const all = (conflictIds: string[]) =>
    decideConflicts(cast.web, scope(), ours.person, { conflictIds, policyId: gold }, at());
  expect(await code(all([...ids, randomUUID()]))).toBe('not-found');
  expect(await conflicts()).toHaveLength(3);
  await all(ids);
  expect(await conflicts()).toEqual([]);
  for (const systemId of servers) expect((await held(systemId)).stored).toBe('compliant');
  expect(await events('assignment-conflict.decided')).toHaveLength(3);
  await reopenConflicts(cast.web, scope(), ours.person, ids, at());
  expect(await conflicts()).toHaveLength(3);
});

test('a conflict that is found again as it is leaves no second event', async () => {
  await make('A', { policyId: await policy('Gold') });
  const silver = await policy('Silver');
  const { assignmentRuleId } = await make('B', { policyId: silver });
  await newServer('sql-01');
  const { matches } = await preview({ policyId: silver }, assignmentRuleId);
  const { applied } = await change(assignmentRuleId, 'B', { policyId: silver }, 1, matches.seen);
  expect(applied).toMatchObject({ conflictCount: 0 });
  expect(await conflicts()).toHaveLength(1);
  expect(await events('assignment-conflict.found')).toHaveLength(1);
});

test('what a person assigned always wins', async () => {
  const [own, gold] = [await policy('Own'), await policy('Gold')];
  const systemId = await newServer('sql-01');
  await assignPolicy(cast.web, scope(), ours.person, own, { level: 'system', systemId }, at());
  const { matches } = await preview({ policyId: gold });
  expect(matches).toMatchObject({ count: 1, assignedCount: 0, conflictCount: 0, personCount: 1 });
  expect(matches.persons).toMatchObject([{ name: 'sql-01', claims: [{ policyName: 'Gold' }] }]);
  const { applied } = await make('All', { policyId: gold }, matches.seen);
  expect(applied).toEqual({ taggedCount: 0, assignedCount: 0, conflictCount: 0 });
  expect(await held(systemId)).toMatchObject({
    policy: 'Own',
    rules: { overruled: [{ ruleName: 'All', policyName: 'Gold' }] },
  });
});

test('a rule that is switched off or removed is asked of nothing; switched on, of what comes then', async () => {
  const { assignmentRuleId } = await make('All', { tags: ['seen'] });
  await switched(assignmentRuleId, false);
  expect(await code(switched(assignmentRuleId, false))).toBe('conflict');
  expect((await held(await newServer('a-01'))).tags).toEqual([]);
  await switched(assignmentRuleId, true);
  expect((await held(await newServer('a-02'))).tags).toEqual(['seen']);
  expect((await held(await idOf('a-01'))).tags).toEqual([]);
  await there(assignmentRuleId, false);
  expect((await held(await newServer('a-03'))).tags).toEqual([]);
  expect(await code(there(assignmentRuleId, false))).toBe('not-found');
  await there(assignmentRuleId, true);
  const story = await readAssignmentRule(cast.web, scope(), assignmentRuleId);
  expect(story?.history.map((one) => one.change)).toEqual([
    'brought-back',
    'removed',
    'enabled',
    'disabled',
    'made',
  ]);
  for (const verb of ['added', 'disabled', 'enabled', 'removed', 'brought-back'])
    expect(await events(`assignment-rule.${verb}`)).toHaveLength(1);
});

test('a rule is asked once: what a person takes away does not come back with the next report', async () => {
  await make('All', { tags: ['seen'], policyId: await policy('Gold') });
  const machine = await ours.newAgent('sql-01');
  await machine.backUp([CLOUD], NOW);
  const systemId = await idOf('sql-01');
  await tagSystem(cast.web, scope(), ours.person, systemId, { tags: [] }, at());
  await machine.backUp([CLOUD, { ...CLOUD, repositoryKey: 'second', paths: ['/var'] }], LATER);
  expect((await held(systemId)).tags).toEqual([]);
});

test('a machine that was only named so far is newly seen once something is known of what it holds', async () => {
  await make('Databases', { conditions: { holds: ['database'] }, tags: ['db'] });
  const machine = await ours.newAgent('sql-01');
  await machine.send({}, NOW);
  expect((await held(await idOf('sql-01'))).tags).toEqual([]);
  const night = nightOf(machine.agent, NOW, CLOUD);
  const points = (night.recovery_points ?? []).map((point) => ({ ...point, capture: 'database' as const }));
  await machine.send({ ...night, recovery_points: points }, LATER);
  expect((await held(await idOf('sql-01'))).tags).toEqual(['db']);
});

test('two reports of a new system that are worked on at once give it everything once', async () => {
  await make('All', { tags: ['seen'], policyId: await policy('Gold') });
  const [one, other] = [await ours.newAgent('relay-01'), await ours.newAgent('relay-02')];
  for (const [agent, key] of [
    [one, 'a'],
    [other, 'b'],
  ] as const) {
    const night = nightOf(agent.agent, NOW, { ...CLOUD, repositoryKey: key });
    const runs = (night.runs ?? []).map((run) => ({ ...run, source_host: 'db-07' }));
    const points = (night.recovery_points ?? []).map((point) => ({ ...point, source_host: 'db-07' }));
    await agent.send({ ...night, runs, recovery_points: points }, NOW, false);
  }
  await Promise.all([ours.work(LATER), ours.work(LATER), ours.work(LATER)]);
  const systemId = await idOf('db-07');
  const tags = await cast.rows('SELECT 1 FROM app.system_tag WHERE system_id = $1', [systemId]);
  const assigned = await cast.rows('SELECT 1 FROM app.policy_assignment WHERE system_id = $1', [systemId]);
  expect([tags.length, assigned.length]).toEqual([1, 1]);
  expect(
    (await events('system.tagged')).filter(({ target }) => target['systemId'] === systemId),
  ).toHaveLength(1);
});

test('systems that are there are asked only after a preview, which says what comes of it', async () => {
  const twoCopies = await policy('Two copies', { rule: TWO_COPIES });
  const [sql, other] = [await newServer('sql-01'), await newServer('sql-02')];
  await newServer('web-01');
  const given = { conditions: { hostPatterns: ['sql-*'] }, tags: ['db'], policyId: twoCopies };
  const { matches, preview: found } = await preview(given);
  expect(matches).toMatchObject({
    count: 2,
    systems: [{ systemId: sql, name: 'sql-01', reasons: [{ condition: 'host' }] }, { systemId: other }],
    taggedCount: 2,
    assignedCount: 2,
    conflictCount: 0,
  });
  expect(found).toMatchObject({
    systemCount: 2,
    before: { 'non-compliant': 2 },
    after: { compliant: 2, 'non-compliant': 0 },
  });
  const { assignmentRuleId } = await make('Databases', given);
  expect(await held(sql)).toMatchObject({ tags: [], stored: 'non-compliant' });

  const again = await preview(given, assignmentRuleId);
  expect(again.matches.seen).toBe(matches.seen);
  const { version, applied } = await change(assignmentRuleId, 'Databases', given, 1, again.matches.seen);
  expect([version, applied]).toEqual([1, { taggedCount: 2, assignedCount: 2, conflictCount: 0 }]);
  expect(await held(sql)).toMatchObject({ policy: 'Two copies', tags: ['db'], stored: 'compliant' });
  expect(await events('assignment-rule.applied')).toMatchObject([
    { actor: { id: ours.person.personId }, details: { applied: { assignedCount: 2 } } },
  ]);
  expect(await events('policy.assigned')).toHaveLength(2);
});

test('a preview that is no longer true is refused, and nothing is done', async () => {
  const given = { tags: ['db'] };
  await newServer('sql-01');
  const { matches } = await preview(given);
  const late = await newServer('sql-02');
  expect(await code(make('All', given, matches.seen))).toBe('conflict');
  expect((await rulesScreen()).rules).toEqual([]);
  expect((await held(late)).tags).toEqual([]);
});

test('another rule’s policy is replaced only where the preview says so', async () => {
  const [gold, silver] = [await policy('Gold'), await policy('Silver')];
  const first = await make('First', { policyId: gold });
  const systemId = await newServer('sql-01');
  await there(first.assignmentRuleId, false);
  const { matches } = await preview({ policyId: silver });
  expect(matches).toMatchObject({ assignedCount: 1, replacedCount: 1 });
  await make('Second', { policyId: silver }, matches.seen);
  expect(await held(systemId)).toMatchObject({ policy: 'Silver', rules: { assignedBy: 'Second' } });
  expect(await events('policy.assigned')).toMatchObject([{}, { details: { formerPolicyId: gold } }]);
});

test('what cannot be is refused by name', async () => {
  const gold = await policy('Gold');
  const { assignmentRuleId } = await make('Databases', { policyId: gold });
  expect(await code(make('DATABASES', { tags: ['x'] }))).toBe('conflict');
  await expect(make('Other', { policyId: randomUUID() })).rejects.toMatchObject({
    code: 'invalid-request',
    fields: { policyId: expect.stringContaining('not there') as string },
  });
  await expect(
    make('Other', { tags: ['x'], conditions: { clientIds: [theirs.clientId] } }),
  ).rejects.toMatchObject({
    fields: { 'conditions.clientIds': expect.any(String) as string },
  });
  expect(await code(make('Other', { tags: ['x'], conditions: { siteIds: [randomUUID()] } }))).toBe(
    'invalid-request',
  );
  expect(await code(change(assignmentRuleId, 'Databases', { policyId: gold }, 1))).toBe('conflict');
  expect((await change(assignmentRuleId, 'Databases', { tags: ['x'] }, 1)).version).toBe(2);
  expect(await code(change(assignmentRuleId, 'Databases', { tags: ['y'] }, 1))).toBe('conflict');
  expect(newAssignmentRuleForm.safeParse({ ...said('Nothing', {}), seen: null }).success).toBe(false);
  expect(newAssignmentRuleForm.safeParse({ ...said('X', { tags: ['two words'] }), seen: null }).success).toBe(
    false,
  );
});

test('a policy that a rule assigns cannot be retired', async () => {
  const gold = await policy('Gold');
  const { assignmentRuleId } = await make('Databases', { policyId: gold });
  const retire = () => takePolicyOut(cast.web, scope(), ours.person, gold, at());
  await expect(retire()).rejects.toMatchObject({ message: expect.stringContaining('Databases') as string });
  await there(assignmentRuleId, false);
  await retire();
  expect(await code(there(assignmentRuleId, true))).toBe('invalid-request');
});

test('another MSP’s rules and conflicts are not there, and who sees one client only sees none', async () => {
  const gold = await policy('Gold');
  const { assignmentRuleId } = await make('A', { policyId: gold });
  await make('B', { policyId: await policy('Silver') });
  await newServer('sql-01');
  const [conflict] = await conflicts();
  const conflictId = conflict?.conflictId ?? '';
  const stranger = theirs.scope('owner');
  const { person } = theirs;
  const form = { ...said('A', { tags: ['x'] }), seen: null, baseVersion: 1 };
  const tries = [
    changeAssignmentRule(cast.web, stranger, person, assignmentRuleId, form, at()),
    setAssignmentRuleEnabled(cast.web, stranger, person, { assignmentRuleId, isEnabled: false }, at()),
    setAssignmentRuleThere(cast.web, stranger, person, { assignmentRuleId, isThere: false }, at()),
    decideConflicts(cast.web, stranger, person, { conflictIds: [conflictId], policyId: gold }, at()),
    reopenConflicts(cast.web, stranger, person, [conflictId], at()),
    decide(randomUUID(), gold),
  ];
  expect(await Promise.all(tries.map(code))).toEqual(tries.map(() => 'not-found'));
  expect(await readAssignmentRule(cast.web, stranger, assignmentRuleId)).toBeNull();
  expect(await readAssignmentRules(cast.web, stranger)).toMatchObject({ rules: [], conflicts: [] });
  const { mspId, clientId, person: member } = ours;
  const parts = { mspId, clientIds: [clientId], actorId: member.personId, role: 'technician' as const };
  expect((await readAssignmentRules(cast.web, makeTenantScope(parts))).rules).toEqual([]);
});
