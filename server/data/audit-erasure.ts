import { z } from 'zod';
import type { Tx } from './database';

const counted = z.tuple([z.object({ count: z.int() })]);

/**
 * Deletes personal values beside the scope's chain that hold one of these texts, and their salts, but for those of held clients; answers how
 * many. For a scope of the whole MSP; each text has at least 3 characters.
 */
export async function erasePrivateValues(
  tx: Tx,
  texts: readonly string[],
  heldClientIds: readonly string[],
): Promise<number> {
  const rows = await tx.$queryRaw`
    SELECT audit.erase_private(${[...texts]}::text[], ${[...heldClientIds]}::uuid[]) AS count`;
  return counted.parse(rows)[0].count;
}

/** How many personal values hold one of these texts. */
export async function countPrivateValues(tx: Tx, mspId: string, texts: readonly string[]): Promise<number> {
  const rows = await tx.$queryRaw`SELECT count(*)::int AS count FROM audit.event_private p
    WHERE p.msp_id = ${mspId}::uuid
      AND EXISTS (SELECT FROM unnest(${[...texts]}::text[]) AS t WHERE position(lower(t) IN lower(p.value)) > 0)`;
  return counted.parse(rows)[0].count;
}

/** How many events hold one of these texts in their own. */
export async function countTextsHolding(tx: Tx, mspId: string, texts: readonly string[]): Promise<number> {
  const rows = await tx.$queryRaw`SELECT count(*)::int AS count FROM audit.event e
    WHERE e.msp_id = ${mspId}::uuid
      AND EXISTS (SELECT FROM unnest(${[...texts]}::text[]) AS t WHERE position(lower(t) IN lower(e.body)) > 0)`;
  return counted.parse(rows)[0].count;
}
