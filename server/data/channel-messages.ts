import { z } from 'zod';
import type { Tx } from './database';

/**
 * The number of the first message of a channel that has the same bytes, came before the given one and not before `since`; null: there
 * is none.
 */
export async function findFirstOfSame(
  tx: Tx,
  mspId: string,
  channelId: string,
  of: { sha256: Uint8Array; number: number; since: Date },
): Promise<number | null> {
  const rows = await tx.$queryRaw`SELECT min(r.sequence)::float8 AS number FROM app.raw_report r
    WHERE r.msp_id = ${mspId}::uuid AND r.agent_id = ${channelId}::uuid AND r.epoch = ${channelId}::uuid
      AND r.sequence < ${of.number} AND r.sequence >= ${of.number - SAME_AMONG_MAX}
      AND r.received_at >= ${of.since} AND r.body_sha256 = ${of.sha256}`;
  return z.tuple([z.object({ number: z.number().nullable() })]).parse(rows)[0].number;
}

/** As many messages as a channel may send in a minute, and some. */
const SAME_AMONG_MAX = 500;

/** Has a channel's messages that were put aside processed again; how many. */
export async function retryMessagesAside(tx: Tx, mspId: string, channelId: string): Promise<number> {
  return tx.$executeRaw`
    UPDATE app.inbox i SET state = 'pending', attempts = 0, finished_at = NULL, reason = NULL
    FROM app.raw_report r
    WHERE i.msp_id = ${mspId}::uuid AND r.msp_id = i.msp_id AND r.raw_report_id = i.raw_report_id
      AND r.agent_id = ${channelId}::uuid AND r.body_deleted_at IS NULL AND i.state = 'quarantined'`;
}

/** Keeps what a channel is expected to tell of; null: whatever it says. */
export async function saveProduct(
  tx: Tx,
  mspId: string,
  channelId: string,
  product: string | null,
): Promise<void> {
  await tx.inboundChannel.updateMany({ where: { mspId, channelId }, data: { product } });
}
