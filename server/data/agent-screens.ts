import type { TenantScope } from '../tenancy/tenant-scope';
import {
  type AgentCounts,
  type AgentView,
  countAgents,
  findAgent,
  findListedAgent,
  listAgents,
  type ListedAgent,
  type SilenceOfClients,
} from './agents';
import { listClientNames } from './clients';
import type { Database, Tx } from './database';
import { type Enrolment, listEnrolments } from './enrolment-tokens';
import { judgeSeen } from './judge-seen';
import { listMissingSequences, type MissingSequences } from './missing-sequences';
import { policiesOf } from './policies';

const ENROLMENTS_SHOWN = 10;
const GAPS_SHOWN = 100;

/** Everything the agents' screen shows. */
export interface AgentsScreen {
  readonly agents: readonly ListedAgent[];
  /** Agents in the view, on all its pages. */
  readonly total: number;
  readonly counts: AgentCounts;
  readonly clients: readonly { clientId: string; name: string }[];
  /** The newest tokens. */
  readonly enrolments: readonly Enrolment[];
}

/** The agents of the scope's clients as of `now`. */
export async function readAgents(
  database: Database,
  scope: TenantScope,
  view: AgentView,
  now: Date,
): Promise<AgentsScreen> {
  const { mspId } = scope;
  const clients = await database.inScope(scope, (tx) => listClientNames(tx, mspId));
  const silence = await silenceOf(
    database,
    scope,
    clients.map(({ clientId }) => clientId),
    now,
  );
  return database.inScope(scope, async (tx) => ({
    ...(await listAgents(tx, mspId, view, silence, now)),
    counts: await countAgents(tx, mspId, view.clientId, silence, now),
    clients,
    enrolments: await listEnrolments(tx, mspId, ENROLMENTS_SHOWN),
  }));
}

/** An agent with what of its streams is missing. */
export interface AgentScreen {
  readonly agent: ListedAgent;
  readonly missing: readonly MissingSequences[];
  readonly silenceSeconds: number;
}

/** null: not there, or another MSP's. */
export async function readAgent(
  database: Database,
  scope: TenantScope,
  agentId: string,
  now: Date,
): Promise<AgentScreen | null> {
  const { mspId } = scope;
  const found = await database.inScope(scope, (tx) => findAgent(tx, mspId, agentId));
  if (!found) return null;
  const silence = await silenceOf(database, scope, found.clientId === null ? [] : [found.clientId], now);
  return database.inScope(scope, async (tx) => {
    const agent = await findListedAgent(tx, mspId, agentId, silence, now);
    if (!agent) return null;
    const missing = await listMissingSequences(tx, mspId, agentId, GAPS_SHOWN);
    return { agent, missing, silenceSeconds: silence.get(agent.clientId) ?? 0 };
  });
}

/** How long agents of these clients, and the MSP's own, may be silent; it rests on policies that the scope may not see. */
export async function silenceOf(
  database: Database,
  scope: TenantScope,
  clientIds: readonly string[],
  now: Date,
): Promise<SilenceOfClients> {
  const policies = await judgeSeen(
    database,
    scope,
    () => Promise.resolve(clientIds),
    (tx: Tx) => policiesOf(tx, scope.mspId, { clientIds, systemIds: [] }, now),
  );
  if (!policies) return new Map();
  const secondsOf = (clientId: string | null) => policies.forClient(clientId).policy.silenceSeconds;
  return new Map([
    ...clientIds.map((clientId): [string | null, number] => [clientId, secondsOf(clientId)]),
    [null, secondsOf(null)],
  ]);
}
