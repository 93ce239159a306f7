import { z } from 'zod';
import { auditorOf } from '@/server/auth/auditor';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { readSampleList } from '@/server/services/use-evidence-room';

/** `population.txt` of a sample: the list that it was drawn from, one key a line. The download is in the log. */
export const GET = withRoute(
  { permission: 'view-evidence', params: z.object({ sampleId: z.uuid() }) },
  async ({ session, params }) =>
    new Response(await readSampleList(webDatabase(), auditorOf(session), params.sampleId), {
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'content-disposition': 'attachment; filename="population.txt"',
      },
    }),
);
