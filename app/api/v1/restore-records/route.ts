import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { recordRestoreTest } from '@/server/services/record-restore-test';
import { RECORD_FORM_BYTES_MAX, restoreTestForm } from '@/server/services/restore-record-form';

/** Records a restore test that the person who asks made, with its attachments. 201 with `{recordId}`. */
export const POST = withRoute(
  { permission: 'record-restore-test', body: restoreTestForm, bodyBytesMax: RECORD_FORM_BYTES_MAX },
  async ({ scope, session, body }) => {
    const recordId = await recordRestoreTest(webDatabase(), scope, session, body, Date.now());
    return Response.json({ recordId }, { status: 201 });
  },
);
