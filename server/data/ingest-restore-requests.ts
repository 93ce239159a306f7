import { z } from 'zod';
import type { AgentIdentity } from './ingest-agents';
import type { IngestQuery } from './ingest-store';

const signedRow = z.object({ body: z.string(), signature: z.instanceof(Buffer) });

const REQUESTS_MAX = 100;

/**
 * What an agent is asked to do and has not answered, oldest first, and keeps that it asked. Asking again gives the same again: the
 * answer may have been lost, and the agent knows what it has done.
 */
export async function fetchRestoreRequests(
  query: IngestQuery,
  { mspId, agentId, clientId }: AgentIdentity,
  now: Date,
): Promise<z.output<typeof signedRow>[]> {
  const at = now.toISOString();
  await query(
    `INSERT INTO app.agent_request_poll (msp_id, agent_id, client_id, polled_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (msp_id, agent_id) DO UPDATE SET polled_at = excluded.polled_at`,
    [mspId, agentId, clientId, at],
  );
  await query(
    `UPDATE app.restore_request SET state = 'fetched', fetched_at = $3
     WHERE msp_id = $1 AND agent_id = $2 AND state = 'waiting' AND expires_at > $3`,
    [mspId, agentId, at],
  );
  const rows = await query(
    `SELECT body, signature FROM app.restore_request
     WHERE msp_id = $1 AND agent_id = $2 AND state = 'fetched' AND expires_at > $3
     ORDER BY asked_at, request_id LIMIT ${REQUESTS_MAX}`,
    [mspId, agentId, at],
  );
  return z.array(signedRow).parse(rows);
}
