import type { ReportInput } from '@/ingest/testing/sample-agent';
import { dayAfter, HOUR, MINUTE } from './week-clock';
import {
  COPIES,
  type CopyName,
  FIRST_CHECK,
  FIRST_NIGHT,
  type Machine,
  type Night,
  NIGHTS_BEFORE,
  SECOND_CHECK_NIGHT,
} from './week-script';

type Runs = NonNullable<ReportInput['runs']>;
type Points = NonNullable<ReportInput['recovery_points']>;

const iso = (at: number): string => new Date(at).toISOString();
const GIGABYTE = 1_000_000_000;

/** What a machine tells after a night: what ran in the nights `told`, and everything that its repositories hold by now. */
export function nightReport(
  machine: Machine,
  nights: readonly Night[],
  told: readonly Night[],
): Partial<ReportInput> {
  const last = told.at(-1);
  if (last === undefined) throw new Error('a report tells of a night at least');
  const readable = COPIES.filter((copy) => last.outcome[copy] !== 'nas-dead');
  // What others keep in the same repository is not listed.
  const listed = readable.filter((copy) => !isShared(machine, copy));
  return {
    generated_at: iso(last.startedAt.cloud + 5 * MINUTE),
    scope: { complete_for: listed.map((copy) => `recovery_points:${repositoryKey(machine, copy)}`) },
    runs: told.flatMap((night) => COPIES.flatMap((copy) => runsOf(machine, night, copy))),
    recovery_points: readable.flatMap((copy) => pointsOf(machine, nights, last, copy)),
    repositories: COPIES.map((copy) => repositoryOf(machine, copy, readable.includes(copy))),
    retention: COPIES.map((copy) => ({
      job_key: jobKey(machine, copy),
      repository_key: repositoryKey(machine, copy),
      source: 'tool_config',
      keep: { daily: last.keptDaily },
    })),
    ...proofOf(machine, last),
  };
}

function runsOf(machine: Machine, night: Night, copy: CopyName): Runs {
  const outcome = night.outcome[copy];
  if (outcome === 'not-run') return [];
  const isGood = outcome === 'success';
  const at = night.startedAt[copy];
  const changed = (night.isSpike ? 60 : 2 + (night.index & 1) / 10) * GIGABYTE;
  return [
    {
      run_key: `${copy} ${night.index}`,
      job_key: jobKey(machine, copy),
      job_name: `${machine.hostname} ${copy}`,
      kind: 'backup',
      status: isGood ? 'success' : 'failed',
      source_host: machine.hostname,
      repository_key: repositoryKey(machine, copy),
      started_at: iso(at),
      ended_at: iso(at + 4 * MINUTE),
      point_keys: isGood ? [pointKey(machine, night, copy)] : [],
      ...(isGood && {
        bytes: { source: 80 * GIGABYTE, transferred: changed, stored: changed },
        files: { total: 400_000 },
      }),
      message: isGood ? null : 'Fatal: unable to save snapshot: connection lost',
    },
  ];
}

/** Newest first in time, as many as the tool has kept. */
function pointsOf(machine: Machine, nights: readonly Night[], last: Night, copy: CopyName): Points {
  return keptNights(nights, last, copy).map((night) => ({
    point_key: pointKey(machine, night, copy),
    repository_key: repositoryKey(machine, copy),
    job_key: jobKey(machine, copy),
    source_host: machine.hostname,
    source_paths: ['/srv'],
    taken_at: iso(night.startedAt[copy]),
    completed_at: iso(night.startedAt[copy] + 4 * MINUTE),
    state: 'complete',
    capture: 'files',
    encrypted: true,
  }));
}

/**
 * What is left once the tool has removed, night by night, what its rule no longer keeps: of each day that has any the newest. A machine
 * that is away backs up nothing.
 */
function keptNights(nights: readonly Night[], last: Night, copy: CopyName): Night[] {
  let kept: Night[] = [];
  for (const night of nights) {
    if (night.index > last.index) break;
    if (night.toldAt === null || night.outcome[copy] !== 'success') continue;
    const others = kept.filter((one) => dayOf(one, copy) !== dayOf(night, copy));
    kept = [...others, night].slice(-night.keptDaily);
  }
  return kept;
}

const dayOf = (night: Night, copy: CopyName): string => iso(night.startedAt[copy]).slice(0, 10);

function repositoryOf(machine: Machine, copy: CopyName, isReadable: boolean) {
  const isNas = copy === 'nas';
  const location = addressOf(machine, copy);
  return {
    repository_key: repositoryKey(machine, copy),
    tool: 'restic',
    location,
    location_kind: isNas ? ('sftp' as const) : ('s3' as const),
    reachable: isReadable,
    problem: isReadable ? null : { code: 'network' as const, exit_code: 1, message: 'No route to host' },
    media: {
      value: isNas ? ('nas' as const) : ('object_storage' as const),
      source: isNas ? ('probed' as const) : ('tool_reported' as const),
      evidence: location,
    },
    encryption: { value: true, mode: 'AES-256-CTR', source: 'tool_inherent' as const },
  };
}

/** The machines of a client back up to one repository on its NAS; in the cloud each has its own, and the proven one everywhere. */
function isShared({ isProven }: Machine, copy: CopyName): boolean {
  return copy === 'nas' && !isProven;
}

function repositoryKey(machine: Machine, copy: CopyName): string {
  return isShared(machine, copy) ? `nas of ${machine.client.prefix}` : `${copy} of ${machine.hostname}`;
}

function addressOf(machine: Machine, copy: CopyName): string {
  const { client, hostname } = machine;
  const folder = isShared(machine, copy) ? 'backup' : hostname;
  return copy === 'nas'
    ? `sftp:backup@nas-${client.prefix}:/${folder}`
    : `s3:https://s3.eu-central-1.amazonaws.com/${client.prefix}-vault/${folder}`;
}

function proofOf(machine: Machine, last: Night): Partial<ReportInput> {
  if (!machine.isProven) return {};
  if (last.index === SECOND_CHECK_NIGHT)
    return { verifications: checksAt(machine, last.startedAt.cloud + 5 * MINUTE) };
  if (last.index !== -1) return {};
  return {
    verifications: checksAt(machine, FIRST_CHECK),
    restore_tests: [
      {
        test_key: 'restored',
        point_key: pointKey(machine, last, 'nas'),
        repository_key: repositoryKey(machine, 'nas'),
        trigger: 'manual',
        method: 'full',
        started_at: iso(FIRST_CHECK),
        ended_at: iso(FIRST_CHECK + HOUR),
        level: 'L4',
        result: 'passed',
        files: { matched: 400_000, mismatched: 0, missing: 0, unverifiable: 0 },
      },
    ],
  };
}

function checksAt(machine: Machine, at: number) {
  return COPIES.map((copy) => ({
    verification_key: `${copy} ${at}`,
    repository_key: repositoryKey(machine, copy),
    kind: 'data_subset' as const,
    ended_at: iso(at),
    result: 'ok' as const,
    errors: 0,
  }));
}

const jobKey = ({ hostname }: Machine, copy: CopyName): string => `${hostname} ${copy}`;

function pointKey({ hostname }: Machine, night: Night, copy: CopyName): string {
  return `${hostname} ${copy} ${dayAfter(FIRST_NIGHT, night.index + NIGHTS_BEFORE)}`;
}
