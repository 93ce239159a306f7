import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { declarationForm, declare } from '@/server/services/declare';

/** Records what the person who asks says of a repository or system. 201 with `{declarationId}`. */
export const POST = withRoute(
  { permission: 'declare', body: declarationForm },
  async ({ scope, session, body }) => {
    const declarationId = await declare(webDatabase(), scope, session, body, Date.now());
    return Response.json({ declarationId }, { status: 201 });
  },
);
