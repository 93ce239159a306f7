import { z } from 'zod';
import type { Database, Tx } from './database';

/** Somebody whose sign-in waits after many failures. */
export interface RefusedPerson {
  readonly personId: string;
  readonly email: string;
  readonly failures: number;
  /** Where they came from; null: from many addresses, or it is not known. */
  readonly address: string | null;
}

/** The MSPs of people who are to be told that their sign-in waits. */
export async function listMspsWithRefusals(database: Database): Promise<string[]> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT msp_id::text FROM identity.msps_with_refusals() AS msp_id`,
  );
  return z
    .array(z.object({ msp_id: z.string() }))
    .parse(rows)
    .map((row) => row.msp_id);
}

const refusedRow = z.object({
  person_id: z.string(),
  email: z.string(),
  failures: z.int(),
  address: z.string().nullable(),
});

/** Whom of the context's MSP to tell, each once: who takes them tells them in the same transaction. */
export async function takeRefusals(tx: Tx): Promise<RefusedPerson[]> {
  const rows = z.array(refusedRow).parse(await tx.$queryRaw`SELECT * FROM identity.take_refusals()`);
  return rows.map(({ person_id: personId, ...row }) => ({ personId, ...row }));
}
