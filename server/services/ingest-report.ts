import { v7 } from 'uuid';
import type { DeliveryAnswer } from '@/contract/delivery';
import { agentScope } from '../auth/system-scope';
import type { AgentIdentity } from '../data/ingest-agents';
import { appendIngestAuditEvent, type StoreOutcome } from '../data/ingest-reports';
import type { IngestStore } from '../data/ingest-store';
import { AppError } from '../errors';
import { createReportCommitter } from './commit-reports';
import { createRateLimit, type Rate } from './rate-limit';
import { whyUnreadable } from './read-report';
import {
  agentRevoked,
  createAgentKeys,
  parseDelivery,
  sha256,
  verifyDelivery,
  type ParsedDelivery,
  type RawDelivery,
} from './verify-delivery';

/** Takes deliveries from agents and keeps each exactly once. */
export interface ReportIntake {
  /**
   * Answers after COMMIT. Nothing is inflated before the signature is known to be good.
   * @throws AppError for everything refused: `invalid-request`, `unsupported-encoding`, `agent-unknown`,
   *   `signature-invalid`, `agent-revoked`, `service-ended`, `rate-limited`, `sequence-conflict`, `unavailable`
   */
  receive(raw: RawDelivery): Promise<DeliveryAnswer>;
  /** Has the agent's key read anew: it was changed. */
  forgetKey(agentId: string): void;
  /** Resolves when nothing waits for its commit any more. */
  drained(): Promise<void>;
}

export interface IntakeLimits {
  readonly agent: Rate;
  readonly msp: Rate;
}

/** An agent that was away for weeks may empty its spool in one go; an MSP may not crowd out the others. */
const INTAKE_LIMITS: IntakeLimits = {
  agent: { perSecond: 20, burst: 400 },
  msp: { perSecond: 1000, burst: 5000 },
};

/** Reports that inflate to more than this are read by the worker alone, so that they never hold up the others here. */
const PARSE_BYTES_MAX = 256 * 1024;

/** @param onStored called after the commit of a batch, with the MSP that has new reports to process */
export function createReportIntake(
  store: IngestStore,
  onStored: (mspId: string) => void,
  limits: IntakeLimits = INTAKE_LIMITS,
): ReportIntake {
  const keys = createAgentKeys(store);
  const committer = createReportCommitter(store, onStored);
  const agentLimit = createRateLimit(limits.agent);
  const mspLimit = createRateLimit(limits.msp);

  async function receive(raw: RawDelivery): Promise<DeliveryAnswer> {
    const parsed = parseDelivery(raw);
    const bodySha256 = sha256(raw.body);
    const agent = await verifyDelivery(keys, parsed, bodySha256);
    const nowMs = raw.receivedAt.getTime();
    refuseWhenTooMany(agentLimit.take(agent.agentId, nowMs) || mspLimit.take(agent.mspId, nowMs));
    const unreadable = await whyUnreadable(raw.body, parsed.contentEncoding, parsed, PARSE_BYTES_MAX);
    const outcome = await committer.commit(agent.mspId, {
      rawReportId: v7(),
      receivedAt: raw.receivedAt,
      sentAt: new Date(parsed.sentAt),
      agentId: agent.agentId,
      clientId: agent.clientId,
      epoch: parsed.epoch,
      sequence: parsed.sequence,
      contentEncoding: parsed.contentEncoding,
      body: raw.body,
      bodySha256,
      signature: parsed.signature,
      unreadable,
    });
    if (outcome === 'revoked') {
      // Since its key was read: it is read anew, and says why.
      keys.forget(agent.agentId);
      await verifyDelivery(keys, parsed, bodySha256);
    }
    if (outcome === 'conflict') await recordConflict(store, agent, parsed);
    return answer(outcome, parsed, bodySha256, unreadable);
  }

  return { receive, forgetKey: (agentId) => keys.forget(agentId), drained: () => committer.drained() };
}

function refuseWhenTooMany(waitSeconds: number): void {
  if (waitSeconds > 0)
    throw new AppError('rate-limited', 'Too many reports at once. Please send the rest later.', {
      retryAfterSeconds: waitSeconds,
    });
}

function answer(
  outcome: StoreOutcome,
  { epoch, sequence }: ParsedDelivery,
  bodySha256: Buffer,
  reason: string | null,
): DeliveryAnswer {
  const named = { epoch, sequence, body_sha256: bodySha256.toString('hex') };
  switch (outcome) {
    case 'stored':
    case 'duplicate':
      return { outcome, ...named, reason: null };
    case 'quarantined':
      return { outcome, ...named, reason };
    case 'revoked':
      throw agentRevoked();
    case 'conflict':
      throw new AppError(
        'sequence-conflict',
        'Another report with this number is here already. Start a new epoch.',
      );
    case 'too-far':
      throw new AppError('invalid-request', 'This number is more than 100,000 beyond the last one.');
    case 'too-many-gaps':
      throw new AppError('invalid-request', 'Too many numbers before this one are missing.');
  }
}

/** Two reports of one number: a copied key, or a machine set back to an old state. People should know. */
function recordConflict(store: IngestStore, agent: AgentIdentity, parsed: ParsedDelivery): Promise<void> {
  return store.inScope(agentScope(agent), (query) =>
    appendIngestAuditEvent(query, {
      action: 'report.sequence-conflict',
      clientId: agent.clientId,
      target: { agentId: agent.agentId },
      details: { epoch: parsed.epoch, sequence: parsed.sequence, sentAt: parsed.sentAt },
    }),
  );
}
