import { z } from 'zod';
import type { CheckSettings, CheckState } from '@/domain/ping/check';
import type { NewChannel } from './inbound-channels';
import type { IngestQuery, IngestStore } from './ingest-store';
import { CHECK_COLUMNS, checkColumns, settingsOf, stateOf } from './ping-check-rows';

/** Whom a message at an address is for. */
export interface AddressOwner {
  readonly mspId: string;
  readonly clientId: string;
  /** null: of a ping key, which has many. */
  readonly channelId: string | null;
  /** Whether the service for the client has ended. */
  readonly isEnded: boolean;
}

export type AddressKind = 'ping' | 'ping-key' | 'mail' | 'webhook';

const ownerRow = z.object({
  msp_id: z.string(),
  client_id: z.string(),
  channel_id: z.string().nullable(),
  is_ended: z.boolean(),
});

/** Looks an address up before its tenant is known; null: nobody has it, or it was closed. */
export async function findAddress(
  store: IngestStore,
  kind: AddressKind,
  address: string,
): Promise<AddressOwner | null> {
  const rows = await store.withoutScope('SELECT * FROM identity.resolve_inbound_address($1, $2)', [
    kind,
    address,
  ]);
  const [row] = z.array(ownerRow).max(1).parse(rows);
  return row
    ? { mspId: row.msp_id, clientId: row.client_id, channelId: row.channel_id, isEnded: row.is_ended }
    : null;
}

/** A channel as it stands when its next message comes. */
export interface LockedChannel {
  readonly channelId: string;
  readonly clientId: string;
  readonly isClosed: boolean;
  readonly messageCount: number;
  /** null: it is none of pings. */
  readonly check: { readonly settings: CheckSettings; readonly state: CheckState } | null;
}

const lockedRow = z.object({
  channel_id: z.string(),
  client_id: z.string(),
  is_closed: z.boolean(),
  is_check: z.boolean(),
  message_count: z.string().transform(Number),
});

/** The channels with their checks, kept from other messages until commit; what is not there is left out. */
export async function lockChannels(
  query: IngestQuery,
  mspId: string,
  channelIds: readonly string[],
): Promise<Map<string, LockedChannel>> {
  const rows = await query(
    `SELECT n.channel_id::text, n.client_id::text, a.revoked_at IS NOT NULL OR l.archived_at IS NOT NULL AS is_closed, c.channel_id IS NOT NULL AS is_check,
       n.message_count, ${CHECK_COLUMNS}
     FROM app.inbound_channel n
     JOIN app.agent a ON a.msp_id = n.msp_id AND a.agent_id = n.channel_id
     JOIN app.client l ON l.msp_id = n.msp_id AND l.client_id = n.client_id
     LEFT JOIN app.ping_check c ON c.msp_id = n.msp_id AND c.channel_id = n.channel_id
     WHERE n.msp_id = $1::uuid AND n.channel_id = ANY ($2::uuid[])
     ORDER BY n.channel_id FOR UPDATE OF n`,
    [mspId, channelIds],
    'lock-channels',
  );
  return new Map(rows.map(channelOf).map((channel) => [channel.channelId, channel]));
}

function channelOf(row: unknown): LockedChannel {
  const channel = lockedRow.parse(row);
  const check = channel.is_check ? checkColumns.parse(row) : null;
  return {
    channelId: channel.channel_id,
    clientId: channel.client_id,
    isClosed: channel.is_closed,
    messageCount: channel.message_count,
    check: check && { settings: settingsOf(check), state: stateOf(check) },
  };
}

/** A message of a channel with the number that it got. */
export interface NumberedMessage {
  readonly rawReportId: string;
  readonly channelId: string;
  readonly clientId: string;
  readonly number: number;
  readonly receivedAt: Date;
  readonly body: Buffer;
  readonly bodySha256: Buffer;
  /** What we knew of it when it came. */
  readonly envelope: Readonly<Record<string, unknown>>;
  /** Whether it tells of a run, as far as we know without reading it. */
  readonly isToProcess: boolean;
}

/** Bodies travel as one value, in binary: in an array they would be written in hexadecimal, several times over. */
const STORE = `SELECT app.store_messages($1::uuid, $2::uuid[], $3::timestamptz[], $4::uuid[], $5::uuid[], $6::bigint[],
  (SELECT array_agg(substring($7::bytea FROM b.start FOR b.size) ORDER BY b.n)
   FROM unnest($8::int[], $9::int[]) WITH ORDINALITY AS b (start, size, n)),
  $10::bytea[], $11::text[], $12::text[])`;

/** Keeps messages of one MSP's channels in the running transaction, which holds the channels. */
export async function storeMessages(
  query: IngestQuery,
  mspId: string,
  messages: readonly NumberedMessage[],
): Promise<void> {
  const column = <T>(pick: (message: NumberedMessage) => T): T[] => messages.map(pick);
  const [first, ...others] = messages;
  const sizes = column((one) => one.body.length);
  const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 1));
  await query(
    STORE,
    [
      mspId,
      column((one) => one.rawReportId),
      column((one) => one.receivedAt.toISOString()),
      column((one) => one.channelId),
      column((one) => one.clientId),
      column((one) => one.number),
      others.length === 0 ? first?.body : Buffer.concat(column((one) => one.body)),
      starts,
      sizes,
      column((one) => one.bodySha256),
      column((one) => JSON.stringify(one.envelope)),
      column((one) => (one.isToProcess ? 'pending' : 'processed')),
    ],
    'store-messages',
  );
}

/** How a channel stands after its newest message. */
export interface HeardChannel {
  readonly channelId: string;
  readonly messageCount: number;
  readonly heardAt: Date;
  readonly silentAt: Date | null;
  /** null: it is none of pings. */
  readonly state: CheckState | null;
}

/** Keeps how channels stand in the running transaction, which holds them. */
export async function saveChannels(
  query: IngestQuery,
  mspId: string,
  channels: readonly HeardChannel[],
): Promise<void> {
  const json = JSON.stringify(
    channels.map(({ channelId, messageCount, heardAt, silentAt, state }) => ({
      channel_id: channelId,
      message_count: messageCount,
      heard_at: heardAt,
      silent_at: silentAt,
      is_check: state !== null,
      paused_at: at(state?.pausedAt),
      started_at: at(state?.started?.at),
      started_rid: state?.started?.rid ?? null,
      started_number: state?.started?.number ?? null,
      last_ping_at: at(state?.lastPingAt),
      last_outcome: state?.lastOutcome ?? null,
      last_duration_seconds: state?.lastDurationSeconds ?? null,
    })),
  );
  await query(
    `WITH heard AS MATERIALIZED (
       SELECT * FROM jsonb_to_recordset($2::jsonb) AS h (channel_id uuid, message_count bigint, heard_at timestamptz,
         silent_at timestamptz, is_check boolean, paused_at timestamptz, started_at timestamptz, started_rid uuid,
         started_number bigint, last_ping_at timestamptz, last_outcome text, last_duration_seconds double precision)
     ), counted AS (
       UPDATE app.inbound_channel n SET message_count = h.message_count
       FROM heard h WHERE n.msp_id = $1::uuid AND n.channel_id = h.channel_id
     ), seen AS (
       UPDATE app.agent a SET last_seen_at = h.heard_at, silent_at = h.silent_at
       FROM heard h WHERE a.msp_id = $1::uuid AND a.agent_id = h.channel_id
     )
     UPDATE app.ping_check c SET paused_at = h.paused_at, started_at = h.started_at, started_rid = h.started_rid,
       started_number = h.started_number, last_ping_at = h.last_ping_at, last_outcome = h.last_outcome,
       last_duration_seconds = h.last_duration_seconds
     FROM heard h WHERE c.msp_id = $1::uuid AND c.channel_id = h.channel_id AND h.is_check`,
    [mspId, json],
    'save-channels',
  );
}

const at = (ms: number | null | undefined): Date | null => (ms == null ? null : new Date(ms));

/** The checks of a client with a slug, at most two: several are ambiguous. */
export async function findChecksBySlug(
  query: IngestQuery,
  mspId: string,
  clientId: string,
  slug: string,
): Promise<string[]> {
  const rows = await query(
    `SELECT c.channel_id::text FROM app.ping_check c
     JOIN app.agent a ON a.msp_id = c.msp_id AND a.agent_id = c.channel_id AND a.revoked_at IS NULL
     WHERE c.msp_id = $1::uuid AND c.client_id = $2::uuid AND c.slug = $3 LIMIT 2`,
    [mspId, clientId, slug],
    'find-checks-by-slug',
  );
  return z
    .array(z.object({ channel_id: z.string() }))
    .parse(rows)
    .map((row) => row.channel_id);
}

/** Keeps others from making checks of a client until commit; answers how many channels it has. */
export async function lockChecksOf(query: IngestQuery, mspId: string, clientId: string): Promise<number> {
  await query('SELECT pg_advisory_xact_lock(73, hashtext($1))', [clientId]);
  const rows = await query(
    'SELECT count(*)::int AS count FROM app.inbound_channel n WHERE n.msp_id = $1::uuid AND n.client_id = $2::uuid',
    [mspId, clientId],
  );
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}

/** Makes a channel in the running transaction; false: somebody has its address. */
export async function openChannel(query: IngestQuery, channel: NewChannel): Promise<boolean> {
  const rows = await query('SELECT app.open_channel($1::jsonb) AS "isOpen"', [JSON.stringify(channel)]);
  return z.tuple([z.object({ isOpen: z.boolean() })]).parse(rows)[0].isOpen;
}
