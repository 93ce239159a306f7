import { z } from 'zod';
import type { Tx } from './database';
import { jsonRows } from './json-rows';
import type { DescribedRepository } from './report-repositories';

/**
 * Keeps what a report made at `observedAt` says of how full repositories are: of each day (UTC) the last that was told. What a
 * report does not say leaves what an earlier one of the day said.
 */
export async function keepCapacities(
  tx: Tx,
  mspId: string,
  clientId: string,
  described: readonly DescribedRepository[],
  repositoryIds: ReadonlyMap<string, string>,
  seen: { observedAt: Date; rawReportId: string },
): Promise<void> {
  const rows = new Map(
    described.flatMap((one) => {
      const repositoryId = repositoryIds.get(one.repositoryKey);
      const total = one.capacityTotalBytes;
      const [used, free, stored] = [one.capacityUsedBytes, one.capacityFreeBytes, one.storedBytes];
      const isSaid = [total, used, free, stored].some((bytes) => bytes !== null);
      return repositoryId && isSaid
        ? [[repositoryId, { repository_id: repositoryId, total, used, free, stored }] as const]
        : [];
    }),
  );
  if (rows.size === 0) return;
  await tx.$executeRaw`
    INSERT INTO app.repository_capacity AS k (msp_id, repository_id, day_starts_at, client_id, measured_at, total_bytes,
      used_bytes, free_bytes, stored_bytes, raw_report_id)
    SELECT ${mspId}::uuid, r.repository_id, date_trunc('day', ${seen.observedAt}::timestamptz, 'UTC'), ${clientId}::uuid,
      ${seen.observedAt}, r.total, r.used, r.free, r.stored, ${seen.rawReportId}::uuid
    FROM jsonb_to_recordset(${jsonRows([...rows.values()])}::jsonb)
      AS r (repository_id uuid, total bigint, used bigint, free bigint, stored bigint)
    ORDER BY r.repository_id
    ON CONFLICT (msp_id, repository_id, day_starts_at) DO UPDATE SET measured_at = excluded.measured_at,
      total_bytes = coalesce(excluded.total_bytes, k.total_bytes),
      used_bytes = coalesce(excluded.used_bytes, k.used_bytes),
      free_bytes = coalesce(excluded.free_bytes, k.free_bytes),
      stored_bytes = coalesce(excluded.stored_bytes, k.stored_bytes), raw_report_id = excluded.raw_report_id
    WHERE k.measured_at <= excluded.measured_at`;
}

const bytes = z.bigint().transform(Number).nullable();
const row = z.object({
  measuredAt: z.date(),
  totalBytes: bytes,
  usedBytes: bytes,
  freeBytes: bytes,
  /** What the tool itself keeps in it, whatever else lies on the same medium. */
  storedBytes: bytes,
  rawReportId: z.string(),
});
/** How full a repository was when it was last measured on a day. */
export type MeasuredCapacity = z.output<typeof row>;

/** A repository's days since `since`, oldest first, at most 800. */
export async function readCapacityHistory(
  tx: Tx,
  mspId: string,
  repositoryId: string,
  since: Date,
): Promise<MeasuredCapacity[]> {
  const rows = await tx.repositoryCapacity.findMany({
    where: { mspId, repositoryId, dayStartsAt: { gte: since } },
    orderBy: { dayStartsAt: 'desc' },
    take: 800,
  });
  return z.array(row).parse(rows).toReversed();
}
