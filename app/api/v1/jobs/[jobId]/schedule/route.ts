import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { jobScheduleForm, scheduleJob } from '@/server/services/schedule-job';

/** Says when a single job is due, over what its system was promised. 200 `{version, former}`: the version now in force, and what its own policy said before. */
export const PUT = withRoute(
  { permission: 'change-policy', params: z.object({ jobId: z.uuid() }), body: jobScheduleForm },
  async ({ scope, session, params: { jobId }, body }) =>
    Response.json(await scheduleJob(webDatabase(), scope, session, jobId, body, Date.now())),
);
