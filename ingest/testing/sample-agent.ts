import { createHash, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Client } from 'pg';
import type { z } from 'zod';
import { deliveryHeader, deliverySigningText, REPORTS_PATH } from '@/contract/delivery';
import { enrolmentSigningText } from '@/contract/enrolment';
import type { agentReport } from '@/contract/report';
import type { RawDelivery } from '@/server/services/verify-delivery';

/** An MSP with one client, made by the owner. */
export interface SampleTenant {
  readonly mspId: string;
  readonly clientId: string;
}

/** Makes an MSP and a client of it. */
export async function makeTenant(ownerUrl: string, name: string): Promise<SampleTenant> {
  const [mspId, clientId, personId] = [randomUUID(), randomUUID(), randomUUID()];
  await asOwner(ownerUrl, async (owner) => {
    await owner.query("INSERT INTO app.msp VALUES ($1, $2, 'UTC')", [mspId, name]);
    await owner.query(
      "INSERT INTO app.client (msp_id, client_id, name, time_zone) VALUES ($1, $2, $3, 'UTC')",
      [mspId, clientId, `${name}'s client`],
    );
    await owner.query(
      "INSERT INTO identity.person (person_id, email, name, password_hash) VALUES ($1, $2, 'Owner', '-')",
      [personId, `${personId}@example.test`],
    );
    await owner.query("INSERT INTO identity.membership (msp_id, person_id, role) VALUES ($1, $2, 'owner')", [
      mspId,
      personId,
    ]);
  });
  return { mspId, clientId };
}

export async function asOwner<T>(ownerUrl: string, work: (owner: Client) => Promise<T>): Promise<T> {
  const owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}

/** An agent that is enrolled: its id, key and stream. */
export interface SampleAgent {
  readonly agentId: string;
  readonly privateKey: KeyObject;
  readonly epoch: string;
  readonly hostname: string;
}

/** Puts an agent among the tenant's without the ceremony. */
export async function makeAgent(
  ownerUrl: string,
  { mspId, clientId }: { mspId: string; clientId: string | null },
  hostname: string,
): Promise<SampleAgent> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const agentId = randomUUID();
  await asOwner(ownerUrl, async (owner) => {
    await owner.query(
      `INSERT INTO app.agent (msp_id, agent_id, client_id, name, hostname, version) VALUES ($1, $2, $3, $4, $4, '1.0')`,
      [mspId, agentId, clientId, hostname],
    );
    await owner.query(
      'INSERT INTO identity.agent_key (agent_id, msp_id, client_id, public_key) VALUES ($1, $2, $3, $4)',
      [agentId, mspId, clientId, publicKey.export({ format: 'der', type: 'spki' })],
    );
    await owner.query(
      `INSERT INTO app.agent_public_key (agent_id, msp_id, client_id, public_key, used_from)
       SELECT agent_id, msp_id, client_id, public_key, created_at FROM identity.agent_key WHERE agent_id = $1`,
      [agentId],
    );
  });
  return { agentId, privateKey, epoch: randomUUID(), hostname };
}

export type ReportInput = z.input<typeof agentReport>;

/** A report of an agent; `changed` over what every report has. */
export function reportOf(
  agent: SampleAgent,
  sequence: number,
  changed: Partial<ReportInput> = {},
): ReportInput {
  return {
    schema_version: '1.0',
    report_id: randomUUID(),
    epoch: agent.epoch,
    sequence,
    generated_at: new Date().toISOString(),
    agent: { id: agent.agentId, name: agent.hostname, version: '1.0', hostname: agent.hostname },
    source: { adapter: 'restic', adapter_version: '1', tool_version: '0.18.0' },
    ...changed,
  };
}

/** What a delivery can be made differently in. */
export interface DeliveryChanges {
  sequence?: number;
  epoch?: string;
  sentAt?: string;
  receivedAt?: Date;
  contentEncoding?: 'identity' | 'gzip';
  signedBy?: KeyObject;
  agentId?: string;
}

/** A signed delivery of these bytes. */
export function deliveryOf(agent: SampleAgent, body: Buffer, changes: DeliveryChanges = {}): RawDelivery {
  const receivedAt = changes.receivedAt ?? new Date();
  const sentAt = changes.sentAt ?? receivedAt.toISOString();
  const { epoch = agent.epoch, sequence = 1, contentEncoding = 'gzip', agentId = agent.agentId } = changes;
  const text = deliverySigningText({
    method: 'POST',
    path: REPORTS_PATH,
    sentAt,
    agentId,
    epoch,
    sequence,
    contentEncoding,
    bodySha256: createHash('sha256').update(body).digest('hex'),
  });
  const signature = sign(null, Buffer.from(text), changes.signedBy ?? agent.privateKey).toString('base64');
  return {
    agentId,
    sentAt,
    epoch,
    sequence: String(sequence),
    signature,
    contentEncoding,
    body,
    receivedAt,
  };
}

/** A report, signed and compressed. */
export function reportDelivery(
  agent: SampleAgent,
  report: ReportInput,
  changes: DeliveryChanges = {},
): RawDelivery {
  const body = gzipSync(JSON.stringify(report));
  return deliveryOf(agent, body, { sequence: report.sequence, ...changes });
}

/** The same delivery as HTTP. */
export function headersOf(delivery: RawDelivery): Record<string, string> {
  return {
    'content-type': 'application/json',
    'content-encoding': delivery.contentEncoding ?? 'identity',
    [deliveryHeader.agentId]: delivery.agentId ?? '',
    [deliveryHeader.sentAt]: delivery.sentAt ?? '',
    [deliveryHeader.epoch]: delivery.epoch ?? '',
    [deliveryHeader.sequence]: delivery.sequence ?? '',
    [deliveryHeader.signature]: delivery.signature ?? '',
  };
}

/** The body of an enrolment, signed with a new key. */
export function enrolmentOf(token: string, hostname: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const public_key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const text = enrolmentSigningText({ token, hostname, public_key });
  const signature = sign(null, Buffer.from(text), privateKey).toString('base64');
  const body = { token, name: hostname, hostname, os: 'debian 12', version: '1.0', public_key, signature };
  return { body, publicKey, privateKey };
}

/** One restic night: a run, its point, and the repository they went to. */
export function nightOf(
  agent: Pick<SampleAgent, 'hostname'>,
  at: Date,
  of: {
    repositoryKey: string;
    location: string;
    locationKind?: 's3' | 'sftp' | 'local';
    paths?: string[];
    run?: string;
  },
): Partial<ReportInput> {
  const startedAt = at.toISOString();
  const endedAt = new Date(at.getTime() + 60_000).toISOString();
  const pointKey = createHash('sha256').update(`${of.repositoryKey} ${startedAt}`).digest('hex');
  const paths = of.paths ?? ['/srv'];
  const jobKey = `restic:${agent.hostname}:${of.repositoryKey.slice(0, 20)}`;
  return {
    scope: { complete_for: [`recovery_points:${of.repositoryKey}`] },
    runs: [
      {
        run_key: of.run ?? `run-${of.repositoryKey}-${startedAt}`,
        job_key: jobKey,
        kind: 'backup',
        status: 'success',
        source_host: agent.hostname,
        repository_key: of.repositoryKey,
        started_at: startedAt,
        ended_at: endedAt,
        point_keys: [pointKey],
      },
    ],
    recovery_points: [
      {
        point_key: pointKey,
        repository_key: of.repositoryKey,
        job_key: jobKey,
        source_host: agent.hostname,
        source_paths: paths,
        taken_at: startedAt,
        completed_at: endedAt,
        state: 'complete',
        capture: 'files',
        encrypted: true,
      },
    ],
    repositories: [
      {
        repository_key: of.repositoryKey,
        tool: 'restic',
        location: of.location,
        location_kind: of.locationKind ?? 's3',
        reachable: true,
        encryption: { value: true, mode: 'AES-256-CTR', source: 'tool_inherent' },
        media:
          (of.locationKind ?? 's3') === 's3'
            ? { value: 'object_storage', source: 'tool_reported', evidence: of.location }
            : null,
      },
    ],
  };
}
