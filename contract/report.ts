import { z } from 'zod';

/**
 * The report, schema 1.0: what a machine may say about its backups, and what the server makes of it.
 *
 * Bytes are integers in base units, times RFC 3339 with offset, durations seconds, ids opaque strings of at most 200
 * characters. Unknown is null, never 0 and never false. A field left out means the same as null.
 */
export const REPORT_SCHEMA_VERSION = '1.0';

const MAX_ITEMS = 20_000;

const id = z.string().min(1).max(200);
const shortText = z.string().max(500);
const longText = z.string().max(2000);
const path = z.string().min(1).max(4096);
/** From the year 1 to the year 9999, at most 14 hours from UTC: what every database and language can hold. */
const instant = z.iso.datetime({ offset: true }).refine(isKeepable, 'must lie in the years 1 to 9999');
const count = z.int().min(0);
const bytes = z.int().min(0);
const seconds = z
  .number()
  .min(0)
  .max(10 ** 9);

/** A value that may be unknown: null, and null when left out. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);
/** A list that is empty when left out. */
const list = <T extends z.ZodType>(schema: T, max: number = MAX_ITEMS) =>
  z.array(schema).max(max).default([]);

const attributeSource = z.enum(['tool_reported', 'tool_inherent', 'probed', 'inferred', 'declared']);
/** Where a value comes from; inference may lower a claim, only the others may raise one (domain.md). */
export type AttributeSource = z.infer<typeof attributeSource>;

export const runKind = z.enum([
  'backup',
  'copy',
  'replication',
  'prune',
  'check',
  'verify',
  'restore',
  'config_backup',
  'maintenance',
]);
export type RunKind = z.infer<typeof runKind>;

/** What a machine may say of a run. `missed` is the server's own conclusion and never reported. */
const agentRunStatus = z.enum(['success', 'warning', 'failed', 'cancelled', 'running', 'unknown']);
export const runStatus = z.enum([...agentRunStatus.options, 'missed']);
export type RunStatus = z.infer<typeof runStatus>;

export const captureKind = z.enum(['image', 'files', 'database', 'mailboxes']);
export type CaptureKind = z.infer<typeof captureKind>;

const level = z.enum(['full', 'differential', 'incremental', 'synthetic', 'log']);

const runItem = { key: id, name: maybe(shortText), message: maybe(longText) } as const;

const runFields = {
  run_key: id,
  job_key: id,
  job_name: maybe(shortText),
  kind: runKind,
  partial: z.boolean().default(false),
  source_host: maybe(id),
  repository_key: maybe(id),
  started_at: maybe(instant),
  ended_at: maybe(instant),
  duration_seconds: maybe(seconds),
  scheduled_at: maybe(instant),
  time_quality: z.enum(['exact', 'assumed_zone', 'received_at']).default('exact'),
  level: maybe(level),
  capture: maybe(captureKind),
  bytes: maybe(
    z.object({ source: maybe(bytes), read: maybe(bytes), transferred: maybe(bytes), stored: maybe(bytes) }),
  ),
  files: maybe(
    z.object({
      total: maybe(count),
      new: maybe(count),
      changed: maybe(count),
      unchanged: maybe(count),
      failed: maybe(count),
      deleted: maybe(count),
    }),
  ),
  errors: maybe(count),
  warnings: maybe(count),
  exit_code: maybe(z.int()),
  error_code: maybe(id),
  message: maybe(longText),
  point_keys: list(id, 1000),
} as const;

export const agentRun = z.object({
  ...runFields,
  status: agentRunStatus,
  items: list(z.object({ ...runItem, status: agentRunStatus }), 5000),
});
const normalisedRun = z.object({
  ...runFields,
  status: runStatus,
  items: list(z.object({ ...runItem, status: runStatus }), 5000),
});

const pointState = z.enum(['complete', 'partial', 'incomplete', 'waiting', 'corrupt', 'unknown']);

export const recoveryPoint = z.object({
  point_key: id,
  repository_key: id,
  job_key: maybe(id),
  source_host: maybe(id),
  source_paths: list(path, 1000),
  tags: list(id, 200),
  taken_at: instant,
  completed_at: maybe(instant),
  backdated: z.boolean().default(false),
  state: pointState,
  bytes: maybe(z.object({ logical: maybe(bytes), stored: maybe(bytes) })),
  files: maybe(count),
  level: maybe(level),
  capture: maybe(captureKind),
  expires_at: maybe(instant),
  retention_reasons: list(shortText, 50),
  encrypted: maybe(z.boolean()),
  immutable_until: maybe(instant),
  protected: z.boolean().default(false),
  last_verified_at: maybe(instant),
  verified_depth: z.enum(['none', 'structure', 'data_subset', 'data', 'restore']).default('none'),
  media_label: maybe(id),
});

export const repositoryProblemCode = z.enum([
  'wrong_password',
  'repository_missing',
  'repository_locked',
  'permission',
  'timeout',
  'network',
  'disk_full',
  'quota',
  'unreadable',
  'tool_missing',
  'unsupported_version',
]);
export type RepositoryProblemCode = z.infer<typeof repositoryProblemCode>;

export const locationKind = z.enum([
  'local',
  'sftp',
  'ssh',
  'rest',
  's3',
  'b2',
  'azure',
  'gcs',
  'swift',
  'webdav',
  'smb',
  'nfs',
  'rclone',
  'tape',
  'vendor_cloud',
  'unknown',
]);
export type LocationKind = z.infer<typeof locationKind>;

export const wireMedia = z.enum([
  'internal_disk',
  'removable_disk',
  'nas',
  'server',
  'object_storage',
  'tape',
  'optical',
  'vendor_cloud',
  'unknown',
]);
export type WireMedia = z.infer<typeof wireMedia>;

export const immutabilityKind = z.enum([
  'none',
  'append_only',
  'object_lock_governance',
  'object_lock_compliance',
  'worm',
  'filesystem_flag',
  'snapshot_lock',
  'offline',
  'unknown',
]);
export type ImmutabilityKind = z.infer<typeof immutabilityKind>;

const repository = z.object({
  repository_key: id,
  tool: id,
  /** Without credentials: the agent removes them before the report is made. */
  location: z.string().max(2000),
  location_kind: locationKind,
  /** null: no attempt was made to read it. */
  reachable: maybe(z.boolean()),
  problem: maybe(
    z.object({ code: repositoryProblemCode, exit_code: maybe(z.int()), message: maybe(longText) }),
  ),
  media: maybe(
    z.object({
      value: wireMedia,
      source: attributeSource,
      evidence: maybe(shortText),
      observed_at: maybe(instant),
    }),
  ),
  site: maybe(z.object({ value: id, source: attributeSource })),
  offsite: maybe(z.object({ value: z.boolean(), source: attributeSource, evidence: maybe(shortText) })),
  encryption: maybe(z.object({ value: z.boolean(), mode: maybe(id), source: attributeSource })),
  immutability: maybe(
    z.object({
      kind: immutabilityKind,
      until: maybe(instant),
      source: attributeSource,
      proven_at: maybe(instant),
    }),
  ),
  capacity: maybe(
    z.object({
      total: maybe(bytes),
      used: maybe(bytes),
      free: maybe(bytes),
      quota: maybe(bytes),
      method: z.enum(['statfs', 'rclone_about', 'tool', 'mail', 'api']),
      measured_at: instant,
    }),
  ),
  bytes: maybe(z.object({ stored: maybe(bytes), logical: maybe(bytes) })),
  locks: list(z.object({ id: id, created_at: maybe(instant), host: maybe(id) }), 100),
  tool_format: maybe(id),
});

const retention = z.object({
  job_key: maybe(id),
  repository_key: id,
  source: z.enum(['tool_config', 'command_line', 'tool_reported', 'observed', 'declared']),
  /** Which points it speaks of, as a pattern of the tool's own: `sh:{hostname}-*`. null: all of the repository. */
  archives: maybe(shortText),
  keep: z.object({
    last: maybe(count),
    hourly: maybe(count),
    daily: maybe(count),
    weekly: maybe(count),
    monthly: maybe(count),
    yearly: maybe(count),
    within_days: maybe(count),
  }),
  observed_oldest_at: maybe(instant),
  observed_count: maybe(count),
});

const verificationKind = z.enum(['structure', 'data_subset', 'data_full', 'vendor_verify']);

export const verification = z.object({
  verification_key: id,
  repository_key: id,
  kind: verificationKind,
  coverage_percent: maybe(z.number().min(0).max(100)),
  started_at: maybe(instant),
  ended_at: instant,
  result: z.enum(['ok', 'problems', 'error']),
  errors: maybe(count),
  damaged: list(id, 1000),
  exit_code: maybe(z.int()),
  message: maybe(longText),
});

const restoreTest = z.object({
  test_key: id,
  point_key: id,
  repository_key: id,
  trigger: z.enum(['schedule', 'manual', 'vendor']),
  method: z.enum(['full', 'sample', 'database_start', 'vm_boot', 'screenshot']),
  tool_version: maybe(id),
  started_at: instant,
  ended_at: instant,
  selection: maybe(
    z.object({ rule: shortText, seed: maybe(z.int()), files: maybe(count), bytes: maybe(bytes) }),
  ),
  level: z.enum(['L1', 'L2', 'L3', 'L4', 'L5']),
  result: z.enum(['passed', 'failed', 'error', 'skipped']),
  files: maybe(z.object({ matched: count, mismatched: count, missing: count, unverifiable: count })),
  bytes_restored: maybe(bytes),
  restore_seconds: maybe(seconds),
  verify_seconds: maybe(seconds),
  bytes_per_second: maybe(z.number().min(0)),
  rto: maybe(
    z.object({
      target_seconds: maybe(seconds),
      seconds: maybe(seconds),
      basis: z.enum(['measured', 'extrapolated']),
      met: maybe(z.boolean()),
    }),
  ),
  manifest: maybe(
    z.object({
      origin: z.enum(['at_backup', 'unchanged_source', 'repository', 'application']),
      sha256: maybe(id),
    }),
  ),
  exit_code: maybe(z.int()),
  message: maybe(longText),
  target: maybe(shortText),
  scratch_removed: maybe(z.boolean()),
  artifacts: list(z.object({ name: shortText, sha256: id }), 100),
});

/** A byte, as a number. */
const byte = z.int().min(0).max(255);

/**
 * What came of a drill, in which one restored file is damaged on purpose. `noticed`: exactly that file was found to differ; `unnoticed`:
 * it was taken for good; `copy-damaged`: the copy itself is not whole; `error`, `skipped`: it could not be made, which proves nothing.
 */
export const drillOutcome = z.enum(['noticed', 'unnoticed', 'copy-damaged', 'error', 'skipped']);
export type DrillOutcome = z.output<typeof drillOutcome>;

/** What came of a drill that the server asked for. It is no restore test and stands in a list of its own, so that nobody takes it for one. */
const restoreDrill = z.object({
  request_id: z.uuid(),
  point_key: id,
  repository_key: id,
  tool_version: maybe(id),
  started_at: instant,
  ended_at: instant,
  outcome: drillOutcome,
  /** What was damaged on purpose, in the scratch folder; null: nothing. */
  damaged: maybe(z.object({ path, offset: count, was: byte, became: byte })),
  /** Files that were found to differ or to be missing, the first 20. */
  noticed: list(path, 20),
  files: maybe(z.object({ matched: count, mismatched: count, missing: count, unverifiable: count })),
  message: maybe(longText),
  target: maybe(shortText),
  scratch_removed: maybe(z.boolean()),
  artifacts: list(z.object({ name: shortText, sha256: id }), 100),
});
export type ReportedRestoreDrill = z.output<typeof restoreDrill>;

const reportProblem = z.object({
  code: id,
  severity: z.enum(['info', 'warning', 'critical']),
  subject: maybe(id),
  message: maybe(longText),
});
export type ReportProblem = z.infer<typeof reportProblem>;

const listingScope = z
  .string()
  .max(220)
  .regex(/^recovery_points:.+$/, 'must be recovery_points:<repository key>');

const envelope = {
  schema_version: z.literal(REPORT_SCHEMA_VERSION),
  report_id: z.uuid(),
  epoch: z.uuid(),
  sequence: z.int().min(1),
  /** sha-256, hex, of the bytes as sent (gzip or not) of the report before this one in the same epoch; null for the first. */
  previous_report_sha256: maybe(z.string().regex(/^[0-9a-f]{64}$/)),
  generated_at: instant,
  /** Lists that are whole, so that the server can see what has disappeared: `recovery_points:<repository key>`. */
  scope: z.object({ complete_for: list(listingScope, 1000) }).default({ complete_for: [] }),
  agent: z.object({
    id: z.uuid(),
    name: shortText,
    version: id,
    os: maybe(shortText),
    hostname: id,
    boot_id: maybe(id),
    clock_offset_ms: maybe(z.int()),
  }),
} as const;

const body = {
  recovery_points: list(recoveryPoint),
  repositories: list(repository, 1000),
  retention: list(retention, 2000),
  verifications: list(verification, 5000),
  restore_tests: list(restoreTest, 5000),
  restore_drills: list(restoreDrill, 100),
  problems: list(reportProblem, 5000),
} as const;

const toolSource = { adapter: id, adapter_version: id, tool_version: maybe(id) } as const;

/**
 * What a machine may say. Its `declared` values are proposals to a technician, never facts; trust, channel and
 * first-seen times are the server's to fill in.
 */
export const agentReport = z.object({
  ...envelope,
  source: z.object(toolSource),
  runs: list(agentRun),
  ...body,
});
export type AgentReport = z.output<typeof agentReport>;

/** The server's form of a report, from any channel: with how far it is trusted and when each point was first seen. */
export const normalisedReport = z.object({
  ...envelope,
  source: z.object({
    ...toolSource,
    channel: z.enum(['agent', 'ping', 'email', 'webhook', 'api', 'import']),
    trust: z.enum(['signed', 'token', 'verified_mail', 'unverified', 'declared']),
    raw_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  runs: list(normalisedRun),
  ...body,
  recovery_points: list(recoveryPoint.extend({ first_seen_at: instant })),
});
export type NormalisedReport = z.output<typeof normalisedReport>;

export type AgentRun = z.output<typeof agentRun>;
export type ReportedPoint = z.output<typeof recoveryPoint>;
export type ReportedRepository = z.output<typeof repository>;
export type ReportedVerification = z.output<typeof verification>;

const OFFSET_MINUTES_MAX = 14 * 60;

function isKeepable(text: string): boolean {
  const year = new Date(text).getUTCFullYear();
  const [, hours = '0', minutes = '0'] = /[+-](\d\d):(\d\d)$/.exec(text) ?? [];
  return year >= 1 && year <= 9999 && Number(hours) * 60 + Number(minutes) <= OFFSET_MINUTES_MAX;
}
