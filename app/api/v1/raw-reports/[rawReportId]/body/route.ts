import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { readRawReportBody } from '@/server/data/raw-reports';
import { webDatabase } from '@/server/data/web-database';
import { nothingHere } from '@/server/nothing-here';

/** The exact bytes as received, as a file: what the signature covers. */
export const GET = withRoute(
  { permission: 'view-raw-report', params: z.object({ rawReportId: z.uuid() }) },
  async ({ scope, params: { rawReportId } }) => {
    const found = await webDatabase().inScope(scope, (tx) => readRawReportBody(tx, scope.mspId, rawReportId));
    if (!found) throw nothingHere();
    const isGzip = found.contentEncoding === 'gzip';
    return new Response(found.body, {
      headers: {
        // Not as content-encoding: browsers would inflate it, and the bytes would no longer be those that were signed.
        'content-type': isGzip ? 'application/gzip' : 'application/json',
        'content-disposition': `attachment; filename="report-${rawReportId}.json${isGzip ? '.gz' : ''}"`,
      },
    });
  },
);
