import { z } from 'zod';
import type { Tx } from './database';

/** Numbers of a stream that never arrived, both ends among them. */
export interface MissingSequences {
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
}

const row = z.object({ epoch: z.string(), from: z.bigint(), to: z.bigint() });

/** What of an agent's streams is missing below the greatest number that arrived, at most `limit` gaps. */
export async function listMissingSequences(
  tx: Tx,
  mspId: string,
  agentId: string,
  limit: number,
): Promise<MissingSequences[]> {
  const rows = await tx.$queryRaw`
    SELECT s.epoch::text, lower(gap) AS from, upper(gap) - 1 AS to
    FROM app.agent_stream s,
      unnest(int8multirange(int8range(1, upper(s.seen))) - s.seen) AS gap
    WHERE s.msp_id = ${mspId}::uuid AND s.agent_id = ${agentId}::uuid AND NOT isempty(s.seen)
    ORDER BY s.epoch, lower(gap) LIMIT ${limit}`;
  return z
    .array(row)
    .parse(rows)
    .map(({ epoch, from, to }) => ({ epoch, from: Number(from), to: Number(to) }));
}
