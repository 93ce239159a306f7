/** Below this share of free space a repository is low. */
const LOW_SHARE = 0.1;
/** Below this one the next backup may not fit. */
const FLOOR_SHARE = 0.03;

/** Whether free space is low, or under the floor; null: it is neither, or the medium has no size. Bytes. */
export function lowSpace(freeBytes: number, totalBytes: number): 'low' | 'under-floor' | null {
  if (totalBytes <= 0) return null;
  if (freeBytes < totalBytes * FLOOR_SHARE) return 'under-floor';
  return freeBytes < totalBytes * LOW_SHARE ? 'low' : null;
}
