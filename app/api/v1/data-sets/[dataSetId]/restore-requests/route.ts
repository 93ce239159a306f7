import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { setting } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { requestRestoreTest, restoreRequestForm } from '@/server/services/request-restore-test';

/** Asks the agent that reads a copy of a data set for a restore test. 201 `{requestId, seed, expiresAt}`; it answers with a later report. */
export const POST = withRoute(
  { permission: 'request-restore-test', params: z.object({ dataSetId: z.uuid() }), body: restoreRequestForm },
  async ({ scope, session, params: { dataSetId }, body }) => {
    const made = await requestRestoreTest(
      webDatabase(),
      scope,
      session,
      setting('signingKey'),
      { dataSetId, form: body },
      Date.now(),
    );
    return Response.json(made, { status: 201 });
  },
);
