import { v7 } from 'uuid';
import { z } from 'zod';
import { cutText } from '@/domain/text/cut-text';
import type { Tx } from './database';
import { jsonRows } from './json-rows';
import { systemsKept } from './past-facts';

const HOST_KEY_MAX = 200;

/** Which systems a host name stands for within one client: letters of either case are the same. Some grow when they become small. */
export function hostKeyOf(host: string): string {
  return cutText((host.trim() || host).toLowerCase(), HOST_KEY_MAX);
}

/**
 * Finds or makes the client's systems of these hosts; host key → system id. A new one is a server until somebody says else, and
 * waits in the inbox to be confirmed, with the report that named it. What was known of the others before is kept.
 */
export async function upsertSystems(
  tx: Tx,
  mspId: string,
  clientId: string,
  hosts: readonly string[],
  { rawReportId, receivedAt: seenAt }: { rawReportId: string; receivedAt: Date },
): Promise<Map<string, string>> {
  const rows = [...new Map(hosts.map((host) => [hostKeyOf(host), host])).entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([host_key, name]) => ({ system_id: v7(), host_key, name }));
  const past = systemsKept(
    { mspId, clientId, receivedAt: seenAt },
    rows.map((row) => row.host_key),
  );
  const found = await tx.$queryRaw`
    WITH kept AS (${past})
    INSERT INTO app.system AS s (msp_id, system_id, client_id, name, host_key, kind, created_at, last_seen_at,
      named_by_report_id)
    SELECT ${mspId}::uuid, r.system_id, ${clientId}::uuid, r.name, r.host_key, 'server', ${seenAt}, ${seenAt},
      ${rawReportId}::uuid
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb) AS r (system_id uuid, host_key text, name text)
    ON CONFLICT (msp_id, client_id, host_key)
      DO UPDATE SET last_seen_at = greatest(s.last_seen_at, excluded.last_seen_at)
    RETURNING s.system_id::text, s.host_key`;
  return new Map(
    z
      .array(z.object({ system_id: z.string(), host_key: z.string() }))
      .parse(found)
      .map((row) => [row.host_key, row.system_id]),
  );
}

/** The client's system of a host, when there is one. */
export async function findSystem(
  tx: Tx,
  mspId: string,
  clientId: string,
  host: string,
): Promise<string | null> {
  const found = await tx.system.findUnique({
    where: { mspId_clientId_hostKey: { mspId, clientId, hostKey: hostKeyOf(host) } },
    select: { systemId: true },
  });
  return found?.systemId ?? null;
}

/** A data set as far as reports place things in it. `isPlaceholder`: made before anything was known of what it holds. */
export interface PlacedDataSet {
  id: string;
  systemId: string;
  capture: 'files' | 'image' | 'database' | 'mailboxes';
  sources: readonly string[];
}

const dataSetRow = z.object({
  data_set_id: z.string(),
  system_id: z.string(),
  capture: z.enum(['files', 'image', 'database', 'mailboxes']),
  sources: z.array(z.string()),
});

/** The data sets of systems that are not archived. */
export async function listDataSets(
  tx: Tx,
  mspId: string,
  systemIds: readonly string[],
): Promise<PlacedDataSet[]> {
  const rows =
    await tx.$queryRaw`SELECT data_set_id::text, system_id::text, capture, sources FROM app.data_set
    WHERE msp_id = ${mspId}::uuid AND system_id = ANY (${[...systemIds]}::uuid[]) AND archived_at IS NULL
    ORDER BY data_set_id`;
  return z
    .array(dataSetRow)
    .parse(rows)
    .map((row) => ({
      id: row.data_set_id,
      systemId: row.system_id,
      capture: row.capture,
      sources: row.sources,
    }));
}

/** Keeps new data sets and the grown source sets of known ones. */
export async function saveDataSets(
  tx: Tx,
  mspId: string,
  clientId: string,
  dataSets: readonly (PlacedDataSet & { name: string; isArchived: boolean })[],
  at: Date,
): Promise<void> {
  if (dataSets.length === 0) return;
  const rows = dataSets.map((one) => ({
    data_set_id: one.id,
    system_id: one.systemId,
    name: one.name,
    capture: one.capture,
    sources: one.sources,
    is_archived: one.isArchived,
  }));
  await tx.$executeRaw`
    INSERT INTO app.data_set (msp_id, data_set_id, client_id, system_id, name, capture, sources, created_at, archived_at)
    SELECT ${mspId}::uuid, r.data_set_id, ${clientId}::uuid, r.system_id, r.name, r.capture, r.sources, ${at},
      CASE WHEN r.is_archived THEN ${at}::timestamptz END
    FROM jsonb_to_recordset(${jsonRows(rows)}::jsonb)
      AS r (data_set_id uuid, system_id uuid, name text, capture text, sources text[], is_archived boolean)
    ON CONFLICT (msp_id, data_set_id) DO UPDATE SET name = excluded.name, sources = excluded.sources,
      archived_at = excluded.archived_at`;
}

/**
 * Says when an agent was last heard, what it runs on, and up to when it has told what happened. The last is other than when it was
 * heard: what it kept while nobody could be reached says nothing of later.
 */
export async function touchAgent(
  tx: Tx,
  mspId: string,
  { agentId, clientId }: { agentId: string; clientId: string },
  said: { version: string; os: string | null; hostname: string; at: Date; toldTo: Date },
): Promise<void> {
  await tx.$executeRaw`
    WITH told AS (
      INSERT INTO app.agent_told AS t (msp_id, agent_id, client_id, told_to)
      VALUES (${mspId}::uuid, ${agentId}::uuid, ${clientId}::uuid, ${said.toldTo})
      ON CONFLICT (msp_id, agent_id) DO UPDATE SET told_to = excluded.told_to WHERE t.told_to < excluded.told_to
    )
    UPDATE app.agent SET version = ${said.version}, hostname = ${said.hostname},
      os = coalesce(${said.os}, os), last_seen_at = greatest(last_seen_at, ${said.at})
    WHERE msp_id = ${mspId}::uuid AND agent_id = ${agentId}::uuid
      AND (version, hostname) IS DISTINCT FROM (${said.version}, ${said.hostname})`;
}
