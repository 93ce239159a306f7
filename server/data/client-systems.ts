import { z } from 'zod';
import type { SystemKind } from '@/domain/protection/facts';
import { STATUSES, type Status } from '@/domain/protection/verdict';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Tx } from './database';
import { holdingPattern } from './like-pattern';
import { shownSystems, statusRank } from './shown-systems';

/** A system as a row of a list. */
export interface ListedSystem {
  readonly systemId: string;
  readonly clientId: string;
  readonly name: string;
  readonly kind: SystemKind;
  readonly status: Status;
  readonly since: Date;
  /** Since when what is stored of it is too old to be relied on; null: it is not. */
  readonly laggingSince: Date | null;
}

const row = z.object({
  systemId: z.string(),
  clientId: z.string(),
  name: z.string(),
  kind: z.enum(['server', 'workstation', 'vm', 'database', 'nas', 'saas']),
  status: z.enum(STATUSES),
  since: z.date(),
  laggingSince: z.date().nullable(),
});

/** The systems of these clients, worst first, then by name, at most `limit`; `search`: part of the name, empty: all. */
export async function listClientSystems(
  tx: Tx,
  mspId: string,
  clientIds: readonly string[],
  search: string,
  now: Date,
  limit = 1000,
): Promise<ListedSystem[]> {
  const pattern = holdingPattern(search);
  const rows = await tx.$queryRaw`
    WITH ${shownSystems(mspId, now)}
    SELECT system_id::text AS "systemId", client_id::text AS "clientId", name, kind, status, since,
      lagging_since AS "laggingSince"
    FROM shown WHERE client_id = ANY (${[...clientIds]}::uuid[]) AND name ILIKE ${pattern}
    ORDER BY ${statusRank(Prisma.sql`status`)}, lower(name), system_id LIMIT ${limit}`;
  return z.array(row).parse(rows);
}

/** One system of the list; null: not there, or another MSP's. */
export async function findListedSystem(
  tx: Tx,
  mspId: string,
  systemId: string,
  now: Date,
): Promise<ListedSystem | null> {
  const rows = await tx.$queryRaw`
    WITH ${shownSystems(mspId, now)}
    SELECT system_id::text AS "systemId", client_id::text AS "clientId", name, kind, status, since,
      lagging_since AS "laggingSince"
    FROM shown WHERE system_id = ${systemId}::uuid`;
  return z.array(row).parse(rows)[0] ?? null;
}
