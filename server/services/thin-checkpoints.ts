import { DAY } from '@/domain/time/instant';
import { thinLeaves } from '../data/checkpoints';
import type { Database } from '../data/database';

/** For so long every checkpoint can prove where an MSP's chain was; before that, each day's last and last time-stamped one can. */
const WHOLE_DAYS = 90;

/**
 * Removes the leaves of old checkpoints that no bundle would take (`pickCheckpoints`): an MSP has 144 a day, of 300 bytes each. What was
 * signed, time-stamped and mailed stays. How many are gone.
 */
export async function thinCheckpoints(database: Database, now: Date): Promise<number> {
  const before = new Date(now.getTime() - WHOLE_DAYS * DAY);
  return database.withoutScope((tx) => thinLeaves(tx, before));
}
