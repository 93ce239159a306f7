import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { withdrawWaiversOf, waiverWithdrawalForm } from '@/server/services/withdraw-waivers';

/** Withdraws the waivers of causes before they end. 201 with `{changeId, count, versions}`. */
export const POST = withRoute(
  { permission: 'work-findings', body: waiverWithdrawalForm },
  async ({ scope, session, body }) =>
    Response.json(await withdrawWaiversOf(webDatabase(), scope, session, body, Date.now()), { status: 201 }),
);
