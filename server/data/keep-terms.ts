import { z } from 'zod';
import { KEEP_KINDS, type KeepKind, KEEP_MONTHS_PRESET, type KeptMonth } from '@/domain/keeping/keep-terms';
import type { Database, Tx } from './database';
import type { TenantScope } from '../tenancy/tenant-scope';

/** How many months of each kind an MSP keeps. */
export type KeepMonths = Readonly<Record<KeepKind, number>>;

const COLUMNS = {
  reports: 'reportMonths',
  aside: 'asideMonths',
  notifications: 'notificationMonths',
  mails: 'mailMonths',
  'sign-ins': 'signInMonths',
} as const satisfies Record<KeepKind, string>;

/** The preset where nobody chose. */
export async function readKeepMonths(tx: Tx, mspId: string): Promise<KeepMonths> {
  const row = await tx.keepTerm.findFirst({ where: { mspId } });
  const months = (kind: KeepKind): number => row?.[COLUMNS[kind]] ?? KEEP_MONTHS_PRESET;
  return Object.fromEntries(KEEP_KINDS.map((kind) => [kind, months(kind)])) as Record<KeepKind, number>;
}

export async function saveKeepTerm(
  tx: Tx,
  mspId: string,
  { kind, months, by, at }: { kind: KeepKind; months: number; by: string; at: Date },
): Promise<void> {
  const change = { [COLUMNS[kind]]: months, changedAt: at, changedBy: by };
  await tx.keepTerm.upsert({
    where: { mspId },
    create: { mspId, ...change },
    update: change,
    select: { mspId: true },
  });
}

const number = z.bigint().transform(Number);
const monthRow = z.object({
  month: z.string(),
  rows: number,
  bytes: number,
  removableRows: number,
  removableBytes: number,
});

/** How much there is of a kind, oldest month first, for an owner. Counted row by row: seconds for a million. */
export async function listKeptMonths(tx: Tx, kind: KeepKind): Promise<KeptMonth[]> {
  const rows = await tx.$queryRaw`SELECT k.month, k.row_count AS rows, k.byte_count AS bytes,
      k.removable_rows AS "removableRows", k.removable_bytes AS "removableBytes" FROM app.kept_by_month(${kind}) k`;
  return z.array(monthRow).parse(rows);
}

/** Longer than a count may take, so that Postgres ends it and not the transaction. */
const COUNT_TIMEOUT_MS = 15_000;

/** {@link listKeptMonths} in ten seconds; null: there are too many to count them while somebody waits. */
export async function countKeptMonths(
  database: Database,
  scope: TenantScope,
  kind: KeepKind,
): Promise<KeptMonth[] | null> {
  try {
    return await database.inScope(
      scope,
      async (tx) => {
        await tx.$executeRaw`SET LOCAL statement_timeout = '10s'`;
        return listKeptMonths(tx, kind);
      },
      { timeoutMs: COUNT_TIMEOUT_MS },
    );
  } catch (error) {
    if (/statement timeout/.test(String(error))) return null;
    throw error;
  }
}
