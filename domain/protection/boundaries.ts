import { SECOND, type Instant } from '../time/instant';
import type { Attribute } from './facts';
import { FUTURE_TOLERANCE, type Prepared, type PreparedRepository } from './prepared';

/** Every instant after `now` at which anything could differ if nothing new arrives, in order, each once. */
export function boundariesAfter(prepared: Prepared, now: Instant): Instant[] {
  const found: Instant[] = [];
  const add = (at: Instant | null) => {
    if (at !== null && at > now && !found.includes(at)) found.push(at);
  };
  const { facts, policy } = prepared;
  addExpiries(facts.system.site, add);
  addExpiries(facts.system.media, add);
  add(prepared.silentAt);
  if (facts.system.lastSeenAt !== null && policy.offlineToleranceSeconds !== null) {
    add(facts.system.lastSeenAt);
    add(facts.system.lastSeenAt + policy.offlineToleranceSeconds * SECOND);
  }
  if (prepared.lastFullTest !== null) {
    add(prepared.lastFullTest.endedAt + policy.restoreTestCadenceSeconds * SECOND);
  }
  for (const waiver of facts.waivers) add(waiver.until);
  for (const turn of prepared.turns) add(turn);
  for (const repository of prepared.repositories) addRepository(repository, prepared, now, add);
  return found.toSorted((a, b) => a - b);
}

function addExpiries(attribute: Attribute<unknown> | null, add: (at: Instant | null) => void): void {
  for (let current = attribute; current !== null; current = current.otherwise) add(current.until);
}

function addRepository(
  repository: PreparedRepository,
  prepared: Prepared,
  now: Instant,
  add: (at: Instant | null) => void,
): void {
  const { policy } = prepared;
  const { facts } = repository;
  addExpiries(facts.site, add);
  addExpiries(facts.media, add);
  addExpiries(facts.failureDomain, add);
  addExpiries(facts.isEncrypted, add);
  addExpiries(facts.immutability, add);
  add(facts.takenOut?.takenOutAt ?? null);
  add(facts.takenOut?.broughtBackAt ?? null);
  if (repository.lastCleanAt !== null) {
    add(repository.lastCleanAt + policy.verificationCadenceSeconds * SECOND);
  }
  for (const point of repository.usable) {
    add(point.takenAt + policy.rpoSeconds * SECOND);
    if (policy.offsiteRpoSeconds !== null) add(point.takenAt + policy.offsiteRpoSeconds * SECOND);
    addLocks(repository, point.immutableUntil, prepared, add);
    // Older points never outlive one that is already believed.
    if (point.takenAt <= now + FUTURE_TOLERANCE) return;
    add(point.takenAt - FUTURE_TOLERANCE);
  }
}

function addLocks(
  repository: PreparedRepository,
  until: Instant | null,
  prepared: Prepared,
  add: (at: Instant | null) => void,
): void {
  const windowMs = prepared.policy.immutabilityWindowSeconds * SECOND;
  if (until !== null) add(until - windowMs);
  for (let current = repository.facts.immutability; current !== null; current = current.otherwise) {
    if (current.value.until !== null) add(current.value.until - windowMs);
  }
}
