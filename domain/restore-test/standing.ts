import type { RecordAmendment, RestoreRecord } from './record';
import { correctedFields } from './record-schema';

export const REVIEW_STATES = ['awaiting', 'accepted', 'rejected'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

/** How a record stands by everything that was said of it. */
export interface RecordStanding {
  /** As corrected. */
  readonly record: RestoreRecord;
  readonly review: ReviewState;
  /** open: something went wrong and neither a retest nor a person's word closed it. */
  readonly failure: 'none' | 'open' | 'closed';
  /** What the verdict reads of it; null: nothing. */
  readonly countsAs: 'passed' | 'failed' | null;
}

/** What tells how a failure was followed up, or adds to the evidence, leaves a review as it is. */
const LEAVES_REVIEW: ReadonlySet<string> = new Set(['failure', 'exceptions', 'lessons', 'attachments']);

/** Whether a correction changes what a reviewer looked at. */
function reopens(amendment: RecordAmendment): boolean {
  return (
    amendment.kind === 'correction' &&
    Object.keys(amendment.fields).some((field) => !LEAVES_REVIEW.has(field))
  );
}

/** Who may not review a record: who performed the test, and who corrected what it says of it. */
export function authorsOf(
  record: RestoreRecord,
  amendments: readonly RecordAmendment[],
): ReadonlySet<string> {
  return new Set([record.performer.id, ...amendments.filter(reopens).map(({ by }) => by.id)]);
}

/**
 * How a record stands. Amendments are read in their order: each correction replaces whole fields, and one that changes what was tested
 * or found has to be reviewed again.
 *
 * A failed test counts at once, whoever made it, until a reviewer rejects it. A passed one that a person made counts once somebody
 * else accepted it; what an agent measured counts as soon as it reported it. Partial, error and skipped prove nothing either way.
 */
export function standingOf(made: RestoreRecord, amendments: readonly RecordAmendment[]): RecordStanding {
  let record = made;
  let review: ReviewState = 'awaiting';
  for (const one of amendments) {
    if (one.kind === 'review') {
      review = one.decision;
      continue;
    }
    // JSON knows no `undefined`: what is not there is left out.
    record = { ...record, ...(correctedFields.parse(one.fields) as Partial<RestoreRecord>) };
    if (reopens(one)) review = 'awaiting';
  }
  return { record, review, failure: failureOf(record, review), countsAs: countsAs(record, review) };
}

function failureOf({ result, failure }: RestoreRecord, review: ReviewState): RecordStanding['failure'] {
  if (review === 'rejected' || (result !== 'failed' && result !== 'partial')) return 'none';
  return (failure?.closedAt ?? null) === null ? 'open' : 'closed';
}

function countsAs({ result, level, performer }: RestoreRecord, review: ReviewState) {
  // That a job said success is no check of anything, so the verdict knows no such test.
  if (review === 'rejected' || level === 'L0') return null;
  if (result === 'failed') return 'failed';
  if (result !== 'passed') return null;
  return review === 'accepted' || performer.kind === 'agent' ? 'passed' : null;
}
