import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { correctionForm, correctRestoreRecord } from '@/server/services/correct-restore-record';

/** Adds a correction to a record, or how its failure is followed up. 204. */
export const POST = withRoute(
  {
    permission: 'record-restore-test',
    params: z.object({ recordId: z.uuid() }),
    body: correctionForm,
    bodyBytesMax: 200_000,
  },
  async ({ scope, session, params: { recordId }, body }) => {
    await correctRestoreRecord(webDatabase(), scope, session, recordId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);
