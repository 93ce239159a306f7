import { withPublicRoute } from '@/server/auth/with-route';
import { ALIVE } from '@/server/health/readiness';

export const dynamic = 'force-dynamic';

/** The web process lives. */
export const GET = withPublicRoute({}, () => Promise.resolve(Response.json(ALIVE.body)));
