import { createHash } from 'node:crypto';
import type { AgentReport, DrillOutcome, ReportedRestoreDrill } from '@/contract/report';
import type { FileCounts, RestoreResult, RestoreTime } from '@/domain/restore-test/judge-restore';
import type { FileOrigin } from '@/agent/restore-test/expected-hashes';
import type { ReplayedLog } from '@/agent/restore-test/replayed-log';
import { beginningOf } from '@/agent/report/shorten';

export type ReportedRestoreTest = AgentReport['restore_tests'][number];

/** What a restore test did and saw: the document that `restore-test --json` prints. Seconds are seconds, sizes bytes, unknown is null. */
export interface RestoreEvidence {
  schema: 'holdfast-restore-test-1.0' | 'holdfast-restore-drill-1.0';
  test_key: string;
  /** The request of Holdfast that asked for it. */
  request_id: string | null;
  /** The point that it had in mind. */
  asked_point: string | null;
  trigger: ReportedRestoreTest['trigger'];
  /** Of a drill `skipped` or `error`: no restore test was made. */
  result: RestoreResult;
  /** Why, in words; null when it passed, or when a drill went as it should. */
  message: string | null;
  /** null: it was a restore test. In a drill a file was damaged on purpose, so that nothing here proves anything of the copy. */
  drill: {
    outcome: DrillOutcome;
    /** The byte of the restored file that was changed; null: none was. */
    damaged: ReportedRestoreDrill['damaged'];
    /** Files that were found to differ or to be missing, the first 20. */
    noticed: readonly string[];
  } | null;
  /** null: none was started. */
  tool: 'restic' | 'borg' | 'pgbackrest' | null;
  tool_version: string | null;
  agent_version: string;
  repository: { key: string; location: string };
  point: {
    key: string;
    taken_at: string;
    host: string;
    paths: readonly string[];
    /** When the test began. */
    age_seconds: number;
    files: number | null;
    bytes: number | null;
  } | null;
  method: ReportedRestoreTest['method'];
  level: ReportedRestoreTest['level'];
  selection: {
    rule: string;
    seed: number | null;
    files: number;
    bytes: number;
    /** Files of the point that were left out because no listing can spell their names. */
    unverifiable_names: number;
    paths: readonly string[];
  } | null;
  started_at: string;
  ended_at: string;
  steps: {
    what: string;
    exit_code: number | null;
    signal: string | null;
    seconds: number;
    timed_out: boolean;
    stderr_tail: string;
  }[];
  files: FileCounts | null;
  /** What is not as it should be, the first 20. */
  problems: readonly string[];
  bytes_restored: number | null;
  /** Without the holes of sparse files; rates are of the smaller of both. */
  bytes_on_disk: number | null;
  restore_seconds: number | null;
  verify_seconds: number | null;
  bytes_per_second: number | null;
  bandwidth_limit_kib_per_second: number | null;
  rto: {
    target_seconds: number | null;
    seconds: number | null;
    basis: RestoreTime['basis'];
    met: boolean | null;
    /** What the time was worked out from. */
    from_bytes: number;
    of_bytes: number;
  } | null;
  manifest: {
    origin: FileOrigin | 'application';
    origins: Partial<Record<FileOrigin, number>>;
    sha256: string | null;
  } | null;
  /** How far a restored database has replayed the archived log; null: no further than its backup needs, or it is not known. */
  replayed: ReplayedLog | null;
  /** Queries that were asked of a restored database. */
  queries: readonly {
    name: string;
    expected: string | null;
    answer: string | null;
    is_met: boolean | null;
  }[];
  script: {
    file: string;
    result: RestoreResult;
    message: string;
    exit_code: number | null;
    output_tail: string;
  } | null;
  exit_code: number | null;
  target: string;
  scratch_removed: boolean | null;
}

/** The evidence as it is printed and kept, and its hash. */
export function evidenceText(evidence: RestoreEvidence): { text: string; sha256: string } {
  const text = `${JSON.stringify(evidence, null, 2)}\n`;
  return { text, sha256: createHash('sha256').update(text).digest('hex') };
}

/** Stands for the point of a test that ended before one was chosen. */
const NO_POINT = 'unknown';

const FILES_NAMED_MAX = 5;

/** The evidence as a report holds it. */
export function reportedTest(evidence: RestoreEvidence): ReportedRestoreTest {
  const { point, selection, rto, manifest } = evidence;
  return {
    test_key: evidence.test_key,
    point_key: point?.key ?? evidence.asked_point ?? NO_POINT,
    repository_key: evidence.repository.key,
    trigger: evidence.trigger,
    method: evidence.method,
    tool_version: evidence.tool_version,
    started_at: evidence.started_at,
    ended_at: evidence.ended_at,
    selection: selection && {
      rule: selection.rule,
      seed: selection.seed,
      files: selection.files,
      bytes: selection.bytes,
    },
    level: evidence.level,
    result: evidence.result,
    files: evidence.files,
    bytes_restored: evidence.bytes_restored,
    restore_seconds: evidence.restore_seconds,
    verify_seconds: evidence.verify_seconds,
    bytes_per_second: evidence.bytes_per_second,
    rto: rto && {
      target_seconds: rto.target_seconds,
      seconds: rto.seconds,
      basis: rto.basis,
      met: rto.met,
    },
    manifest: manifest && { origin: manifest.origin, sha256: manifest.sha256 },
    exit_code: evidence.exit_code,
    message: messageOf(evidence),
    target: beginningOf(evidence.target, 500),
    scratch_removed: evidence.scratch_removed,
    artifacts: [{ name: 'evidence.json', sha256: evidenceText(evidence).sha256 }],
  };
}

/** The evidence of a drill as a report holds it. @throws where it is that of a restore test: our own mistake */
export function reportedDrill(evidence: RestoreEvidence): ReportedRestoreDrill {
  const { drill, request_id: requestId, point } = evidence;
  if (drill === null || requestId === null) throw new Error('This is no drill that anybody asked for.');
  return {
    request_id: requestId,
    point_key: point?.key ?? evidence.asked_point ?? NO_POINT,
    repository_key: evidence.repository.key,
    tool_version: evidence.tool_version,
    started_at: evidence.started_at,
    ended_at: evidence.ended_at,
    outcome: drill.outcome,
    damaged: drill.damaged,
    noticed: [...drill.noticed],
    files: evidence.files,
    message: messageOf(evidence),
    target: beginningOf(evidence.target, 500),
    scratch_removed: evidence.scratch_removed,
    artifacts: [{ name: 'evidence.json', sha256: evidenceText(evidence).sha256 }],
  };
}

function messageOf({ message, problems }: RestoreEvidence): string | null {
  const words = [...(message === null ? [] : [message]), ...problems.slice(0, FILES_NAMED_MAX)].join('\n');
  return words === '' ? null : beginningOf(words);
}
