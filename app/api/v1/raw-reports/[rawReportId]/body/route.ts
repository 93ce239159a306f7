import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { readRawReportBody } from '@/server/data/raw-reports';
import { webDatabase } from '@/server/data/web-database';
import { AppError } from '@/server/errors';
import { nothingHere } from '@/server/nothing-here';

/** The exact bytes as received, as a file: what the signature of an agent covers. */
export const GET = withRoute(
  { permission: 'view-raw-report', params: z.object({ rawReportId: z.uuid() }) },
  async ({ scope, params: { rawReportId } }) => {
    const found = await webDatabase().inScope(scope, (tx) => readRawReportBody(tx, scope.mspId, rawReportId));
    if (!found) throw nothingHere();
    if (found.deletedAt)
      throw new AppError(
        'not-found',
        `Its bytes were deleted on ${found.deletedAt.toISOString()}; its hash is kept.`,
      );
    const { type, ending } = fileOf(found);
    return new Response(found.body, {
      headers: {
        'content-type': type,
        'content-disposition': `attachment; filename="report-${rawReportId}.${ending}"`,
      },
    });
  },
);

/** A message may hold anything: it is called what nothing opens by itself. */
function fileOf({
  contentEncoding,
  isMessage,
}: {
  contentEncoding: 'identity' | 'gzip';
  isMessage: boolean;
}): {
  type: string;
  ending: string;
} {
  if (isMessage) return { type: 'application/octet-stream', ending: 'txt' };
  // Not as content-encoding: browsers would inflate it, and the bytes would no longer be those that were signed.
  if (contentEncoding === 'gzip') return { type: 'application/gzip', ending: 'json.gz' };
  return { type: 'application/json', ending: 'json' };
}
