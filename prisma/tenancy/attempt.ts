import { type ClientBase, DatabaseError, type QueryResult } from 'pg';
import type { Context, Sealing } from './contexts';

/**
 * What came of a statement: how many rows it saw or changed, or who refused it. `no copy`: Postgres refuses COPY FROM where
 * row security holds. Anything else is an error in the words of Postgres.
 */
export type Outcome = number | 'denied' | 'refused by row security' | 'no copy' | `error: ${string}`;

/** A statement of a role in a context. */
export interface Attempt {
  readonly role: string;
  readonly context: Context;
  readonly statement: string;
}

/** Tries statements, each undone at once. */
export class Attempts {
  readonly #client: ClientBase;
  readonly #bounds: { readonly open: string; readonly close: string };

  /** @param client may become any role; within a transaction each attempt is bounded by a savepoint */
  constructor(client: ClientBase, { moment }: Pick<Sealing, 'moment'>) {
    this.#client = client;
    this.#bounds =
      moment === 'at BEGIN'
        ? { open: 'BEGIN', close: 'ROLLBACK' }
        : { open: 'SAVEPOINT attempt', close: 'ROLLBACK TO attempt; RELEASE attempt' };
  }

  async outcome(attempt: Attempt): Promise<Outcome> {
    return (await this.result(attempt)).outcome;
  }

  /** With the rows of a query; none when it was refused. */
  async result({
    role,
    context,
    statement,
  }: Attempt): Promise<{ outcome: Outcome; rows: readonly Record<string, unknown>[] }> {
    const { open, close } = this.#bounds;
    try {
      const results = await this.#client.query(
        [open, context.sql, `SET LOCAL ROLE ${role}`, statement].filter(Boolean).join('; '),
      );
      // Several statements have several results; the types know of one only.
      const last = (results as unknown as QueryResult<Record<string, unknown>>[]).at(-1);
      return { outcome: last?.rowCount ?? 'error: no result', rows: last?.rows ?? [] };
    } catch (error) {
      return { outcome: refusal(error), rows: [] };
    } finally {
      await this.#client.query(close);
    }
  }
}

function refusal(error: unknown): Outcome {
  if (!(error instanceof DatabaseError)) throw error;
  const { code, message } = error;
  if (code === '42501' && message.startsWith('permission denied')) return 'denied';
  if (code === '42501' && message.includes('row-level security policy')) return 'refused by row security';
  if (code === '0A000' && message.startsWith('COPY FROM not supported with row-level')) return 'no copy';
  return `error: ${message}`;
}
