import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { assignRestoreTest, testAssignmentForm } from '@/server/services/assign-restore-test';

/** Says who makes the next restore test of a system. 204. */
export const PUT = withRoute(
  { permission: 'record-restore-test', params: z.object({ systemId: z.uuid() }), body: testAssignmentForm },
  async ({ scope, session, params: { systemId }, body }) => {
    await assignRestoreTest(webDatabase(), scope, session, systemId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
