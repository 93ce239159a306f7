import { randomUUID } from 'node:crypto';
import {
  asOwner,
  makeAgent,
  makeTenant,
  nightOf,
  reportDelivery,
  reportOf,
  type ReportInput,
  type SampleAgent,
} from '@/ingest/testing/sample-agent';
import { setting } from '@/server/config';
import { openDatabase, type Database } from '@/server/data/database';
import { openIngestStore, type IngestStore } from '@/server/data/ingest-store';
import { createReportIntake } from '@/server/services/ingest-report';
import { workMsp } from '@/server/services/work-msp';
import { makeTenantScope, type ContextRole, type TenantScope } from '@/server/tenancy/tenant-scope';
import { createTestDatabase, type TestDatabase } from './database';

export const HOUR = 3_600_000;

/** A repository as reports of the cast name it. */
interface CastRepository {
  readonly repositoryKey: string;
  readonly location: string;
  readonly locationKind?: 's3' | 'sftp' | 'local';
  /** Preset `/srv`. */
  readonly paths?: string[];
}

/** A database with everything that the screens stand on: reports come in as they do, people ask in the web's role. */
export interface ScreenCast {
  readonly at: TestDatabase;
  /** The web process's database. */
  readonly web: Database;
  readonly newMsp: (name: string) => Promise<CastMsp>;
  /** As the superuser; for looking, and for what no service does. */
  readonly rows: (sql: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  readonly close: () => Promise<void>;
}

export interface CastMsp {
  readonly mspId: string;
  /** Its first client, made with it. */
  readonly clientId: string;
  readonly person: { readonly personId: string; readonly name: string };
  readonly scope: (role?: ContextRole) => TenantScope;
  readonly newClient: (name: string) => Promise<string>;
  readonly newAgent: (hostname: string, clientId?: string) => Promise<CastAgent>;
  /** Processes and evaluates what waits. */
  readonly work: (now: Date) => Promise<void>;
}

interface CastAgent {
  readonly agent: SampleAgent;
  readonly clientId: string;
  /** Delivers a report, and has it processed unless told otherwise. */
  readonly send: (parts: Partial<ReportInput>, receivedAt: Date, isProcessed?: boolean) => Promise<void>;
  /** One report of last night's backup to each repository, an hour before it is received. */
  readonly backUp: (repositories: readonly CastRepository[], receivedAt: Date) => Promise<void>;
}

export async function openScreenCast(): Promise<ScreenCast> {
  const at = await createTestDatabase();
  const store = openIngestStore({ url: at.ingestUrl, contextKey: setting('contextKey') });
  const worker = openDatabase({ url: at.workerUrl, contextKey: setting('contextKey') });
  const web = openDatabase({ url: at.webUrl, contextKey: setting('contextKey') });
  const rows: ScreenCast['rows'] = (sql, values = []) =>
    asOwner(at.ownerUrl, async (owner) => (await owner.query(sql, [...values])).rows);
  return {
    at,
    web,
    rows,
    newMsp: (name) => newMsp({ at, store, worker, rows }, name),
    close: async () => {
      await Promise.all([store.close(), worker.close(), web.close()]);
      await at.drop();
    },
  };
}

interface Parts {
  readonly at: TestDatabase;
  readonly store: IngestStore;
  readonly worker: Database;
  readonly rows: ScreenCast['rows'];
}

async function newMsp(parts: Parts, name: string): Promise<CastMsp> {
  const { mspId, clientId } = await makeTenant(parts.at.ownerUrl, name);
  const person = { personId: randomUUID(), name: `Technician of ${name}` };
  const work = async (now: Date): Promise<void> => {
    await workMsp(parts.worker, mspId, () => now);
  };
  return {
    mspId,
    clientId,
    person,
    work,
    scope: (role = 'technician') =>
      makeTenantScope({ mspId, clientIds: '*', actorId: person.personId, role }),
    newClient: async (clientName) => {
      const id = randomUUID();
      await parts.rows(
        'INSERT INTO app.client (msp_id, client_id, name, time_zone) VALUES ($1, $2, $3, $4)',
        [mspId, id, clientName, 'UTC'],
      );
      return id;
    },
    newAgent: (hostname, of = clientId) => newAgent(parts, { mspId, clientId: of, work }, hostname),
  };
}

async function newAgent(
  { at, store }: Parts,
  { mspId, clientId, work }: { mspId: string; clientId: string; work: CastMsp['work'] },
  hostname: string,
): Promise<CastAgent> {
  const agent = await makeAgent(at.ownerUrl, { mspId, clientId }, hostname);
  const intake = createReportIntake(store, () => {});
  let sequence = 0;
  const send: CastAgent['send'] = async (parts, receivedAt, isProcessed = true) => {
    sequence++;
    const report = reportOf(agent, sequence, { generated_at: receivedAt.toISOString(), ...parts });
    await intake.receive(reportDelivery(agent, report, { receivedAt }));
    if (isProcessed) await work(receivedAt);
  };
  return {
    agent,
    clientId,
    send,
    backUp: (repositories, receivedAt) => {
      const nights = repositories.map((repository) =>
        nightOf(agent, new Date(receivedAt.getTime() - HOUR), repository),
      );
      return send(
        {
          scope: { complete_for: nights.flatMap((night) => night.scope?.complete_for ?? []) },
          runs: nights.flatMap((night) => night.runs ?? []),
          recovery_points: nights.flatMap((night) => night.recovery_points ?? []),
          repositories: nights.flatMap((night) => night.repositories ?? []),
        },
        receivedAt,
      );
    },
  };
}
