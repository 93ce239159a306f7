import { type ClientEnding, endingState } from '@/domain/evidence/client-ending';
import type { Instant } from '@/domain/time/instant';

/** What is told of a client whose service has ended. */
export interface ToldEnding extends ClientEnding {
  readonly isHeld: boolean;
  /** As it was when its data was deleted; null: it was not, or it has no evidence. */
  readonly evidenceUntil: Instant | null;
}

/** How a client that has ended stands, in a line. `dayText`: a day in words. */
export function endingText(ending: ToldEnding, dayText: (at: Instant) => string, now: Instant): string {
  const { deletionDueAt, deletedAt, evidenceDeletedAt, deletesEvidence } = ending;
  switch (endingState(ending)) {
    case 'ended':
      return 'Everything is kept';
    case 'leaving':
      return `Will be deleted on ${dayOf(deletionDueAt, dayText)}, ${deletesEvidence ? 'with its evidence' : 'its evidence is kept'}${waitText(ending)}`;
    case 'kept':
      return `Deleted on ${dayOf(deletedAt, dayText)}, ${keptText(ending, dayText, now)}`;
    case 'evidence-leaving':
      return `Deleted on ${dayOf(deletedAt, dayText)}, its evidence will be on ${dayOf(deletionDueAt, dayText)}${waitText(ending)}`;
    case 'gone':
      return `Deleted on ${dayOf(deletedAt, dayText)}, its evidence on ${dayOf(evidenceDeletedAt, dayText)}`;
  }
}

function keptText({ isHeld, evidenceUntil }: ToldEnding, dayText: (at: Instant) => string, now: Instant) {
  if (isHeld) return 'evidence kept while a legal hold stands';
  if (evidenceUntil === null) return 'it has no evidence';
  return evidenceUntil > now
    ? `evidence kept until ${dayText(evidenceUntil)}`
    : `evidence may be deleted since ${dayText(evidenceUntil)}`;
}

function waitText({ isHeld }: ToldEnding): string {
  return isHeld ? '; waits while a legal hold stands' : '';
}

const dayOf = (at: Instant | null, dayText: (at: Instant) => string): string =>
  at === null ? 'a day unknown' : dayText(at);
