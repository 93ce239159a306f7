import { z } from 'zod';
import type { Tx } from './database';

const row = z.object({
  siteId: z.string(),
  clientId: z.string().nullable(),
  ownerKind: z.enum(['client', 'msp', 'provider']),
  name: z.string(),
  timeZone: z.string(),
  country: z.string().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
});
/** A place: a client's, the MSP's own, or a provider's. */
export type Site = z.output<typeof row>;

/** Where something of this client can stand: its own sites, the MSP's and those of providers; its own first, at most 1,000. */
export async function listSites(tx: Tx, mspId: string, clientId: string): Promise<Site[]> {
  const rows = await tx.$queryRaw`
    SELECT site_id::text AS "siteId", client_id::text AS "clientId", owner_kind AS "ownerKind", name,
      time_zone AS "timeZone", country, latitude, longitude
    FROM app.site WHERE msp_id = ${mspId}::uuid AND (client_id = ${clientId}::uuid OR client_id IS NULL)
    ORDER BY client_id IS NULL, owner_kind, lower(name), site_id LIMIT 1000`;
  return z.array(row).parse(rows);
}

export interface NewSite {
  readonly siteId: string;
  /** null: the MSP's own, or a provider's. */
  readonly clientId: string | null;
  readonly ownerKind: Site['ownerKind'];
  readonly name: string;
  readonly timeZone: string;
  readonly country: string | null;
  /** Degrees; null where unknown. */
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly createdAt: Date;
}

/** false: there is a site of this name already. */
export async function insertSite(tx: Tx, mspId: string, site: NewSite): Promise<boolean> {
  const { count } = await tx.site.createMany({ data: [{ mspId, ...site }], skipDuplicates: true });
  return count === 1;
}
