import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { jsonLines } from '@/server/lines';
import { HISTORY_SETTINGS_BYTES_MAX, historyPreviewForm } from '@/server/services/history-forms';
import { previewHistory } from '@/server/services/preview-history';

/** What would come of a file: an object a line, `{kind: 'progress', done, of}` and last `{kind: 'preview', …}`. */
export const POST = withRoute(
  {
    permission: 'manage-channels',
    params: z.object({ importId: z.uuid() }),
    body: historyPreviewForm,
    bodyBytesMax: HISTORY_SETTINGS_BYTES_MAX,
  },
  async ({ scope, params: { importId }, body: { settings } }) =>
    jsonLines(previewHistory(webDatabase(), scope, importId, settings, new Date())),
);
