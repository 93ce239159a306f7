import type { DueState } from '@/domain/restore-test/plan';
import type { ProofLevel, RecordResult, RestoreRecord } from '@/domain/restore-test/record';
import type { RecordStanding, ReviewState } from '@/domain/restore-test/standing';
import type { Tone } from '../backup/status-mark';

/** What a level proves, shortest. */
export const LEVEL_WORD: Readonly<Record<ProofLevel, string>> = {
  L0: 'job only',
  L1: 'integrity',
  L2: 'boots',
  L3: 'answers',
  L4: 'restored and compared',
  L5: 'service recovered',
};

/** The same in a sentence, for whoever chooses one. */
export const LEVEL_SENTENCE: Readonly<Record<ProofLevel, string>> = {
  L0: 'The job said success.',
  L1: 'Metadata or chunks were checked for integrity.',
  L2: 'The machine boots to a login screen.',
  L3: 'A service or application answers in the restored machine.',
  L4: 'Data was restored to an isolated place and its content compared.',
  L5: 'A business service was recovered in order within its RTO, witnessed.',
};

export const RESULT_WORD: Readonly<Record<RecordResult, string>> = {
  passed: 'Passed',
  partial: 'Partial',
  failed: 'Failed',
  error: 'Error: proves nothing',
  skipped: 'Skipped',
};
export const RESULT_TONE: Readonly<Record<RecordResult, Tone>> = {
  passed: 'ok',
  partial: 'risk',
  failed: 'bad',
  error: 'unk',
  skipped: 'off',
};

export const REVIEW_WORD: Readonly<Record<ReviewState, string>> = {
  awaiting: 'Awaiting review',
  accepted: 'Accepted',
  rejected: 'Rejected',
};
export const REVIEW_TONE: Readonly<Record<ReviewState, Tone>> = {
  awaiting: 'unk',
  accepted: 'ok',
  rejected: 'off',
};

export type ToDoWordState = Exclude<DueState, 'planned'> | 'review';
export const TO_DO_WORD: Readonly<Record<ToDoWordState, string>> = {
  failed: 'Failed, no retest',
  overdue: 'Overdue',
  never: 'Never tested',
  review: 'Awaiting review',
  due: 'Due this week',
};
export const TO_DO_TONE: Readonly<Record<ToDoWordState, Tone>> = {
  failed: 'bad',
  overdue: 'bad',
  never: 'missed',
  review: 'unk',
  due: 'risk',
};

export const SELECTION_WORD: Readonly<Record<RestoreRecord['selection']['how'], string>> = {
  scheduled: 'Scheduled',
  random: 'Drawn at random',
  risk: 'By risk',
  request: 'On request',
};

/** What a record does in the verdict now, and what would change that. */
export function effectSentence({ record, review, countsAs }: RecordStanding): string {
  if (review === 'rejected') return 'Rejected: it counts for nothing.';
  if (countsAs === 'failed') return 'It counts as a failed test until a reviewer rejects it.';
  if (record.level < 'L4')
    return `${record.level} is no restore test: it does not renew the proof, whatever a reviewer decides.`;
  if (countsAs === 'passed') return 'It counts as a passed restore test.';
  if (record.result === 'passed') return 'It counts once somebody else accepts it.';
  return 'It proves nothing either way, so the test stays due.';
}
