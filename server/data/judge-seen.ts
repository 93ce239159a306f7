import { judgingScope } from '../auth/system-scope';
import type { TenantScope } from '../tenancy/tenant-scope';
import type { Database, Tx } from './database';

/**
 * Judges something that the scope sees. A verdict rests on the MSP's default policy and on places that are the MSP's own, which
 * a scope of single clients does not see: `find` has to find the thing in the person's own scope (null: it is not theirs), and
 * `judge`, whose queries name that thing, then reads all that it rests on.
 */
export async function judgeSeen<T>(
  database: Database,
  scope: TenantScope,
  find: (tx: Tx) => Promise<object | null>,
  judge: (tx: Tx) => Promise<T | null>,
): Promise<T | null> {
  if (scope.clientIds === '*') return database.inScope(scope, judge);
  const isSeen = (await database.inScope(scope, find)) !== null;
  return isSeen ? database.inScope(judgingScope(scope), judge) : null;
}
