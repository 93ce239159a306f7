import { DAY, MINUTE, type Instant } from '../time/instant';
import { isRestoreTest, type RecordCheck, type RestoreRecord } from './record';

/** What of a record a person says and the rest has to agree with. */
export type SaidOfTest = Pick<
  RestoreRecord,
  | 'level'
  | 'result'
  | 'checks'
  | 'anomalies'
  | 'failure'
  | 'files'
  | 'manifest'
  | 'startedAt'
  | 'endedAt'
  | 'recovery'
  | 'target'
  | 'selection'
>;

/** A test is recorded while people remember it. */
const AGE_DAYS_MAX = 400;
/** Between the clock of whoever made it and ours. */
const CLOCK_SLACK = 5 * MINUTE;

/**
 * What is wrong with a person's record, by field; empty: nothing. A restore test (L4, L5) has to say what was compared with what and
 * what was seen; a passed one that every criterion was met; a failed or partial one which was not, or what was odd. Nobody is asked
 * for what a criterion lacked that stood in the record before it was corrected: who corrects it may not know.
 */
export function recordComplaints(
  said: SaidOfTest,
  {
    takenAt,
    now,
    stoodBefore = [],
  }: { takenAt: Instant | null; now: Instant; stoodBefore?: readonly RecordCheck[] },
): Record<string, string> {
  const { level, result, checks, anomalies, files, manifest, startedAt, endedAt, recovery } = said;
  const complaints: Record<string, string> = {};
  const isUnmet = checks.some((check) => check.isMet === false);
  if (endedAt < startedAt) complaints['endedAt'] = 'The end is before the start.';
  else if (endedAt > now + CLOCK_SLACK) complaints['endedAt'] = 'The end is in the future.';
  else if (endedAt < now - AGE_DAYS_MAX * DAY)
    complaints['endedAt'] = 'A test is recorded within 13 months after it was made.';
  if (takenAt !== null && startedAt < takenAt)
    complaints['startedAt'] = 'The test begins before the recovery point was taken.';
  if (recovery.seconds !== null && recovery.seconds * 1000 > endedAt - startedAt + MINUTE)
    complaints['recoverySeconds'] = 'Recovering took longer than the whole test.';
  if (isRestoreTest(level) && hasRun(result)) {
    if (checks.length === 0)
      complaints['checks'] = 'Say what was to be seen: a restore test is held against criteria fixed before.';
    else if (checks.some((check) => lacksWhatWasSeen(check) && !stoodBefore.some(isSameCheck(check))))
      complaints['checks'] = 'Say what was seen for each criterion: counts, hashes, rows or services.';
    if (manifest === null) complaints['manifest'] = 'Say what the content was compared with.';
  }
  if (result === 'passed') {
    if (isUnmet) complaints['result'] = 'A criterion was not met, so the test did not pass.';
    else if (checks.some((check) => check.isMet === null))
      complaints['result'] = 'A criterion was not looked at, so nobody knows that the test passed.';
    else if ((files?.mismatched ?? 0) + (files?.missing ?? 0) > 0)
      complaints['result'] = 'Files differ or are missing, so the test did not pass.';
  }
  if ((result === 'failed' || result === 'partial') && !isUnmet && anomalies.length === 0)
    complaints['result'] = 'Say which criterion was not met, or what was odd.';
  if (said.selection.how === 'random' && !said.selection.seed)
    complaints['seed'] = 'Say the seed, so that the draw can be repeated.';
  return complaints;
}

const lacksWhatWasSeen = ({ isMet, seen }: RecordCheck): boolean => isMet !== null && !seen;

const isSameCheck =
  ({ criterion, isMet, seen }: RecordCheck) =>
  (other: RecordCheck): boolean =>
    other.criterion === criterion && other.isMet === isMet && other.seen === seen;

function hasRun(result: RestoreRecord['result']): boolean {
  return result !== 'skipped' && result !== 'error';
}
