import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { withdrawDeclaration as markWithdrawn } from '../data/declarations';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { markDirty } from './mark-dirty';

/**
 * Takes a declaration back and has the verdicts concerned evaluated again. It stays in the history.
 * @throws AppError `not-found` when it is not there, another MSP's, or withdrawn already
 */
export async function withdrawDeclaration(
  database: Database,
  scope: TenantScope,
  person: { personId: string },
  declarationId: string,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const withdrawn = await markWithdrawn(tx, scope.mspId, declarationId, {
      by: person.personId,
      at: new Date(nowMs),
    });
    if (!withdrawn) throw nothingHere();
    const { clientId, systemId, repositoryId, attribute } = withdrawn;
    await markDirty(
      tx,
      scope,
      { systemIds: systemId ? [systemId] : [], repositoryIds: repositoryId ? [repositoryId] : [] },
      nowMs,
    );
    await appendAuditEvent(tx, {
      action: 'declaration.withdrawn',
      clientId,
      target: { declarationId, ...(systemId && { systemId }), ...(repositoryId && { repositoryId }) },
      details: { attribute },
    });
  });
}
