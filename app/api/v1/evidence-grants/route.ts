import { withRoute } from '@/server/auth/with-route';
import { config } from '@/server/config';
import { webDatabase } from '@/server/data/web-database';
import { grantEvidence, grantForm } from '@/server/services/grant-evidence';

/** Lets an auditor in to the evidence of some clients and a period. 201 with `{grantId}`. */
export const POST = withRoute(
  { permission: 'manage-evidence', body: grantForm },
  async ({ scope, session, body }) => {
    const grantId = await grantEvidence(webDatabase(), scope, session.name, body, config(), Date.now());
    return Response.json({ grantId }, { status: 201 });
  },
);
