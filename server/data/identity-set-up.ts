import { z } from 'zod';
import type { Database, Tx } from './database';
import type { NewPerson } from './identity-people';

/** Whether anybody exists; then set-up is over for ever. */
export async function isSetUp(database: Database): Promise<boolean> {
  const rows = await database.withoutScope((tx) => tx.$queryRaw`SELECT identity.is_set_up() AS is_set_up`);
  return z.tuple([z.object({ is_set_up: z.boolean() })]).parse(rows)[0].is_set_up;
}

/** Keeps the hash of a new set-up code in place of an unused one; false once anybody exists. Needs the migrator's database. */
export async function storeSetUpCode(
  migratorDatabase: Database,
  codeHash: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const rows = await migratorDatabase.withoutScope(
    (tx) => tx.$queryRaw`SELECT identity.store_set_up_code(${codeHash}::bytea) AS is_stored`,
  );
  return z.tuple([z.object({ is_stored: z.boolean() })]).parse(rows)[0].is_stored;
}

/**
 * Spends the set-up code on the MSP and owner that the transaction's context names (`setUpScope`). False: the code is
 * wrong, or somebody was quicker.
 */
export async function completeSetUp(
  tx: Tx,
  given: {
    codeHash: Uint8Array<ArrayBuffer>;
    mspName: string;
    timeZone: string;
    owner: Omit<NewPerson, 'personId' | 'isDemo'>;
    /** The step of the code that proved the authenticator works; it is not accepted again. */
    totpStep: number;
  },
): Promise<boolean> {
  const { owner } = given;
  const rows = await tx.$queryRaw`SELECT identity.complete_set_up(${given.codeHash}::bytea, ${given.mspName},
    ${given.timeZone}, ${owner.email}, ${owner.name}, ${owner.passwordHash}, ${owner.totpSecret}::bytea,
    ${given.totpStep}::bigint) AS is_done`;
  return z.tuple([z.object({ is_done: z.boolean() })]).parse(rows)[0].is_done;
}

/** What becomes of adding an MSP. `renewed`: its owner had been asked before; `taken`: the e-mail has an account. */
export type AddMspOutcome = 'added' | 'renewed' | 'taken' | 'not-set-up';

/**
 * Makes the MSP that the transaction's context names (`setUpScope`), with an open invitation for its first owner. Needs the
 * migrator's database.
 */
export async function insertMspByInvitation(
  tx: Tx,
  given: {
    name: string;
    timeZone: string;
    email: string;
    invitationId: string;
    link: { tokenHash: Uint8Array<ArrayBuffer>; expiresAt: Date };
  },
): Promise<AddMspOutcome> {
  const { tokenHash, expiresAt } = given.link;
  const rows = await tx.$queryRaw`SELECT identity.add_msp(${given.name}, ${given.timeZone}, ${given.email},
    ${given.invitationId}::uuid, ${tokenHash}::bytea, ${expiresAt}::timestamptz) AS outcome`;
  const outcome = z.enum(['added', 'renewed', 'taken', 'not-set-up']);
  return z.tuple([z.object({ outcome })]).parse(rows)[0].outcome;
}
