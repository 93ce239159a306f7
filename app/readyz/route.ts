import { withPublicRoute } from '@/server/auth/with-route';
import { webReadiness } from '@/server/health/web-readiness';

export const dynamic = 'force-dynamic';

/** 200 when this process can serve, 503 and why when it cannot. */
export const GET = withPublicRoute({}, async () => {
  const { status, body } = await webReadiness();
  return Response.json(body, { status });
});
