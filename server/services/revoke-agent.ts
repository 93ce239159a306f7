import { findAgent, revokeAgentKey } from '../data/agents';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';

/**
 * Ends an agent for good: whatever its key signs is refused from its next delivery on. What it reported stays, and its
 * systems fall silent by the policy's own deadline. Doing it twice changes nothing.
 * @throws AppError `not-found` for an agent that is not there
 */
export async function revokeAgent(database: Database, scope: TenantScope, agentId: string): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const agent = await findAgent(tx, scope.mspId, agentId);
    if (!agent) throw nothingHere();
    if (!(await revokeAgentKey(tx, agentId))) return;
    await appendAuditEvent(tx, {
      action: 'agent.revoked',
      clientId: agent.clientId,
      target: { agentId },
      details: { name: agent.name, hostname: agent.hostname },
    });
  });
}
