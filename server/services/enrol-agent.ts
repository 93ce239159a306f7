import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { v7 } from 'uuid';
import { enrolmentSigningText, type EnrolmentAnswer, type EnrolmentRequest } from '@/contract/enrolment';
import { visibleText } from '@/domain/text/visible-text';
import { agentScope } from '../auth/system-scope';
import {
  insertAgent,
  insertAgentPublicKey,
  peekEnrolmentToken,
  readAgentNames,
  spendEnrolmentToken,
  type EnrolmentGrant,
} from '../data/ingest-agents';
import { appendIngestAuditEvent } from '../data/ingest-reports';
import type { IngestStore } from '../data/ingest-store';
import { AppError } from '../errors';
import { hashEnrolmentToken } from './mint-enrolment-token';

/** What the server says of itself to every machine that enrols. */
export interface ServerIdentity {
  /** The server's Ed25519 public key, which the agent pins. */
  readonly publicKey: KeyObject;
  readonly ingestUrl: string | null;
}

/**
 * Turns a token and a machine's public key into an agent, or gives the agent that the token is for this key, in one transaction
 * with its audit event. The same key with the token it spent gets the same answer again, since the first may have been lost.
 * `enrolledAt` is when it asked.
 * @throws AppError `signature-invalid`, `forbidden` when the token is unknown, expired or spent
 */
export async function enrolAgent(
  store: IngestStore,
  server: ServerIdentity,
  request: EnrolmentRequest,
  enrolledAt: Date,
): Promise<EnrolmentAnswer> {
  const publicKey = provenKey(request);
  const tokenHash = hashEnrolmentToken(request.token);
  const grant = await peekEnrolmentToken(store, tokenHash, publicKey);
  if (!grant) throw tokenRefused();
  const agentId = grant.agentId ?? grant.forAgentId ?? v7();
  const scope = agentScope({ ...grant, agentId });
  const agent = newAgent(request, grant, agentId);
  const names = await store.inScope(scope, async (query) => {
    if (grant.agentId === null) {
      if (!(await spendEnrolmentToken(query, { tokenHash, agentId, publicKey }))) throw tokenRefused();
      if (grant.forAgentId === null) await insertAgent(query, { ...agent, enrolledAt });
      await insertAgentPublicKey(query, { ...agent, publicKey, usedFrom: enrolledAt });
    }
    const read = await readAgentNames(query, { ...grant, agentId });
    if (grant.agentId === null) {
      await appendIngestAuditEvent(query, {
        action: grant.forAgentId === null ? 'agent.enrolled' : 'agent.key-rotated',
        clientId: grant.clientId,
        target: { agentId },
        details: { name: agent.name, hostname: agent.hostname, version: agent.version },
      });
    }
    return read;
  });
  return {
    agent_id: agentId,
    agent_name: names.agentName ?? request.name,
    msp_name: names.mspName,
    client_name: names.clientName,
    server_public_key: server.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    ingest_url: server.ingestUrl,
  };
}

/** The key, once the request shows that its sender holds the private half. */
function provenKey(request: EnrolmentRequest): Buffer {
  const der = Buffer.from(request.public_key, 'base64');
  const key = ed25519(der);
  const signature = Buffer.from(request.signature, 'base64');
  if (key && verify(null, Buffer.from(enrolmentSigningText(request)), key, signature)) return der;
  throw new AppError('signature-invalid', 'The request is not signed with the Ed25519 key it brings.');
}

function ed25519(der: Buffer): KeyObject | null {
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}

function newAgent(request: EnrolmentRequest, grant: EnrolmentGrant, agentId: string) {
  const { name, hostname, os, version } = request;
  return {
    mspId: grant.mspId,
    clientId: grant.clientId,
    agentId,
    name: visibleText(name),
    hostname: visibleText(hostname),
    os: os === null ? null : visibleText(os),
    version: visibleText(version),
  };
}

function tokenRefused(): AppError {
  return new AppError(
    'forbidden',
    'This enrolment token is unknown, expired or spent. Make a new one in Holdfast.',
  );
}
