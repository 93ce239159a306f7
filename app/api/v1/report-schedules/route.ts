import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { scheduleForm, scheduleReports } from '@/server/services/schedule-reports';

/** Has the executive report of a client's last month sent on a day of each month. 201 with `{scheduleId}`. */
export const POST = withRoute(
  { permission: 'make-document', body: scheduleForm },
  async ({ scope, session, body }) => {
    const scheduleId = await scheduleReports(webDatabase(), scope, session, body, Date.now());
    return Response.json({ scheduleId }, { status: 201 });
  },
);
