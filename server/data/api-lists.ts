import { z } from 'zod';
import { type Status, STATUSES } from '@/domain/protection/verdict';
import { clientStatus } from '@/domain/protection/system-status';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { TenantScope } from '../tenancy/tenant-scope';
import { silenceOf } from './agent-screens';
import { type ListedAgent, listAgentsById } from './agents';
import { type ListedChannel, listChannelsById } from './channel-lists';
import { listClientNames } from './clients';
import type { Database, Tx } from './database';
import { causeColumns, causeJoins, type QueuedCause, selectedCause } from './finding-queue';
import { holdingPattern } from './like-pattern';
import { isServed } from './served';
import { shownStatuses, shownSystems } from './shown-systems';

/** A part of a list by ids for the public API: what follows the last id that was given. One more than `limit` is read. */
export interface ApiPart {
  /** null: from the beginning. */
  readonly after: string | null;
  readonly limit: number;
  /** null: of every client. */
  readonly clientId: string | null;
}

const clientRow = z.object({
  clientId: z.string(),
  name: z.string(),
  timeZone: z.string(),
  counts: z.object({ 'non-compliant': z.int(), unknown: z.int(), 'at-risk': z.int(), compliant: z.int() }),
});
export type ApiClient = z.output<typeof clientRow> & { readonly status: Status | null };

/** Clients by id, each with how many of its systems have which status as of `now`. */
export async function listApiClients(
  tx: Tx,
  mspId: string,
  { after, limit, clientId, search }: ApiPart & { readonly search: string },
  now: Date,
): Promise<ApiClient[]> {
  const rows = await tx.$queryRaw`
    WITH ${shownStatuses(mspId, now)},
    page AS MATERIALIZED (
      SELECT c.client_id, c.name, c.time_zone FROM app.client c
      WHERE c.msp_id = ${mspId}::uuid AND c.archived_at IS NULL AND (${clientId}::uuid IS NULL OR c.client_id = ${clientId}::uuid)
        AND (${after}::uuid IS NULL OR c.client_id > ${after}::uuid) AND c.name ILIKE ${holdingPattern(search)}
      ORDER BY c.client_id LIMIT ${limit + 1}
    )
    SELECT p.client_id::text AS "clientId", p.name, p.time_zone AS "timeZone", jsonb_build_object(
        'non-compliant', count(*) FILTER (WHERE s.status = 'non-compliant'), 'unknown', count(*) FILTER (WHERE s.status = 'unknown'),
        'at-risk', count(*) FILTER (WHERE s.status = 'at-risk'), 'compliant', count(*) FILTER (WHERE s.status = 'compliant')) AS counts
    FROM page p LEFT JOIN shown s ON s.client_id = p.client_id
    GROUP BY p.client_id, p.name, p.time_zone ORDER BY p.client_id`;
  return z
    .array(clientRow)
    .parse(rows)
    .map((row) => ({ ...row, status: clientStatus(row.counts) }));
}

const systemRow = z.object({
  systemId: z.string(),
  clientId: z.string(),
  name: z.string(),
  kind: z.string(),
  status: z.enum(STATUSES),
  since: z.date(),
  laggingSince: z.date().nullable(),
});
export type ApiSystemRow = z.output<typeof systemRow>;

/** Systems by id with the status that may be shown as of `now`. */
export async function listApiSystems(
  tx: Tx,
  mspId: string,
  part: ApiPart & { readonly status: Status | null; readonly search: string },
  now: Date,
): Promise<ApiSystemRow[]> {
  const { after, limit, clientId, status, search } = part;
  const rows = await tx.$queryRaw`
    WITH ${shownSystems(mspId, now)}
    SELECT system_id::text AS "systemId", client_id::text AS "clientId", name, kind, status, since, lagging_since AS "laggingSince"
    FROM shown
    WHERE (${clientId}::uuid IS NULL OR client_id = ${clientId}::uuid) AND (${after}::uuid IS NULL OR system_id > ${after}::uuid)
      AND (${status}::text IS NULL OR status = ${status}::text) AND name ILIKE ${holdingPattern(search)}
    ORDER BY system_id LIMIT ${limit + 1}`;
  return z.array(systemRow).parse(rows);
}

/** Causes of findings by id; `isOpen` null: open and closed. */
export async function listApiCauses(
  tx: Tx,
  mspId: string,
  part: ApiPart & {
    readonly isOpen: boolean | null;
    readonly severity: string | null;
    readonly rule: string | null;
  },
): Promise<QueuedCause[]> {
  const { after, limit, clientId, isOpen, severity, rule } = part;
  const rows = await tx.$queryRaw`
    SELECT ${selectedCause}
    FROM (SELECT c.* FROM app.finding_cause c
      WHERE c.msp_id = ${mspId}::uuid AND (${clientId}::uuid IS NULL OR c.client_id = ${clientId}::uuid)
        AND ${isServed(mspId, Prisma.sql`c.client_id`)} AND (${after}::uuid IS NULL OR c.cause_id > ${after}::uuid)
        AND (${isOpen}::boolean IS NULL OR (c.closed_at IS NULL) = ${isOpen}::boolean)
        AND (${severity}::text IS NULL OR c.severity = ${severity}::text)
        AND (${rule}::text IS NULL OR ${rule}::text = ANY (c.rules))
      ORDER BY c.cause_id LIMIT ${limit + 1}) c
    ${causeJoins(mspId)}
    WHERE ${Prisma.sql`c.msp_id = ${mspId}::uuid`} ORDER BY c.cause_id`;
  return z.array(causeColumns).parse(rows);
}

/** Agents by id as of `now`. */
export async function listApiAgents(
  database: Database,
  scope: TenantScope,
  part: ApiPart,
  now: Date,
): Promise<ListedAgent[]> {
  const silence = await silenceOfSeen(database, scope, now);
  const asked = { ...part, limit: part.limit + 1 };
  return database.inScope(scope, (tx) => listAgentsById(tx, scope.mspId, asked, silence, now));
}

/** Channels by id as of `now`. */
export async function listApiChannels(
  database: Database,
  scope: TenantScope,
  part: ApiPart,
  now: Date,
): Promise<ListedChannel[]> {
  const silence = await silenceOfSeen(database, scope, now);
  const asked = { ...part, limit: part.limit + 1 };
  return database.inScope(scope, (tx) => listChannelsById(tx, scope.mspId, asked, silence, now));
}

async function silenceOfSeen(database: Database, scope: TenantScope, now: Date) {
  const clients = await database.inScope(scope, (tx) => listClientNames(tx, scope.mspId));
  return silenceOf(
    database,
    scope,
    clients.map(({ clientId }) => clientId),
    now,
  );
}
