import { z } from 'zod';
import { messageEnvelope } from '../inbound/envelope';
import type { CheckState } from '@/domain/ping/check';
import type { NewCheck } from './inbound-channels';
import type { IngestQuery, IngestStore } from './ingest-store';
import { CHECK_COLUMNS, checkColumns, settingsOf, stateOf } from './ping-check-rows';

/** Whose a key of the management API is. */
export interface ManagementKey {
  readonly mspId: string;
  readonly clientId: string;
  readonly isReadOnly: boolean;
}

const keyRow = z.object({ msp_id: z.string(), client_id: z.string(), is_read_only: z.boolean() });

/** null: nobody's, or revoked. */
export async function findManagementKey(store: IngestStore, keyHash: Buffer): Promise<ManagementKey | null> {
  const rows = await store.withoutScope('SELECT * FROM identity.resolve_management_key($1)', [keyHash]);
  const [row] = z.array(keyRow).max(1).parse(rows);
  return row ? { mspId: row.msp_id, clientId: row.client_id, isReadOnly: row.is_read_only } : null;
}

/** A check with everything that the management API says of it. */
export interface ManagedCheck extends NewCheck {
  readonly channelId: string;
  /** Its ping address. */
  readonly uuid: string;
  readonly name: string;
  readonly pingCount: number;
  readonly state: CheckState;
}

const checkRow = checkColumns.extend({
  channel_id: z.string(),
  address: z.string(),
  name: z.string(),
  message_count: z.string().transform(Number),
  slug: z.string(),
  tags: z.string(),
  description: z.string(),
});

/**
 * A client's checks that are open, oldest first, at most 1,000.
 * @param address of the one that is wanted; null: all
 */
export async function listManagedChecks(
  query: IngestQuery,
  { mspId, clientId }: ManagementKey,
  address: string | null = null,
): Promise<ManagedCheck[]> {
  const rows = await query(
    `SELECT n.channel_id::text, n.address, a.name, n.message_count, c.slug, c.tags, c.description, ${CHECK_COLUMNS}
     FROM app.inbound_channel n
     JOIN app.ping_check c ON c.msp_id = n.msp_id AND c.channel_id = n.channel_id
     JOIN app.agent a ON a.msp_id = n.msp_id AND a.agent_id = n.channel_id AND a.revoked_at IS NULL
     WHERE n.msp_id = $1::uuid AND n.client_id = $2::uuid AND ($3::text IS NULL OR n.address = $3)
     ORDER BY n.created_at, n.channel_id LIMIT 1000`,
    [mspId, clientId, address],
    'list-managed-checks',
  );
  return z
    .array(checkRow)
    .parse(rows)
    .map((row) => ({
      channelId: row.channel_id,
      uuid: row.address,
      name: row.name,
      pingCount: row.message_count,
      slug: row.slug,
      tags: row.tags,
      description: row.description,
      ...settingsOf(row),
      state: stateOf(row),
    }));
}

/** Keeps what a check expects, and from when on its silence is its own, in the running transaction. */
export async function saveCheckSettings(
  query: IngestQuery,
  mspId: string,
  check: Pick<ManagedCheck, 'channelId' | 'name'> & NewCheck,
  silentAt: Date | null,
): Promise<void> {
  const { channelId, name, slug, tags, description, timeoutSeconds, graceSeconds } = check;
  await query(
    `UPDATE app.ping_check SET slug = $3, tags = $4, description = $5, timeout_seconds = $6, grace_seconds = $7, schedule = $8,
       time_zone = $9, is_post_only = $10, is_resumed_by_hand = $11, filters = $12::jsonb
     WHERE msp_id = $1::uuid AND channel_id = $2::uuid`,
    [
      mspId,
      channelId,
      slug,
      tags,
      description,
      timeoutSeconds,
      graceSeconds,
      check.schedule,
      check.timeZone,
      check.isPostOnly,
      check.isResumedByHand,
      JSON.stringify(check.filters),
    ],
  );
  await query(
    `UPDATE app.agent SET name = $3, silent_at = $4 WHERE msp_id = $1::uuid AND agent_id = $2::uuid`,
    [mspId, channelId, name, silentAt],
  );
}

/** Pauses a check, or lets it go on as a new one, in the running transaction. */
export async function savePause(
  query: IngestQuery,
  mspId: string,
  channelId: string,
  pausedAt: Date | null,
): Promise<void> {
  await query(
    `UPDATE app.ping_check SET paused_at = $3::timestamptz, started_at = NULL, started_rid = NULL, started_number = NULL,
       last_ping_at = CASE WHEN $3::timestamptz IS NOT NULL THEN last_ping_at END,
       last_outcome = CASE WHEN $3::timestamptz IS NOT NULL THEN last_outcome END,
       last_duration_seconds = CASE WHEN $3::timestamptz IS NOT NULL THEN last_duration_seconds END
     WHERE msp_id = $1::uuid AND channel_id = $2::uuid`,
    [mspId, channelId, pausedAt],
  );
  await query('UPDATE app.agent SET silent_at = NULL WHERE msp_id = $1::uuid AND agent_id = $2::uuid', [
    mspId,
    channelId,
  ]);
}

/** Closes a check for good in the running transaction. */
export async function closeManagedCheck(query: IngestQuery, channelId: string): Promise<void> {
  await query('SELECT identity.close_channel($1::uuid)', [channelId]);
}

const pingRow = z.object({
  number: z.string().transform(Number),
  received_at: z.date(),
  head: z.string(),
  envelope: messageEnvelope,
});
/** A ping that was kept. `head`: the beginning of its request. */
export type KeptPing = z.output<typeof pingRow>;

/** The newest pings of a check, newest first. */
export async function listPings(
  query: IngestQuery,
  mspId: string,
  channelId: string,
  limit: number,
): Promise<KeptPing[]> {
  const rows = await query(
    `SELECT r.sequence AS number, r.received_at, encode(substring(r.body FROM 1 FOR 1500), 'escape') AS head, r.envelope
     FROM app.raw_report r WHERE r.msp_id = $1::uuid AND r.agent_id = $2::uuid AND r.envelope IS NOT NULL AND r.body_deleted_at IS NULL
     ORDER BY r.sequence DESC LIMIT $3`,
    [mspId, channelId, limit],
  );
  return z.array(pingRow).parse(rows);
}

/** The bytes of one ping with the head of its request; null: there is none of this number. */
export async function readPing(
  query: IngestQuery,
  mspId: string,
  channelId: string,
  number: number,
): Promise<Buffer | null> {
  const rows = await query(
    `SELECT r.body FROM app.raw_report r WHERE r.msp_id = $1::uuid AND r.agent_id = $2::uuid AND r.sequence = $3
       AND r.envelope IS NOT NULL AND r.body_deleted_at IS NULL`,
    [mspId, channelId, number],
  );
  return z.array(z.object({ body: z.instanceof(Buffer) })).parse(rows)[0]?.body ?? null;
}
