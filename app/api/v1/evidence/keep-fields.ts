import type { Keep } from '@/domain/evidence/keep-until';

/**
 * How long something is kept, as answers say it. `kept_until` null: a legal hold stands, and nothing ends it but its withdrawal
 * (`kept_at_least_until` says the earliest day it could end). `keep` null: it has no record yet, so nothing is said.
 */
export function keepFields(keep: Keep | null) {
  const until = keep && new Date(keep.until).toISOString();
  return {
    kept_until: keep?.isHeld === true ? null : until,
    kept_at_least_until: until,
    kept_because: keep?.because ?? null,
    legal_hold: keep?.isHeld ?? null,
  };
}
