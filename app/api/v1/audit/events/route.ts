import { auditFilter, readAuditAddress } from '@/app/(msp)/audit/audit-address';
import { withRoute } from '@/server/auth/with-route';
import type { AuditRow } from '@/server/data/audit-log';
import { streamAuditEvents } from '@/server/data/audit-screen';
import { findMsp } from '@/server/data/clients';
import { webDatabase } from '@/server/data/web-database';
import { linesResponse } from '@/server/lines';

/** The exact texts of events with their hashes, newest first, an object a line: `{seq, hash, body}`; `hash` is SHA-256 over `body`. */
export const GET = withRoute({ permission: 'view-audit-log' }, async ({ request, scope }) => {
  const view = readAuditAddress(Object.fromEntries(new URL(request.url).searchParams));
  const { timeZone } = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
  const events = streamAuditEvents(webDatabase(), scope, auditFilter(view, timeZone));
  return linesResponse(
    `audit-${new Date().toISOString().slice(0, 10)}.ndjson`,
    'application/x-ndjson',
    textsOf(events),
  );
});

async function* textsOf(events: AsyncIterable<AuditRow>): AsyncGenerator<string> {
  for await (const { seq, hash, body } of events) yield `${JSON.stringify({ seq, hash, body })}\n`;
}
