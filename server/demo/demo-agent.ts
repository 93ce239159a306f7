import { createPrivateKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { deliverySigningText, REPORTS_PATH } from '@/contract/delivery';
import { enrolmentSigningText, type EnrolmentRequest } from '@/contract/enrolment';
import type { Instant } from '@/domain/time/instant';
import { sha256, type RawDelivery } from '../services/verify-delivery';
import type { Calendar, Slot } from './calendar';
import { uuidOf } from './chance';
import { simulateBody } from './simulate-report';
import { iso, type ReportInput } from './simulate-runs';
import type { DemoClient } from './story';

/** A client's agent, as it is kept in the data folder. */
export interface DemoAgent {
  readonly mspName: string;
  readonly clientName: string;
  readonly agentId: string;
  readonly hostname: string;
  readonly epoch: string;
  /** Ed25519, PKCS#8 DER in base64. */
  readonly privateKey: string;
}

/** How far an agent's reports have been delivered. */
export interface DemoProgress {
  /** 0: none yet. */
  readonly sequence: number;
  /** Hex, of the bytes of the newest one. */
  readonly bodySha256: string | null;
}

const AGENT_VERSION = '0.1.0';
const RESTIC_VERSION = '0.18.0';
const OS = 'Debian GNU/Linux 12 (bookworm)';

/** The machine on which a client's agent runs. */
export function agentHostname(client: DemoClient): string {
  return client.systems[0]?.host ?? client.name;
}

/** A new key and the request that enrols it with a token. */
export function newEnrolment(
  hostname: string,
  token: string,
): { request: EnrolmentRequest; privateKey: string } {
  const pair = generateKeyPairSync('ed25519');
  const public_key = pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const text = enrolmentSigningText({ token, hostname, public_key });
  const signature = sign(null, Buffer.from(text), pair.privateKey).toString('base64');
  return {
    request: { token, name: hostname, hostname, os: OS, version: AGENT_VERSION, public_key, signature },
    privateKey: pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  };
}

/** A new stream of reports. */
export const newEpoch = (): string => randomUUID();

/** The bytes of an agent's report for a slot: the same however often they are made. */
export function reportBytes(
  agent: DemoAgent,
  calendar: Calendar,
  slot: Slot,
  previousSha256: string | null,
): Buffer {
  const { hostname, agentId, epoch } = agent;
  const report: ReportInput = {
    schema_version: '1.0',
    report_id: uuidOf(epoch, slot.sequence),
    epoch,
    sequence: slot.sequence,
    previous_report_sha256: previousSha256,
    generated_at: iso(slot.at),
    agent: { id: agentId, name: hostname, version: AGENT_VERSION, os: OS, hostname, clock_offset_ms: 0 },
    source: { adapter: 'restic', adapter_version: AGENT_VERSION, tool_version: RESTIC_VERSION },
    ...simulateBody(calendar, slot),
  };
  return gzipSync(JSON.stringify(report));
}

/** A delivery of these bytes as it leaves the agent at `sentAt` and arrives at `receivedAt`. */
export function signDelivery(
  agent: DemoAgent,
  sequence: number,
  body: Buffer,
  at: { sentAt: Instant; receivedAt: Instant },
): RawDelivery {
  const { agentId, epoch } = agent;
  const sentAt = iso(at.sentAt);
  const contentEncoding = 'gzip';
  const text = deliverySigningText({
    method: 'POST',
    path: REPORTS_PATH,
    sentAt,
    agentId,
    epoch,
    sequence,
    contentEncoding,
    bodySha256: sha256(body).toString('hex'),
  });
  const key = createPrivateKey({
    key: Buffer.from(agent.privateKey, 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
  return {
    agentId,
    sentAt,
    epoch,
    sequence: String(sequence),
    signature: sign(null, Buffer.from(text), key).toString('base64'),
    contentEncoding,
    body,
    receivedAt: new Date(at.receivedAt),
  };
}
