import { deadlineOf } from '../schedule/deadline';
import { MINUTE, SECOND, type Instant } from '../time/instant';
import type { AgentFacts, ProtectionFacts } from './facts';
import type { ProtectionPolicy } from './policy';

/**
 * From when on an agent's silence is its own: outages of ours, in which nobody was heard, do not count. That nothing was heard of a
 * system makes it unknown all the same. null: an outage goes on.
 */
export function silentFrom(
  lastHeardAt: Instant,
  { outages }: AgentFacts,
  { silenceSeconds }: ProtectionPolicy,
): Instant | null {
  return deadlineOf(lastHeardAt, silenceSeconds * SECOND, outages);
}

/** While an outage of ours goes on nobody knows when it ends. */
const LOOK_AGAIN = 5 * MINUTE;

/** When it is looked again whether an agent is silent that an outage, which goes on, excuses; null: there is none. */
export function silenceLookedAt(
  { channels }: ProtectionFacts,
  { silenceSeconds }: ProtectionPolicy,
  now: Instant,
): Instant | null {
  const isExcused = channels.some(
    ({ lastHeardAt, agent }) =>
      lastHeardAt !== null &&
      agent?.outages.at(-1)?.until === null &&
      now >= lastHeardAt + silenceSeconds * SECOND,
  );
  return isExcused ? now + LOOK_AGAIN : null;
}
