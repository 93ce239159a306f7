import { z } from 'zod';
import { PULL_PROBLEMS } from '@/domain/pull/pull-problem';
import { PULL_KINDS, type PullSettings, pullSettings } from '@/domain/pull/pull-settings';
import type { Tx } from './database';

/** A connector to be made, with everything that its row says. */
export interface NewConnector {
  readonly channelId: string;
  readonly clientId: string;
  readonly baseUrl: string;
  readonly settings: PullSettings;
  readonly sealed: Uint8Array<ArrayBuffer>;
  readonly fingerprint: string | null;
  readonly intervalMinutes: number;
  readonly nextPullAt: Date;
}

export async function insertConnector(tx: Tx, mspId: string, connector: NewConnector): Promise<void> {
  const { kind } = connector.settings;
  await tx.pullConnector.create({ data: { mspId, kind, ...connector } });
}

const endedPull = z.object({
  at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  tookMs: z.int().min(0),
  /** null: it went well. */
  problem: z.enum(PULL_PROBLEMS).nullable(),
  httpStatus: z.int().nullable(),
  /** What the server said, shortened; null: nothing. */
  detail: z.string().nullable(),
  /** That it was shown, and those of them that were new. */
  items: z.int().min(0),
  fresh: z.int().min(0),
});
/** A pull that is over. */
export type EndedPull = z.output<typeof endedPull>;

const connectorRow = z.object({
  channelId: z.string(),
  clientId: z.string(),
  kind: z.enum(PULL_KINDS),
  baseUrl: z.string(),
  settings: pullSettings,
  fingerprint: z.string().nullable(),
  intervalMinutes: z.int(),
  version: z.int(),
  pausedAt: z.date().nullable(),
  /** null: while it is paused. */
  nextPullAt: z.date().nullable(),
  /** Until when the worker that is at it has it to itself; null: none is. */
  claimedUntil: z.date().nullable(),
  failures: z.int(),
  succeededAt: z.date().nullable(),
  /** Newest first. */
  recent: z.array(endedPull),
});
/** A connector with how it stands, without what it signs in with. */
export type PullConnector = z.output<typeof connectorRow>;

const SHOWN = {
  channelId: true,
  clientId: true,
  kind: true,
  baseUrl: true,
  settings: true,
  fingerprint: true,
  intervalMinutes: true,
  version: true,
  pausedAt: true,
  nextPullAt: true,
  claimedUntil: true,
  failures: true,
  succeededAt: true,
  recent: true,
} as const;

/** null: the channel pulls nothing, is not there, or another MSP's. */
export async function findConnector(tx: Tx, mspId: string, channelId: string): Promise<PullConnector | null> {
  const row = await tx.pullConnector.findFirst({ where: { mspId, channelId }, select: SHOWN });
  return row && connectorRow.parse(row);
}

/** The same with what it signs in with, kept from other changes until the transaction ends. */
export async function lockConnector(
  tx: Tx,
  mspId: string,
  channelId: string,
): Promise<(PullConnector & { readonly sealed: Uint8Array }) | null> {
  await tx.$queryRaw`SELECT 1 AS one FROM app.pull_connector
    WHERE msp_id = ${mspId}::uuid AND channel_id = ${channelId}::uuid FOR UPDATE`;
  return findSealedConnector(tx, mspId, channelId);
}

/** The same, not kept from changes. */
export async function findSealedConnector(
  tx: Tx,
  mspId: string,
  channelId: string,
): Promise<(PullConnector & { readonly sealed: Uint8Array }) | null> {
  const row = await tx.pullConnector.findFirst({
    where: { mspId, channelId },
    select: { ...SHOWN, sealed: true },
  });
  return row && { ...connectorRow.parse(row), sealed: row.sealed };
}

/** What people say anew of a connector. */
export interface ChangedConnector {
  readonly baseUrl: string;
  readonly settings: PullSettings;
  readonly sealed: Uint8Array;
  readonly fingerprint: string | null;
  readonly intervalMinutes: number;
  readonly pausedAt: Date | null;
  readonly nextPullAt: Date | null;
}

/** `isElsewhere`: what was told so far says nothing of what is asked for now. */
export async function updateConnector(
  tx: Tx,
  mspId: string,
  channelId: string,
  changed: ChangedConnector,
  isElsewhere: boolean,
): Promise<void> {
  await tx.pullConnector.updateMany({
    where: { mspId, channelId },
    data: {
      ...changed,
      sealed: new Uint8Array(changed.sealed),
      failures: 0,
      version: { increment: 1 },
      ...(isElsewhere && { cursorAt: null }),
    },
  });
}

/** Has a connector pull at `at`. */
export async function hastenConnector(tx: Tx, mspId: string, channelId: string, at: Date): Promise<void> {
  await tx.pullConnector.updateMany({ where: { mspId, channelId }, data: { nextPullAt: at } });
}

/** Forgets what a connector signs in with, for good. */
export async function endConnector(tx: Tx, mspId: string, channelId: string): Promise<void> {
  await tx.pullConnector.updateMany({
    where: { mspId, channelId },
    data: { sealed: new Uint8Array(), nextPullAt: null },
  });
}

const claimedRow = z.object({
  channelId: z.string(),
  baseUrl: z.string(),
  settings: pullSettings,
  sealed: z.instanceof(Uint8Array),
  fingerprint: z.string().nullable(),
  intervalMinutes: z.int(),
  cursorAt: z.date().nullable(),
  failures: z.int(),
});
/** A connector that one worker has to itself. */
export type ClaimedConnector = z.output<typeof claimedRow> & { readonly claimId: string };

/** Takes the connector of an MSP that has been due for longest, until `until`; null: none is, or other workers have them. */
export async function claimConnector(
  tx: Tx,
  mspId: string,
  claimId: string,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<ClaimedConnector | null> {
  const rows = await tx.$queryRaw`
    UPDATE app.pull_connector c SET claim_id = ${claimId}::uuid, claimed_until = ${until}
    WHERE c.msp_id = ${mspId}::uuid AND c.channel_id = (
      SELECT d.channel_id FROM app.pull_connector d
      JOIN app.agent a ON a.msp_id = d.msp_id AND a.agent_id = d.channel_id AND a.revoked_at IS NULL
      JOIN app.client l ON l.msp_id = d.msp_id AND l.client_id = d.client_id AND l.archived_at IS NULL
      WHERE d.msp_id = ${mspId}::uuid AND d.next_pull_at <= ${now} AND coalesce(d.claimed_until, '-infinity') <= ${now}
      ORDER BY d.next_pull_at, d.channel_id LIMIT 1 FOR UPDATE OF d SKIP LOCKED)
    RETURNING c.channel_id::text AS "channelId", c.base_url AS "baseUrl", c.settings, c.sealed, c.fingerprint,
      c.interval_minutes AS "intervalMinutes", c.cursor_at AS "cursorAt", c.failures`;
  const [row] = z.array(claimedRow).max(1).parse(rows);
  return row ? { ...row, claimId } : null;
}

/** Which of these keys a connector has told already. */
export async function findKnownItems(
  tx: Tx,
  mspId: string,
  channelId: string,
  keys: readonly string[],
): Promise<Set<string>> {
  const found = await tx.pulledItem.findMany({
    where: { mspId, channelId, itemKey: { in: [...keys] } },
    select: { itemKey: true },
  });
  return new Set(found.map(({ itemKey }) => itemKey));
}

/** What a pull was shown, as a message of its channel. */
export interface PulledMessage {
  readonly key: string;
  readonly rawReportId: string;
  readonly body: Buffer;
  readonly bodySha256: Buffer;
  readonly envelope: object;
}

/**
 * Keeps what a pull was shown and how far it has come, in the running transaction; answers how many were new. null: another worker has
 * taken over, or the channel was closed. No two messages have one key.
 */
export async function storePulled(
  tx: Tx,
  { channelId, claimId }: Pick<ClaimedConnector, 'channelId' | 'claimId'>,
  messages: readonly PulledMessage[],
  { at, cursorAt, until }: { readonly at: Date; readonly cursorAt: Date | null; readonly until: Date },
): Promise<number | null> {
  const sizes = messages.map(({ body }) => body.length);
  const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 1));
  // Bodies travel as one value: an array of them would be written in hexadecimal.
  const bodies = new Uint8Array(Buffer.concat(messages.map(({ body }) => body)));
  const hashes = messages.map(({ bodySha256 }) => bodySha256.toString('hex'));
  const rows = await tx.$queryRaw`SELECT app.store_pulled(${channelId}::uuid, ${claimId}::uuid,
    ${messages.map(({ key }) => key)}::text[], ${messages.map(({ rawReportId }) => rawReportId)}::uuid[],
    (SELECT array_agg(substring(${bodies}::bytea FROM b.start FOR b.size) ORDER BY b.n)
      FROM unnest(${starts}::int[], ${sizes}::int[]) WITH ORDINALITY AS b (start, size, n)),
    (SELECT array_agg(decode(h.hash, 'hex') ORDER BY h.n) FROM unnest(${hashes}::text[]) WITH ORDINALITY AS h (hash, n)),
    ${messages.map(({ envelope }) => JSON.stringify(envelope))}::text[], ${at}::timestamptz, ${cursorAt}::timestamptz,
    ${until}::timestamptz) AS fresh`;
  return z.tuple([z.object({ fresh: z.int().nullable() })]).parse(rows)[0].fresh;
}

const RECENT_MAX = 10;

/** Ends a pull and says when the next one is due; false: another worker has taken over. What is paused stays so. */
export async function finishPull(
  tx: Tx,
  mspId: string,
  { channelId, claimId }: Pick<ClaimedConnector, 'channelId' | 'claimId'>,
  ended: EndedPull,
  next: { readonly failures: number; readonly succeededAt: Date | null; readonly pullAt: Date },
): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE app.pull_connector SET claim_id = NULL, claimed_until = NULL, failures = ${next.failures},
      succeeded_at = coalesce(${next.succeededAt}::timestamptz, succeeded_at),
      next_pull_at = CASE WHEN paused_at IS NULL THEN ${next.pullAt}::timestamptz END,
      recent = jsonb_path_query_array(jsonb_build_array(${JSON.stringify(ended)}::jsonb) || recent,
        ${`$[0 to ${RECENT_MAX - 1}]`}::jsonpath)
    WHERE msp_id = ${mspId}::uuid AND channel_id = ${channelId}::uuid AND claim_id = ${claimId}::uuid`;
  return count === 1;
}

/** Says that a channel was heard, and from when on it is silent; answers whether it was silent before. */
export async function markPulled(
  tx: Tx,
  mspId: string,
  channelId: string,
  { at, silentAt }: { readonly at: Date; readonly silentAt: Date },
): Promise<boolean> {
  const before = await tx.agent.findFirst({
    where: { mspId, agentId: channelId },
    select: { silentAt: true, lastSeenAt: true },
  });
  await tx.agent.updateMany({ where: { mspId, agentId: channelId }, data: { lastSeenAt: at, silentAt } });
  return before?.silentAt != null && before.silentAt <= at;
}
