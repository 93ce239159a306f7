import { withRoute } from '@/server/auth/with-route';
import { streamSignIns } from '@/server/data/sign-ins';
import { webDatabase } from '@/server/data/web-database';
import { signInsCsv } from '../sign-ins-csv';

/** The sign-ins of all the MSP's people as CSV, newest first. */
export const GET = withRoute({ permission: 'view-sign-ins' }, ({ scope }) =>
  Promise.resolve(signInsCsv(streamSignIns(webDatabase(), scope, null))),
);
