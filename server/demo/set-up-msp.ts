import { v7 } from 'uuid';
import { isByGrant, isOfClients, type Role } from '@/domain/access/permissions';
import { demoPersonScope, workerScope } from '../auth/system-scope';
import { newTotpSecret } from '../auth/totp';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { markConcernedSystems } from '../data/dirty-systems';
import { insertMsp, insertSystems, type NewSystem } from '../data/inventory';
import { insertPolicy, insertPolicyAssignment } from '../data/policies';
import { insertSampleClients } from '../data/sample-clients';
import { hintWork } from '../data/work-due';
import { changeMember } from '../services/change-member';
import { createClient } from '../services/create-client';
import { createPerson } from '../services/create-person';
import { createSite, type SiteForm } from '../services/create-site';
import type { TenantScope } from '../tenancy/tenant-scope';
import { newPassword, type DemoUser } from './demo-users';
import type { DemoClient, DemoMsp, DemoPerson, DemoPolicy, DemoSystem } from './story';

/** An MSP of the demo as it stands in the database. */
export interface MadeMsp {
  readonly mspId: string;
  readonly cast: DemoMsp;
  /** By mailbox. */
  readonly people: ReadonlyMap<string, MadePerson>;
  readonly clients: readonly MadeClient[];
  readonly users: readonly DemoUser[];
}
export interface MadePerson {
  readonly personId: string;
  readonly name: string;
  readonly scope: TenantScope;
}
export interface MadeClient {
  readonly clientId: string;
  readonly cast: DemoClient;
  /** Site ids by key. */
  readonly sites: ReadonlyMap<string, string>;
}

/** Makes an MSP with its people, clients, places, inventory and policies, as they were at `at`; nothing has reported yet. */
export async function setUpMsp(database: Database, cast: DemoMsp, mspId: string, at: Date): Promise<MadeMsp> {
  // People first: an MSP that has any is found again when this is interrupted.
  const own = cast.people.filter(({ role }) => isOfMsp(role));
  const made = await Promise.all(own.map((person) => setUpPerson(database, mspId, cast, person)));
  await database.inScope(workerScope(mspId), (tx) =>
    insertMsp(tx, { mspId, name: cast.name, timeZone: cast.timeZone, createdAt: at }),
  );
  const people = new Map(made.map(({ mailbox, ...person }) => [mailbox, person]));
  const owner = personOf(cast, people, 'owner');
  await publish(database, owner, { ...cast.policy, isDefault: true }, at);
  const policies = await publishShared(database, owner, cast, at);
  const clients: MadeClient[] = [];
  for (const client of cast.clients) {
    const one = await setUpClient(database, personOf(cast, people, 'technician'), client, at);
    const policyId = client.policy && policies.get(client.policy.name);
    if (policyId) await assign(database, owner, { policyId, clientId: one.clientId, at });
    clients.push(one);
  }
  await limitPeople(database, cast, owner, people, clients);
  const others = await setUpOthers(database, mspId, cast, clients);
  return { mspId, cast, people, clients, users: [...made, ...others].map((person) => person.user) };
}

const isOfMsp = (role: Role): boolean => !isOfClients(role) && !isByGrant(role);

/** Leaders of clients, and auditors: they never see more than their own, not even for a moment. */
async function setUpOthers(
  database: Database,
  mspId: string,
  cast: DemoMsp,
  clients: readonly MadeClient[],
): Promise<{ user: DemoUser }[]> {
  const others = cast.people.filter(({ role }) => !isOfMsp(role));
  return Promise.all(
    others.map((person) =>
      setUpPerson(
        database,
        mspId,
        cast,
        person,
        clients.filter((one) => person.sees?.includes(one.cast.name)).map((one) => one.clientId),
      ),
    ),
  );
}

/** Limits people to the clients that they see. */
async function limitPeople(
  database: Database,
  cast: DemoMsp,
  owner: MadePerson,
  people: ReadonlyMap<string, MadePerson>,
  clients: readonly MadeClient[],
): Promise<void> {
  for (const { mailbox, role, sees } of cast.people) {
    const made = people.get(mailbox);
    if (!made || !sees) continue;
    const clientIds = clients.filter((one) => sees.includes(one.cast.name)).map((one) => one.clientId);
    await changeMember(database, owner.scope, made.personId, { role, clientIds });
  }
}

/** The first person of a role. */
export function personOf(cast: DemoMsp, people: ReadonlyMap<string, MadePerson>, role: Role): MadePerson {
  const first = cast.people.find((person) => person.role === role);
  const made = first && people.get(first.mailbox);
  if (!made) throw new Error(`${cast.name} has no ${role}`);
  return made;
}

async function setUpPerson(
  database: Database,
  mspId: string,
  { domain }: DemoMsp,
  { name, role, mailbox, hasCodes, sees }: DemoPerson,
  clientIds?: readonly string[],
): Promise<MadePerson & { mailbox: string; user: DemoUser }> {
  const user: DemoUser = {
    role,
    email: `${mailbox}@${domain}`,
    password: newPassword(),
    totpSecret: hasCodes ? newTotpSecret() : null,
    clientNames: sees ?? null,
  };
  const personId = await createPerson(database, workerScope(mspId), {
    ...user,
    name,
    isDemo: true,
    ...(clientIds && { clientIds }),
  });
  return { personId, name, mailbox, user, scope: demoPersonScope({ mspId, personId, role }) };
}

async function setUpClient(
  database: Database,
  technician: MadePerson,
  cast: DemoClient,
  at: Date,
): Promise<MadeClient> {
  const { scope } = technician;
  const { name, timeZone } = cast;
  const clientId = await createClient(database, scope, { name, timeZone }, at.getTime());
  await database.inScope(workerScope(scope.mspId), (tx) =>
    insertSampleClients(tx, scope.mspId, [clientId], at),
  );
  const sites = new Map<string, string>();
  for (const { key, owner: ownerKind = 'client', ...place } of cast.sites) {
    const form: SiteForm = { ...place, ownerKind, timeZone };
    sites.set(key, await createSite(database, scope, clientId, form, at.getTime()));
  }
  const made = { clientId, cast, sites };
  const reporting = cast.systems.filter((system) => system.awaitedSince === undefined);
  await addSystems(database, technician, made, reporting, at);
  return made;
}

/** Enters machines of a client in the inventory; they stand at its first site. */
export async function addSystems(
  database: Database,
  { scope }: MadePerson,
  { clientId, sites }: MadeClient,
  machines: readonly DemoSystem[],
  at: Date,
): Promise<void> {
  const [siteId = null] = sites.values();
  const systems = machines.map(({ host, kind }): NewSystem => ({
    systemId: v7(),
    clientId,
    siteId,
    name: host,
    kind,
    createdAt: at,
  }));
  await database.inScope(scope, async (tx) => {
    await insertSystems(tx, scope.mspId, systems);
    const systemIds = systems.map((system) => system.systemId);
    await markConcernedSystems(tx, scope.mspId, { systemIds }, at);
    await hintWork(tx, scope.mspId, 'evaluation', at);
    for (const { systemId, name, kind } of systems) {
      const details = { name, kind, siteId };
      await appendAuditEvent(tx, { action: 'system.added', clientId, target: { systemId }, details });
    }
  });
}

/** Publishes each policy that clients share, once; ids by name. */
async function publishShared(
  database: Database,
  owner: MadePerson,
  { clients }: DemoMsp,
  at: Date,
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const { policy } of clients) {
    if (!policy || ids.has(policy.name)) continue;
    ids.set(policy.name, await publish(database, owner, { ...policy, isDefault: false }, at));
  }
  return ids;
}

function publish(
  database: Database,
  { scope, personId }: MadePerson,
  { name, overrides, isDefault }: DemoPolicy & { isDefault: boolean },
  at: Date,
): Promise<string> {
  return database.inScope(scope, async (tx) => {
    const made = { clientId: null, name, isDefault, jobId: null, overrides, at, by: personId };
    const { policyId, policyVersionId } = await insertPolicy(tx, scope.mspId, made);
    await appendAuditEvent(tx, {
      action: 'policy.published',
      target: { policyId, policyVersionId },
      details: { version: 1, name, overrides },
    });
    return policyId;
  });
}

function assign(
  database: Database,
  { scope, personId }: MadePerson,
  { policyId, clientId, at }: { policyId: string; clientId: string; at: Date },
): Promise<void> {
  return database.inScope(scope, async (tx) => {
    const target = {
      level: 'client',
      clientId,
      siteId: null,
      tag: null,
      systemId: null,
      jobId: null,
    } as const;
    const assignmentId = await insertPolicyAssignment(tx, scope.mspId, {
      ...target,
      policyId,
      at,
      by: personId,
    });
    await appendAuditEvent(tx, {
      action: 'policy.assigned',
      clientId,
      target: { policyId, assignmentId },
      details: { level: 'client' },
    });
  });
}
