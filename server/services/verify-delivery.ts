import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { deliverySigningText, REPORTS_PATH } from '@/contract/delivery';
import { findAgent, type AgentIdentity } from '../data/ingest-agents';
import type { IngestStore } from '../data/ingest-store';
import { AppError } from '../errors';
import { createShortMemory } from './short-memory';

/** A delivery as it came: header values as sent (undefined: left out) and the bytes as sent. */
export interface RawDelivery {
  readonly agentId: string | undefined;
  readonly sentAt: string | undefined;
  readonly epoch: string | undefined;
  readonly sequence: string | undefined;
  readonly signature: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly body: Buffer;
  readonly receivedAt: Date;
}

/** The parts of a delivery, parsed. Who sent it is not known yet. */
export interface ParsedDelivery {
  readonly agentId: string;
  readonly sentAt: string;
  readonly epoch: string;
  readonly sequence: number;
  readonly signature: Buffer;
  readonly contentEncoding: 'identity' | 'gzip';
}

const verifyAside = promisify(verify);

/**
 * Finds agents by id, keeping their keys for a minute: a key may be changed through another process. Revocation is looked up
 * with every commit.
 */
export interface AgentKeys {
  find(agentId: string): Promise<KnownAgent | null>;
  forget(agentId: string): void;
}

interface KnownAgent {
  readonly agent: AgentIdentity;
  readonly key: KeyObject;
}

export function createAgentKeys(store: IngestStore): AgentKeys {
  const known = createShortMemory<KnownAgent>();
  return {
    find: async (agentId) => {
      const kept = known.recall(agentId);
      if (kept) return kept;
      const agent = await findAgent(store, agentId);
      if (!agent) return null;
      const found = {
        agent,
        key: createPublicKey({ key: agent.publicKey, format: 'der', type: 'spki' }),
      };
      if (!agent.isRevoked && !agent.isEnded) known.keep(agentId, found);
      return found;
    },
    forget: (agentId) => known.forget(agentId),
  };
}

/**
 * Reads the headers of a delivery.
 * @throws AppError `invalid-request`, `unsupported-encoding`
 */
export function parseDelivery(raw: RawDelivery): ParsedDelivery {
  const { epoch, sequence } = raw;
  const signed = parseAgentSignature(raw);
  if (!epoch || !UUID.test(epoch)) throw wrongHeader('holdfast-epoch', 'a UUID in lower case');
  if (!sequence || !SEQUENCE.test(sequence) || !Number.isSafeInteger(Number(sequence)))
    throw wrongHeader('holdfast-sequence', 'a whole number from 1');
  return {
    ...signed,
    epoch,
    sequence: Number(sequence),
    contentEncoding: encodingOf(raw.contentEncoding),
  };
}

/** Who says to have sent something, when, and the signature under it. */
export type AgentSignature = Pick<ParsedDelivery, 'agentId' | 'sentAt' | 'signature'>;

/**
 * Reads the headers that everything signed by an agent has.
 * @throws AppError `invalid-request`
 */
export function parseAgentSignature({
  agentId,
  sentAt,
  signature,
}: Pick<RawDelivery, 'agentId' | 'sentAt' | 'signature'>): AgentSignature {
  if (!agentId || !UUID.test(agentId)) throw wrongHeader('holdfast-agent', 'a UUID in lower case');
  if (!sentAt || !isInstant(sentAt))
    throw wrongHeader('holdfast-sent-at', 'a UTC time of RFC 3339, to the second or the millisecond');
  if (!signature || !SIGNATURE.test(signature))
    throw wrongHeader('holdfast-signature', 'an Ed25519 signature in base64');
  return { agentId, sentAt, signature: Buffer.from(signature, 'base64') };
}

/**
 * Whose delivery it is. The signature covers the bytes as sent, so nothing has been inflated or parsed before.
 * @throws AppError `agent-unknown`, `signature-invalid`, `agent-revoked`, `service-ended`
 */
export async function verifyDelivery(
  keys: AgentKeys,
  delivery: ParsedDelivery,
  bodySha256: Buffer,
): Promise<AgentIdentity> {
  const text = deliverySigningText({
    method: 'POST',
    path: REPORTS_PATH,
    sentAt: delivery.sentAt,
    agentId: delivery.agentId,
    epoch: delivery.epoch,
    sequence: delivery.sequence,
    contentEncoding: delivery.contentEncoding,
    bodySha256: bodySha256.toString('hex'),
  });
  const agent = await verifySigner(keys, delivery, text);
  refuseToHear(agent);
  return agent;
}

/**
 * The agent whose key signed a text; it may have been revoked.
 * @throws AppError `agent-unknown`, `signature-invalid`
 */
export async function verifySigner(
  keys: AgentKeys,
  by: Pick<AgentSignature, 'agentId' | 'signature'>,
  text: string,
): Promise<AgentIdentity> {
  let agent = await signerOf(keys, by, text);
  if (!agent) {
    // Its key may have been changed since it was read.
    keys.forget(by.agentId);
    agent = await signerOf(keys, by, text);
  }
  if (!agent)
    throw new AppError('signature-invalid', 'The signature does not belong to this machine and these bytes.');
  return agent;
}

/** null: the key that is known of the agent did not sign this. */
async function signerOf(
  keys: AgentKeys,
  { agentId, signature }: Pick<AgentSignature, 'agentId' | 'signature'>,
  text: string,
): Promise<AgentIdentity | null> {
  const found = await keys.find(agentId);
  if (!found) throw new AppError('agent-unknown', 'No machine is enrolled under this id.');
  // On another thread: the verification is half of what a report costs here.
  return (await verifyAside(null, Buffer.from(text), found.key, signature)) ? found.agent : null;
}

/** @throws AppError `agent-revoked`, `service-ended` */
export function refuseToHear({ isRevoked, isEnded }: AgentIdentity): void {
  if (isRevoked) throw agentRevoked();
  if (isEnded) throw serviceEnded();
}

/** What agents, pings, mails and webhooks of a client are told whose service has ended. */
export function serviceEnded(): AppError {
  return new AppError(
    'service-ended',
    'The service for this client has ended: nothing is taken any more. Remove what sends this, or ask your provider.',
  );
}

export function agentRevoked(): AppError {
  return new AppError('agent-revoked', 'This machine may no longer report. Enrol it again with a new token.');
}

export const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const SEQUENCE = /^[1-9]\d{0,15}$/;
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/;

/** One that can be spelled again from the instant that is kept: the signature covers it, and must be checkable for years. */
function isInstant(text: string): boolean {
  const at = Date.parse(text);
  if (!INSTANT.test(text) || Number.isNaN(at) || at < 0) return false;
  const spelled = new Date(at).toISOString();
  return text === spelled || text === spelled.replace('.000Z', 'Z');
}

function encodingOf(header: string | undefined): 'identity' | 'gzip' {
  const encoding = header ?? 'identity';
  if (encoding === 'identity' || encoding === 'gzip') return encoding;
  throw new AppError('unsupported-encoding', 'Send the report as it is, or with gzip once.');
}

function wrongHeader(name: string, wanted: string): AppError {
  return new AppError('invalid-request', `The header ${name} must be ${wanted}.`);
}
