import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import { escapeLiteral, Pool, type PoolClient } from 'pg';
import { PrismaClient, type Prisma } from '@/prisma/generated/prisma/client';
import { setContextSql } from '../tenancy/sealed-context';
import type { PoolCounts } from '../metrics/metrics';
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
  /** How many connections there are now. */
  connections(): PoolCounts;
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

/** A transaction as it begins. */
interface Begun {
  readonly scope: TenantScope;
  /** What it says last. */
  readonly last: string[];
}

/** Next builds pages and route handlers into separate modules, which share one pool (web-database.ts): so they share this, too. */
const KEY = Symbol.for('holdfast.begun');
const shared = globalThis as { [KEY]?: WeakMap<object, Begun> };
const begunOf = (shared[KEY] ??= new WeakMap());

/**
 * Has a scope's transaction say a statement right before its COMMIT, in one round trip with it, after all such before: what that statement
 * locks is held for as long as the server takes, not for as long as a busy program does. It fails as the commit would. `sql` has its values
 * in it as literals (`literal`). false: the transaction has no scope, and nothing is said.
 */
export function sayLast(tx: Tx, sql: string): boolean {
  const begun = begunOf.get(tx);
  begun?.last.push(sql);
  return begun !== undefined;
}

/** For whom a transaction runs; undefined: it has no scope. */
export function scopeOf(tx: Tx): TenantScope | undefined {
  return begunOf.get(tx)?.scope;
}

/** A text as a literal of SQL; null: NULL. */
export function literal(text: string | null): string {
  return text === null ? 'NULL' : escapeLiteral(text);
}

export function openDatabase(settings: DatabaseSettings): Database {
  const begins = new AsyncLocalStorage<Begun>();
  const pool = new ScopedPool(settings, begins);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, {
      schema: 'app',
      disposeExternalPool: true,
      ...(settings.keepsStatements && { statementNameGenerator: statementNames() }),
    }),
  });
  return {
    inScope: (scope, work, options) => {
      const begun = { scope, last: [] };
      const run = (tx: Tx) => {
        begunOf.set(tx, begun);
        return work(tx);
      };
      return begins.run(begun, () =>
        prisma.$transaction(run, { maxWait: 5000, timeout: options?.timeoutMs ?? 15_000 }),
      );
    },
    withoutScope: (work) => prisma.$transaction(work, { maxWait: 5000, timeout: 15_000 }),
    connections: () => ({ open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
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

/** A pool whose connections open a transaction and its context in one round trip, and end it in one with what it says last. */
class ScopedPool extends Pool {
  readonly #begins: AsyncLocalStorage<Begun>;
  readonly #contextKey: Buffer;

  constructor(settings: DatabaseSettings, begins: AsyncLocalStorage<Begun>) {
    super({
      connectionString: settings.url,
      max: settings.connectionsMax ?? 10,
      connectionTimeoutMillis: 5000,
      idleTimeoutMillis: 30_000,
      application_name: settings.applicationName ?? 'holdfast',
    });
    this.#begins = begins;
    this.#contextKey = settings.contextKey;
    // A connection that breaks while idle is dropped by the pool; without a listener it would end the process.
    this.on('error', () => {});
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: PoolCallback): void;
  override connect(callback?: PoolCallback): Promise<PoolClient> | void {
    if (callback) return super.connect(callback);
    return super.connect().then((client) => {
      const begun = this.#begins.getStore();
      if (begun) this.#addContextToBegin(client, begun);
      return client;
    });
  }

  #addContextToBegin(client: PoolClient, { scope, last }: Begun): void {
    const query = client.query.bind(client) as Query;
    const intercept = (statement: { text?: string } | string, ...rest: unknown[]): unknown => {
      const text = typeof statement === 'string' ? statement : statement.text;
      client.query = endingWith(last, client, query);
      // A transaction begins with BEGIN or it is not ours: running anything else without context would be a bug.
      if (!text?.startsWith('BEGIN')) throw new Error(`expected BEGIN, got ${text}`);
      const pid = backendPid(client);
      return query(`${text}; ${setContextSql(scope, pid, this.#contextKey, Date.now())}`, ...rest);
    };
    client.query = intercept as typeof client.query;
  }
}

type Query = (...parts: unknown[]) => unknown;

/** Passes everything on but the end of the transaction: before its COMMIT is said what is to be said last. */
function endingWith(last: readonly string[], client: PoolClient, query: Query): typeof client.query {
  const passOn: Query = (statement, ...rest) => {
    const text = typeof statement === 'string' ? statement : (statement as { text?: string }).text;
    if (text !== 'COMMIT' && text !== 'ROLLBACK') return query(statement, ...rest);
    client.query = query as typeof client.query;
    return text === 'COMMIT' && last.length > 0 ? commit(last, query) : query(statement, ...rest);
  };
  return passOn as typeof client.query;
}

async function commit(last: readonly string[], query: Query): Promise<unknown> {
  try {
    return await query(`${last.join('; ')}; COMMIT`);
  } catch (error) {
    // What failed left the transaction open, in which nothing can be said any more; a connection that is gone has none.
    await Promise.resolve(query('ROLLBACK')).catch(() => {});
    throw error;
  }
}

type PoolCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;
