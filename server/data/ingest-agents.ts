import { z } from 'zod';
import type { IngestQuery, IngestStore } from './ingest-store';

/** An agent as its key says, never as a report says. */
export interface AgentIdentity {
  readonly agentId: string;
  readonly mspId: string;
  /** null: it stands for the MSP's own machines. */
  readonly clientId: string | null;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
  readonly isRevoked: boolean;
  /** Whether the service for its client has ended. */
  readonly isEnded: boolean;
}

const agentRow = z.object({
  msp_id: z.string(),
  client_id: z.string().nullable(),
  public_key: z.instanceof(Buffer),
  is_revoked: z.boolean(),
  is_ended: z.boolean(),
});

/** Looks an agent up before its tenant is known; null: there is none of this id. */
export async function findAgent(store: IngestStore, agentId: string): Promise<AgentIdentity | null> {
  const rows = await store.withoutScope('SELECT * FROM identity.resolve_agent($1::uuid)', [agentId]);
  const [row] = z.array(agentRow).max(1).parse(rows);
  if (!row) return null;
  return {
    agentId,
    mspId: row.msp_id,
    clientId: row.client_id,
    publicKey: row.public_key,
    isRevoked: row.is_revoked,
    isEnded: row.is_ended,
  };
}

/** What an enrolment token stands for. `agentId` is set when this very key spent it already: the answer was lost. */
export interface EnrolmentGrant {
  readonly mspId: string;
  readonly clientId: string | null;
  readonly agentId: string | null;
  /** The agent whose key it changes; null: it makes an agent. */
  readonly forAgentId: string | null;
}

const grantRow = z.object({
  msp_id: z.string(),
  client_id: z.string().nullable(),
  agent_id: z.string().nullable(),
  for_agent_id: z.string().nullable(),
});

/** null: unknown, expired, or spent by another key. */
export async function peekEnrolmentToken(
  store: IngestStore,
  tokenHash: Buffer,
  publicKey: Buffer,
): Promise<EnrolmentGrant | null> {
  const rows = await store.withoutScope('SELECT * FROM identity.peek_enrolment_token($1, $2)', [
    tokenHash,
    publicKey,
  ]);
  const [row] = z.array(grantRow).max(1).parse(rows);
  if (!row) return null;
  const { msp_id: mspId, client_id: clientId, agent_id: agentId, for_agent_id: forAgentId } = row;
  return { mspId, clientId, agentId, forAgentId };
}

/** Spends the token on an agent in the running transaction, whose context must be the token's MSP. False: too late. */
export async function spendEnrolmentToken(
  query: IngestQuery,
  spent: { tokenHash: Buffer; agentId: string; publicKey: Buffer },
): Promise<boolean> {
  const rows = await query('SELECT identity.spend_enrolment_token($1, $2::uuid, $3) AS is_spent', [
    spent.tokenHash,
    spent.agentId,
    spent.publicKey,
  ]);
  return z.tuple([z.object({ is_spent: z.boolean() })]).parse(rows)[0].is_spent;
}

export interface NewAgent {
  readonly mspId: string;
  readonly agentId: string;
  readonly clientId: string | null;
  readonly name: string;
  readonly hostname: string;
  readonly os: string | null;
  readonly version: string;
  readonly enrolledAt: Date;
}

/** The agent's row among the MSP's. */
export async function insertAgent(query: IngestQuery, agent: NewAgent): Promise<void> {
  await query(
    `INSERT INTO app.agent (msp_id, agent_id, client_id, name, hostname, os, version, enrolled_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      agent.mspId,
      agent.agentId,
      agent.clientId,
      agent.name,
      agent.hostname,
      agent.os,
      agent.version,
      agent.enrolledAt.toISOString(),
    ],
  );
}

/** Keeps the key that an agent signs with from now on, for good. */
export async function insertAgentPublicKey(
  query: IngestQuery,
  key: Pick<NewAgent, 'mspId' | 'agentId' | 'clientId'> & { publicKey: Buffer; usedFrom: Date },
): Promise<void> {
  await query(
    `INSERT INTO app.agent_public_key (msp_id, agent_id, used_from, client_id, public_key) VALUES ($1, $2, $3, $4, $5)`,
    [key.mspId, key.agentId, key.usedFrom.toISOString(), key.clientId, key.publicKey],
  );
}

/** Whom an agent reports for, in words; `agentName` null while it does not exist yet. */
export async function readAgentNames(
  query: IngestQuery,
  of: { mspId: string; clientId: string | null; agentId: string },
): Promise<{ mspName: string; clientName: string | null; agentName: string | null }> {
  const rows = await query(
    `SELECT m.name AS msp_name, c.name AS client_name, a.name AS agent_name
     FROM app.msp m
     LEFT JOIN app.client c ON c.msp_id = m.msp_id AND c.client_id = $2
     LEFT JOIN app.agent a ON a.msp_id = m.msp_id AND a.agent_id = $3
     WHERE m.msp_id = $1`,
    [of.mspId, of.clientId, of.agentId],
  );
  const [row] = z.tuple([namesRow]).parse(rows);
  return { mspName: row.msp_name, clientName: row.client_name, agentName: row.agent_name };
}

const namesRow = z.object({
  msp_name: z.string(),
  client_name: z.string().nullable(),
  agent_name: z.string().nullable(),
});
