import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { reviewForm, reviewRestoreRecord } from '@/server/services/review-restore-record';

/** Accepts or rejects the record of a test that somebody else made. 204. */
export const POST = withRoute(
  { permission: 'review-restore-test', params: z.object({ recordId: z.uuid() }), body: reviewForm },
  async ({ scope, session, params: { recordId }, body }) => {
    await reviewRestoreRecord(webDatabase(), scope, session, recordId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
