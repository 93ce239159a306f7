import {
  questionSigningText,
  restoreRequestsQuestion,
  type SignedRestoreRequest,
} from '@/contract/restore-request';
import { agentScope } from '../auth/system-scope';
import { fetchRestoreRequests } from '../data/ingest-restore-requests';
import type { IngestStore } from '../data/ingest-store';
import { AppError } from '../errors';
import { createRateLimit } from './rate-limit';
import { parseStrictJson } from './strict-json';
import {
  parseAgentSignature,
  sha256,
  refuseToHear,
  verifySigner,
  type AgentKeys,
  type RawDelivery,
} from './verify-delivery';

/** A question as it came: header values as sent (undefined: left out) and the bytes as sent. */
type RawQuestion = Pick<RawDelivery, 'agentId' | 'sentAt' | 'signature' | 'body' | 'receivedAt'>;

export interface RestoreRequestDesk {
  /**
   * The requests that are open for the agent that asks, as they were signed.
   * @throws AppError `invalid-request`, `agent-unknown`, `signature-invalid`, `agent-revoked`, `service-ended`, `rate-limited`
   */
  answer(raw: RawQuestion): Promise<{ requests: SignedRestoreRequest[] }>;
}

const QUESTIONS = { perSecond: 0.2, burst: 20 };
/** An old question brings out nothing that its sender could not ask for anew, but need not be answered either. */
const QUESTION_AGE_MS_MAX = 24 * 3_600_000;

export function createRestoreRequestDesk(store: IngestStore, keys: AgentKeys): RestoreRequestDesk {
  const limit = createRateLimit(QUESTIONS);
  return {
    answer: async (raw) => {
      const { agentId, sentAt, signature } = parseAgentSignature(raw);
      const text = questionSigningText({ sentAt, agentId, bodySha256: sha256(raw.body).toString('hex') });
      const agent = await verifySigner(keys, { agentId, signature }, text);
      refuseToHear(agent);
      const waitSeconds = limit.take(agentId, raw.receivedAt.getTime());
      if (waitSeconds > 0)
        throw new AppError('rate-limited', 'Too many questions at once. Please ask again later.', {
          retryAfterSeconds: waitSeconds,
        });
      if (Math.abs(raw.receivedAt.getTime() - Date.parse(sentAt)) > QUESTION_AGE_MS_MAX)
        throw new AppError('invalid-request', 'The question is a day old or of the future: set the clock.');
      checkBody(raw.body);
      const rows = await store.inScope(agentScope(agent), (query) =>
        fetchRestoreRequests(query, agent, raw.receivedAt),
      );
      return {
        requests: rows.map(({ body, signature: by }) => ({ body, signature: by.toString('base64') })),
      };
    },
  };
}

function checkBody(body: Buffer): void {
  try {
    restoreRequestsQuestion.parse(parseStrictJson(body));
  } catch (error) {
    throw new AppError('invalid-request', 'The question does not have the form it must have.', {
      cause: error,
    });
  }
}
