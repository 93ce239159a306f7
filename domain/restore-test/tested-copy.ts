import { SECOND, type Instant } from '../time/instant';
import { type KeepTerms, keepUntil } from '../evidence/keep-until';
import type { RestoreRecord } from './record';

/** What is known of a recovery point that somebody tested, of its copy, its system and its client's policy, when the test ends. */
export interface TestedCopy {
  readonly client: RestoreRecord['client'];
  readonly policy: RestoreRecord['policy'];
  readonly cadenceSeconds: number;
  readonly rtoSeconds: number | null;
  readonly rpoSeconds: number;
  readonly systemId: string;
  readonly systemName: string;
  /** Words on the system. */
  readonly tags: readonly string[];
  readonly copy: Omit<RestoreRecord['copy'], 'productVersion'>;
  /** When the restore test of level L4 or L5 before this one ended; null: there was none. */
  readonly previousTestAt: Instant | null;
  /** What bears on how long its evidence is kept. */
  readonly keep: KeepTerms;
}

/** Tags that say how much depends on a system; most first. */
export const CRITICALITIES = ['critical', 'important'] as const;

/** How much depends on a system, by its tags; null: nobody said. */
export function criticalityOf(tags: readonly string[]): (typeof CRITICALITIES)[number] | null {
  return CRITICALITIES.find((one) => tags.includes(one)) ?? null;
}

/** When a test of this copy's data was due: a cadence after the one before; null: there was none, so no day was set. */
export function dueAtOf({
  previousTestAt,
  cadenceSeconds,
}: Pick<TestedCopy, 'previousTestAt' | 'cadenceSeconds'>): Instant | null {
  return previousTestAt === null ? null : previousTestAt + cadenceSeconds * SECOND;
}

/** The fields of a record that follow from what was tested and when it ended. */
export function fieldsOfCopy(tested: TestedCopy, { endedAt, madeAt }: { endedAt: Instant; madeAt: Instant }) {
  const dueAt = dueAtOf(tested);
  const keep = keepUntil(madeAt, tested.keep, madeAt);
  return {
    version: 1,
    client: tested.client,
    policy: tested.policy,
    cadenceDays: Math.round(tested.cadenceSeconds / 86_400),
    dueAt,
    isOnTime: dueAt === null ? null : endedAt <= dueAt,
    timeZone: tested.client.timeZone,
    keepUntil: keep.until,
    keepBecause: keep.because,
    isOnLegalHold: keep.isHeld,
  } as const;
}
