import { withPublicRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { answerMetrics } from '@/server/metrics/answer-metrics';

export const dynamic = 'force-dynamic';

/** Figures of this process for whoever shows the token of figures. */
export const GET = withPublicRoute({}, async ({ request }) => {
  const { contentType, text } = await answerMetrics(
    config().metricsToken,
    request.headers.get('authorization'),
  );
  return new Response(text, { headers: { 'content-type': contentType } });
});
