import { withPublicRoute } from '@/server/auth/with-route';
import { isSetUp } from '@/server/data/identity-set-up';
import { webDatabase } from '@/server/data/web-database';
import { setUpForm, setUpOwner } from '@/server/services/set-up-owner';

/** Makes the first owner; 404 for ever once anybody exists. */
export const POST = withPublicRoute({ exists: isOpen, body: setUpForm }, async ({ body }) => {
  await setUpOwner(webDatabase(), body, Date.now());
  return new Response(null, { status: 201 });
});

async function isOpen(): Promise<boolean> {
  return !(await isSetUp(webDatabase()));
}
