import { withRoute } from '@/server/auth/with-route';
import { csvResponse, type CsvCell } from '@/server/csv';
import type { AuditRow } from '@/server/data/audit-log';
import { listEvidenceClientNames } from '@/server/data/clients';
import { listMembers } from '@/server/data/identity-members';
import { webDatabase } from '@/server/data/web-database';
import { auditFileName, askedEvents } from '../asked-events';

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

/** The log as CSV, with the filters of its screen's address. */
export const GET = withRoute({ permission: 'view-audit-log' }, async ({ request, scope }) => {
  const [people, clients] = await webDatabase().inScope(scope, async (tx) => [
    await listMembers(tx),
    await listEvidenceClientNames(tx, scope.mspId),
  ]);
  const nameOf = new Map([
    ...people.map(({ personId, name }) => [personId, name] as const),
    ...clients.map(({ clientId, name }) => [clientId, name] as const),
  ]);
  return csvResponse(auditFileName('csv'), HEAD, cellsOf(await askedEvents(request, scope), nameOf));
});

async function* cellsOf(
  events: AsyncIterable<AuditRow>,
  nameOf: ReadonlyMap<string, string>,
): AsyncGenerator<readonly CsvCell[]> {
  const named = (id: string | null): string | null => (id === null ? null : (nameOf.get(id) ?? id));
  for await (const { seq, at, actor, action, clientId, target, details, private: values, hash } of events)
    yield [
      seq,
      at,
      named(actor.id),
      actor.role,
      action,
      named(clientId),
      JSON.stringify(target),
      JSON.stringify(details),
      JSON.stringify(values),
      hash,
    ];
}
