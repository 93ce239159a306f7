import { periodIn } from '@/domain/evidence/period';
import type { TenantScope } from '../tenancy/tenant-scope';
import { type EvidenceClient, findEvidenceClient } from './clients';
import type { Tx } from './database';
import type { LiveGrant } from './identity-sessions';

declare const made: unique symbol;

/**
 * What of one client an auditor may be shown. Every query of evidence takes one, and nothing else makes one: no record outside the
 * grant's clients and period can be asked for.
 */
export interface EvidenceView {
  readonly [made]: true;
  readonly mspId: string;
  /** Its service may have ended. */
  readonly client: EvidenceClient;
  readonly grantId: string;
  /** [from, to): the grant's days in the client's own zone. */
  readonly from: Date;
  readonly to: Date;
}

/** null: no client of the grant. The transaction's own context, of the grant's clients, is asked first. */
export async function evidenceView(
  tx: Tx,
  scope: TenantScope,
  { grantId, periodFrom, periodTo }: Pick<LiveGrant, 'grantId' | 'periodFrom' | 'periodTo'>,
  clientId: string,
): Promise<EvidenceView | null> {
  const isGranted = scope.clientIds !== '*' && scope.clientIds.includes(clientId);
  const client = isGranted ? await findEvidenceClient(tx, scope.mspId, clientId) : null;
  if (!client) return null;
  const { from, to } = periodIn(client.timeZone, { firstDay: periodFrom, lastDay: periodTo });
  const view = { mspId: scope.mspId, client, grantId, from: new Date(from), to: new Date(to) };
  // The brand exists for the type checker only: it keeps plain objects from passing as views.
  return Object.freeze(view) as EvidenceView;
}
