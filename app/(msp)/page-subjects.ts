import { cache } from 'react';
import { z } from 'zod';
import { currentSession } from '@/server/auth/current-session';
import { findAgent } from '@/server/data/agents';
import { type Client, findClient } from '@/server/data/clients';
import { findListedSystem, type ListedSystem } from '@/server/data/client-systems';
import type { Tx } from '@/server/data/database';
import { type EndedClient, findEndedClient } from '@/server/data/ended-clients';
import { findHistoryImport } from '@/server/data/history-imports';
import { findChannel } from '@/server/data/inbound-channels';
import { findPolicyName } from '@/server/data/policy-screens';
import { findRepository } from '@/server/data/repositories';
import { webDatabase } from '@/server/data/web-database';
import { requestTime } from './request-time';

/** The client that a page's address names, found once for its title and its content; null: not there, or not theirs to see. */
export const clientOfPage = cache((clientId: string): Promise<Client | null> => seen(clientId, findClient));

/** The client of the address whose service has ended; null: it did not, or is not there, or not theirs to see. */
export const endedClientOfPage = cache((clientId: string): Promise<EndedClient | null> =>
  seen(clientId, findEndedClient),
);

/** The system that a page's address names, as the lists show it. */
export const systemOfPage = cache((systemId: string): Promise<ListedSystem | null> =>
  seen(systemId, (tx, mspId, id) => findListedSystem(tx, mspId, id, requestTime())),
);

/** A system's name for the title of its page; for who may not see it, what a page that is not there is called. */
export async function systemTitle(systemId: string): Promise<string> {
  return (await systemOfPage(systemId))?.name ?? NOT_THERE;
}

/** A client's name for the title of its page. */
export async function clientTitle(clientId: string): Promise<string> {
  const client = (await clientOfPage(clientId)) ?? (await endedClientOfPage(clientId));
  return client?.name ?? NOT_THERE;
}

/** An agent's machine for the title of its page. */
export async function agentTitle(agentId: string): Promise<string> {
  return (await seen(agentId, findAgent))?.hostname ?? NOT_THERE;
}

/** A channel's name for the title of its page. */
export async function channelTitle(channelId: string): Promise<string> {
  return (await seen(channelId, findChannel))?.name ?? NOT_THERE;
}

/** What a file with history is called, for the title of its page. */
export async function importTitle(importId: string): Promise<string> {
  return (await seen(importId, findHistoryImport))?.name ?? NOT_THERE;
}

/** A repository's name for the title of its page. */
export async function repositoryTitle(repositoryId: string): Promise<string> {
  return (await seen(repositoryId, findRepository))?.name ?? NOT_THERE;
}

/** A policy's name for the title of its page. */
export async function policyTitle(policyId: string): Promise<string> {
  return (await seen(policyId, findPolicyName)) ?? NOT_THERE;
}

async function seen<T>(
  given: string,
  find: (tx: Tx, mspId: string, id: string) => Promise<T | null>,
): Promise<T | null> {
  const session = await currentSession();
  const id = z.uuid().safeParse(given).data;
  if (!session || !id) return null;
  return webDatabase().inScope(session.scope, (tx) => find(tx, session.scope.mspId, id));
}

const NOT_THERE = 'Not found';
