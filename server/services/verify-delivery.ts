import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { deliverySigningText, REPORTS_PATH } from '@/contract/delivery';
import { findAgent, type AgentIdentity } from '../data/ingest-agents';
import type { IngestStore } from '../data/ingest-store';
import { AppError } from '../errors';

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

const KEYS_MAX = 20_000;
const KEY_AGE_MS_MAX = 60_000;

interface KnownAgent {
  readonly agent: AgentIdentity;
  readonly key: KeyObject;
}

export function createAgentKeys(store: IngestStore): AgentKeys {
  const known = new Map<string, KnownAgent & { readonly readMs: number }>();
  return {
    find: async (agentId) => {
      const kept = known.get(agentId);
      if (kept && performance.now() - kept.readMs < KEY_AGE_MS_MAX) return kept;
      known.delete(agentId);
      const agent = await findAgent(store, agentId);
      if (!agent) return null;
      const found = {
        agent,
        key: createPublicKey({ key: agent.publicKey, format: 'der', type: 'spki' }),
        readMs: performance.now(),
      };
      if (known.size >= KEYS_MAX) known.clear();
      if (!agent.isRevoked) known.set(agentId, found);
      return found;
    },
    forget: (agentId) => void known.delete(agentId),
  };
}

/**
 * Reads the headers of a delivery.
 * @throws AppError `invalid-request`, `unsupported-encoding`
 */
export function parseDelivery(raw: RawDelivery): ParsedDelivery {
  const { agentId, sentAt, epoch, sequence, signature } = raw;
  if (!agentId || !UUID.test(agentId)) throw wrongHeader('holdfast-agent', 'a UUID in lower case');
  if (!epoch || !UUID.test(epoch)) throw wrongHeader('holdfast-epoch', 'a UUID in lower case');
  if (!sequence || !SEQUENCE.test(sequence) || !Number.isSafeInteger(Number(sequence)))
    throw wrongHeader('holdfast-sequence', 'a whole number from 1');
  if (!sentAt || !isInstant(sentAt))
    throw wrongHeader('holdfast-sent-at', 'a UTC time of RFC 3339, to the second or the millisecond');
  if (!signature || !SIGNATURE.test(signature))
    throw wrongHeader('holdfast-signature', 'an Ed25519 signature in base64');
  return {
    agentId,
    sentAt,
    epoch,
    sequence: Number(sequence),
    signature: Buffer.from(signature, 'base64'),
    contentEncoding: encodingOf(raw.contentEncoding),
  };
}

/**
 * Whose delivery it is. The signature covers the bytes as sent, so nothing has been inflated or parsed before.
 * @throws AppError `agent-unknown`, `signature-invalid`, `agent-revoked`
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
  let agent = await signerOf(keys, delivery, text);
  if (!agent) {
    // Its key may have been changed since it was read.
    keys.forget(delivery.agentId);
    agent = await signerOf(keys, delivery, text);
  }
  if (!agent)
    throw new AppError('signature-invalid', 'The signature does not belong to this machine and these bytes.');
  if (agent.isRevoked) throw agentRevoked();
  return agent;
}

/** null: the key that is known of the agent did not sign this. */
async function signerOf(
  keys: AgentKeys,
  { agentId, signature }: ParsedDelivery,
  text: string,
): Promise<AgentIdentity | null> {
  const found = await keys.find(agentId);
  if (!found) throw new AppError('agent-unknown', 'No machine is enrolled under this id.');
  // On another thread: the verification is half of what a report costs here.
  return (await verifyAside(null, Buffer.from(text), found.key, signature)) ? found.agent : null;
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
