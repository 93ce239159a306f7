import { withRoute } from '@/server/auth/with-route';
import { newestMailTo } from '@/server/data/mail-outbox';
import { webDatabase } from '@/server/data/web-database';
import { testMail } from '@/server/services/first-steps';

/** What became of the newest test that the person asked for: `{test}`; null: none yet. */
export const GET = withRoute({ permission: 'set-up-msp' }, async ({ scope, session }) => {
  const test = await webDatabase().inScope(scope, (tx) =>
    newestMailTo(tx, scope.mspId, session.personId, 'mail-test'),
  );
  return Response.json({ test });
});

/** Has a test sent to the person who asks. 202. */
export const POST = withRoute({ permission: 'set-up-msp' }, async ({ scope, session }) => {
  await testMail(webDatabase(), scope, session, Date.now());
  return new Response(null, { status: 202 });
});
