import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PolicyOverrides } from '@/domain/policy/policy-overrides';
import { DAY, HOUR } from '@/domain/time/instant';
import { nightOf } from '@/ingest/testing/sample-agent';
import { openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';
import { slowTest } from '@/test/slow-test';
import { assignPolicy } from '../services/assign-policy';
import { createDefaultPolicy } from '../services/create-default-policy';
import { previewPolicy } from '../services/preview-policy';
import { createPolicy, publishPolicy } from '../services/publish-policy';
import { tagSystem } from '../services/tag-system';
import { readSystem } from './system-detail';

/** Tue 17 Nov 2026, 09:42 UTC. */
const NOW = new Date(Date.UTC(2026, 10, 17, 9, 42));
const YEAR_AGO = new Date(NOW.getTime() - 366 * DAY);
const KEEP = {
  last: null,
  hourly: null,
  daily: 7,
  weekly: 12,
  monthly: 12,
  yearly: null,
  ageDaysMin: null,
  ageDaysMax: 400,
};
const PROMISED: PolicyOverrides = { retention: KEEP };
const nights = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const YEAR = nights(0, 365);
/** Mon 28 Sep to Sun 4 Oct. */
const WEEK_40 = nights(44, 51);

let cast: ScreenCast;
let ours: CastMsp;
beforeAll(async () => {
  cast = await openScreenCast();
});
afterAll(() => cast.close());

const scope = () => ours.scope('admin');
const admin = () => [cast.web, scope(), ours.person] as const;

/** An MSP whose policy promised a client this at `at`. */
async function promise(overrides: PolicyOverrides, at: Date, clientId?: string): Promise<string> {
  const policyId = await createPolicy(
    ...admin(),
    { name: `Kept ${at.toISOString()} ${clientId ?? ''}`, overrides },
    at.getTime(),
  );
  const target = { level: 'client', clientId: clientId ?? ours.clientId } as const;
  await assignPolicy(...admin(), policyId, target, at.getTime());
  return policyId;
}

async function newMsp(name: string): Promise<void> {
  ours = await cast.newMsp(name);
  await cast.web.inScope(scope(), (tx) => createDefaultPolicy(tx, ours.mspId, null, YEAR_AGO));
}

/** A machine that ran a backup each night of a year, of which a listing shows some. Reports come some minutes before now. */
async function machine(name: string, clientId?: string) {
  const { agent, send } = await ours.newAgent(name, clientId);
  const repository = { repositoryKey: `vault-${name}`, location: `s3:https://s3.example/${name}` };
  const night = (back: number) => nightOf(agent, new Date(NOW.getTime() - 8 * HOUR - back * DAY), repository);
  const list = (backs: readonly number[], minutes: number, runs: readonly number[] = []) =>
    send(
      {
        scope: night(0).scope,
        repositories: night(0).repositories,
        runs: runs.flatMap((back) => night(back).runs ?? []),
        recovery_points: backs.flatMap((back) => night(back).recovery_points ?? []),
      },
      new Date(NOW.getTime() - minutes * 60_000),
    );
  const run = (back: number, minutes: number) =>
    send({ runs: night(back).runs ?? [] }, new Date(NOW.getTime() - minutes * 60_000));
  return { list, run, report: (backs: readonly number[]) => list(backs, 30, YEAR) };
}

/** The findings of retention that are open, with what each says is not kept. */
async function open(): Promise<string[]> {
  const rows = await cast.rows(
    `SELECT y.name, f.rule, f.subject_kind AS kind, f.detail FROM app.finding f
     JOIN app.system y ON y.system_id = f.system_id
     WHERE f.msp_id = $1 AND f.closed_at IS NULL AND f.rule = ANY ($2) ORDER BY y.name, f.rule`,
    [ours.mspId, ['retention-gap', 'retention-too-short', 'retention-too-long']],
  );
  return rows.map((row) => {
    const detail = row['detail'] as { periods?: string[]; count: number };
    const [name, rule, kind] = [row['name'], row['rule'], row['kind']].map(String);
    return `${name} ${rule} ${kind} ${detail.count} ${(detail.periods ?? []).join('; ')}`.trim();
  });
}

async function systemId(name: string): Promise<string> {
  const [row] = await cast.rows('SELECT system_id AS id FROM app.system WHERE msp_id = $1 AND name = $2', [
    ours.mspId,
    name,
  ]);
  return String(row?.['id']);
}

async function retentionOnScreen(name: string): Promise<string[]> {
  const screen = await readSystem(cast.web, scope(), await systemId(name), null, NOW);
  const rules = screen?.chosen?.verdict.findings.map((one) => one.rule) ?? [];
  return rules.filter((rule) => /^retention-(?:gap|too)/.test(rule));
}

slowTest(
  'a hole, a shortened history and a point that is too old are told, and go when their cause does',
  async () => {
    await newMsp('Quillmark IT');
    await promise(PROMISED, YEAR_AGO);
    const whole = await machine('whole');
    const holed = await machine('holed');
    const shortened = await machine('shortened');
    const old = await machine('old');
    const without = (backs: readonly number[]) => YEAR.filter((back) => !backs.includes(back));
    await whole.report(YEAR);
    await holed.report(without(WEEK_40));
    await shortened.report(nights(0, 70));
    await old.report([...YEAR, 401]);
    expect(await open()).toEqual([
      'holed retention-gap data-set 1 week 40 of 2026',
      'old retention-too-long repository 1',
      'shortened retention-too-short data-set 10 week 36 of 2026; August 2026; July 2026',
    ]);
    expect(await retentionOnScreen('holed')).toEqual(['retention-gap']);
    expect(await retentionOnScreen('whole')).toEqual([]);

    await holed.list(without(WEEK_40.slice(1)), 20);
    await shortened.list(YEAR, 20);
    await old.list(YEAR, 20);
    expect(await open()).toEqual([]);

    await whole.list(without([3]), 10);
    expect(await open()).toEqual(['whole retention-gap data-set 1 14 November 2026']);
  },
);

test('a run asks for its point once its repository was listed after it', async () => {
  await newMsp('Listed');
  await promise(PROMISED, YEAR_AGO);
  const { list, run } = await machine('fs-01');
  await list(YEAR.slice(1), 9 * 60, YEAR.slice(1));
  await run(0, 30);
  expect(await open()).toEqual([]);
  await list(YEAR.slice(1), 20);
  expect(await open()).toEqual(['fs-01 retention-gap data-set 1 17 November 2026']);
  await list(YEAR, 10);
  expect(await open()).toEqual([]);
});

slowTest(
  'nothing is asked of what was before the promise, and a promise that is tried out begins now',
  async () => {
    await newMsp('Tried out');
    const policyId = await promise({ retention: { ...KEEP, daily: 2 } }, YEAR_AGO);
    const later = await ours.newClient('Promised later');
    await promise(PROMISED, new Date(NOW.getTime() - HOUR), later);
    await (await machine('new', later)).report(nights(0, 3));
    const known = await machine('known');
    await known.report(YEAR);
    expect(await open()).toEqual([]);

    // The point of 14 November goes, which only a wider promise asks for.
    await known.list(
      YEAR.filter((back) => back !== 3),
      20,
    );
    expect(await open()).toEqual([]);
    const draft = { policyId, overrides: PROMISED, assign: null };
    const steps = previewPolicy(cast.web, scope(), draft, {
      now: NOW,
      wordsIn: () => ({ formatInstant: String }),
    });
    let last;
    for await (const step of steps) last = step;
    expect(last).toMatchObject({ kind: 'preview', preview: { changed: [] } });
    await publishPolicy(
      ...admin(),
      policyId,
      { overrides: PROMISED, note: '', baseVersion: 1 },
      NOW.getTime(),
    );
    await ours.work(NOW);
    expect(await open()).toEqual([]);

    // What asks for less than before holds since the longer one did.
    const shorter = { retention: { ...KEEP, daily: 5 } };
    await publishPolicy(
      ...admin(),
      policyId,
      { overrides: shorter, note: '', baseVersion: 2 },
      NOW.getTime(),
    );
    await ours.work(NOW);
    expect(await open()).toEqual([]);
    await cast.rows('UPDATE app.policy_version SET created_at = $2 WHERE policy_id = $1 AND version = 2', [
      policyId,
      YEAR_AGO,
    ]);
    await known.list(
      YEAR.filter((back) => back !== 3),
      10,
    );
    expect(await open()).toEqual(['known retention-gap data-set 1 14 November 2026']);
  },
);

test('a promise holds since it reaches the system: by the default, by itself, or since it bears the tag', async () => {
  await newMsp('Levels');
  await (await machine('fs-01')).report(YEAR.filter((back) => back !== 3));
  const id = await systemId('fs-01');
  const gap = ['fs-01 retention-gap data-set 1 14 November 2026'];
  const hourAgo = NOW.getTime() - HOUR;
  const make = (name: string) => createPolicy(...admin(), { name, overrides: PROMISED }, YEAR_AGO.getTime());
  const held = async () => {
    await ours.work(NOW);
    return open();
  };

  const tagged = await make('By tag');
  await assignPolicy(...admin(), tagged, { level: 'tag', tag: 'files', clientId: null }, YEAR_AGO.getTime());
  await tagSystem(...admin(), id, { tags: ['files'] }, hourAgo);
  expect(await held()).toEqual([]);
  await cast.rows('UPDATE app.system_tag SET added_at = $2 WHERE system_id = $1', [id, YEAR_AGO]);
  await tagSystem(...admin(), id, { tags: ['files', 'other'] }, hourAgo);
  expect(await held()).toEqual(gap);
  await tagSystem(...admin(), id, { tags: [] }, hourAgo);
  expect(await held()).toEqual([]);

  const own = await make('By itself');
  await assignPolicy(...admin(), own, { level: 'system', systemId: id }, hourAgo);
  expect(await held()).toEqual([]);
  await assignPolicy(
    ...admin(),
    await make('Long since'),
    { level: 'system', systemId: id },
    YEAR_AGO.getTime(),
  );
  expect(await held()).toEqual(gap);
});
