import { z } from 'zod';
import type { Tx } from './database';

/** A token as it is kept. */
export interface NewEnrolmentToken {
  readonly tokenHash: Uint8Array<ArrayBuffer>;
  readonly enrolmentId: string;
  /** null: for the MSP's own machines. */
  readonly clientId: string | null;
  /** Whose key it changes; null: it makes an agent. */
  readonly agentId: string | null;
  readonly expiresAt: Date;
}

/** Keeps the hash of a new enrolment token of the context's MSP. */
export async function storeEnrolmentToken(tx: Tx, token: NewEnrolmentToken): Promise<void> {
  await tx.$queryRaw`SELECT identity.store_enrolment_token(${token.tokenHash}::bytea, ${token.clientId}::uuid,
    ${token.expiresAt}::timestamptz, ${token.enrolmentId}::uuid, ${token.agentId}::uuid)::text`;
}

const row = z.object({
  enrolmentId: z.string(),
  clientId: z.string().nullable(),
  clientName: z.string().nullable(),
  /** Whose key it was made to change; null: it was made for a new agent. */
  forAgentId: z.string().nullable(),
  /** Who spent it; null: nobody yet. */
  agentId: z.string().nullable(),
  hostname: z.string().nullable(),
  /** null: nobody by name. */
  createdBy: z.string().nullable(),
  createdAt: z.date(),
  expiresAt: z.date(),
  spentAt: z.date().nullable(),
});
/** What became of a token; the token itself is known to nobody but who was shown it. */
export type Enrolment = z.output<typeof row>;

/** The newest tokens of the scope, at most `limit`. */
export async function listEnrolments(tx: Tx, mspId: string, limit: number): Promise<Enrolment[]> {
  return read(tx, mspId, null, limit);
}

/** null: not there, or another MSP's. */
export async function findEnrolment(tx: Tx, mspId: string, enrolmentId: string): Promise<Enrolment | null> {
  return (await read(tx, mspId, enrolmentId, 1))[0] ?? null;
}

async function read(tx: Tx, mspId: string, enrolmentId: string | null, limit: number): Promise<Enrolment[]> {
  const rows = await tx.$queryRaw`
    SELECT t.enrolment_id::text AS "enrolmentId", t.client_id::text AS "clientId", c.name AS "clientName",
      t.for_agent_id::text AS "forAgentId", t.agent_id::text AS "agentId", a.hostname, t.created_by AS "createdBy",
      t.created_at AS "createdAt", t.expires_at AS "expiresAt", t.spent_at AS "spentAt"
    FROM identity.list_enrolments(${enrolmentId}::uuid, ${limit}::int) t
    LEFT JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = t.client_id
    LEFT JOIN app.agent a ON a.msp_id = ${mspId}::uuid AND a.agent_id = coalesce(t.agent_id, t.for_agent_id)
    ORDER BY t.created_at DESC, t.enrolment_id`;
  return z.array(row).parse(rows);
}
