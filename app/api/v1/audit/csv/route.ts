import { z } from 'zod';
import { auditFilter, readAuditAddress } from '@/app/(msp)/audit/audit-address';
import { withRoute } from '@/server/auth/with-route';
import { csvResponse, type CsvCell } from '@/server/csv';
import type { AuditRow } from '@/server/data/audit-log';
import { readAuditLog, streamAuditEvents } from '@/server/data/audit-screen';
import { findMsp } from '@/server/data/clients';
import { webDatabase } from '@/server/data/web-database';

const HEAD = [
  'Number',
  'At (UTC)',
  'Who',
  'Role',
  'Action',
  'Client',
  'On',
  'Details',
  'Personal',
  'SHA-256',
];

const said = z.object({
  actor: z.object({ id: z.string().nullable(), role: z.string().nullable() }),
  target: z.unknown(),
  details: z.unknown(),
});

/** The log as CSV, with the filters of its screen's address. */
export const GET = withRoute({ permission: 'view-audit-log' }, async ({ request, scope }) => {
  const view = readAuditAddress(Object.fromEntries(new URL(request.url).searchParams));
  const { timeZone } = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
  const filter = auditFilter(view, timeZone);
  const { people, clients } = await readAuditLog(webDatabase(), scope, filter, null);
  const nameOf = new Map([
    ...people.map(({ personId, name }) => [personId, name] as const),
    ...clients.map(({ clientId, name }) => [clientId, name] as const),
  ]);
  return csvResponse(
    `audit-${new Date().toISOString().slice(0, 10)}.csv`,
    HEAD,
    cellsOf(streamAuditEvents(webDatabase(), scope, filter), nameOf),
  );
});

async function* cellsOf(
  events: AsyncIterable<AuditRow>,
  nameOf: ReadonlyMap<string, string>,
): AsyncGenerator<readonly CsvCell[]> {
  for await (const event of events) {
    const { actor, target, details } = said.parse(JSON.parse(event.body));
    yield [
      event.seq,
      event.at,
      actor.id === null ? null : (nameOf.get(actor.id) ?? actor.id),
      actor.role,
      event.action,
      event.clientId === null ? null : (nameOf.get(event.clientId) ?? event.clientId),
      JSON.stringify(target),
      JSON.stringify(details),
      JSON.stringify(event.private),
      event.hash,
    ];
  }
}
