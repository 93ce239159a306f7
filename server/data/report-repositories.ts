import { v7 } from 'uuid';
import { z } from 'zod';
import type { Tx } from './database';
import { groupBy } from './group-by';
import { jsonRows } from './json-rows';
import { repositoriesKept } from './past-facts';

/** What a report says of a repository, in the words of the domain. null: it does not say. */
export interface DescribedRepository {
  readonly repositoryKey: string;
  readonly tool: string;
  /** What it is called at first, where no other repository of the client is called so. */
  readonly name: string;
  /** What it is called otherwise. */
  readonly fullName: string;
  readonly location: string;
  readonly locationKind: string;
  readonly hostSystemId: string | null;
  readonly media: string | null;
  readonly mediaSource: string | null;
  readonly mediaEvidence: string | null;
  readonly isEncrypted: boolean | null;
  readonly encryptionMode: string | null;
  readonly immutabilityKind: string | null;
  readonly immutabilityUntil: string | null;
  readonly immutabilitySource: string | null;
  readonly capacityTotalBytes: number | null;
  readonly capacityUsedBytes: number | null;
  readonly capacityFreeBytes: number | null;
  readonly capacityMeasuredAt: string | null;
  readonly storedBytes: number | null;
  /** Whether reading it was tried, and what came of it. */
  readonly wasTried: boolean;
  readonly problemCode: string | null;
  readonly problemMessage: string | null;
}

/**
 * Keeps what a report made at `observedAt` says; an older report changes nothing, and a missing field never overwrites a
 * known one. `named` repositories exist from now on even when nothing else is said of them. What was known before is kept. Key → id.
 */
export async function upsertRepositories(
  tx: Tx,
  mspId: string,
  clientId: string,
  described: readonly DescribedRepository[],
  named: readonly string[],
  seen: { observedAt: Date; receivedAt: Date; rawReportId: string; tool: string },
): Promise<Map<string, string>> {
  const keys = [...new Set([...described.map((one) => one.repositoryKey), ...named])].toSorted();
  if (keys.length === 0) return new Map();
  const sayings = new Map(described.map((one) => [one.repositoryKey, one]));
  const rows = withoutTwins(keys.map((key) => toRow(key, sayings.get(key), seen.tool)));
  const kept = z.array(keyRow).parse(
    await tx.$queryRaw`
    WITH kept AS (${repositoriesKept({ mspId, clientId, receivedAt: seen.receivedAt }, keys)})
    INSERT INTO app.repository AS o (msp_id, repository_id, client_id, repository_key, tool, name, location, location_kind,
      host_system_id, media, media_source, media_evidence, is_encrypted, encryption_mode, immutability_kind,
      immutability_until, immutability_source, capacity_total_bytes, capacity_used_bytes, capacity_free_bytes,
      capacity_measured_at, stored_bytes, attributes_report_id, last_attempt_at, last_attempt_report_id,
      last_problem_code, last_problem_message, created_at)
    SELECT ${mspId}::uuid, r.repository_id, ${clientId}::uuid, r.repository_key, r.tool,
      CASE WHEN EXISTS (SELECT FROM app.repository q WHERE q.msp_id = ${mspId}::uuid AND q.client_id = ${clientId}::uuid
        AND q.name = r.name AND q.repository_key <> r.repository_key) THEN r.full_name ELSE r.name END,
      r.location, r.location_kind,
      r.host_system_id, r.media, r.media_source, r.media_evidence, r.is_encrypted, r.encryption_mode, r.immutability_kind,
      r.immutability_until, r.immutability_source, r.capacity_total_bytes, r.capacity_used_bytes, r.capacity_free_bytes,
      r.capacity_measured_at, r.stored_bytes, CASE WHEN r.is_described THEN ${seen.rawReportId}::uuid END,
      CASE WHEN r.was_tried THEN ${seen.observedAt}::timestamptz END,
      CASE WHEN r.was_tried THEN ${seen.rawReportId}::uuid END, r.problem_code, r.problem_message, ${seen.observedAt}
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb) AS r (repository_id uuid, repository_key text, tool text, name text, full_name text,
      location text, location_kind text, host_system_id uuid, media text, media_source text, media_evidence text,
      is_encrypted boolean, encryption_mode text, immutability_kind text, immutability_until timestamptz,
      immutability_source text, capacity_total_bytes bigint, capacity_used_bytes bigint, capacity_free_bytes bigint,
      capacity_measured_at timestamptz, stored_bytes bigint, is_described boolean, was_tried boolean, problem_code text,
      problem_message text)
    ON CONFLICT (msp_id, client_id, repository_key) DO UPDATE SET
      location = excluded.location, location_kind = excluded.location_kind, tool = excluded.tool,
      host_system_id = coalesce(excluded.host_system_id, o.host_system_id),
      media = coalesce(excluded.media, o.media),
      media_source = CASE WHEN excluded.media IS NULL THEN o.media_source ELSE excluded.media_source END,
      media_evidence = CASE WHEN excluded.media IS NULL THEN o.media_evidence ELSE excluded.media_evidence END,
      is_encrypted = coalesce(excluded.is_encrypted, o.is_encrypted),
      encryption_mode = coalesce(excluded.encryption_mode, o.encryption_mode),
      immutability_kind = coalesce(excluded.immutability_kind, o.immutability_kind),
      immutability_until = CASE WHEN excluded.immutability_kind IS NULL THEN o.immutability_until
        ELSE excluded.immutability_until END,
      immutability_source = coalesce(excluded.immutability_source, o.immutability_source),
      capacity_total_bytes = coalesce(excluded.capacity_total_bytes, o.capacity_total_bytes),
      capacity_used_bytes = coalesce(excluded.capacity_used_bytes, o.capacity_used_bytes),
      capacity_free_bytes = coalesce(excluded.capacity_free_bytes, o.capacity_free_bytes),
      capacity_measured_at = coalesce(excluded.capacity_measured_at, o.capacity_measured_at),
      stored_bytes = coalesce(excluded.stored_bytes, o.stored_bytes),
      attributes_report_id = excluded.attributes_report_id,
      last_attempt_at = coalesce(excluded.last_attempt_at, o.last_attempt_at),
      last_attempt_report_id = coalesce(excluded.last_attempt_report_id, o.last_attempt_report_id),
      last_problem_code = CASE WHEN excluded.last_attempt_at IS NULL THEN o.last_problem_code
        ELSE excluded.last_problem_code END,
      last_problem_message = CASE WHEN excluded.last_attempt_at IS NULL THEN o.last_problem_message
        ELSE excluded.last_problem_message END
    WHERE excluded.attributes_report_id IS NOT NULL
      AND coalesce(o.last_attempt_at, '-infinity') <= ${seen.observedAt}
    RETURNING o.repository_id::text, o.repository_key`,
  );
  // What stayed as it was does not come back.
  const found =
    kept.length === keys.length
      ? kept
      : z.array(keyRow).parse(
          await tx.$queryRaw`SELECT repository_id::text, repository_key FROM app.repository
    WHERE msp_id = ${mspId}::uuid AND client_id = ${clientId}::uuid AND repository_key = ANY (${keys})`,
        );
  return new Map(found.map((row) => [row.repository_key, row.repository_id]));
}

const keyRow = z.object({ repository_id: z.string(), repository_key: z.string() });

/** Of several with one short name in the same report, all take the long one. */
function withoutTwins(rows: readonly ReturnType<typeof toRow>[]): ReturnType<typeof toRow>[] {
  const named = groupBy(rows, (row) => row.name);
  return rows.map((row) => ((named.get(row.name)?.length ?? 0) > 1 ? { ...row, name: row.full_name } : row));
}

function toRow(key: string, said: DescribedRepository | undefined, tool: string) {
  return {
    repository_id: v7(),
    repository_key: key,
    tool: said?.tool ?? tool,
    name: said?.name ?? key,
    full_name: said?.fullName ?? key,
    location: said?.location ?? '',
    location_kind: said?.locationKind ?? 'unknown',
    host_system_id: said?.hostSystemId ?? null,
    media: said?.media ?? null,
    media_source: said?.mediaSource ?? null,
    media_evidence: said?.mediaEvidence ?? null,
    is_encrypted: said?.isEncrypted ?? null,
    encryption_mode: said?.encryptionMode ?? null,
    immutability_kind: said?.immutabilityKind ?? null,
    immutability_until: said?.immutabilityUntil ?? null,
    immutability_source: said?.immutabilitySource ?? null,
    capacity_total_bytes: said?.capacityTotalBytes ?? null,
    capacity_used_bytes: said?.capacityUsedBytes ?? null,
    capacity_free_bytes: said?.capacityFreeBytes ?? null,
    capacity_measured_at: said?.capacityMeasuredAt ?? null,
    stored_bytes: said?.storedBytes ?? null,
    is_described: said !== undefined,
    was_tried: said?.wasTried ?? false,
    problem_code: said?.problemCode ?? null,
    problem_message: said?.problemMessage ?? null,
  };
}

/**
 * Keeps that repositories were listed whole at `observedAt`. Those for which a newer listing is known are left out of the
 * answer: what this one lacks says nothing.
 */
export async function recordListings(
  tx: Tx,
  mspId: string,
  repositoryIds: readonly string[],
  seen: { observedAt: Date; rawReportId: string },
): Promise<Set<string>> {
  if (repositoryIds.length === 0) return new Set();
  const rows = await tx.$queryRaw`UPDATE app.repository SET last_listing_at = ${seen.observedAt},
      last_listing_report_id = ${seen.rawReportId}::uuid
    WHERE msp_id = ${mspId}::uuid AND repository_id = ANY (${[...repositoryIds]}::uuid[])
      AND coalesce(last_listing_at, '-infinity') <= ${seen.observedAt}
    RETURNING repository_id::text`;
  return new Set(
    z
      .array(z.object({ repository_id: z.string() }))
      .parse(rows)
      .map((row) => row.repository_id),
  );
}

/** The repositories of a client by the keys that reports call them by. */
export async function repositoryIdsOf(tx: Tx, mspId: string, clientId: string): Promise<Map<string, string>> {
  const rows = await tx.repository.findMany({
    where: { mspId, clientId },
    select: { repositoryId: true, repositoryKey: true },
  });
  return new Map(rows.map((row) => [row.repositoryKey, row.repositoryId]));
}
