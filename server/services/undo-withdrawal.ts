import { HOUR } from '@/domain/time/instant';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { undoWithdrawal as markThere } from '../data/declarations';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { markDirty } from './mark-dirty';

/** Later it is declared anew, by whoever knows then. */
const UNDONE_WITHIN = HOUR;

/**
 * Takes the withdrawal of a declaration back: it holds again as it did, by whom and since when it did, so that no attestation gets
 * younger by it.
 * @throws AppError `not-found` when it is not there, another MSP's, not withdrawn, or withdrawn more than an hour ago
 */
export async function undoWithdrawal(
  database: Database,
  scope: TenantScope,
  declarationId: string,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const declaration = await markThere(tx, scope.mspId, declarationId, new Date(nowMs - UNDONE_WITHIN));
    if (!declaration) throw nothingHere();
    const { clientId, systemId, repositoryId, attribute } = declaration;
    await markDirty(
      tx,
      scope,
      { systemIds: systemId ? [systemId] : [], repositoryIds: repositoryId ? [repositoryId] : [] },
      nowMs,
    );
    await appendAuditEvent(tx, {
      action: 'declaration.withdrawal-undone',
      clientId,
      target: { declarationId, ...(systemId && { systemId }), ...(repositoryId && { repositoryId }) },
      details: { attribute },
    });
  });
}
