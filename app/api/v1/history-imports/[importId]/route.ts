import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { HISTORY_SETTINGS_BYTES_MAX, historySettingsForm } from '@/server/services/history-forms';
import { startHistoryImport, throwHistoryAway } from '@/server/services/start-history-import';

const params = z.object({ importId: z.uuid() });

/** Has the worker bring a file in, read by these settings. 202. */
export const PUT = withRoute(
  {
    permission: 'manage-channels',
    params,
    body: historySettingsForm,
    bodyBytesMax: HISTORY_SETTINGS_BYTES_MAX,
  },
  async ({ scope, params: { importId }, body }) => {
    await startHistoryImport(webDatabase(), scope, importId, body, new Date());
    return new Response(null, { status: 202 });
  },
);

/** Throws a file away that is not brought in, or has the worker stop bringing it in. 204. */
export const DELETE = withRoute(
  { permission: 'manage-channels', params },
  async ({ scope, params: { importId } }) => {
    await throwHistoryAway(webDatabase(), scope, importId, new Date());
    return new Response(null, { status: 204 });
  },
);
