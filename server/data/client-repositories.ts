import { z } from 'zod';
import type { RepositoryFacts } from '@/domain/protection/facts';
import type { Tx } from './database';
import { declarationsOf } from './declared-attributes';
import { repositoryColumns, repositoryFacts, repositoryJoins, repositoryRow } from './repository-facts';

/** A repository as a row of a list. */
export interface ListedRepository {
  readonly repositoryId: string;
  readonly location: string;
  readonly facts: Omit<RepositoryFacts, 'points' | 'verifications'>;
  /** Systems that have points in it now. */
  readonly systemCount: number;
  readonly pointCount: number;
  readonly storedBytes: number | null;
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
}

const row = repositoryRow.omit({ reporterHostKey: true }).extend({
  systemCount: z.int(),
  pointCount: z.int(),
  storedBytes: z.bigint().transform(Number).nullable(),
  freeBytes: z.bigint().transform(Number).nullable(),
  totalBytes: z.bigint().transform(Number).nullable(),
});

/** A client's repositories by name, at most 500. */
export async function listClientRepositories(
  tx: Tx,
  mspId: string,
  clientId: string,
): Promise<ListedRepository[]> {
  const rows = z.array(row).parse(
    await tx.$queryRaw`
      SELECT ${repositoryColumns}, n.systems AS "systemCount", n.points AS "pointCount", o.stored_bytes AS "storedBytes",
        o.capacity_free_bytes AS "freeBytes", o.capacity_total_bytes AS "totalBytes"
      ${repositoryJoins}
      JOIN LATERAL (SELECT count(DISTINCT p.system_id)::int AS systems, count(*)::int AS points
        FROM app.recovery_point p
        WHERE p.msp_id = ${mspId}::uuid AND p.repository_id = o.repository_id AND p.vanished_at IS NULL) n ON true
      WHERE o.msp_id = ${mspId}::uuid AND o.client_id = ${clientId}::uuid
      ORDER BY lower(o.name), o.repository_id LIMIT 500`,
  );
  const declared = await declarationsOf(
    tx,
    mspId,
    [],
    rows.map((one) => one.id),
  );
  return rows.map((one) => ({
    repositoryId: one.id,
    location: one.location,
    facts: repositoryFacts({ ...one, reporterHostKey: null }, declared),
    systemCount: one.systemCount,
    pointCount: one.pointCount,
    storedBytes: one.storedBytes,
    freeBytes: one.freeBytes,
    totalBytes: one.totalBytes,
  }));
}
