import { type Keep, keepTerms, type KeepTerms, keepUntil } from '@/domain/evidence/keep-until';
import type { RestoreRecord } from '@/domain/restore-test/record';
import { judgingScope } from '../auth/system-scope';
import type { TenantScope } from '../tenancy/tenant-scope';
import type { Database, Tx } from './database';
import { clientsHeldAt } from './legal-holds';
import { policiesOf } from './policies';

/** What bears on how long evidence of each client is kept, by the client's id. */
type TermsOfClients = (clientId: string) => KeepTerms;

/** What was agreed with these clients at `at`, and which of them a legal hold stood for. Narrower policies of some systems are left out. */
export async function readKeepTerms(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[],
  at: Date,
): Promise<TermsOfClients> {
  const policies = await policiesOf(tx, mspId, { clientIds, systemIds: [] }, at);
  const held = await clientsHeldAt(tx, mspId, clientIds, at);
  return (clientId) => keepTerms([policies.forClient(clientId).policy], held.has(clientId));
}

/**
 * {@link readKeepTerms} for whoever sees these clients: what was agreed rests on the MSP's default policy, which a scope of single clients
 * does not see.
 */
export async function readSeenKeepTerms(
  database: Database,
  scope: TenantScope,
  clientIds: readonly string[],
  at: Date,
): Promise<TermsOfClients> {
  const whole = scope.clientIds === '*' ? scope : judgingScope(scope);
  return database.inScope(whole, (tx) => readKeepTerms(tx, scope.mspId, [...new Set(clientIds)], at));
}

/** Until when a record is kept by these terms, or by what it says itself where that is longer. */
export function keepOfRecord(
  record: Pick<RestoreRecord, 'provenance' | 'keepUntil' | 'keepBecause'>,
  terms: KeepTerms,
  now: Date,
): Keep {
  const promised = { until: record.keepUntil, because: record.keepBecause ?? null };
  return keepUntil(record.provenance.createdAt, terms, now.getTime(), promised);
}

/** Documents that the scope sees, each with how long it is kept as of now. */
export async function withKeep<
  Row extends { readonly clientId: string; readonly requestedAt: Date; readonly keepUntil: Date },
>(
  database: Database,
  scope: TenantScope,
  documents: readonly Row[],
  now: Date,
): Promise<(Row & { readonly keep: Keep })[]> {
  if (documents.length === 0) return [];
  const clientIds = documents.map(({ clientId }) => clientId);
  const terms = await readSeenKeepTerms(database, scope, clientIds, now);
  return documents.map((one) => {
    const promised = { until: one.keepUntil.getTime(), because: null };
    return {
      ...one,
      keep: keepUntil(one.requestedAt.getTime(), terms(one.clientId), now.getTime(), promised),
    };
  });
}
