import type { Database } from './database';

/** Whether the database answers. */
export async function isReachable(database: Database): Promise<boolean> {
  try {
    await database.withoutScope((tx) => tx.$queryRaw`SELECT 1`);
    return true;
  } catch {
    // Being unreachable is the answer, not an error of this function.
    return false;
  }
}
