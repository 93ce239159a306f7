import document from '@/contract/schema/openapi-v1.json';
import { withPublicRoute } from '@/server/auth/with-route';

/** The description of this API, OpenAPI 3.1; the same for everybody. */
export const GET = withPublicRoute({}, () =>
  Promise.resolve(Response.json(document, { headers: { 'cache-control': 'public, max-age=300' } })),
);
