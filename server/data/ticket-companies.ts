import { z } from 'zod';
import type { Tx } from './database';
import { holdingPattern } from './like-pattern';

const row = z.object({
  clientId: z.string(),
  clientName: z.string(),
  companyId: z.string().nullable(),
  /** Causes whose tickets wait until the company is mended. */
  blockedCount: z.int(),
  /** Whether the ticket system said that it does not know the company. */
  isRefused: z.boolean(),
});
/** A client and its company in a ticket system. */
export type ClientCompany = z.output<typeof row>;

/** Clients that are listed. */
const COMPANIES_MAX = 2000;

/** Which clients are asked for. */
export interface CompanyFilter {
  /** In the names of clients and the ids of companies; empty: any. */
  readonly search: string;
  /** Those alone that have no company, or a wrong one. */
  readonly isMissing: boolean;
}

/** The clients of an MSP by name, each with its company in a ticket system. */
export async function listCompanies(
  tx: Tx,
  mspId: string,
  channelId: string,
  { search, isMissing }: CompanyFilter,
): Promise<ClientCompany[]> {
  const pattern = holdingPattern(search);
  const rows = await tx.$queryRaw`
    SELECT l.client_id::text AS "clientId", l.name AS "clientName", m.company_id AS "companyId",
      count(t.cause_id)::int AS "blockedCount", coalesce(bool_or(t.problem = 'company-refused'), false) AS "isRefused"
    FROM app.client l
    LEFT JOIN app.ticket_company m ON m.msp_id = ${mspId}::uuid AND m.channel_id = ${channelId}::uuid AND m.client_id = l.client_id
    LEFT JOIN app.ticket t ON t.msp_id = ${mspId}::uuid AND t.channel_id = ${channelId}::uuid AND t.client_id = l.client_id
      AND t.state = 'blocked'
    WHERE l.msp_id = ${mspId}::uuid AND l.archived_at IS NULL
      AND (${search} = '' OR l.name ILIKE ${pattern} OR m.company_id ILIKE ${pattern})
    GROUP BY l.client_id, l.name, m.company_id
    HAVING NOT ${isMissing}::boolean OR m.company_id IS NULL OR coalesce(bool_or(t.problem = 'company-refused'), false)
    ORDER BY lower(l.name), l.client_id LIMIT ${COMPANIES_MAX}`;
  return z.array(row).parse(rows);
}

/** How many clients each ticket system has no company of. */
export async function countMissingCompanies(tx: Tx, mspId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.$queryRaw`
    SELECT h.channel_id::text AS "channelId", count(l.client_id)::int AS missing
    FROM app.notification_channel h
    LEFT JOIN app.client l ON l.msp_id = ${mspId}::uuid AND l.archived_at IS NULL AND NOT EXISTS (
      SELECT FROM app.ticket_company m WHERE m.msp_id = ${mspId}::uuid AND m.channel_id = h.channel_id
        AND m.client_id = l.client_id AND m.company_id IS NOT NULL)
    WHERE h.msp_id = ${mspId}::uuid AND h.removed_at IS NULL AND h.needs_company
    GROUP BY h.channel_id`;
  const counts = z.array(z.object({ channelId: z.string(), missing: z.int() })).parse(rows);
  return new Map(counts.map(({ channelId, missing }) => [channelId, missing]));
}

/** The company of a client; null: it has none. */
export async function findCompany(
  tx: Tx,
  mspId: string,
  channelId: string,
  clientId: string,
): Promise<string | null> {
  const found = await tx.ticketCompany.findFirst({
    where: { mspId, channelId, clientId },
    select: { companyId: true },
  });
  return found?.companyId ?? null;
}

/** Says which company of a ticket system a client is; null: none. */
export async function saveCompany(
  tx: Tx,
  mspId: string,
  { channelId, clientId, companyId }: { channelId: string; clientId: string; companyId: string | null },
  by: { readonly at: Date; readonly by: string },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO app.ticket_company (msp_id, channel_id, client_id, company_id, changed_at, changed_by)
    VALUES (${mspId}::uuid, ${channelId}::uuid, ${clientId}::uuid, ${companyId}, ${by.at}, ${by.by}::uuid)
    ON CONFLICT (msp_id, channel_id, client_id) DO UPDATE SET company_id = excluded.company_id, changed_at = excluded.changed_at,
      changed_by = excluded.changed_by`;
}
