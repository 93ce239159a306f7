import { z } from 'zod';
import { may, type Role, ROLES } from '@/domain/access/permissions';
import type { Tx } from './database';

const colleagueRow = z.object({
  person_id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  client_ids: z.array(z.string()).nullable(),
});

/** A person to whom findings can be given. */
export interface Colleague {
  readonly personId: string;
  readonly name: string;
  readonly role: Role;
  /** '*': every client of the MSP. Of a scope of single clients only those are told. */
  readonly clientIds: '*' | readonly string[];
}

/** Those of the context's MSP who may work on findings, by name; to a scope of single clients those who see one of them too. */
export async function listColleagues(tx: Tx): Promise<Colleague[]> {
  const rows = z.array(colleagueRow).parse(await tx.$queryRaw`SELECT * FROM identity.list_colleagues()`);
  return rows
    .map((row) => ({
      personId: row.person_id,
      name: row.name,
      role: row.role,
      clientIds: row.client_ids ?? ('*' as const),
    }))
    .filter(({ role, clientIds }) => may(role, 'work-findings', clientIds));
}

/** Whether a person sees a client. */
export function seesClient({ clientIds }: Pick<Colleague, 'clientIds'>, clientId: string): boolean {
  return clientIds === '*' || clientIds.includes(clientId);
}
