import { z } from 'zod';
import type { Tx } from './database';

const eventRow = z.object({
  seq: z.bigint().transform(Number),
  action: z.string(),
  clientId: z.string().nullable(),
  body: z.string(),
  hash: z.string(),
  /** What is kept still of what the event commits to; salts in hexadecimal. */
  private: z.array(z.object({ field: z.string(), salt: z.string(), value: z.string() })),
});
/** An event as it leaves, with its personal values. */
export type ChainEvent = z.output<typeof eventRow>;

/** At most `limit` events after the one of this number and up to `throughSeq`, oldest first. */
export async function listChainEvents(
  tx: Tx,
  mspId: string,
  { after, throughSeq, limit }: { after: number; throughSeq: number; limit: number },
): Promise<ChainEvent[]> {
  const rows = await tx.$queryRaw`
    SELECT e.seq, e.action, e.client_id::text AS "clientId", e.body, encode(e.hash, 'hex') AS hash,
      coalesce((SELECT jsonb_agg(jsonb_build_object('field', p.field, 'salt', encode(p.salt, 'hex'), 'value', p.value) ORDER BY p.field)
        FROM audit.event_private p WHERE p.msp_id = e.msp_id AND p.seq = e.seq), '[]') AS private
    FROM audit.event e
    WHERE e.msp_id = ${mspId}::uuid AND e.seq > ${after}::bigint AND e.seq <= ${throughSeq}::bigint ORDER BY e.seq LIMIT ${limit}`;
  return z.array(eventRow).parse(rows);
}

const boundsRow = z.object({
  before: z.bigint().transform(Number),
  last: z.bigint().transform(Number),
});

/** The last event before `from`, and the last before `to`; 0: there is none. */
export async function chainBounds(
  tx: Tx,
  mspId: string,
  from: Date,
  to: Date,
): Promise<{ before: number; last: number }> {
  const rows = await tx.$queryRaw`
    SELECT coalesce(max(e.seq) FILTER (WHERE e.at < ${from}), 0) AS before, coalesce(max(e.seq), 0) AS last
    FROM audit.event e WHERE e.msp_id = ${mspId}::uuid AND e.at < ${to}`;
  return z.tuple([boundsRow]).parse(rows)[0];
}

/** How many events the chain has, which have no gaps: the number of the last. */
export async function countEvents(tx: Tx, mspId: string): Promise<number> {
  const rows =
    await tx.$queryRaw`SELECT coalesce(max(e.seq), 0) AS last FROM audit.event e WHERE e.msp_id = ${mspId}::uuid`;
  return z.tuple([boundsRow.pick({ last: true })]).parse(rows)[0].last;
}
