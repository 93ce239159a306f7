import { z } from 'zod';
import type { Tx } from './database';

const actRow = z.object({
  seq: z.coerce.number(),
  at: z.date(),
  action: z.string(),
  clientName: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
});
/** What an auditor did, as the log has it. */
export type ListedAct = z.output<typeof actRow>;

const ACTS_SHOWN = 200;

/** What an auditor did in the room, newest first, at most 200. */
export async function listEvidenceActs(tx: Tx, mspId: string, personId: string): Promise<ListedAct[]> {
  const rows = await tx.$queryRaw`
    SELECT e.seq::text AS seq, e.at, e.action, l.name AS "clientName",
      coalesce(e.body::jsonb -> 'details', '{}'::jsonb) AS details
    FROM audit.event e
    LEFT JOIN app.client l ON l.msp_id = ${mspId}::uuid AND l.client_id = e.client_id
    WHERE e.msp_id = ${mspId}::uuid AND e.actor_id = ${personId}::uuid AND e.action LIKE 'evidence.%'
    ORDER BY e.at DESC, e.seq DESC LIMIT ${ACTS_SHOWN}`;
  return z.array(actRow).parse(rows);
}
