import { findAgent } from '../data/agents';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { type MintedToken, storeNewToken } from './mint-enrolment-token';

/**
 * Makes a token with which an agent's machine changes its key: it stays the same agent, with its history and its stream. The
 * old key serves until the token is spent, and nothing afterwards, so that no report is lost on the way.
 * @throws AppError `not-found` for an agent that is not there, `conflict` for a revoked one
 */
export async function rotateAgentKey(
  database: Database,
  scope: TenantScope,
  agentId: string,
  nowMs: number,
): Promise<MintedToken> {
  return database.inScope(scope, async (tx) => {
    const agent = await findAgent(tx, scope.mspId, agentId);
    // A channel of messages has no machine whose key it would be.
    if (!agent || agent.channel !== 'agent') throw nothingHere();
    if (agent.revokedAt)
      throw new AppError('conflict', 'This agent is revoked. Connect its machine anew with a token.');
    const { clientId } = agent;
    const minted = await storeNewToken(tx, { clientId, agentId }, nowMs);
    await appendAuditEvent(tx, {
      action: 'agent.key-rotation-asked',
      clientId,
      target: { agentId, enrolmentId: minted.enrolmentId },
      details: { expiresAt: minted.expiresAt.toISOString() },
    });
    return minted;
  });
}
