import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nightOf } from '@/ingest/testing/sample-agent';
import { ago, CASES, NAS, night, type Night, type Run } from '@/test/false-green-cases';
import { HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';

const DAY = 24 * HOUR;
const iso = (hours: number): string => ago(hours).toISOString();

let cast: ScreenCast;

beforeAll(async () => {
  cast = await openScreenCast();
});
afterAll(() => cast.close());

describe('where a tool says success and data is missing or broken', () => {
  it.each(CASES)('$name', async ({ name, reports, opens, severity, detail }) => {
    const msp = await cast.newMsp(name);
    const agent = await msp.newAgent('fs-01');
    for (const [hours, report] of reports(agent.agent)) await agent.send(report, ago(hours));
    const open = await cast.rows(
      'SELECT rule, severity, detail FROM app.finding WHERE msp_id = $1 AND closed_at IS NULL',
      [msp.mspId],
    );
    expect(open.map((one) => one['rule'])).toContain(opens);
    const found = open.find((one) => one['rule'] === opens);
    expect(found).toMatchObject({ ...(severity && { severity }), ...(detail && { detail }) });
  });

  it('15 vzdump: one guest failed and the others did not, whatever the subject says', async () => {
    const msp = await cast.newMsp('vzdump');
    const agent = await msp.newAgent('pve-01');
    const guest = (host: string, run: Partial<Run>): Night => {
      const one = nightOf({ ...agent.agent, hostname: host }, ago(2), { ...NAS, run: `run-${host}` });
      const key = `${host}-point`;
      return {
        ...one,
        runs: (one.runs ?? []).map((each) => ({ ...each, point_keys: [key], ...run })),
        recovery_points: (one.recovery_points ?? []).map((each) => ({ ...each, point_key: key })),
      };
    };
    const [good, bad] = [
      guest('web01', { message: 'ERROR: fs-freeze failed' }),
      guest('erp01', { status: 'failed', point_keys: [] }),
    ];
    await agent.send({ ...good, runs: [...(good.runs ?? []), ...(bad.runs ?? [])] }, ago(1));
    const failed = await cast.rows(
      `SELECT y.name FROM app.finding f JOIN app.system y USING (msp_id, system_id)
       WHERE f.msp_id = $1 AND f.rule = 'run-failed' AND f.closed_at IS NULL`,
      [msp.mspId],
    );
    expect(failed).toEqual([{ name: 'erp01' }]);
  });
});

it('opens none of these where the tool did its work, a data check was clean and data was brought back', async () => {
  const msp = await cast.newMsp('honest');
  const agent = await msp.newAgent('fs-01');
  const honest = night(agent.agent, 2);
  await agent.send(night(agent.agent, 26), ago(25));
  await agent.send(
    {
      ...honest,
      verifications: [
        {
          verification_key: 'data',
          repository_key: 'nas',
          kind: 'data_full',
          ended_at: iso(1),
          result: 'ok',
        },
      ],
      restore_tests: [
        {
          test_key: 'test',
          point_key: honest.recovery_points?.[0]?.point_key ?? '',
          repository_key: 'nas',
          trigger: 'schedule',
          method: 'sample',
          started_at: iso(1.2),
          ended_at: iso(1.1),
          level: 'L4',
          result: 'passed',
        },
      ],
    },
    ago(1),
  );
  const open = await cast.rows('SELECT rule FROM app.finding WHERE msp_id = $1 AND closed_at IS NULL', [
    msp.mspId,
  ]);
  const falseGreens = new Set(CASES.map((one) => one.opens));
  expect(open.filter((one) => falseGreens.has(String(one['rule'])))).toEqual([]);
});

describe('what a false green opened', () => {
  it('closes when the machine no longer says it, and stays out of other MSPs', async () => {
    const [ours, other] = [await cast.newMsp('Quillmark IT'), await cast.newMsp('Northgate')];
    const [agent, neighbour] = [await ours.newAgent('fs-01'), await other.newAgent('fs-01')];
    const hides = {
      code: 'borgmatic_hides_damage',
      severity: 'warning' as const,
      subject: 'borgmatic',
      message: 'borgmatic 1.9.14 may call a check that finds damage a success.',
    };
    await agent.send(night(agent.agent, 50, { problems: [hides] }), ago(49));
    await neighbour.send(night(neighbour.agent, 50), ago(49));
    const open = async (mspId: string) =>
      (
        await cast.rows(
          "SELECT subject_kind FROM app.finding WHERE msp_id = $1 AND rule = 'tool-untrusted' AND closed_at IS NULL",
          [mspId],
        )
      ).map((one) => one['subject_kind']);
    expect(await open(ours.mspId)).toEqual(['agent']);
    expect(await open(other.mspId)).toEqual([]);
    await agent.send(night(agent.agent, 26), ago(25));
    expect(await open(ours.mspId)).toEqual(['agent']);
    await agent.send(night(agent.agent, 2), new Date(ago(49).getTime() + 2 * DAY));
    expect(await open(ours.mspId)).toEqual([]);
  });
});
