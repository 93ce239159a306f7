import { z } from 'zod';
import { apiFindings, ofClientQuery, pageQuery } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { listApiCauses } from '@/server/data/api-lists';
import { webDatabase } from '@/server/data/web-database';
import { findingAnswer } from '../api-answers';
import { idCursor, LIMIT_PRESET, listAnswer, readQuery } from '../list-answer';

const query = z.strictObject({
  ...pageQuery,
  ...ofClientQuery,
  state: z.enum(['open', 'closed', 'all']).optional().describe('`open` if left out.'),
  severity: z.enum(['critical', 'warning', 'note']).optional(),
  rule: z.string().max(100).optional().describe('Only causes of which a finding is by this rule.'),
});

/** The causes of findings, by id: each stands for all the findings that it explains. */
export const GET = withRoute(
  { permission: 'view-fleet', query, answer: apiFindings },
  async ({ request, scope }) => {
    const asked = readQuery(request, query);
    const {
      cursor,
      limit = LIMIT_PRESET,
      clientId = null,
      state = 'open',
      severity = null,
      rule = null,
    } = asked;
    const isOpen = state === 'all' ? null : state === 'open';
    const part = { after: idCursor(cursor), limit, clientId, isOpen, severity, rule };
    const causes = await webDatabase().inScope(scope, (tx) => listApiCauses(tx, scope.mspId, part));
    return listAnswer(causes, limit, ({ causeId }) => causeId, findingAnswer);
  },
);
