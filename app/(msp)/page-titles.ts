import { z } from 'zod';
import { currentSession } from '@/server/auth/current-session';
import { findListedSystem } from '@/server/data/client-systems';
import { findAgent } from '@/server/data/agents';
import { findClient } from '@/server/data/clients';
import { findRepository } from '@/server/data/repositories';
import type { Tx } from '@/server/data/database';
import { webDatabase } from '@/server/data/web-database';
import { requestTime } from './request-time';

/** A system's name for the title of its page; for who may not see it, what a page that is not there is called. */
export function systemTitle(systemId: string): Promise<string> {
  return titleOf(
    systemId,
    async (tx, mspId, id) => (await findListedSystem(tx, mspId, id, requestTime()))?.name,
  );
}

/** A client's name for the title of its page. */
export function clientTitle(clientId: string): Promise<string> {
  return titleOf(clientId, async (tx, mspId, id) => (await findClient(tx, mspId, id))?.name);
}

/** An agent's machine for the title of its page. */
export function agentTitle(agentId: string): Promise<string> {
  return titleOf(agentId, async (tx, mspId, id) => (await findAgent(tx, mspId, id))?.hostname);
}

/** A repository's name for the title of its page. */
export function repositoryTitle(repositoryId: string): Promise<string> {
  return titleOf(repositoryId, async (tx, mspId, id) => (await findRepository(tx, mspId, id))?.name);
}

async function titleOf(
  given: string,
  find: (tx: Tx, mspId: string, id: string) => Promise<string | undefined>,
): Promise<string> {
  const session = await currentSession();
  const id = z.uuid().safeParse(given).data;
  if (!session || !id) return NOT_THERE;
  return (await webDatabase().inScope(session.scope, (tx) => find(tx, session.scope.mspId, id))) ?? NOT_THERE;
}

const NOT_THERE = 'Not found';
