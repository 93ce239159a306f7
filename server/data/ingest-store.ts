import { Pool, type PoolClient } from 'pg';
import { setContextSql } from '../tenancy/sealed-context';
import type { TenantScope } from '../tenancy/tenant-scope';
import type { PoolCounts } from '../metrics/metrics';
import { backendPid } from './backend-pid';

/** The ingestion process's way to the database: few statements, no row mapping. */
export interface IngestStore {
  /** Runs `work` in one transaction of `scope`; commits when it resolves, rolls back when it throws. */
  inScope<T>(scope: TenantScope, work: (query: IngestQuery) => Promise<T>): Promise<T>;
  /** For definer functions of the identity plane only: no tenant row is visible here. */
  withoutScope: IngestQuery;
  /** How many connections there are now. */
  connections(): PoolCounts;
  close(): Promise<void>;
}

/** One statement, its rows not parsed yet. A name keeps it prepared. */
export type IngestQuery = (text: string, values: readonly unknown[], name?: string) => Promise<unknown[]>;

export interface IngestStoreSettings {
  url: string;
  /** 32 bytes, the same as stored by `app_sec.set_context_key`. */
  contextKey: Buffer;
  connectionsMax?: number;
}

export function openIngestStore({ url, contextKey, connectionsMax = 8 }: IngestStoreSettings): IngestStore {
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    // A server that vanished without a word must not hold a batch for ever.
    query_timeout: 15_000,
    keepAlive: true,
    application_name: 'holdfast-ingest',
  });
  // A connection that breaks while idle is dropped by the pool, one that breaks in use fails what uses it; without
  // listeners either would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    inScope: (scope, work) => inScope(pool, contextKey, scope, work),
    withoutScope: async (text, values) => (await pool.query(text, [...values])).rows,
    connections: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => pool.end(),
  };
}

async function inScope<T>(
  pool: Pool,
  contextKey: Buffer,
  scope: TenantScope,
  work: (query: IngestQuery) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query(`BEGIN; ${setContextSql(scope, backendPid(client), contextKey, Date.now())}`);
    const done = await work(queryOn(client));
    await client.query('COMMIT');
    return done;
  } catch (error) {
    failure = error instanceof Error ? error : new Error('not an error', { cause: error });
    throw error;
  } finally {
    // After a failure the connection may be anywhere in the protocol: it is closed, which rolls back.
    client.release(failure);
  }
}

function queryOn(client: PoolClient): IngestQuery {
  return async (text, values, name) =>
    (await client.query({ text, values: [...values], ...(name ? { name } : {}) })).rows;
}
