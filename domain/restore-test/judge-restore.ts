/** How many of the selected files were found to be what, after a restore. */
export interface FileCounts {
  readonly matched: number;
  readonly mismatched: number;
  readonly missing: number;
  /** Nothing says what they should hold. */
  readonly unverifiable: number;
}

/** Why a restore did not end well. `damage`: the copy itself; `obstacle`: anything else, which proves nothing of the copy. */
export interface RestoreTrouble {
  readonly kind: 'damage' | 'obstacle';
  readonly message: string;
}

/** What a user's own verification script said. */
export interface ScriptVerdict {
  readonly result: RestoreResult;
  readonly message: string;
}

export type RestoreResult = 'passed' | 'failed' | 'error' | 'skipped';

export interface RestoreJudgement {
  readonly result: RestoreResult;
  /** Why, in a sentence; null when it passed. */
  readonly reason: string | null;
}

/**
 * What a restore of files proved. An obstacle (password, network, room, time) is an error whatever else was seen: files that are
 * not there may be missing because of it. Without one, a file that is missing or differs is a failure. It passed only when the tool
 * ended well, every selected file that can be compared is the same, and at least one was compared.
 */
export function judgeRestore(
  counts: FileCounts,
  trouble: RestoreTrouble | null,
  script: ScriptVerdict | null = null,
): RestoreJudgement {
  const { matched, mismatched, missing } = counts;
  if (trouble?.kind === 'obstacle') return { result: 'error', reason: trouble.message };
  if (trouble !== null) return { result: 'failed', reason: trouble.message };
  if (mismatched + missing > 0)
    return { result: 'failed', reason: `${mismatched} files differ and ${missing} are missing.` };
  if (matched === 0) return { result: 'error', reason: 'Nothing says what the restored files should hold.' };
  if (script !== null && script.result !== 'passed') return { result: script.result, reason: script.message };
  return { result: 'passed', reason: null };
}

/** The time a restore of everything takes, by the rate of what was restored. */
export interface RestoreTime {
  readonly seconds: number;
  /** `measured` only when all of it was restored. */
  readonly basis: 'measured' | 'extrapolated';
  readonly met: boolean | null;
}

/**
 * null where no rate was measured. A restore that brought back less than all of it is extrapolated by bytes, which tells too
 * little where many small files are left.
 * @param totalBytes of the whole recovery point
 */
export function restoreTime(
  totalBytes: number,
  restored: { readonly bytes: number; readonly seconds: number },
  targetSeconds: number | null,
): RestoreTime | null {
  if (restored.bytes <= 0 || restored.seconds <= 0) return null;
  const isWhole = restored.bytes >= totalBytes;
  const seconds = isWhole ? restored.seconds : (totalBytes / restored.bytes) * restored.seconds;
  return {
    seconds,
    basis: isWhole ? 'measured' : 'extrapolated',
    met: targetSeconds === null ? null : seconds <= targetSeconds,
  };
}
