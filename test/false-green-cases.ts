import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { nightOf, type ReportInput, type SampleAgent } from '@/ingest/testing/sample-agent';

/**
 * The sixteen cases of a tool that says success while data is missing or broken, as reports. What a tool's recorded output was read as
 * comes from the golden JSON beside it, which the tests of the collectors hold against the output itself.
 */
const HOUR = 3_600_000;
const SAMPLES = path.resolve(import.meta.dirname, 'samples');
export const NAS = {
  repositoryKey: 'nas',
  location: 'sftp:backup@nas-01:/backup',
  locationKind: 'sftp' as const,
};

/** Whoever reports. */
type Reporter = Pick<SampleAgent, 'hostname'>;

export type Night = Partial<ReportInput>;
export type Run = NonNullable<Night['runs']>[number];
type Point = NonNullable<Night['recovery_points']>[number];

/** What was told of a run, without what makes it this one. */
const toldRun = z.object({
  status: z.enum(['success', 'warning', 'failed', 'cancelled', 'running']),
  partial: z.boolean(),
  exit_code: z.int().nullable(),
  error_code: z.string().nullable(),
  errors: z.int().nullable(),
  warnings: z.int().nullable(),
  message: z.string().nullable(),
  bytes: z.record(z.string(), z.number().nullable()).nullable(),
  files: z.record(z.string(), z.number().nullable()).nullable(),
});

function goldenOf(name: string): unknown {
  return JSON.parse(fs.readFileSync(path.join(SAMPLES, `${name}.golden.json`), 'utf8'));
}
const ranAs = (name: string): Partial<Run> => z.object({ run: toldRun }).parse(goldenOf(name)).run;

const NOW = new Date();
export const ago = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR);
const iso = (hours: number): string => ago(hours).toISOString();

/** One night, its run and its point changed to what the tool really did. */
export function night(
  agent: Reporter,
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
type Verification = NonNullable<Night['verifications']>[number];

/** What a tool's verification was read as, of the repository of the night. */
function verifiedAs(name: string): Verification {
  const told = z.object({ result: z.literal('problems'), exit_code: z.literal(0) }).loose();
  return { ...told.parse(goldenOf(name)), repository_key: 'nas' } as unknown as Verification;
}

/** What `info` of pgBackRest was read as: a repository that nobody can read. */
const unreadable = (name: string): Night => {
  const { repositories } = z
    .object({
      repositories: z.tuple([
        z.object({ problem: z.object({ code: z.literal('unreadable'), message: z.string() }) }),
      ]),
    })
    .parse(goldenOf(name));
  return {
    repositories: [
      {
        repository_key: 'nas',
        tool: 'pgbackrest',
        location: NAS.location,
        location_kind: 'sftp',
        reachable: false,
        problem: repositories[0].problem,
      },
    ],
  };
};

/** The newest backup that barman lists. */
function waitingPoint(): Partial<Point> {
  const listed = z.object({
    points: z
      .tuple([z.object({ state: z.literal('waiting'), capture: z.literal('database') })])
      .rest(z.unknown()),
  });
  const [{ state, capture }] = listed.parse(goldenOf('barman-3.4/list-backups-json')).points;
  return { state, capture };
}

/** The job with a missing directory in Bacula's catalogue. */
function missedRun(): Partial<Run> {
  const { runs } = z
    .object({ runs: z.array(toldRun.partial().extend({ job_name: z.string() })) })
    .parse(goldenOf('bacula-9.6.7/catalogue-jobs'));
  const run = runs.find(({ job_name }) => job_name === 'BackupMissing');
  if (!run) throw new Error('the catalogue has no such job');
  const { status, errors, error_code, message } = run;
  return { status, errors, error_code, message } as Partial<Run>;
}

export interface FalseGreen {
  /** The number and the case of backup-tools.md §0. */
  readonly name: string;
  /** The reports, oldest first, and how many hours ago each came. */
  readonly reports: (agent: Reporter) => readonly (readonly [number, Night])[];
  readonly opens: string;
  readonly severity?: string;
  /** What is said of it. */
  readonly detail?: object;
}

export const CASES: readonly FalseGreen[] = [
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
              ...ranAs('borgmatic-1.9.14/corrupt-check'),
              started_at: iso(1.5),
              status: 'success',
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
          run: ranAs('borgmatic-1.9.14/missing-source'),
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
      [
        1,
        night(agent, 2, {
          run: ranAs('restic-0.18.0/backup-one-missing'),
          point: { source_paths: ['/srv'] },
        }),
      ],
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
            { ...verifiedAs('pgbackrest-2.45/corrupt-verify-text'), started_at: iso(1), ended_at: iso(1) },
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
      [1, unreadable('pgbackrest-2.55/unreadable-repo')],
    ],
    opens: 'repository-unreadable',
    severity: 'warning',
  },
  {
    name: '8 and with a wrong cipher pass',
    reports: (agent) => [
      [25, night(agent, 26)],
      [1, unreadable('pgbackrest-2.55/wrong-cipher')],
    ],
    opens: 'repository-unreadable',
    severity: 'warning',
  },
  {
    name: '9 duplicity with unreadable files ends with 0 and says Errors 2',
    reports: (agent) => [[1, night(agent, 2, { run: ranAs('duplicity-0.8.22/unreadable') })]],
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
    reports: (agent) => [[1, night(agent, 2, { point: waitingPoint() })]],
    opens: 'rpo-exceeded',
    severity: 'critical',
  },
  {
    name: '13 Bacula ends a job with a missing directory as OK with JobErrors 1',
    reports: (agent) => [[1, night(agent, 2, { run: missedRun() })]],
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
