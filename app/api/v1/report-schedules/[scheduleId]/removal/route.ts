import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { setSchedule } from '@/server/services/schedule-reports';

const route = { permission: 'make-document', params: z.object({ scheduleId: z.uuid() }) } as const;

/** Ends a schedule: nothing is sent by it any more. 204. */
export const PUT = withRoute(route, async ({ scope, session, params }) => {
  await setSchedule(webDatabase(), scope, session, params.scheduleId, true, Date.now());
  return new Response(null, { status: 204 });
});

/** Has it hold again. 204. */
export const DELETE = withRoute(route, async ({ scope, session, params }) => {
  await setSchedule(webDatabase(), scope, session, params.scheduleId, false, Date.now());
  return new Response(null, { status: 204 });
});
