import { DAY, type Instant } from '../time/instant';
import type { Keep } from './keep-until';

/** Between asking for a deletion and doing it: everything can be called off until then. */
export const DELETION_GRACE = 30 * DAY;

/** What is deleted of a client whose service has ended. */
export const DELETION_CHOICES = ['keep-evidence', 'delete-evidence'] as const;
export type DeletionChoice = (typeof DELETION_CHOICES)[number];

/** A client whose service has ended, as it is kept. */
export interface ClientEnding {
  readonly deletionDueAt: Instant | null;
  readonly deletesEvidence: boolean;
  readonly deletedAt: Instant | null;
  readonly evidenceDeletedAt: Instant | null;
}

/**
 * How far a client that was ended has gone: `ended`: all is there; `leaving`: its deletion was asked for; `kept`: its data is gone and its
 * evidence is there; `evidence-leaving`: the deletion of that was asked for; `gone`: nothing is there.
 */
export type EndingState = 'ended' | 'leaving' | 'kept' | 'evidence-leaving' | 'gone';

export function endingState(ending: ClientEnding): EndingState {
  const { deletionDueAt, deletedAt, evidenceDeletedAt } = ending;
  if (evidenceDeletedAt !== null) return 'gone';
  if (deletedAt !== null) return deletionDueAt === null ? 'kept' : 'evidence-leaving';
  return deletionDueAt === null ? 'ended' : 'leaving';
}

/** Why something may not be deleted: a legal hold stands, or it is evidence and has to be kept until then. */
export type DeletionObstacle =
  { readonly kind: 'held' } | { readonly kind: 'kept'; readonly until: Instant; readonly because: string };

/**
 * What stands in the way of a deletion at `now`; null: nothing.
 * @param keep of the client's evidence; null: it has none
 */
export function deletionObstacle(
  choice: DeletionChoice,
  isHeld: boolean,
  keep: Keep | null,
  now: Instant,
): DeletionObstacle | null {
  if (isHeld) return { kind: 'held' };
  if (choice === 'keep-evidence' || keep === null || keep.until <= now) return null;
  return { kind: 'kept', until: keep.until, because: keep.because };
}
