import { z } from 'zod';
import type { CheckSettings, CheckState } from '@/domain/ping/check';
import { bodyFilters } from '../inbound/body-filters';

/** What a check expects and how it stands, as columns of `app.ping_check` named `c`. */
export const CHECK_COLUMNS = `c.timeout_seconds, c.grace_seconds, c.schedule, c.time_zone, c.is_post_only, c.is_resumed_by_hand, c.filters,
  c.paused_at, c.started_at, c.started_rid::text, c.started_number, c.last_ping_at, c.last_outcome, c.last_duration_seconds`;

const instant = z
  .date()
  .nullable()
  .transform((at) => at && at.getTime());

/** A row of these columns. */
export const checkColumns = z.object({
  timeout_seconds: z.int(),
  grace_seconds: z.int(),
  schedule: z.string().nullable(),
  time_zone: z.string(),
  is_post_only: z.boolean(),
  is_resumed_by_hand: z.boolean(),
  filters: bodyFilters,
  paused_at: instant,
  started_at: instant,
  started_rid: z.string().nullable(),
  started_number: z.string().nullable(),
  last_ping_at: instant,
  last_outcome: z.enum(['success', 'fail']).nullable(),
  last_duration_seconds: z.number().nullable(),
});
type CheckColumns = z.output<typeof checkColumns>;

export function settingsOf(row: CheckColumns): CheckSettings {
  return {
    timeoutSeconds: row.timeout_seconds,
    graceSeconds: row.grace_seconds,
    schedule: row.schedule,
    timeZone: row.time_zone,
    isPostOnly: row.is_post_only,
    isResumedByHand: row.is_resumed_by_hand,
    filters: row.filters,
  };
}

export function stateOf(row: CheckColumns): CheckState {
  const { started_at: at, started_rid: rid, started_number: number } = row;
  return {
    pausedAt: row.paused_at,
    started: at === null || number === null ? null : { at, rid, number: Number(number) },
    lastPingAt: row.last_ping_at,
    lastOutcome: row.last_outcome,
    lastDurationSeconds: row.last_duration_seconds,
  };
}
