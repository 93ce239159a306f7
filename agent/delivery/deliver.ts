import path from 'node:path';
import {
  askedSeconds,
  backOffSeconds,
  readDeliveryState,
  waitsUntil,
  writeDeliveryState,
  type DeliveryState,
} from '@/agent/delivery/delivery-state';
import { sendReport, type SendOutcome } from '@/agent/delivery/send-report';
import {
  listSpool,
  readReport,
  readSpooled,
  removeSpooled,
  setAside,
  spoolReport,
  leaveEpoch,
  type Spool,
  type SpooledReport,
} from '@/agent/delivery/spool';
import type { Enrolment } from '@/agent/state/enrolment';
import { withProcessLock } from '@/agent/state/process-lock';

export interface DeliveryRequest {
  enrolment: Enrolment;
  spool: Spool;
  /** Try also before the time that back-off or the server set. */
  isImpatient: boolean;
  timeLimitSeconds: number;
  /** Lets go of what is under way; the reports stay in the spool. */
  stop?: AbortSignal;
}

export interface DeliveryResult {
  deliveredCount: number;
  quarantinedCount: number;
  setAsideCount: number;
  /** Still in the spool. */
  leftCount: number;
  /** Why delivery stopped before the spool was empty; null when it is empty. */
  stoppedBecause: string | null;
  /** The server does not accept this machine. */
  isUnauthorised: boolean;
}

const REFUSALS_MAX = 3;
const CONFLICT = 409;
/**
 * Whoever delivers lists again before it ends. One that ended just now has perhaps not seen our report: it has let go of
 * its lock by then.
 */
const LOCK_WAIT_MILLISECONDS = 2000;

/** Delivers what waits, the oldest first, until the spool is empty or the server cannot take more. One process at a time. */
export async function deliver(request: DeliveryRequest): Promise<DeliveryResult> {
  const lockFile = path.join(request.spool.stateDir, 'delivery.lock');
  const done = await withProcessLock(lockFile, LOCK_WAIT_MILLISECONDS, () => deliverAlone(request));
  return done?.value ?? result(request.spool, 'another process of the agent is delivering');
}

async function deliverAlone(request: DeliveryRequest): Promise<DeliveryResult> {
  const { spool } = request;
  if (request.stop?.aborted) return result(spool, 'the agent was told to stop');
  const state = readDeliveryState(spool.stateDir);
  const nextTryAt = waitsUntil(state, new Date());
  if (nextTryAt !== null && !request.isImpatient)
    return result(
      spool,
      `the next try is due at ${nextTryAt} (${state.last_problem ?? 'the server asked to wait'})`,
    );
  return deliverAll(request, state);
}

interface Tally {
  deliveredCount: number;
  quarantinedCount: number;
  setAsideCount: number;
}

/** Lists again after each pass: reports may have come meanwhile, and every listing settles which numbers are used. */
async function deliverAll(request: DeliveryRequest, before: DeliveryState): Promise<DeliveryResult> {
  const { spool } = request;
  const tally: Tally = { deliveredCount: 0, quarantinedCount: 0, setAsideCount: 0 };
  const skipped = new Set<string>();
  let state = before;
  for (;;) {
    const reports = (await listSpool(spool)).filter(({ file }) => !skipped.has(file));
    if (reports.length === 0) return { ...(await result(spool, leftover(skipped, state))), ...tally };
    for (const report of reports) {
      const bytes = readSpooled(spool, report);
      if (!bytes) continue;
      const outcome = await withinLimit(request, (limit) =>
        sendReport(request.enrolment, report, bytes, limit),
      );
      state = nextState(state, report, outcome);
      if (outcome.kind === 'refused') skipped.add(report.file);
      const stoppedBecause = await settle(spool, report, bytes, outcome, state, tally);
      writeDeliveryState(spool.stateDir, state);
      if (stoppedBecause !== null)
        return {
          ...(await result(spool, stoppedBecause)),
          ...tally,
          isUnauthorised: outcome.kind === 'unauthorised',
        };
    }
  }
}

/** `AbortSignal.any` would forget the time limit as soon as Node cleans up its memory. */
async function withinLimit<T>(
  { timeLimitSeconds, stop }: DeliveryRequest,
  work: (limit: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new DOMException('', 'TimeoutError')), timeLimitSeconds * 1000);
  const end = (): void => limit.abort();
  stop?.addEventListener('abort', end, { once: true });
  if (stop?.aborted) end();
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener('abort', end);
  }
}

/** Does with a report what its outcome asks; tells why to stop when no other report would fare better. */
async function settle(
  spool: Spool,
  report: SpooledReport,
  bytes: Buffer,
  outcome: SendOutcome,
  state: DeliveryState,
  tally: Tally,
): Promise<string | null> {
  switch (outcome.kind) {
    case 'kept':
      removeSpooled(spool, report);
      tally.deliveredCount += 1;
      tally.quarantinedCount += outcome.outcome === 'quarantined' ? 1 : 0;
      return null;
    case 'refused':
      if (await isGivenUp(spool, report, bytes, outcome, state)) tally.setAsideCount += 1;
      return null;
    case 'unauthorised':
    case 'unreachable':
      return outcome.reason;
  }
}

function leftover(skipped: ReadonlySet<string>, state: DeliveryState): string | null {
  return skipped.size > 0 ? `the server refuses ${skipped.size} of them: ${state.last_problem ?? ''}` : null;
}

/** A refused report is tried again a few times, then put aside: it must not hold up those behind it. */
async function isGivenUp(
  spool: Spool,
  report: SpooledReport,
  bytes: Buffer,
  outcome: Extract<SendOutcome, { kind: 'refused' }>,
  state: DeliveryState,
): Promise<boolean> {
  if (outcome.status === CONFLICT) {
    await leaveEpoch(spool, report.epoch);
    await spoolReport(spool, readReport(bytes));
  } else if ((state.refusals[report.file] ?? 0) < REFUSALS_MAX) return false;
  setAside(spool, report, outcome.reason);
  return true;
}

function nextState(state: DeliveryState, report: SpooledReport, outcome: SendOutcome): DeliveryState {
  const now = new Date();
  const { [report.file]: refusals = 0, ...others } = state.refusals;
  const tried = {
    ...state,
    last_tried_at: now.toISOString(),
    clock_offset_ms: outcome.clockOffsetMilliseconds ?? state.clock_offset_ms,
  };
  switch (outcome.kind) {
    case 'kept':
      return {
        ...tried,
        last_delivered_at: now.toISOString(),
        next_try_at: null,
        failures: 0,
        last_problem: null,
        refusals: others,
      };
    case 'refused':
      return { ...tried, last_problem: outcome.reason, refusals: { ...others, [report.file]: refusals + 1 } };
    case 'unauthorised':
      return waiting(tried, outcome.reason, null, now);
    case 'unreachable':
      return waiting(tried, outcome.reason, outcome.retryAfterSeconds, now);
  }
}

function waiting(state: DeliveryState, reason: string, retryAfter: number | null, now: Date): DeliveryState {
  const failures = state.failures + 1;
  const seconds =
    retryAfter === null ? backOffSeconds(failures, Math.random()) : askedSeconds(retryAfter, Math.random());
  return {
    ...state,
    failures,
    last_problem: reason,
    next_try_at: new Date(now.getTime() + seconds * 1000).toISOString(),
  };
}

async function result(spool: Spool, stoppedBecause: string | null): Promise<DeliveryResult> {
  return {
    deliveredCount: 0,
    quarantinedCount: 0,
    setAsideCount: 0,
    leftCount: (await listSpool(spool)).length,
    stoppedBecause,
    isUnauthorised: false,
  };
}
