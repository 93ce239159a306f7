import { z } from 'zod';
import type { Tx } from './database';

/** Numbers of a stream that never arrived, both ends among them. */
export interface MissingSequences {
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  /** When the report after them arrived: since then they are missed. null: that report is no longer kept. */
  readonly noticedAt: Date | null;
}

const row = z.object({ epoch: z.string(), from: z.bigint(), to: z.bigint(), noticedAt: z.date().nullable() });

/** What of an agent's streams is missing below the greatest number that arrived, at most `limit` gaps. */
export async function listMissingSequences(
  tx: Tx,
  mspId: string,
  agentId: string,
  limit: number,
): Promise<MissingSequences[]> {
  const rows = await tx.$queryRaw`
    SELECT s.epoch::text, lower(gap) AS from, upper(gap) - 1 AS to, r.received_at AS "noticedAt"
    FROM app.agent_stream s
    CROSS JOIN unnest(int8multirange(int8range(1, upper(s.seen))) - s.seen) AS gap
    LEFT JOIN app.raw_report r ON r.msp_id = s.msp_id AND r.agent_id = s.agent_id AND r.epoch = s.epoch
      AND r.sequence = upper(gap)
    WHERE s.msp_id = ${mspId}::uuid AND s.agent_id = ${agentId}::uuid AND NOT isempty(s.seen)
    ORDER BY s.epoch, lower(gap) LIMIT ${limit}`;
  return z
    .array(row)
    .parse(rows)
    .map(({ from, to, ...rest }) => ({ ...rest, from: Number(from), to: Number(to) }));
}
