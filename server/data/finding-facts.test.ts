import { afterAll, beforeAll, expect, test } from 'vitest';
import { nightOf } from '@/ingest/testing/sample-agent';
import { HOUR, openScreenCast, type CastMsp, type ScreenCast } from '@/test/screen-cast';

const NOW = new Date('2026-11-17T09:00:00Z');
const DAY = 24 * HOUR;
const ago = (days: number): Date => new Date(NOW.getTime() - days * DAY);
const NAS = { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const };
const TB = 1e12;

let cast: ScreenCast;

beforeAll(async () => {
  cast = await openScreenCast();
});
afterAll(() => cast.close());

type Agent = Awaited<ReturnType<CastMsp['newAgent']>>;
type Night = ReturnType<typeof nightOf>;

/** A night whose run, repository and the rest are changed; received an hour later. */
async function backUp(
  { agent, send }: Agent,
  days: number,
  changed: { run?: object; repository?: object; rest?: Partial<Night>; receivedAt?: Date } = {},
): Promise<void> {
  const at = ago(days);
  const night = nightOf(agent, at, NAS);
  await send(
    {
      ...night,
      runs: (night.runs ?? []).map((one) => ({ ...one, ...changed.run })),
      repositories: (night.repositories ?? []).map((one) => ({ ...one, ...changed.repository })),
      ...changed.rest,
    },
    changed.receivedAt ?? new Date(at.getTime() + HOUR),
  );
}

async function openOf(msp: CastMsp, rule: string) {
  return cast.rows(
    'SELECT subject_kind, subject_name, severity, cause_key, detail FROM app.finding WHERE msp_id = $1 AND rule = $2 AND closed_at IS NULL',
    [msp.mspId, rule],
  );
}

const full = (day: number, usedBytes: number) => ({
  capacity: {
    total: 4 * TB,
    used: usedBytes,
    free: 4 * TB - usedBytes,
    method: 'statfs' as const,
    measured_at: ago(day).toISOString(),
  },
});

test('a repository that fills is told from seven days on, with the date and its uncertainty, then that it is low', async () => {
  const msp = await cast.newMsp('Filling');
  const agent = await msp.newAgent('fs-01');
  for (let day = 7; day >= 2; day--)
    await backUp(agent, day, { repository: full(day, 2 * TB + (7 - day) * 0.1 * TB) });
  expect(await openOf(msp, 'capacity-forecast')).toEqual([]);
  await backUp(agent, 1, { repository: full(1, 2.6 * TB) });
  expect(await openOf(msp, 'capacity-forecast')).toMatchObject([
    {
      subject_kind: 'repository',
      severity: 'warning',
      detail: { kind: 'forecast', count: 7, fullAt: expect.any(Number) as number },
    },
  ]);
  expect(await openOf(msp, 'capacity-low')).toEqual([]);
  await backUp(agent, 0.5, { repository: full(0.5, 3.9 * TB) });
  expect(await openOf(msp, 'capacity-low')).toMatchObject([{ severity: 'critical' }]);
});
const sized = (stored: number) => ({ run: { bytes: { source: 100e9, stored }, files: { total: 5000 } } });

test('a run that changes far more than the job ever did is told with its numbers, and the next usual one closes it', async () => {
  const msp = await cast.newMsp('Spike');
  const agent = await msp.newAgent('fs-01');
  for (let day = 14; day >= 3; day--) await backUp(agent, day, sized(1e9 + day * 1e6));
  expect(await openOf(msp, 'size-anomaly')).toEqual([]);
  await backUp(agent, 2, sized(90e9));
  expect(await openOf(msp, 'size-anomaly')).toMatchObject([
    {
      subject_kind: 'job',
      detail: { measure: 'changed-bytes', numbers: { kind: 'unusually-large', value: 90e9, count: 12 } },
    },
  ]);
  await backUp(agent, 1, sized(1e9));
  expect(await openOf(msp, 'size-anomaly')).toEqual([]);
});

test('points that vanish although the tool’s own rule keeps them are told, those it lets go are not', async () => {
  const msp = await cast.newMsp('Vanished');
  const agent = await msp.newAgent('fs-01');
  const rule = [{ repository_key: 'nas', source: 'tool_config' as const, keep: { daily: 3 } }];
  const points = (...days: number[]) =>
    days.flatMap((day) => nightOf(agent.agent, ago(day), NAS).recovery_points ?? []);
  for (const day of [5, 4, 3]) await backUp(agent, day, { rest: { scope: undefined, retention: rule } });
  await backUp(agent, 2, { rest: { recovery_points: points(4, 3, 2), retention: rule } });
  expect(await openOf(msp, 'recovery-points-vanished')).toEqual([]);
  await backUp(agent, 1, { rest: { recovery_points: points(3, 1), retention: rule } });
  expect(await openOf(msp, 'recovery-points-vanished')).toMatchObject([
    { severity: 'critical', detail: { kind: 'points', count: 1 } },
  ]);
});

test('reports that never arrived are told an hour after it was noticed, and forgotten when they come', async () => {
  const msp = await cast.newMsp('Missing');
  const agent = await msp.newAgent('fs-01');
  await backUp(agent, 2);
  const noticedAt = ago(2).getTime() + HOUR;
  // As if what came had been the third and the second were lost.
  await cast.rows("UPDATE app.agent_stream SET seen = '{[1,2),[3,4)}' WHERE msp_id = $1", [msp.mspId]);
  await cast.rows('UPDATE app.raw_report SET sequence = 3 WHERE msp_id = $1', [msp.mspId]);
  await evaluateAgain(msp, new Date(noticedAt + 0.5 * HOUR));
  expect(await openOf(msp, 'reports-missing')).toEqual([]);
  await msp.work(new Date(noticedAt + HOUR));
  expect(await openOf(msp, 'reports-missing')).toMatchObject([
    {
      subject_kind: 'agent',
      subject_name: 'fs-01',
      severity: 'warning',
      detail: { kind: 'sequences', count: 1, from: 2, to: 2, noticedAt },
    },
  ]);
  await backUp(agent, 1.9);
  expect(await openOf(msp, 'reports-missing')).toEqual([]);
});

test('a clock that is wrong and an agent that fell silent are findings of the agent, and of none that is revoked', async () => {
  const msp = await cast.newMsp('Agents');
  const [own, other] = [await msp.newAgent('fs-01'), await msp.newAgent('fs-01')];
  await backUp(own, 2);
  await backUp(other, 0.1);
  await cast.rows('UPDATE app.agent SET clock_skew_ms = 360000 WHERE msp_id = $1 AND agent_id = $2', [
    msp.mspId,
    other.agent.agentId,
  ]);
  await evaluateAgain(msp, ago(0.05));
  expect(await openOf(msp, 'clock-skew')).toMatchObject([
    { cause_key: `agent:${other.agent.agentId}`, detail: { kind: 'clock', skewMs: 360_000 } },
  ]);
  expect(await openOf(msp, 'agent-silent')).toMatchObject([
    { subject_kind: 'agent', cause_key: `agent:${own.agent.agentId}`, severity: 'warning' },
  ]);
  await cast.rows('UPDATE app.agent SET revoked_at = $2 WHERE msp_id = $1', [msp.mspId, NOW]);
  await evaluateAgain(msp, ago(0.04));
  expect([await openOf(msp, 'agent-silent'), await openOf(msp, 'clock-skew')]).toEqual([[], []]);
});

/** As if a new fact had come. */
async function evaluateAgain(msp: CastMsp, at: Date): Promise<void> {
  await cast.rows('UPDATE app.system_status SET dirty_at = $2 WHERE msp_id = $1', [msp.mspId, at]);
  await cast.rows('UPDATE app.work_due SET due_at = $2 WHERE msp_id = $1', [msp.mspId, at]);
  await msp.work(at);
}
