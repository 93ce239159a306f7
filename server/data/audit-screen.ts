import type { Role } from '@/domain/access/permissions';
import type { TenantScope } from '../tenancy/tenant-scope';
import {
  AUDIT_PAGE_SIZE,
  type AuditFilter,
  type AuditName,
  type AuditRow,
  listAuditEvents,
  listAuditNames,
} from './audit-log';
import { listEvidenceClientNames } from './clients';
import type { Database } from './database';
import { listMembers } from './identity-members';

type AuditNamed = AuditName | { readonly kind: 'person'; readonly name: string };

/** Everything the log's screen shows. */
export interface AuditScreen {
  readonly events: readonly AuditRow[];
  /** The number to ask before for the next page; null: this is the last. */
  readonly next: number | null;
  /** By id: people and agents who acted, and what was acted upon. */
  readonly names: ReadonlyMap<string, AuditNamed>;
  readonly clients: readonly { readonly clientId: string; readonly name: string }[];
  readonly people: readonly { readonly personId: string; readonly name: string; readonly role: Role }[];
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** A page of the MSP's log, newest first, with the names of those in it. */
export async function readAuditLog(
  database: Database,
  scope: TenantScope,
  filter: AuditFilter,
  before: number | null,
): Promise<AuditScreen> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const rows = await listAuditEvents(tx, mspId, filter, before, AUDIT_PAGE_SIZE + 1);
    const events = rows.slice(0, AUDIT_PAGE_SIZE);
    const ids = new Set(events.flatMap(({ body }) => body.match(UUID) ?? []));
    const members = await listMembers(tx);
    return {
      events,
      next: rows.length > AUDIT_PAGE_SIZE ? (events.at(-1)?.seq ?? null) : null,
      names: new Map<string, AuditNamed>([
        ...(await listAuditNames(tx, mspId, [...ids])).map((one) => [one.id, one] as const),
        ...members.map(({ personId, name }) => [personId, { kind: 'person', name }] as const),
      ]),
      clients: await listEvidenceClientNames(tx, mspId),
      people: members,
    };
  });
}

/** Events of a filter, newest first, read in batches as they are taken. */
export async function* streamAuditEvents(
  database: Database,
  scope: TenantScope,
  filter: AuditFilter,
): AsyncGenerator<AuditRow> {
  let before: number | null = null;
  for (;;) {
    const asked: number | null = before;
    const rows: AuditRow[] = await database.inScope(scope, (tx) =>
      listAuditEvents(tx, scope.mspId, filter, asked, STREAM_BATCH),
    );
    yield* rows;
    before = rows.at(-1)?.seq ?? null;
    if (rows.length < STREAM_BATCH) return;
  }
}

const STREAM_BATCH = 1000;
