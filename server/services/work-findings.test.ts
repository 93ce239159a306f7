import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FLAP_WINDOW } from '@/domain/findings/cause-life';
import type { QueueTab } from '@/domain/findings/queue-tab';
import { nightOf } from '@/ingest/testing/sample-agent';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { readCause } from '../data/cause-detail';
import { countQueue, listQueue, type QueuedCause, type QueueView } from '../data/finding-queue';
import { makeTenantScope, type TenantScope } from '../tenancy/tenant-scope';
import { acknowledgeCauses, acknowledgementForm } from './acknowledge-causes';
import { assignCauses } from './assign-causes';
import { commentForm, commentOnCauses } from './comment-on-causes';
import { linkTicket, ticketForm } from './link-ticket';
import { snoozeCauses } from './snooze-causes';
import { undoCauseChange } from './undo-cause-change';
import { waiveCauses, waiverForm } from './waive-causes';
import { withdrawWaiversOf } from './withdraw-waivers';

const NOW = Date.now();
const DAY = 24 * HOUR;
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const NAS = { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const };
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
let machines: Awaited<ReturnType<CastMsp['newAgent']>>[];
let count = 0;

beforeAll(async () => {
  cast = await openScreenCast();
  theirs = await cast.newMsp('Northgate');
});
/** Two machines of a client whose backups in the cloud are fresh, and whose NAS refuses the password; a third has no other copy. */
beforeEach(async () => {
  ours = await cast.newMsp(`Quillmark IT ${++count}`);
  machines = [await ours.newAgent('fs-01'), await ours.newAgent('fs-02')];
  for (const machine of machines) await backUp(machine, NOW - 4 * HOUR, null);
  for (const machine of machines) await backUp(machine, NOW, 'wrong_password');
  await (await ours.newAgent('web-01')).backUp([{ ...CLOUD, paths: ['/www'] }], new Date(NOW + 5 * 60_000));
});
afterAll(() => cast.close());

async function backUp(machine: (typeof machines)[number], at: number, nasProblem: 'wrong_password' | null) {
  // Apart, since a point is known by its repository and its instant.
  const startedAt = new Date(at - HOUR - machines.indexOf(machine) * 60_000);
  const cloud = nightOf(machine.agent, startedAt, {
    ...CLOUD,
    repositoryKey: `cloud-${machine.agent.hostname}`,
  });
  const nas = nightOf(machine.agent, startedAt, NAS);
  const problem = { code: 'wrong_password' as const, message: 'wrong password' };
  const nasRepositories = (nas.repositories ?? []).map((one) =>
    nasProblem === null ? one : { ...one, reachable: false, problem },
  );
  await machine.send(
    {
      // One machine alone lists nothing completely of a NAS that two write to.
      scope: { complete_for: cloud.scope?.complete_for ?? [] },
      runs: [...(cloud.runs ?? []), ...(nasProblem === null ? (nas.runs ?? []) : [])],
      recovery_points: [
        ...(cloud.recovery_points ?? []),
        ...(nasProblem === null ? (nas.recovery_points ?? []) : []),
      ],
      repositories: [...(cloud.repositories ?? []), ...nasRepositories],
    },
    new Date(at),
  );
}

const readerOf = (at: number) => ({ mspId: ours.mspId, personId: ours.person.personId, now: new Date(at) });
const queue = async (
  tab: QueueTab = 'open',
  at = NOW,
  scope: TenantScope = ours.scope(),
): Promise<QueuedCause[]> =>
  (await cast.web.inScope(scope, (tx) => listQueue(tx, readerOf(at), { ...VIEW, tab }))).causes;
const countsOf = (at = NOW) => cast.web.inScope(ours.scope(), (tx) => countQueue(tx, readerOf(at), VIEW));
const detail = (causeId: string, at = NOW, scope: TenantScope = ours.scope()) =>
  cast.web.inScope(scope, (tx) => readCause(tx, scope.mspId, causeId, new Date(at)));
const kindsOf = async (causeId: string) =>
  (await detail(causeId))?.events.map((event) => event.kind).toReversed();
const chosen = (...causes: QueuedCause[]) => causes.map(({ causeId, version }) => ({ causeId, version }));
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string; publicSentence?: string }) => `${error.code}: ${error.publicSentence}`,
  );

/** The cause that both machines have in common. */
async function nasCause(tab: QueueTab = 'open', at = NOW): Promise<QueuedCause> {
  const found = (await queue(tab, at)).find((one) => one.rules.includes('repository-unreadable'));
  if (!found) throw new Error(`no cause of the NAS in ${tab}`);
  return found;
}

/** Has every system evaluated once more. */
async function judgeAgain(): Promise<void> {
  const at = new Date(NOW + 10 * 60_000);
  await cast.rows('UPDATE app.system_status SET dirty_at = $2 WHERE msp_id = $1', [ours.mspId, at]);
  await cast.rows('UPDATE app.work_due SET due_at = $2 WHERE msp_id = $1', [ours.mspId, at]);
  await ours.work(at);
  const dirty = await cast.rows('SELECT FROM app.system_status WHERE msp_id = $1 AND dirty_at IS NOT NULL', [
    ours.mspId,
  ]);
  expect(dirty).toEqual([]);
}

const eventIds = () => cast.rows('SELECT event_id FROM app.finding_event WHERE msp_id = $1', [ours.mspId]);

describe('causes keep in step with evaluations', () => {
  test('one repository that refuses is one cause, of both systems', async () => {
    const causes = await queue();
    expect(causes.filter((one) => one.rules.includes('repository-unreadable'))).toHaveLength(1);
    const cause = await nasCause();
    expect(cause).toMatchObject({
      severity: 'critical',
      systemCount: 2,
      flapCount: 0,
      clientId: ours.clientId,
    });
    expect(cause.lead?.rule).toBe('repository-unreadable');
    expect((await detail(cause.causeId))?.systems.map(({ name }) => name)).toEqual(['fs-01', 'fs-02']);
    expect(await kindsOf(cause.causeId)).toEqual(['opened']);
    const [counted] = await cast.rows(
      `SELECT sum(c.finding_count)::int AS told, (SELECT count(*)::int FROM app.finding WHERE msp_id = $1 AND closed_at IS NULL
         AND cause_id IS NOT NULL) AS held FROM app.finding_cause c WHERE msp_id = $1 AND closed_at IS NULL`,
      [ours.mspId],
    );
    expect(counted?.['told']).toBe(counted?.['held']);
  });

  test('judging again changes nothing and tells nothing', async () => {
    const before = await queue();
    const told = (await eventIds()).length;
    await judgeAgain();
    expect(await queue()).toEqual(before);
    expect((await eventIds()).length).toBe(told);
  });

  test('it closes when the last system is cured, and within the flap window comes back as the same one', async () => {
    const cause = await nasCause();
    await acknowledge([cause]);
    for (const machine of machines) await backUp(machine, NOW + HOUR, null);
    expect((await queue()).some(({ causeId }) => causeId === cause.causeId)).toBe(false);
    await backUp(machines[0] as (typeof machines)[number], NOW + 2 * HOUR, 'wrong_password');
    const again = await nasCause('open', NOW + 2 * HOUR);
    expect(again).toMatchObject({
      causeId: cause.causeId,
      flapCount: 1,
      acknowledgedByName: ours.person.name,
    });
    expect(await kindsOf(cause.causeId)).toEqual(['opened', 'acknowledged', 'closed', 'reopened']);
  });

  test('after the flap window it is a new one', async () => {
    const cause = await nasCause();
    for (const machine of machines) await backUp(machine, NOW + HOUR, null);
    const later = NOW + HOUR + FLAP_WINDOW + HOUR;
    for (const machine of machines) await backUp(machine, later, 'wrong_password');
    const next = await nasCause('open', later);
    expect(next.causeId).not.toBe(cause.causeId);
    expect(next).toMatchObject({ flapCount: 0, acknowledgedAt: null });
  });

  test('a system that is ignored counts for no cause', async () => {
    await cast.rows("UPDATE app.system SET archived_at = now() WHERE msp_id = $1 AND name = 'fs-02'", [
      ours.mspId,
    ]);
    await judgeAgain();
    expect((await nasCause()).systemCount).toBe(1);
  });
});

const acknowledge = (causes: QueuedCause[], at = NOW) =>
  acknowledgeCauses(cast.web, ours.scope(), ours.person, { causes: chosen(...causes) }, at);
const undo = (changeId: string, at = NOW) =>
  undoCauseChange(cast.web, ours.scope(), ours.person, { changeId }, at);

const idsIn = async (tab: QueueTab, at: number) => (await queue(tab, at)).map(({ causeId }) => causeId);

describe('what people do, many at once and taken back at once', () => {
  test('acknowledging', async () => {
    const causes = await queue();
    const made = await acknowledge(causes);
    expect(made.count).toBe(causes.length);
    expect((await queue()).every((one) => one.acknowledgedByName === ours.person.name)).toBe(true);
    expect(await undo(made.changeId)).toMatchObject({ count: causes.length, left: 0 });
    expect((await queue()).every((one) => one.acknowledgedAt === null)).toBe(true);
    expect(await refusal(undo(made.changeId))).toMatch(/^not-found/);
  });

  test('assigning to who may work on it, and to nobody', async () => {
    const cause = await nasCause();
    const assign = (personId: string | null, of: QueuedCause) =>
      assignCauses(cast.web, ours.scope(), ours.person, { causes: chosen(of), personId }, NOW);
    const technician = await newMember('Mara Ellison', 'technician', null);
    const reader = await newMember('Rita Reader', 'read-only', null);
    const elsewhere = await newMember('Tom Elsewhere', 'technician', [await ours.newClient('Other Ltd')]);
    expect(await refusal(assign(reader, cause))).toMatch(/^invalid-request: Choose somebody of your MSP/);
    expect(await refusal(assign(randomUUID(), cause))).toMatch(/^invalid-request/);
    expect(await refusal(assign(elsewhere, cause))).toMatch(/^invalid-request: Tom Elsewhere does not see/);
    const made = await assign(technician, cause);
    expect((await nasCause()).assignedToName).toBe('Mara Ellison');
    expect((await queue('unassigned')).map(({ causeId }) => causeId)).not.toContain(cause.causeId);
    await undo(made.changeId);
    expect((await nasCause()).assignedTo).toBeNull();
    await assign(technician, await nasCause());
    await assign(null, await nasCause());
    expect((await queue('unassigned')).map(({ causeId }) => causeId)).toContain(cause.causeId);
  });

  test('snoozing: it comes back by itself at that instant', async () => {
    const cause = await nasCause();
    const snooze = (until: number | null, of: QueuedCause) =>
      snoozeCauses(
        cast.web,
        ours.scope(),
        ours.person,
        { causes: chosen(of), until: until === null ? null : new Date(until).toISOString() },
        NOW,
      );
    expect(await refusal(snooze(NOW, cause))).toMatch(/^invalid-request: Choose a time in the future/);
    expect(await refusal(snooze(NOW + 91 * DAY, cause))).toMatch(/^invalid-request: .*waive it/);
    const made = await snooze(NOW + HOUR, cause);
    expect(await idsIn('open', NOW + HOUR - 1)).not.toContain(cause.causeId);
    expect(await idsIn('snoozed', NOW + HOUR - 1)).toContain(cause.causeId);
    expect(await idsIn('open', NOW + HOUR)).toContain(cause.causeId);
    expect(await idsIn('snoozed', NOW + HOUR)).not.toContain(cause.causeId);
    expect(await countsOf(NOW)).toMatchObject({ snoozed: 1 });
    await undo(made.changeId);
    expect(await idsIn('open', NOW)).toContain(cause.causeId);
  });

  test('commenting, by two people at once, and taking a comment back', async () => {
    const cause = await nasCause();
    const say = (text: string) =>
      commentOnCauses(cast.web, ours.scope(), ours.person, { causes: chosen(cause), text }, NOW);
    const first = await say('The password was changed on Friday.');
    await say('Found it.');
    await undo(first.changeId);
    const events = (await detail(cause.causeId))?.events.filter(({ kind }) => kind === 'commented') ?? [];
    expect(events.map(({ text, undoneAt }) => [text, undoneAt !== null])).toEqual([
      ['Found it.', false],
      ['The password was changed on Friday.', true],
    ]);
  });

  test('linking a ticket, by number and https address only', async () => {
    const cause = await nasCause();
    const made = await linkTicket(
      cast.web,
      ours.scope(),
      ours.person,
      { causes: chosen(cause), ticket: { reference: 'T-4127', url: 'https://tickets.example/4127' } },
      NOW,
    );
    expect(await nasCause()).toMatchObject({
      ticketReference: 'T-4127',
      ticketUrl: 'https://tickets.example/4127',
    });
    await undo(made.changeId);
    expect((await nasCause()).ticketReference).toBeNull();
    for (const url of [
      'http://a.example',
      'javascript:alert(1)',
      'https://u:p@a.example',
      'https://',
      ' ',
      'https://a b',
    ])
      expect(
        ticketForm.safeParse({ causes: chosen(cause), ticket: { reference: 'T', url } }).success,
        url,
      ).toBe(false);
  });

  test('a closed cause takes comments and nothing that needs it open', async () => {
    const cause = await nasCause();
    for (const machine of machines) await backUp(machine, NOW + HOUR, null);
    expect(await refusal(acknowledge([cause], NOW + HOUR))).toMatch(/^conflict: .* has closed by itself/);
    const said = { causes: chosen(cause), text: 'It was the switch.' };
    await commentOnCauses(cast.web, ours.scope(), ours.person, said, NOW + HOUR);
  });

  test('forms refuse what is empty, doubled, too much or hostile', () => {
    const cause = { causeId: randomUUID(), version: 0 };
    expect(acknowledgementForm.safeParse({ causes: [] }).success).toBe(false);
    expect(acknowledgementForm.safeParse({ causes: [cause, cause] }).success).toBe(false);
    const many = Array.from({ length: 201 }, () => ({ causeId: randomUUID(), version: null }));
    expect(acknowledgementForm.safeParse({ causes: many }).success).toBe(false);
    expect(acknowledgementForm.safeParse({ causes: [cause], mspId: randomUUID() }).success).toBe(false);
    expect(commentForm.safeParse({ causes: [cause], text: ' ' }).success).toBe(false);
    expect(commentForm.safeParse({ causes: [cause], text: 'a\0b' }).success).toBe(false);
    const waiver = { causes: [cause], reason: 'r', approverName: 'A', until: '2026-12-01T00:00:00Z' };
    expect(waiverForm.safeParse(waiver).success).toBe(true);
    expect(waiverForm.safeParse({ ...waiver, until: null }).success).toBe(false);
    expect(waiverForm.safeParse({ ...waiver, reason: '' }).success).toBe(false);
    expect(waiverForm.safeParse({ ...waiver, approverName: ' ' }).success).toBe(false);
  });
});

describe('two people at once', () => {
  test('the later change is refused whole, and says why', async () => {
    const seen = await queue();
    await acknowledge([await nasCause()]);
    expect(await refusal(acknowledge(seen))).toMatch(/^conflict: Somebody else changed a cause of/);
    expect((await queue()).filter((one) => one.acknowledgedAt !== null)).toHaveLength(1);
  });

  test('what somebody changed since is left as it is when a change is taken back', async () => {
    const made = await acknowledge(await queue());
    const cause = await nasCause();
    const until = new Date(NOW + HOUR).toISOString();
    await snoozeCauses(cast.web, ours.scope(), ours.person, { causes: chosen(cause), until }, NOW);
    const undone = await undo(made.changeId);
    expect(undone).toMatchObject({ count: made.count - 1, left: 1 });
    expect(Object.keys(undone.versions)).not.toContain(cause.causeId);
    expect((await nasCause('snoozed')).acknowledgedAt).not.toBeNull();
    expect(await refusal(undo(made.changeId))).toMatch(/^conflict: Somebody changed it since/);
  });

  test('who goes on from what a change answered is not refused', async () => {
    const { causeId } = await nasCause();
    const versionNow = async () => (await nasCause()).version;
    const made = await acknowledge([await nasCause()]);
    expect(made.versions).toEqual({ [causeId]: await versionNow() });
    const comment = { causes: [{ causeId, version: made.versions[causeId] ?? 0 }], text: 'Seen.' };
    const said = await commentOnCauses(cast.web, ours.scope(), ours.person, comment, NOW);
    expect(said.versions).toEqual({ [causeId]: await versionNow() });
    const undone = await undo(made.changeId);
    expect(undone.versions).toEqual({ [causeId]: await versionNow() });
    expect(await undo(said.changeId)).toMatchObject({ versions: undone.versions });
  });

  test('whoever sees no version asks for it as it is', async () => {
    const cause = await nasCause();
    await acknowledge([cause]);
    const causes = [{ causeId: cause.causeId, version: null }];
    const made = await acknowledgeCauses(cast.web, ours.scope(), ours.person, { causes }, NOW);
    expect(made.count).toBe(1);
  });
});

const waive = (causes: QueuedCause[], until: number, at = NOW) =>
  waiveCauses(
    cast.web,
    ours.scope(),
    ours.person,
    {
      causes: chosen(...causes),
      reason: 'The NAS is replaced on Friday.',
      approverName: 'Dr. Hale',
      until: new Date(until).toISOString(),
    },
    at,
  );

const statuses = () =>
  cast.rows('SELECT status FROM app.system_status WHERE msp_id = $1 ORDER BY system_id', [ours.mspId]);

describe('a waiver', () => {
  test('labels the gap, leaves the status as it is, and ends by itself', async () => {
    const before = await statuses();
    const cause = await nasCause();
    const until = NOW + 3 * HOUR;
    await waive([cause], until);
    expect((await queue('waived')).map(({ causeId }) => causeId)).toEqual([cause.causeId]);
    await ours.work(new Date(NOW + 1000));
    expect(await nasCause('waived')).toMatchObject({ waivedCount: cause.findingCount });
    expect(await statuses()).toEqual(before);
    const [{ label } = {}] = await cast.rows(
      'SELECT bool_and(is_waived) AS label FROM app.finding WHERE cause_id = $1 AND closed_at IS NULL',
      [cause.causeId],
    );
    expect(label).toBe(true);
    const [{ due } = {}] = await cast.rows(
      'SELECT min(changes_at) AS due FROM app.system_status WHERE msp_id = $1',
      [ours.mspId],
    );
    expect((due as Date).getTime()).toBe(until);
    await ours.work(new Date(until));
    expect(await nasCause('open', until)).toMatchObject({ causeId: cause.causeId, waivedCount: 0 });
    expect(await kindsOf(cause.causeId)).toEqual(['opened', 'waived', 'waiver-ended']);
  });

  test('does not cover what joins its cause later', async () => {
    const cause = await nasCause();
    await waive([cause], NOW + DAY);
    await ours.work(new Date(NOW + 1000));
    const late = await ours.newAgent('fs-03');
    machines.push(late);
    await backUp(late, NOW + HOUR, null);
    await backUp(late, NOW + 2 * HOUR, 'wrong_password');
    const grown = await nasCause('open', NOW + 2 * HOUR);
    expect(grown.causeId).toBe(cause.causeId);
    expect(grown.waivedCount).toBeGreaterThan(0);
    expect(grown.waivedCount).toBeLessThan(grown.findingCount);
  });

  test('is withdrawn, has that taken back, and is taken back itself', async () => {
    const cause = await nasCause();
    const made = await waive([cause], NOW + DAY);
    await ours.work(new Date(NOW + 1000));
    const withdrawn = await withdrawWaiversOf(
      cast.web,
      ours.scope(),
      ours.person,
      { causes: chosen(await nasCause('waived')) },
      NOW + 2000,
    );
    await ours.work(new Date(NOW + 3000));
    expect((await nasCause()).waivedCount).toBe(0);
    await undo(withdrawn.changeId, NOW + 4000);
    await ours.work(new Date(NOW + 5000));
    expect((await nasCause('waived')).causeId).toBe(cause.causeId);
    expect((await detail(cause.causeId))?.waivers[0]).toMatchObject({ approverName: 'Dr. Hale' });
    expect(await refusal(undo(made.changeId, NOW + 6000))).toMatch(/^conflict/);
    const nothing = withdrawWaiversOf(
      cast.web,
      ours.scope(),
      ours.person,
      { causes: chosen(...(await queue())) },
      NOW,
    );
    expect(await refusal(nothing)).toMatch(/^(conflict|not-found|invalid)/);
  });

  test('has an end, within thirteen months', async () => {
    const cause = await nasCause();
    expect(await refusal(waive([cause], NOW))).toMatch(/^invalid-request: Choose a day in the future/);
    expect(await refusal(waive([cause], NOW + 401 * DAY))).toMatch(
      /^invalid-request: Choose a day within 13 months/,
    );
  });
});

describe('whose causes', () => {
  test('another MSP finds, changes and takes back nothing', async () => {
    const cause = await nasCause();
    const made = await acknowledge([cause]);
    expect(await detail(cause.causeId, NOW, theirs.scope())).toBeNull();
    const asked = { causes: [{ causeId: cause.causeId, version: null }] };
    expect(await refusal(acknowledgeCauses(cast.web, theirs.scope(), theirs.person, asked, NOW))).toMatch(
      /^not-found/,
    );
    const change = { changeId: made.changeId };
    expect(await refusal(undoCauseChange(cast.web, theirs.scope(), theirs.person, change, NOW))).toMatch(
      /^not-found/,
    );
    expect((await nasCause()).acknowledgedAt).not.toBeNull();
  });

  test('a technician of other clients neither sees nor changes them, one among their own included', async () => {
    const other = await ours.newClient('Other Ltd');
    await backUp(await ours.newAgent('db-01', other), NOW, 'wrong_password');
    const limited = makeTenantScope({ ...ours.scope(), clientIds: [other] });
    const own = await queue('open', NOW, limited);
    expect(own.length).toBeGreaterThan(0);
    expect(own.every(({ clientId }) => clientId === other)).toBe(true);
    const hidden = await nasCause();
    const both = { causes: [...own, hidden].map(({ causeId }) => ({ causeId, version: null })) };
    expect(await refusal(acknowledgeCauses(cast.web, limited, ours.person, both, NOW))).toMatch(/^not-found/);
    expect((await queue()).every((one) => one.acknowledgedAt === null)).toBe(true);
  });
});

test('each change is on the record once a client, without what is personal', async () => {
  const cause = await nasCause();
  const said = { causes: chosen(cause), text: 'Ask Mrs Miller about it.' };
  const made = await commentOnCauses(cast.web, ours.scope(), ours.person, said, NOW);
  await undo(made.changeId);
  const events = await cast.rows(
    "SELECT action, client_id::text AS client, body FROM audit.event WHERE msp_id = $1 AND action LIKE 'finding.%' ORDER BY seq",
    [ours.mspId],
  );
  expect(events.map((event) => [event['action'], event['client']])).toEqual([
    ['finding.commented', ours.clientId],
    ['finding.change-undone', ours.clientId],
  ]);
  expect(JSON.stringify(events)).not.toContain('Miller');
});

async function newMember(name: string, role: string, clientIds: string[] | null): Promise<string> {
  const personId = randomUUID();
  await cast.rows(
    "INSERT INTO identity.person (person_id, email, name, password_hash) VALUES ($1, $2, $3, 'none')",
    [personId, `${personId}@quillmark.example`, name],
  );
  await cast.rows(
    'INSERT INTO identity.membership (msp_id, person_id, role, client_ids) VALUES ($1, $2, $3, $4)',
    [ours.mspId, personId, role, clientIds],
  );
  return personId;
}

/** Kept by Holdfast, and settled: nothing of it is due. */
async function settledTicket(causeId: string): Promise<void> {
  const channelId = randomUUID();
  await cast.rows(
    `INSERT INTO app.notification_channel (msp_id, channel_id, name, kind, shown_address, sealed, created_at, created_by)
      VALUES ($1, $2, 'Desk', 'rest-tickets', 'https://desk.example', '\\x00', now(), $2)`,
    [ours.mspId, channelId],
  );
  await cast.rows(
    `INSERT INTO app.ticket (msp_id, cause_id, client_id, channel_id, wanted_at, next_try_at, stands, ticket_id, state)
      VALUES ($1, $2, $3, $4, now(), now(), 'open', '1001', 'settled')`,
    [ours.mspId, causeId, ours.clientId, channelId],
  );
}
const ticketState = async () =>
  (await cast.rows('SELECT state, next_try_at FROM app.ticket WHERE msp_id = $1', [ours.mspId]))[0];

describe('the ticket of a cause', () => {
  test('is looked at half a minute after an evaluation changed the cause, and not before', async () => {
    const { causeId } = await nasCause();
    await settledTicket(causeId);
    await cast.rows("DELETE FROM app.work_due WHERE msp_id = $1 AND kind = 'ticket'", [ours.mspId]);
    const cured = NOW + HOUR;
    for (const machine of machines) await backUp(machine, cured, null);
    expect((await detail(causeId))?.cause.closedAt).not.toBeNull();
    expect(await ticketState()).toEqual({ state: 'waiting', next_try_at: new Date(cured + 30_000) });
    const due = await cast.rows("SELECT due_at FROM app.work_due WHERE msp_id = $1 AND kind = 'ticket'", [
      ours.mspId,
    ]);
    expect(due).toEqual([{ due_at: new Date(cured + 30_000) }]);
  });

  test('is told in the queue: on its way, by its number, or held up', async () => {
    const { causeId } = await nasCause();
    await settledTicket(causeId);
    expect(await nasCause()).toMatchObject({ ticketState: 'settled', ticketProblem: null });
    await cast.rows("UPDATE app.ticket SET state = 'blocked', problem = 'no-company' WHERE msp_id = $1", [
      ours.mspId,
    ]);
    expect(await nasCause()).toMatchObject({ ticketState: 'blocked', ticketProblem: 'no-company' });
    expect((await detail(causeId))?.ticket).toMatchObject({ systemName: 'Desk', state: 'blocked' });
    await cast.rows('UPDATE app.ticket SET is_wanted = false WHERE msp_id = $1', [ours.mspId]);
    expect(await nasCause()).toMatchObject({ ticketState: null });
    expect((await detail(causeId))?.ticket).toBeNull();
  });
});
