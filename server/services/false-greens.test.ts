import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nightOf, type ReportInput, type SampleAgent } from '@/ingest/testing/sample-agent';
import { HOUR, openScreenCast, type ScreenCast } from '@/test/screen-cast';

const NOW = new Date();
const DAY = 24 * HOUR;
const ago = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR);
const iso = (hours: number): string => ago(hours).toISOString();
const NAS = { repositoryKey: 'nas', location: 'sftp:backup@nas-01:/backup', locationKind: 'sftp' as const };

type Night = Partial<ReportInput>;
type Run = NonNullable<Night['runs']>[number];
type Point = NonNullable<Night['recovery_points']>[number];

let cast: ScreenCast;

beforeAll(async () => {
  cast = await openScreenCast();
});
afterAll(() => cast.close());

/** One night, its run and its point changed to what the tool really did. */
function night(
  agent: SampleAgent,
  hours: number,
  changed: { run?: Partial<Run>; point?: Partial<Point> } & Night = {},
): Night {
  const { run, point, ...rest } = changed;
  const plain = nightOf(agent, ago(hours), NAS);
  return {
    ...plain,
    runs: (plain.runs ?? []).map((one) => ({ ...one, ...run })),
    recovery_points: (plain.recovery_points ?? []).map((one) => ({ ...one, ...point })),
    ...rest,
  };
}

const structureCheck = (ended: number): Night => ({
  verifications: [
    {
      verification_key: `check-${ended}`,
      repository_key: 'nas',
      kind: 'structure',
      ended_at: iso(ended),
      result: 'ok',
      errors: 0,
      exit_code: 0,
    },
  ],
});
const unreadable = (code: 'unreadable' | 'wrong_password', exitCode: number): Night => ({
  repositories: [
    {
      repository_key: 'nas',
      tool: 'pgbackrest',
      location: NAS.location,
      location_kind: 'sftp',
      reachable: false,
      problem: { code, exit_code: exitCode, message: `status code ${exitCode}` },
    },
  ],
});

interface FalseGreen {
  /** The number and the case of backup-tools.md §0. */
  readonly name: string;
  /** The reports, oldest first, and how many hours ago each came. */
  readonly reports: (agent: SampleAgent) => readonly (readonly [number, Night])[];
  readonly opens: string;
  readonly severity?: string;
  /** What is said of it. */
  readonly detail?: object;
}

const CASES: readonly FalseGreen[] = [
  {
    name: '1 borgmatic 1.9.14 calls the check of a corrupt repository a success',
    reports: (agent) => [
      [
        1,
        night(agent, 2, {
          runs: [
            ...(nightOf(agent, ago(2), NAS).runs ?? []),
            {
              run_key: 'check',
              job_key: 'check',
              kind: 'check',
              status: 'success',
              started_at: iso(1.5),
              exit_code: 0,
            },
          ],
          problems: [
            {
              code: 'borgmatic_hides_damage',
              severity: 'warning',
              subject: 'borgmatic',
              message:
                'borgmatic 1.9.14 may call a check that finds damage a success; 2.1.2 and later do not.',
            },
          ],
        }),
      ],
    ],
    opens: 'tool-untrusted',
    severity: 'warning',
  },
  {
    name: '2 borgmatic, one source directory missing: success and an empty body',
    reports: (agent) => [
      [
        1,
        night(agent, 2, {
          problems: [
            {
              code: 'source_missing',
              severity: 'critical',
              subject: nightOf(agent, ago(2), NAS).runs?.[0]?.job_key ?? '',
              message: '/etc is not in the newest backup of this job.',
            },
          ],
        }),
      ],
    ],
    opens: 'source-shrunk',
    severity: 'critical',
  },
  {
    name: '3 restic backup A /missing ends with 0',
    reports: (agent) => [
      [25, night(agent, 26, { point: { source_paths: ['/srv', '/home'] } })],
      [1, night(agent, 2, { point: { source_paths: ['/srv'] } })],
    ],
    opens: 'source-shrunk',
    severity: 'critical',
  },
  {
    name: '4 restic check without --read-data finds nothing in a pack with a flipped bit',
    reports: (agent) => [[1, { ...night(agent, 2), ...structureCheck(1) }]],
    opens: 'never-verified',
    detail: { kind: 'unverified', lastCleanAt: null, shallowerAt: ago(1).getTime() },
  },
  {
    name: '5 restic and borg list the snapshots of a corrupt repository',
    reports: (agent) => [[1, night(agent, 2, { runs: [] })]],
    opens: 'never-restored',
  },
  {
    name: '6 restic forget on an append-only server ends with 0',
    reports: (agent) => [
      [
        1,
        night(agent, 2, {
          problems: [
            {
              code: 'retention_not_enforced',
              severity: 'warning',
              subject: nightOf(agent, ago(2), NAS).runs?.[0]?.job_key ?? '',
              message: 'restic could not remove 3 snapshots that are too old: the server allows adding only.',
            },
          ],
        }),
      ],
    ],
    opens: 'retention-not-enforced',
    severity: 'warning',
  },
  {
    name: '7 pgBackRest verify with invalid checksums ends with 0',
    reports: (agent) => [
      [
        1,
        {
          ...night(agent, 2),
          verifications: [
            {
              verification_key: 'verify',
              repository_key: 'nas',
              kind: 'data_full',
              ended_at: iso(1),
              result: 'problems',
              errors: 2,
              exit_code: 0,
              message: 'status: error, invalid checksums: 2',
            },
          ],
        },
      ],
    ],
    opens: 'verification-failed',
    severity: 'critical',
  },
  {
    name: '8 pgBackRest info of an unreadable repository path ends with 0',
    reports: (agent) => [
      [25, night(agent, 26)],
      [1, unreadable('unreadable', 1)],
    ],
    opens: 'repository-unreadable',
    severity: 'warning',
  },
  {
    name: '8 and with a wrong cipher pass',
    reports: (agent) => [
      [25, night(agent, 26)],
      [1, unreadable('wrong_password', 99)],
    ],
    opens: 'repository-unreadable',
    severity: 'critical',
  },
  {
    name: '9 duplicity with unreadable files ends with 0 and says Errors 2',
    reports: (agent) => [
      [1, night(agent, 2, { run: { status: 'warning', partial: true, errors: 2, exit_code: 0 } })],
    ],
    opens: 'run-incomplete',
    severity: 'warning',
  },
  {
    name: '10 duplicity collection-status of a corrupt volume ends with 0',
    reports: (agent) => [[1, night(agent, 2, { runs: [], point: { state: 'unknown' } })]],
    opens: 'never-restored',
  },
  {
    name: '11 rdiff-backup of a source that vanished empties its mirror and ends with 0',
    reports: (agent) => [
      [25, night(agent, 26, { run: { bytes: { source: 9e9 }, files: { total: 200 } } })],
      [1, night(agent, 2, { run: { bytes: { source: 0 }, files: { total: 0, deleted: 200 } } })],
    ],
    opens: 'source-shrunk',
    severity: 'critical',
  },
  {
    name: '12 barman calls a backup that waits for its WAL files fine',
    reports: (agent) => [[1, night(agent, 2, { point: { state: 'waiting', capture: 'database' } })]],
    opens: 'rpo-exceeded',
    severity: 'critical',
  },
  {
    name: '13 Bacula ends a job with a missing directory as OK with JobErrors 1',
    reports: (agent) => [[1, night(agent, 2, { run: { status: 'warning', errors: 1, error_code: 'T' } })]],
    opens: 'run-incomplete',
    severity: 'warning',
  },
  {
    name: '14 Backup Exec completed successfully, however with exceptions',
    reports: (agent) => [
      [
        1,
        night(agent, 2, {
          run: { status: 'warning', message: 'The job completed successfully. However, …' },
        }),
      ],
    ],
    opens: 'run-incomplete',
    severity: 'warning',
  },
  {
    name: '16 Zerobyte sends its failure to the address of its success',
    reports: (agent) => [
      [25, night(agent, 26)],
      [
        1,
        night(agent, 2, { run: { status: 'failed', point_keys: [] }, recovery_points: [], scope: undefined }),
      ],
    ],
    opens: 'run-failed',
    severity: 'warning',
  },
];

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
