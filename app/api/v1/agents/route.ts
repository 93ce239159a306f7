import { z } from 'zod';
import { apiAgents, ofClientQuery, pageQuery } from '@/contract/api-v1';
import { withRoute } from '@/server/auth/with-route';
import { listApiAgents } from '@/server/data/api-lists';
import type { ListedAgent } from '@/server/data/agents';
import { webDatabase } from '@/server/data/web-database';
import { idCursor, isoOf, isoOrNull, LIMIT_PRESET, listAnswer, readQuery } from '../list-answer';

const query = z.strictObject({ ...pageQuery, ...ofClientQuery });

/** The agents, by id, revoked ones among them, each with whether it is heard. */
export const GET = withRoute(
  { permission: 'view-agents', query, answer: apiAgents },
  async ({ request, scope }) => {
    const { cursor, limit = LIMIT_PRESET, clientId = null } = readQuery(request, query);
    const part = { after: idCursor(cursor), limit, clientId };
    const agents = await listApiAgents(webDatabase(), scope, part, new Date());
    return listAnswer(agents, limit, ({ agentId }) => agentId, agentAnswer);
  },
);

function agentAnswer(agent: ListedAgent) {
  const { agentId, clientId, name, hostname, os, version, state, missingReports } = agent;
  return {
    agentId,
    clientId,
    name,
    hostname,
    os,
    version,
    state,
    enrolledAt: isoOf(agent.enrolledAt),
    lastSeenAt: isoOrNull(agent.lastSeenAt),
    revokedAt: isoOrNull(agent.revokedAt),
    missingReports,
  };
}
