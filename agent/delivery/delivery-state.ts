import path from 'node:path';
import { z } from 'zod';
import { readLosableFile, writeLosableFile } from '@/agent/state/state-file';

/** How delivery went so far; survives from one start of the agent to the next. */
const deliveryState = z.object({
  last_delivered_at: z.iso.datetime().nullable().default(null),
  last_tried_at: z.iso.datetime().nullable().default(null),
  next_try_at: z.iso.datetime().nullable().default(null),
  /** Failures since the last success. */
  failures: z.int().min(0).default(0),
  last_problem: z.string().nullable().default(null),
  /** Server's clock minus ours at the last answer. */
  clock_offset_ms: z.int().nullable().default(null),
  /** How often the server refused a report, by its file. */
  refusals: z.record(z.string(), z.int()).default({}),
});
export type DeliveryState = z.output<typeof deliveryState>;

const deliveryFile = (stateDir: string): string => path.join(stateDir, 'delivery.json');

export function readDeliveryState(stateDir: string): DeliveryState {
  return readLosableFile(deliveryFile(stateDir), deliveryState) ?? deliveryState.parse({});
}

export function writeDeliveryState(stateDir: string, value: DeliveryState): void {
  writeLosableFile(deliveryFile(stateDir), value);
}

/**
 * When the next try is due; null when that is now. A time that lies further ahead than any wait may be, and one that was
 * set in what is the future now, come from a clock that has been put right since.
 */
export function waitsUntil(state: DeliveryState, now: Date): string | null {
  if (state.next_try_at === null) return null;
  const waitSeconds = (Date.parse(state.next_try_at) - now.getTime()) / 1000;
  const isFromFuture = state.last_tried_at !== null && Date.parse(state.last_tried_at) > now.getTime();
  return waitSeconds > 0 && waitSeconds <= WAIT_SECONDS_MAX && !isFromFuture ? state.next_try_at : null;
}

const BASE_SECONDS = 5;
const LIMIT_SECONDS = 900;

/** Seconds to wait after so many failures in a row: doubling up to 15 minutes, between half and the whole by chance. */
export function backOffSeconds(failures: number, chance: number): number {
  const whole = Math.min(LIMIT_SECONDS, BASE_SECONDS * 2 ** Math.min(failures - 1, 20));
  return whole * (0.5 + chance / 2);
}

const RETRY_AFTER_SECONDS_MAX = 86_400;
/** By chance a tenth is added to what the server asks for. */
const CHANCE_SHARE = 0.1;
const WAIT_SECONDS_MAX = RETRY_AFTER_SECONDS_MAX * (1 + CHANCE_SHARE);

/** The server's own wish counts in full; a little is added by chance, so that a fleet does not come back at once. */
export function askedSeconds(retryAfter: number, chance: number): number {
  return retryAfter * (1 + chance * CHANCE_SHARE);
}

/** `Retry-After` in seconds or as an HTTP date; null when it is neither. No server may silence a machine for more than a day. */
export function retryAfterSeconds(header: string | null, now: Date): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - now.getTime()) / 1000;
  return Number.isFinite(seconds) ? Math.min(RETRY_AFTER_SECONDS_MAX, Math.max(0, seconds)) : null;
}
