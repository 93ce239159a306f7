import { z } from 'zod';
import type { Tx } from './database';
import { beginningPattern, holdingPattern } from './like-pattern';

const row = z.object({
  kind: z.enum(['client', 'system', 'repository']),
  id: z.string(),
  name: z.string(),
  clientId: z.string(),
  clientName: z.string(),
});
/** A client, system or repository that one can go to by its name. */
export type NamedThing = z.output<typeof row>;

const OF_EACH_KIND = 6;

/**
 * Clients, systems (under any of their names) and repositories (also by where they lie) whose name holds `text`, those that begin with it first, at
 * most six of each kind.
 */
export async function findNamedThings(tx: Tx, mspId: string, text: string): Promise<NamedThing[]> {
  const pattern = holdingPattern(text);
  const beginning = beginningPattern(text);
  const rows = await tx.$queryRaw`
    (SELECT 'client' AS kind, c.client_id::text AS id, c.name, c.client_id::text AS "clientId", c.name AS "clientName"
      FROM app.client c WHERE c.msp_id = ${mspId}::uuid AND c.archived_at IS NULL AND c.name ILIKE ${pattern}
      ORDER BY c.name ILIKE ${beginning} DESC, lower(c.name), c.client_id LIMIT ${OF_EACH_KIND})
    UNION ALL
    (SELECT 'system', y.system_id::text, y.name, c.client_id::text, c.name
      FROM app.system y JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = y.client_id AND c.archived_at IS NULL
      WHERE y.msp_id = ${mspId}::uuid AND y.archived_at IS NULL AND (y.name ILIKE ${pattern} OR EXISTS (SELECT FROM app.system n
        WHERE n.msp_id = ${mspId}::uuid AND n.merged_into_id = y.system_id AND n.name ILIKE ${pattern}))
      ORDER BY y.name ILIKE ${beginning} DESC, lower(y.name), y.system_id LIMIT ${OF_EACH_KIND})
    UNION ALL
    (SELECT 'repository', o.repository_id::text, o.name, c.client_id::text, c.name
      FROM app.repository o JOIN app.client c ON c.msp_id = ${mspId}::uuid AND c.client_id = o.client_id AND c.archived_at IS NULL
      WHERE o.msp_id = ${mspId}::uuid AND (o.name ILIKE ${pattern} OR o.location ILIKE ${pattern})
      ORDER BY o.name ILIKE ${beginning} DESC, lower(o.name), o.repository_id LIMIT ${OF_EACH_KIND})`;
  return z.array(row).parse(rows);
}
