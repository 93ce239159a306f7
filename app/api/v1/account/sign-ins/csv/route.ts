import { ownAccountScope } from '@/server/auth/system-scope';
import { withRoute } from '@/server/auth/with-route';
import { streamSignIns } from '@/server/data/sign-ins';
import { webDatabase } from '@/server/data/web-database';
import { signInsCsv } from '../../../sign-ins/sign-ins-csv';

/** One's own sign-ins as CSV, newest first. */
export const GET = withRoute({ permission: 'signed-in' }, ({ session: { mspId, personId } }) =>
  Promise.resolve(signInsCsv(streamSignIns(webDatabase(), ownAccountScope(mspId, personId), personId))),
);
