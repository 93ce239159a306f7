import os from 'node:os';
import { performance } from 'node:perf_hooks';
import type { DrillOutcome } from '@/contract/report';
import { AGENT_VERSION } from '@/agent/agent-version';
import type { RestoreTestSettings } from '@/agent/config/agent-config';
import type { Redact } from '@/agent/redact';
import { endOf } from '@/agent/report/shorten';
import type { RestoreEvidence } from '@/agent/restore-test/evidence';
import type { RestoreLimits } from '@/agent/restore-test/restore-tool';
import { freeBytes, makeScratch, type Scratch } from '@/agent/restore-test/scratch';
import type { RestoreResult } from '@/domain/restore-test/judge-restore';

/** What one test is told, whatever the tool. */
export interface TestOrder {
  testKey: string;
  requestId: string | null;
  /** Whether one restored file is damaged on purpose, which has to be noticed. */
  isDrill: boolean;
  trigger: RestoreEvidence['trigger'];
  tool: RestoreEvidence['tool'];
  /** Without user and password. */
  location: string;
  /** Before the repository has told its own. */
  repositoryKey: string;
  /** The point that whoever asked had in mind, for a test that ends before it finds one; null: nobody did. */
  askedPointKey: string | null;
  limits: RestoreTestSettings;
  /** Where scratch folders are made. */
  scratchRoot: string;
  rtoSeconds: number | null;
  redact: Redact;
}

const STDERR_TAIL = 1000;
const MIB = 1024 * 1024;

/** A test that runs: its evidence so far, its scratch folder and its limits. */
export interface TestSession {
  evidence: RestoreEvidence;
  limits: RestoreLimits;
  isOver: () => boolean;
  scratch: () => Scratch;
  /** Why so many bytes are not restored here; null: there is room. */
  lacksRoom: (bytes: number) => string | null;
  /** Of a drill that ends before its damage was looked for: damage of the copy itself, or nothing proven. */
  end: (result: RestoreResult, message: string | null) => RestoreEvidence;
  /** Ends a drill whose damage was looked for. */
  endDrill: (outcome: DrillOutcome, message: string | null) => RestoreEvidence;
}

/** Begins a test. Nothing is written before `scratch` is asked for; `end` removes it. */
export function beginTest(order: TestOrder, method: RestoreEvidence['method']): TestSession {
  const { limits: settings } = order;
  const startedTick = performance.now();
  const startedAt = new Date();
  const secondsLeft = (): number =>
    Math.max(0, settings.time_limit_minutes * 60 - (performance.now() - startedTick) / 1000);
  const evidence = emptyEvidence(order, method, startedAt);
  let scratch: Scratch | null = null;
  const close = (result: RestoreResult, message: string | null): RestoreEvidence => {
    if (scratch) evidence.scratch_removed = scratch.remove();
    evidence.result = result;
    evidence.message = message === null ? null : order.redact(message);
    evidence.ended_at = new Date(startedAt.getTime() + performance.now() - startedTick).toISOString();
    return evidence;
  };
  const endDrill: TestSession['endDrill'] = (outcome, message) => {
    if (evidence.drill) evidence.drill.outcome = outcome;
    // Whoever reads the result alone must not take it for that of a restore test.
    return close(outcome === 'error' ? 'error' : 'skipped', message);
  };
  return {
    evidence,
    isOver: () => secondsLeft() === 0,
    scratch: () => (scratch ??= makeScratch(order.scratchRoot)),
    lacksRoom: (bytes) => lackOfRoom(bytes, settings, scratch?.folder ?? order.scratchRoot),
    limits: {
      secondsLeft,
      bandwidthKibPerSecond: settings.bandwidth_kib_per_second ?? null,
      onStart: (pid) => scratch?.noteProgram(pid),
      onEnd: (what, outcome) =>
        evidence.steps.push({
          what,
          exit_code: outcome.exitCode,
          signal: outcome.signal,
          seconds: rounded((outcome.endedAt.getTime() - outcome.startedAt.getTime()) / 1000),
          timed_out: outcome.hasTimedOut,
          stderr_tail: order.redact(endOf(outcome.stderr, STDERR_TAIL)),
        }),
    },
    end: (result, message) =>
      evidence.drill === null ? close(result, message) : endDrill(EARLY_OUTCOMES[result], message),
    endDrill,
  };
}

/** How a drill ended that came to no comparison. */
const EARLY_OUTCOMES: Readonly<Record<RestoreResult, DrillOutcome>> = {
  passed: 'error',
  failed: 'copy-damaged',
  error: 'error',
  skipped: 'skipped',
};

function emptyEvidence(
  order: TestOrder,
  method: RestoreEvidence['method'],
  startedAt: Date,
): RestoreEvidence {
  return {
    schema: order.isDrill ? 'holdfast-restore-drill-1.0' : 'holdfast-restore-test-1.0',
    test_key: order.testKey,
    request_id: order.requestId,
    asked_point: order.askedPointKey,
    trigger: order.trigger,
    result: 'error',
    message: null,
    drill: order.isDrill ? { outcome: 'error', damaged: null, noticed: [] } : null,
    tool: order.tool,
    tool_version: null,
    agent_version: AGENT_VERSION,
    repository: { key: order.repositoryKey, location: order.redact(order.location) },
    point: null,
    method,
    level: 'L4',
    selection: null,
    started_at: startedAt.toISOString(),
    ended_at: startedAt.toISOString(),
    steps: [],
    files: null,
    problems: [],
    bytes_restored: null,
    bytes_on_disk: null,
    restore_seconds: null,
    verify_seconds: null,
    bytes_per_second: null,
    bandwidth_limit_kib_per_second: order.limits.bandwidth_kib_per_second ?? null,
    rto: null,
    manifest: null,
    replayed: null,
    queries: [],
    script: null,
    exit_code: null,
    target: `scratch folder on ${os.hostname()}`,
    scratch_removed: null,
  };
}

function lackOfRoom(bytes: number, settings: RestoreTestSettings, folder: string): string | null {
  const { size_mb_max: sizeMax, keep_free_mb: keepFree } = settings;
  if (sizeMax !== undefined && bytes > sizeMax * MIB)
    return `${inMib(bytes)} would be restored, and size_mb_max allows ${sizeMax} MiB.`;
  const free = freeBytes(folder);
  if (bytes + keepFree * MIB <= free) return null;
  return `The scratch folder has room for ${inMib(free)}; ${inMib(bytes)} would be restored and keep_free_mb is ${keepFree}.`;
}

const inMib = (bytes: number): string => `${Math.ceil(bytes / MIB)} MiB`;

/** To the millisecond. */
export function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
