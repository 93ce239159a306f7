import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { readEnrolmentProgress } from '@/server/data/enrolment-progress';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';

/** What became of an enrolment token: who spent it, and the first report since. */
export const GET = withRoute(
  { permission: 'view-agents', params: z.object({ enrolmentId: z.uuid() }) },
  async ({ scope, params: { enrolmentId } }) => {
    const progress = await webDatabase().inScope(scope, (tx) =>
      readEnrolmentProgress(tx, scope.mspId, enrolmentId),
    );
    if (!progress) throw nothingHere();
    return Response.json(progress);
  },
);
