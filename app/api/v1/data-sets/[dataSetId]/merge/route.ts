import { z } from 'zod';
import { withRoute } from '@/server/auth/with-route';
import { webDatabase } from '@/server/data/web-database';
import { dataSetMergeForm, mergeDataSets, splitDataSet } from '@/server/services/merge-data-sets';

const params = z.object({ dataSetId: z.uuid() });

/** Says that a data set is the same data as another one of its system. 204. */
export const PUT = withRoute(
  { permission: 'sort-inbox', params, body: dataSetMergeForm },
  async ({ scope, session, params: { dataSetId }, body }) => {
    await mergeDataSets(webDatabase(), scope, session, dataSetId, body, Date.now());
    return new Response(null, { status: 204 });
  },
);

/** Takes that back. 204, also where nothing was said. */
export const DELETE = withRoute(
  { permission: 'sort-inbox', params },
  async ({ scope, session, params: { dataSetId } }) => {
    await splitDataSet(webDatabase(), scope, session, dataSetId, Date.now());
    return new Response(null, { status: 204 });
  },
);
