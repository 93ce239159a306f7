import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { attachForm, attachToRecord } from '@/server/services/attach-to-record';
import { RECORD_FORM_BYTES_MAX } from '@/server/services/restore-record-form';

/** Adds files to a record. 204. */
export const POST = withRoute(
  {
    permission: 'record-restore-test',
    params: z.object({ recordId: z.uuid() }),
    body: attachForm,
    bodyBytesMax: RECORD_FORM_BYTES_MAX,
  },
  async ({ scope, session, params: { recordId }, body }) => {
    await attachToRecord(webDatabase(), scope, session, recordId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
