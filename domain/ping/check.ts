import { nextOccurrence } from '../schedule/occurrences';
import { SECOND, type Instant } from '../time/instant';

/** What a check expects, as the pinging API has it (docs/pings.md). */
export interface CheckSettings {
  /** Greatest time between two pings, where no schedule is set. */
  readonly timeoutSeconds: number;
  readonly graceSeconds: number;
  /** Five fields of cron, in `timeZone`; null: every `timeoutSeconds`. */
  readonly schedule: string | null;
  readonly timeZone: string;
  readonly isPostOnly: boolean;
  /** While it is paused, pings are kept and change nothing. */
  readonly isResumedByHand: boolean;
  readonly filters: BodyFilters;
}

/** Words by which a body says what happened, for tools with one URL. Without words the URL says it. */
export interface BodyFilters {
  /** Whether bodies are looked at; the words stay when they are not. */
  readonly isOn: boolean;
  readonly start: readonly string[];
  readonly success: readonly string[];
  readonly failure: readonly string[];
  /** What a body means in which none of them stands. */
  readonly otherwise: 'ignore' | 'fail';
}

export const NO_FILTERS: BodyFilters = {
  isOn: false,
  start: [],
  success: [],
  failure: [],
  otherwise: 'ignore',
};

/** Of a check that nobody described, as the pinging API makes it: a ping a day, an hour of grace. */
export const PRESET_SETTINGS: CheckSettings = {
  timeoutSeconds: 86_400,
  graceSeconds: 3600,
  schedule: null,
  timeZone: 'UTC',
  isPostOnly: false,
  isResumedByHand: false,
  filters: NO_FILTERS,
};

/** How a check stands. */
export interface CheckState {
  readonly pausedAt: Instant | null;
  /** Of the run that is under way; null: none is. */
  readonly started: { readonly at: Instant; readonly rid: string | null; readonly number: number } | null;
  readonly lastPingAt: Instant | null;
  readonly lastOutcome: 'success' | 'fail' | null;
  /** Of the last run whose start was told. */
  readonly lastDurationSeconds: number | null;
}

export const NEW_CHECK: CheckState = {
  pausedAt: null,
  started: null,
  lastPingAt: null,
  lastOutcome: null,
  lastDurationSeconds: null,
};

/** What the URL of a ping says. An exit status of 0 is a success, any other a failure. */
export type PingSignal = 'success' | 'fail' | 'start' | 'log';

/** A ping as it came. */
export interface Ping {
  /** Its place among all of its check, from 1. */
  readonly number: number;
  readonly at: Instant;
  readonly signal: PingSignal;
  readonly method: string;
  /** Names the run, where the client names it. */
  readonly rid: string | null;
  readonly body: string;
}

/** What a ping tells of a run. Pings that tell of one run have one key. */
interface PingedRun {
  readonly key: string;
  readonly status: 'running' | 'success' | 'failed';
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
}

export interface TakenPing {
  readonly state: CheckState;
  /** `ign`: the check does not listen to it. */
  readonly kind: PingSignal | 'ign';
  readonly run: PingedRun | null;
}

/**
 * What a ping makes of its check. A start moves neither the last ping nor the outcome; a success or a failure whose run id is that of the
 * start (both without one, too) gets its duration; a success of another run leaves the started one running, a failure ends it.
 */
export function takePing(settings: CheckSettings, state: CheckState, ping: Ping): TakenPing {
  const kind = kindOf(settings, state, ping);
  const { at, rid, number } = ping;
  if (kind === 'ign' || kind === 'log') return { state, kind, run: null };
  if (kind === 'start') {
    const run = { key: keyOf(rid, number), status: 'running' as const, startedAt: at, endedAt: null };
    return { state: { ...state, started: { at, rid, number } }, kind, run };
  }
  const { started } = state;
  const isOfStart = started !== null && started.rid === rid;
  const key = isOfStart ? keyOf(rid, started.number) : keyOf(rid, number);
  const isOver = isOfStart || rid === null || kind === 'fail';
  return {
    kind,
    state: {
      pausedAt: null,
      started: isOver ? null : started,
      lastPingAt: at,
      lastOutcome: kind,
      lastDurationSeconds: isOfStart ? (at - started.at) / SECOND : null,
    },
    run: {
      key,
      status: kind === 'success' ? 'success' : 'failed',
      startedAt: isOfStart ? started.at : null,
      endedAt: at,
    },
  };
}

const keyOf = (rid: string | null, number: number): string =>
  rid === null ? `ping:${number}` : `rid:${rid}`;

function kindOf(
  settings: CheckSettings,
  state: CheckState,
  { signal, method, body }: Ping,
): TakenPing['kind'] {
  // That something failed is heard whatever else is set.
  if (signal === 'fail') return state.pausedAt !== null && settings.isResumedByHand ? 'ign' : 'fail';
  if (state.pausedAt !== null && settings.isResumedByHand) return 'ign';
  if (settings.isPostOnly && method !== 'POST') return 'ign';
  const { isOn, start, success, failure, otherwise } = settings.filters;
  if (signal !== 'success' || !isOn) return signal;
  // The worse word first: 'Backup completed, 2 failed'.
  if (names(body, failure)) return 'fail';
  if (names(body, success)) return 'success';
  if (names(body, start)) return 'start';
  return otherwise === 'fail' ? 'fail' : 'ign';
}

const names = (body: string, words: readonly string[]): boolean => words.some((word) => body.includes(word));

/** How a check is shown. `grace`: its ping is due and may still come. */
export type CheckStatus = 'new' | 'up' | 'grace' | 'down' | 'paused';

/** How a check stands at an instant. A run that was started and has not ended within the grace time is down, too. */
export function checkStatus(settings: CheckSettings, state: CheckState, now: Instant): CheckStatus {
  if (state.pausedAt !== null) return 'paused';
  const grace = settings.graceSeconds * SECOND;
  if (state.started !== null && now >= state.started.at + grace) return 'down';
  if (state.lastPingAt === null) return 'new';
  if (state.lastOutcome === 'fail') return 'down';
  const dueAt = pingDueAt(settings, state.lastPingAt);
  if (now < dueAt) return 'up';
  return now < dueAt + grace ? 'grace' : 'down';
}

/** When the ping after one is due. A schedule that never comes round again is taken for the timeout. */
export function pingDueAt(
  { schedule, timeZone, timeoutSeconds }: CheckSettings,
  lastPingAt: Instant,
): Instant {
  const next =
    schedule === null ? null : nextOccurrence({ kind: 'cron', expression: schedule }, timeZone, lastPingAt);
  return next?.at ?? lastPingAt + timeoutSeconds * SECOND;
}

/** From when on a check's silence is its own; null: it never was heard, or nothing is expected of it. */
export function pingSilentAt(
  settings: CheckSettings,
  { pausedAt, lastPingAt }: Pick<CheckState, 'pausedAt' | 'lastPingAt'>,
): Instant | null {
  if (pausedAt !== null || lastPingAt === null) return null;
  return pingDueAt(settings, lastPingAt) + settings.graceSeconds * SECOND;
}
