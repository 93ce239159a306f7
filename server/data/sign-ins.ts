import { z } from 'zod';
import { SIGN_IN_WAYS, type SignInWay } from '@/domain/access/sign-in-way';
import type { Database, Tx } from './database';
import type { TenantScope } from '../tenancy/tenant-scope';

/** A sign-in that was accepted or refused. */
export interface SignInEvent {
  readonly signInId: string;
  readonly at: Date;
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  /** null: it was refused. */
  readonly how: SignInWay | null;
  /** Of a refusal, as `identity.record_refusal` was told; null: it was accepted. */
  readonly reason: string | null;
  readonly address: string | null;
  /** As the browser names itself; null: it was refused, or named nothing. */
  readonly userAgent: string | null;
}

/** How many a screen shows. */
const PAGE_ROWS = 25;
const CSV_ROWS_AT_ONCE = 500;

const signInRow = z.object({
  signInId: z.string(),
  at: z.date(),
  personId: z.string(),
  name: z.string(),
  email: z.string(),
  how: z.enum(SIGN_IN_WAYS).nullable(),
  reason: z.string().nullable(),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
});

/** A page of sign-ins, newest first, and whether older ones follow. */
export interface SignInPage {
  readonly signIns: readonly SignInEvent[];
  /** The last one, behind which the next page begins; null: nothing follows. */
  readonly next: string | null;
}

/**
 * A page of the sign-ins to the scope's MSP: of the person that the scope names (`ownAccountScope`), or of all its people (null), which its
 * owners may see. `before`: the last one of the page before; null: the newest.
 */
export async function readSignIns(
  database: Database,
  scope: TenantScope,
  personId: string | null,
  before: string | null,
): Promise<SignInPage> {
  const rows = await database.inScope(scope, (tx) => listSignIns(tx, personId, before, PAGE_ROWS + 1));
  const signIns = rows.slice(0, PAGE_ROWS);
  return { signIns, next: rows.length > PAGE_ROWS ? (signIns.at(-1)?.signInId ?? null) : null };
}

/** All of them, read as they are asked for. */
export async function* streamSignIns(
  database: Database,
  scope: TenantScope,
  personId: string | null,
): AsyncGenerator<SignInEvent> {
  let before: string | null = null;
  do {
    const mark: string | null = before;
    const rows: SignInEvent[] = await database.inScope(scope, (tx) =>
      listSignIns(tx, personId, mark, CSV_ROWS_AT_ONCE),
    );
    yield* rows;
    before = rows.length === CSV_ROWS_AT_ONCE ? (rows.at(-1)?.signInId ?? null) : null;
  } while (before !== null);
}

async function listSignIns(
  tx: Tx,
  personId: string | null,
  before: string | null,
  limit: number,
): Promise<SignInEvent[]> {
  const rows =
    await tx.$queryRaw`SELECT sign_in_id AS "signInId", at, person_id AS "personId", name, email, how, reason, address,
      user_agent AS "userAgent"
    FROM identity.list_sign_ins(${personId}::uuid, ${before}::uuid, ${limit}::int)`;
  return z.array(signInRow).parse(rows);
}
