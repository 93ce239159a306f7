import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { csvResponse } from '@/server/csv';
import { webDatabase } from '@/server/data/web-database';
import { leftOutHead, leftOutRows } from '@/server/services/left-out-rows';

/** The rows of a file of which no run is made, as CSV, each with why. */
export const GET = withRoute(
  { permission: 'view-agents', params: z.object({ importId: z.uuid() }) },
  async ({ scope, params: { importId } }) => {
    const head = await leftOutHead(webDatabase(), scope, importId);
    const rows = leftOutRows(webDatabase(), scope, importId, new Date());
    return csvResponse(`left-out-${importId}.csv`, head, rows);
  },
);
