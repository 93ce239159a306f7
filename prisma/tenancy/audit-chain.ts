import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { z } from 'zod';

const event = z.object({
  seq: z.coerce.number(),
  body: z.string(),
  hash: z.string(),
  at: z.string(),
  action: z.string(),
  clientId: z.string().nullable(),
  actorId: z.string().nullable(),
});
const body = z.object({
  v: z.union([z.literal(1), z.literal(2)]),
  seq: z.number(),
  at: z.string(),
  action: z.string(),
  client: z.string().nullish(),
  actor: z.union([z.string(), z.object({ id: z.string().nullable() })]).nullable(),
  prev: z.string(),
});

/** A chain as it is stored, from its first event. */
export interface StoredChain {
  readonly events: readonly z.infer<typeof event>[];
  /** What the head says was last; null: the chain has none. */
  readonly head: { readonly seq: number; readonly hash: string } | null;
  /** What the first event follows. */
  readonly genesis: string;
}

/** The chain of an MSP; null: the instance's own. */
export async function readChain(client: ClientBase, mspId: string | null): Promise<StoredChain> {
  const own = mspId === null;
  const { rows } = await client.query(
    `SELECT seq, body, encode(hash, 'hex') AS hash, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
       action, ${own ? 'NULL' : 'client_id'} AS "clientId", actor_id AS "actorId"
     FROM ${own ? 'audit.instance_event' : 'audit.event'} ${own ? '' : 'WHERE msp_id = $1'} ORDER BY seq`,
    own ? [] : [mspId],
  );
  const head = await client.query<{ seq: string; hash: string }>(
    `SELECT seq, encode(hash, 'hex') AS hash FROM audit.head WHERE msp_id = $1`,
    [mspId],
  );
  const [last] = head.rows;
  return {
    events: z.array(event).parse(rows),
    head: last ? { seq: Number(last.seq), hash: last.hash } : null,
    genesis: sha256(`genesis:${mspId ?? 'instance'}`),
  };
}

/** Where a chain is broken, in plain words; none: it is whole. Recomputed from the stored bytes alone. */
export function breaksOf({ events, head, genesis }: StoredChain): string[] {
  const breaks = events.flatMap((one, index) => {
    const said = body.parse(JSON.parse(one.body));
    const actor = typeof said.actor === 'object' ? (said.actor?.id ?? null) : said.actor;
    const complaints = [
      one.seq === index + 1 ? '' : 'is out of sequence',
      hashOf(one.body, said) === one.hash ? '' : 'has another hash than its bytes',
      said.prev === (events[index - 1]?.hash ?? genesis) ? '' : 'does not follow the one before',
      said.seq === one.seq && said.at === one.at && said.action === one.action
        ? ''
        : 'is not what its body says',
      (said.client ?? null) === one.clientId && actor === one.actorId ? '' : 'is not whose its body says',
    ];
    return complaints.filter(Boolean).map((complaint) => `event ${one.seq} ${complaint}`);
  });
  const last = events.at(-1);
  const isAtHead = !head || (head.seq === (last?.seq ?? 0) && head.hash === (last?.hash ?? genesis));
  return isAtHead ? breaks : [...breaks, 'the head is not the last event'];
}

/** Of form 2 the hash is over 0x02, the hash before, whose the event is, and the hash of the body. */
function hashOf(text: string, { v, prev, client }: z.infer<typeof body>): string {
  if (v === 1) return sha256(text);
  const parts = ['02', prev, sha256(`client:${client ?? ''}:${prev}`), sha256(text)];
  return createHash('sha256')
    .update(Buffer.from(parts.join(''), 'hex'))
    .digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
