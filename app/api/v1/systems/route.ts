import { z } from 'zod';
import { apiSystems, ofClientQuery, pageQuery } from '@/contract/api-v1';
import { STATUSES } from '@/domain/protection/verdict';
import { withRoute } from '@/server/auth/with-route';
import { listApiSystems } from '@/server/data/api-lists';
import { webDatabase } from '@/server/data/web-database';
import { systemAnswer } from '../api-answers';
import { idCursor, LIMIT_PRESET, listAnswer, readQuery } from '../list-answer';

const query = z.strictObject({
  ...pageQuery,
  ...ofClientQuery,
  status: z.enum(STATUSES).optional().describe('Only with this status.'),
  search: z.string().max(200).optional().describe('Part of the name.'),
});

/** The systems, by id, each with its status now. */
export const GET = withRoute(
  { permission: 'view-fleet', query, answer: apiSystems },
  async ({ request, scope }) => {
    const {
      cursor,
      limit = LIMIT_PRESET,
      clientId = null,
      status = null,
      search = '',
    } = readQuery(request, query);
    const part = { after: idCursor(cursor), limit, clientId, status, search };
    const systems = await webDatabase().inScope(scope, (tx) =>
      listApiSystems(tx, scope.mspId, part, new Date()),
    );
    return listAnswer(systems, limit, ({ systemId }) => systemId, systemAnswer);
  },
);
