import { withPublicRoute } from '@/server/auth/with-route';
import { webReadiness } from '@/server/health/web-readiness';

export const dynamic = 'force-dynamic';

/** As `/readyz`, for whoever has asked here since before. */
export const GET = withPublicRoute({}, async () => {
  const { status, body } = await webReadiness();
  return Response.json(body, { status });
});
