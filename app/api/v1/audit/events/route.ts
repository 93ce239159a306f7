import { withRoute } from '@/server/auth/with-route';
import type { AuditRow } from '@/server/data/audit-log';
import { linesResponse } from '@/server/lines';
import { auditFileName, askedEvents } from '../asked-events';

/**
 * The exact texts of events with their hashes, newest first, an object a line: `{seq, hash, body}`; how `hash` is over
 * `body`: docs/decisions/evidence-log.md.
 */
export const GET = withRoute({ permission: 'view-audit-log' }, async ({ request, scope }) =>
  linesResponse(auditFileName('ndjson'), 'application/x-ndjson', textsOf(await askedEvents(request, scope))),
);

async function* textsOf(events: AsyncIterable<AuditRow>): AsyncGenerator<string> {
  for await (const { seq, hash, body } of events) yield `${JSON.stringify({ seq, hash, body })}\n`;
}
