import { cache } from 'react';
import { currentSession } from '@/server/auth/current-session';
import { countTab } from '@/server/data/finding-queue';
import { webDatabase } from '@/server/data/web-database';
import { requestTime } from './request-time';

/** How many causes need somebody of whoever looks; 1,001 stands for more than a thousand. Counted once for an answer. */
export const openCauseCount = cache(async (): Promise<number> => {
  const session = await currentSession();
  if (!session) return 0;
  const { scope, personId } = session;
  const reader = { mspId: scope.mspId, personId, now: requestTime() };
  return webDatabase().inScope(scope, (tx) => countTab(tx, reader, 'open'));
});
