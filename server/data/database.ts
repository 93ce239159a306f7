import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import { Pool, type PoolClient } from 'pg';
import { PrismaClient, type Prisma } from '@/prisma/generated/prisma/client';
import { setContextSql } from '../tenancy/sealed-context';
import type { TenantScope } from '../tenancy/tenant-scope';
import { backendPid } from './backend-pid';

/** What a query runs on: one open transaction in one tenant's context. */
export type Tx = Prisma.TransactionClient;

export interface Database {
  /**
   * Runs `work` in one transaction whose row-security context is `scope`; commits when it resolves, rolls back when it
   * throws. BEGIN and the context travel together. `timeoutMs` bounds the transaction (preset 15 s).
   */
  inScope<T>(scope: TenantScope, work: (tx: Tx) => Promise<T>, options?: { timeoutMs?: number }): Promise<T>;
  /** For the identity plane's definer functions and exempt hint tables only: no tenant row is visible here. */
  withoutScope<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseSettings {
  url: string;
  /** 32 bytes, the same as stored by `app_sec.set_context_key`. */
  contextKey: Buffer;
  connectionsMax?: number;
  applicationName?: string;
  /**
   * Each connection keeps every statement prepared: for a program that says the same few thousands of times. Not for a
   * pooler in transaction mode.
   */
  keepsStatements?: boolean;
}

export function openDatabase(settings: DatabaseSettings): Database {
  const scopes = new AsyncLocalStorage<TenantScope>();
  const pool = new ScopedPool(settings, scopes);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, {
      schema: 'app',
      disposeExternalPool: true,
      ...(settings.keepsStatements && { statementNameGenerator: statementNames() }),
    }),
  });
  return {
    inScope: (scope, work, options) =>
      scopes.run(scope, () =>
        prisma.$transaction(work, { maxWait: 5000, timeout: options?.timeoutMs ?? 15_000 }),
      ),
    withoutScope: (work) => prisma.$transaction(work, { maxWait: 5000, timeout: 15_000 }),
    close: () => prisma.$disconnect(),
  };
}

/** Names statements by their text, which bind parameters are no part of. */
function statementNames(): (statement: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const name = names.get(sql) ?? `s${names.size + 1}`;
    names.set(sql, name);
    return name;
  };
}

/** A pool whose connections open a transaction and its context in one round trip. */
class ScopedPool extends Pool {
  readonly #scopes: AsyncLocalStorage<TenantScope>;
  readonly #contextKey: Buffer;

  constructor(settings: DatabaseSettings, scopes: AsyncLocalStorage<TenantScope>) {
    super({
      connectionString: settings.url,
      max: settings.connectionsMax ?? 10,
      connectionTimeoutMillis: 5000,
      idleTimeoutMillis: 30_000,
      application_name: settings.applicationName ?? 'holdfast',
    });
    this.#scopes = scopes;
    this.#contextKey = settings.contextKey;
    // A connection that breaks while idle is dropped by the pool; without a listener it would end the process.
    this.on('error', () => {});
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: PoolCallback): void;
  override connect(callback?: PoolCallback): Promise<PoolClient> | void {
    if (callback) return super.connect(callback);
    return super.connect().then((client) => {
      const scope = this.#scopes.getStore();
      if (scope) this.#addContextToBegin(client, scope);
      return client;
    });
  }

  #addContextToBegin(client: PoolClient, scope: TenantScope): void {
    const query = client.query.bind(client) as (...parts: unknown[]) => unknown;
    const intercept = (statement: { text?: string } | string, ...rest: unknown[]): unknown => {
      const text = typeof statement === 'string' ? statement : statement.text;
      client.query = query as typeof client.query;
      // A transaction begins with BEGIN or it is not ours: running anything else without context would be a bug.
      if (!text?.startsWith('BEGIN')) throw new Error(`expected BEGIN, got ${text}`);
      const pid = backendPid(client);
      return query(`${text}; ${setContextSql(scope, pid, this.#contextKey, Date.now())}`, ...rest);
    };
    client.query = intercept as typeof client.query;
  }
}

type PoolCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;
