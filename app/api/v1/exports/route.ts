import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { linesResponse } from '@/server/lines';
import { tarOfEverything } from '@/server/services/export-everything';

/** Everything that the MSP owns as a gzipped tar, made as it is read; what is in it says its README.txt. */
export const POST = withRoute({ permission: 'export-everything' }, ({ scope }) => {
  const now = new Date();
  return Promise.resolve(
    linesResponse(
      `holdfast-export-${now.toISOString().slice(0, 10)}.tar.gz`,
      'application/gzip',
      tarOfEverything(webDatabase(), scope, now),
    ),
  );
});
