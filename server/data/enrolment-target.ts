import type { TenantScope } from '../tenancy/tenant-scope';
import { listMspIds } from './work-due';
import type { Database } from './database';

/** The MSP and client that names stand for; null names: the oldest MSP, and its first client by name. null: not there. */
export async function findEnrolmentTarget(
  database: Database,
  scopeOf: (mspId: string) => TenantScope,
  wanted: { mspName: string | null; clientName: string | null },
): Promise<{ mspId: string; clientId: string } | null> {
  for (const mspId of (await listMspIds(database)).toSorted()) {
    const found = await database.inScope(scopeOf(mspId), async (tx) => {
      const msp = await tx.msp.findUnique({ where: { mspId } });
      if (!msp || (wanted.mspName !== null && msp.name !== wanted.mspName)) return null;
      return tx.client.findFirst({
        where: {
          mspId,
          archivedAt: null,
          ...(wanted.clientName === null ? {} : { name: wanted.clientName }),
        },
        orderBy: { name: 'asc' },
        select: { clientId: true },
      });
    });
    if (found) return { mspId, clientId: found.clientId };
  }
  return null;
}
