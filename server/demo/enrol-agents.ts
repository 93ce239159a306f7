import type { IngestStore } from '../data/ingest-store';
import type { Database } from '../data/database';
import { enrolAgent, type ServerIdentity } from '../services/enrol-agent';
import { mintEnrolmentToken } from '../services/mint-enrolment-token';
import { agentHostname, newEnrolment, newEpoch, type DemoAgent } from './demo-agent';
import { personOf, type MadeMsp } from './set-up-msp';

/** Enrols one agent for each client that has something to report, with a token that a technician made. */
export async function enrolAgents(
  parts: { database: Database; store: IngestStore; identity: ServerIdentity },
  msp: MadeMsp,
  enrolledAt: Date,
): Promise<DemoAgent[]> {
  const { scope } = personOf(msp.cast, msp.people, 'technician');
  const agents: DemoAgent[] = [];
  for (const { clientId, cast } of msp.clients) {
    if (cast.repositories.length === 0) continue;
    const hostname = agentHostname(cast);
    const { token } = await mintEnrolmentToken(parts.database, scope, clientId, Date.now());
    const { request, privateKey } = newEnrolment(hostname, token);
    const answer = await enrolAgent(parts.store, parts.identity, request, enrolledAt);
    const names = { mspName: msp.cast.name, clientName: cast.name };
    agents.push({ ...names, agentId: answer.agent_id, hostname, epoch: newEpoch(), privateKey });
  }
  return agents;
}
