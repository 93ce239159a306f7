import { withPublicRoute } from '@/server/auth/with-route';
import { isReachable } from '@/server/data/is-reachable';
import { webDatabase } from '@/server/data/web-database';

export const dynamic = 'force-dynamic';

/** 200 when this process can answer from its database, 503 when it cannot. */
export const GET = withPublicRoute({}, async () => {
  const isUp = await isReachable(webDatabase());
  return Response.json({ status: isUp ? 'ok' : 'database-unreachable' }, { status: isUp ? 200 : 503 });
});
