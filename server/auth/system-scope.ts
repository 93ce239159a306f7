import type { Role } from '@/domain/access/permissions';
import { makeTenantScope, type TenantScope } from '../tenancy/tenant-scope';

/** The scope of the worker's own doing for one MSP; its jobs carry ids only and read everything else in this scope. */
export function workerScope(mspId: string): TenantScope {
  return makeTenantScope({ mspId, clientIds: '*', actorId: null, role: 'worker' });
}

/**
 * The scope of an authenticated agent, taken from its key and never from a report's body. `clientId` null: an agent of
 * the MSP's own machines, which sees the whole MSP.
 */
export function agentScope(agent: { mspId: string; clientId: string | null; agentId: string }): TenantScope {
  return makeTenantScope({
    mspId: agent.mspId,
    clientIds: agent.clientId === null ? '*' : [agent.clientId],
    actorId: agent.agentId,
    role: 'agent',
  });
}

/** The scope in which the ingestion process keeps deliveries of one MSP's agents together. */
export function ingestScope(mspId: string): TenantScope {
  return makeTenantScope({ mspId, clientIds: '*', actorId: null, role: 'agent' });
}

/** The scope in which an MSP and its people are made; `personId` null: before anybody of it is there. */
export function setUpScope(mspId: string, personId: string | null): TenantScope {
  return makeTenantScope({ mspId, clientIds: '*', actorId: personId, role: 'set-up' });
}

/** The scope of what somebody does to their own account: it shows no client of the MSP. */
export function ownAccountScope(mspId: string, personId: string): TenantScope {
  return makeTenantScope({ mspId, clientIds: [], actorId: personId, role: 'read-only' });
}

/** The scope of whoever has a link to a document: it shows the one client that the document is of. */
export function linkScope({ mspId, clientId }: { mspId: string; clientId: string }): TenantScope {
  return makeTenantScope({ mspId, clientIds: [clientId], actorId: null, role: 'api-key' });
}

/** The scope of a demo's invented person, for what the demo has them do while it is filled. */
export function demoPersonScope(person: { mspId: string; personId: string; role: Role }): TenantScope {
  return makeTenantScope({
    mspId: person.mspId,
    clientIds: '*',
    actorId: person.personId,
    role: person.role,
  });
}

/** The scope that reads what the verdicts of a person's clients rest on; `server/data/judge-seen.ts` says when. */
export function judgingScope({ mspId, actorId }: TenantScope): TenantScope {
  return makeTenantScope({ mspId, clientIds: '*', actorId, role: 'read-only' });
}

/**
 * The scope that reads a whole chain for somebody who may see a part of it: of the rest, `server/services/export-evidence-log.ts` gives
 * hashes only.
 */
export function chainScope({ mspId, actorId }: TenantScope): TenantScope {
  return makeTenantScope({ mspId, clientIds: '*', actorId, role: 'read-only' });
}

/**
 * The scope in which a person keeps what is theirs of the screens: a view, that they saw the tour. It concerns no client, and whoever sees some
 * clients alone may say nothing of the MSP in their own scope.
 */
export function ownScreensScope({ mspId, actorId, role }: TenantScope): TenantScope {
  return makeTenantScope({ mspId, clientIds: '*', actorId, role });
}
