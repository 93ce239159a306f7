import { z } from 'zod';
import {
  KEEP_KINDS,
  type KeepKind,
  KEEP_MONTHS_MAX,
  KEEP_MONTHS_MIN,
  removedExtent,
} from '@/domain/keeping/keep-terms';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import { listKeptMonths, readKeepMonths, saveKeepTerm } from '../data/keep-terms';
import { AppError } from '../errors';
import type { TenantScope } from '../tenancy/tenant-scope';

/** `removes`: how many rows the person was told go next by it; left out: none, or the term becomes longer. */
export const keepTermForm = z.strictObject({
  kind: z.enum(KEEP_KINDS),
  months: z.int('Say how many months.').max(KEEP_MONTHS_MAX, `At most ${KEEP_MONTHS_MAX} months.`),
  removes: z.int().min(0).nullable().default(null),
});
type KeepTermForm = z.output<typeof keepTermForm>;

/** A count of years of reports takes its time. */
const TIMEOUT_MS = 60_000;

/**
 * Changes how long the scope's MSP keeps a kind. What becomes too old by it goes with the worker's next round.
 * @throws AppError `invalid-request` below the least of its kind; `conflict` where a shorter term removes more than the person was told
 */
export async function changeKeepTerm(
  database: Database,
  scope: TenantScope,
  personId: string,
  { kind, months, removes }: KeepTermForm,
  now: Date,
): Promise<void> {
  const least = KEEP_MONTHS_MIN[kind];
  if (months < least) {
    const sentence = `At least ${least === 1 ? 'a month' : `${least} months`}.`;
    throw new AppError('invalid-request', sentence, { fields: { months: sentence } });
  }
  const { mspId } = scope;
  await database.inScope(
    scope,
    async (tx) => {
      const former = (await readKeepMonths(tx, mspId))[kind];
      if (former === months) return;
      const gone = months < former ? await removedRows(tx, kind, months, now) : 0;
      if (gone > (removes ?? 0))
        throw new AppError(
          'conflict',
          `This term removes ${gone} next, and ${removes ?? 0} were agreed to. Look at it again.`,
        );
      await saveKeepTerm(tx, mspId, { kind, months, by: personId, at: now });
      await appendAuditEvent(tx, {
        action: 'keep-term.changed',
        target: {},
        details: { kind, from: former, months, removesNext: gone },
      });
    },
    { timeoutMs: TIMEOUT_MS },
  );
}

async function removedRows(tx: Tx, kind: KeepKind, months: number, now: Date): Promise<number> {
  return removedExtent(await listKeptMonths(tx, kind), months, now.getTime()).rows;
}
