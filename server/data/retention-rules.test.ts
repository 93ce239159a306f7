import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReportInput } from '@/ingest/testing/sample-agent';
import { nightOf } from '@/ingest/testing/sample-agent';
import { type CastMsp, HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';
import { listRetentionRules } from './retention-rules';
import { readRepository } from './repository-screens';

type Rule = NonNullable<ReportInput['retention']>[number];

const NOW = new Date();
const CLOUD = { repositoryKey: 'cloud', location: 's3:https://s3.eu-central-1.amazonaws.com/vault' };
const NOTHING = {
  last: null,
  hourly: null,
  daily: null,
  weekly: null,
  monthly: null,
  yearly: null,
  withinDays: null,
};

let cast: ScreenCast;
let ours: CastMsp;
let theirs: CastMsp;
let machine: Awaited<ReturnType<CastMsp['newAgent']>>;

beforeAll(async () => {
  cast = await openScreenCast();
  [ours, theirs] = [await cast.newMsp('Quillmark IT'), await cast.newMsp('Northgate')];
  machine = await ours.newAgent('fs-01');
});
afterAll(() => cast.close());

/** A report of a night and of what is kept, made so many hours from now. */
function say(hours: number, rules: readonly Rule[], by = machine): Promise<void> {
  const at = new Date(NOW.getTime() + hours * HOUR);
  const night = nightOf(by.agent, new Date(at.getTime() - HOUR), CLOUD);
  return by.send({ ...night, retention: [...rules] }, at);
}

async function repositoryId(msp = ours): Promise<string> {
  const [found] = await cast.rows('SELECT repository_id FROM app.repository WHERE msp_id = $1', [msp.mspId]);
  return String(found?.['repository_id']);
}

const kept = async () =>
  (await readRepository(cast.web, ours.scope(), await repositoryId(), NOW))?.retention.map(
    ({ source, archives, agentName, keep }) => ({ source, archives, agentName, keep }),
  );

const rule = (keep: Rule['keep'], more: Partial<Rule> = {}): Rule => ({
  repository_key: 'cloud',
  source: 'tool_config',
  keep,
  ...more,
});

test('what a tool’s configuration keeps stands on the page of the repository, with the machine that said so', async () => {
  await say(0, [rule({ daily: 7, weekly: 4, within_days: 2 }, { archives: 'sh:fs-01-*' })]);
  expect(await kept()).toEqual([
    {
      source: 'tool_config',
      archives: 'sh:fs-01-*',
      agentName: 'fs-01',
      keep: { ...NOTHING, daily: 7, weekly: 4, withinDays: 2 },
    },
  ]);
});

test('a newer word takes the place of an older one, and never the other way round', async () => {
  await say(2, [rule({ daily: 14 }, { archives: 'sh:fs-01-*' }), rule({ daily: 3 })]);
  expect((await kept())?.map((one) => one.keep.daily)).toEqual([3, 14]);
  await say(1, [rule({ daily: 1 }, { archives: 'sh:fs-01-*' })]);
  expect((await kept())?.map((one) => one.keep.daily)).toEqual([3, 14]);
  await say(3, [rule({ daily: 5 })]);
  expect(await kept()).toMatchObject([{ archives: '', keep: { daily: 5 } }]);
  await say(4, []);
  expect(await kept()).toMatchObject([{ archives: '', keep: { daily: 5 } }]);
});

test('each machine that writes into the repository has a word of its own', async () => {
  const other = await ours.newAgent('web-01');
  await say(5, [rule({ last: 30 })], other);
  expect((await kept())?.map(({ agentName, keep }) => [agentName, keep.daily, keep.last])).toEqual([
    ['fs-01', 5, null],
    ['web-01', null, 30],
  ]);
});

test('the same rule twice, numbers beyond all sense and what a machine declares do no harm', async () => {
  await say(6, [
    rule({ daily: 1 }),
    rule({ daily: Number.MAX_SAFE_INTEGER }),
    rule({ daily: 99 }, { source: 'declared', archives: 'x' }),
  ]);
  expect((await kept())?.filter(({ agentName }) => agentName === 'fs-01')).toMatchObject([
    { source: 'tool_config', archives: '', keep: { daily: 1_000_000_000 } },
  ]);
});

test('another MSP reads none of it', async () => {
  const id = await repositoryId();
  expect(await cast.web.inScope(theirs.scope(), (tx) => listRetentionRules(tx, theirs.mspId, id))).toEqual(
    [],
  );
  expect(await cast.web.inScope(theirs.scope(), (tx) => listRetentionRules(tx, ours.mspId, id))).toEqual([]);
});

test('what went under a former rule is no loss once the rule keeps longer; what goes under the longer one is', async () => {
  const msp = await cast.newMsp('Longer');
  const { agent, send } = await msp.newAgent('fs-02');
  const night = (day: number) => nightOf(agent, new Date(NOW.getTime() + (day * 24 - 240) * HOUR), CLOUD);
  const told = (day: number, held: readonly number[], daily: number) =>
    send(
      {
        ...night(day),
        recovery_points: held.flatMap((one) => night(one).recovery_points ?? []),
        retention: [rule({ daily })],
      },
      new Date(NOW.getTime() + (day * 24 - 239) * HOUR),
    );
  const isLost = async () =>
    (
      await cast.rows(
        "SELECT FROM app.finding WHERE msp_id = $1 AND rule = 'recovery-points-vanished' AND closed_at IS NULL",
        [msp.mspId],
      )
    ).length > 0;
  await told(0, [0], 2);
  await told(1, [0, 1], 2);
  await told(2, [1, 2], 2);
  expect(await isLost()).toBe(false);
  await told(3, [1, 2, 3], 7);
  expect(await isLost()).toBe(false);
  await told(4, [2, 3, 4], 7);
  expect(await isLost()).toBe(true);
});
