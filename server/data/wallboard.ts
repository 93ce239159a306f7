import type { TenantScope } from '../tenancy/tenant-scope';
import { findMsp } from './clients';
import type { Database } from './database';
import { clientsWithReasons, type ReasonedClient } from './fleet';
import type { ClientChange, FleetTotals } from './fleet-clients';
import { findLag, type Lag } from './lag';

/** More than anybody waits for on a screen that pages itself. */
const CLIENTS_MAX = 200;

/** What a TV shows of the fleet. */
export interface Wallboard {
  readonly mspName: string;
  readonly timeZone: string;
  readonly totals: FleetTotals;
  /** All but the compliant, worst first, at most 200; of `needsMe` in all. */
  readonly clients: readonly ReasonedClient[];
  readonly needsMe: number;
  /** Of the last 24 hours, worst first. */
  readonly changes: readonly ClientChange[];
  /** null: what is stored can be relied on. */
  readonly lag: Lag | null;
}

/** The fleet of the clients that the scope sees, as of `now`, with how far we ourselves are behind. */
export async function readWallboard(database: Database, scope: TenantScope, now: Date): Promise<Wallboard> {
  const { mspId } = scope;
  const view = { search: '', status: 'needs-me', sort: 'status', isReversed: false, page: 1 } as const;
  return database.inScope(scope, async (tx) => {
    const { name, timeZone } = await findMsp(tx, mspId);
    const { clients, total, totals, changes } = await clientsWithReasons(tx, mspId, view, now, CLIENTS_MAX);
    const lag = await findLag(tx, mspId, now);
    return { mspName: name, timeZone, totals, clients, needsMe: total, changes, lag };
  });
}
