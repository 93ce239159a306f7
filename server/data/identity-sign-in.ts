import { z } from 'zod';
import type { Database, Tx } from './database';

/** What a password is checked against; null fields when nobody has that e-mail. */
interface SignInCandidate {
  readonly personId: string | null;
  readonly passwordHash: string | null;
  /** A demo's account: it signs in on the machine itself only. */
  readonly isDemo: boolean;
  /** Sealed (server/auth/secret-box.ts); null: no codes set up. */
  readonly totpSecret: Uint8Array | null;
}

export type SignInStart =
  | { readonly outcome: 'wait'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'admitted'; readonly candidate: SignInCandidate };

const startRow = z.object({
  retry_after_seconds: z.int(),
  person_id: z.string().nullable(),
  is_demo: z.boolean().nullable(),
  password_hash: z.string().nullable(),
  totp_secret: z.instanceof(Uint8Array).nullable(),
});

/**
 * Counts an attempt and hands out what the password is checked against, or says how long to wait: the limits per e-mail
 * and address stand at `identity.begin_sign_in`. Known and unknown e-mails get the same treatment.
 */
export async function beginSignIn(
  database: Database,
  email: string,
  address: string | null,
): Promise<SignInStart> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT * FROM identity.begin_sign_in(${email}, ${address}::inet)`,
  );
  const [row] = z.tuple([startRow]).parse(rows);
  if (row.retry_after_seconds > 0) return { outcome: 'wait', retryAfterSeconds: row.retry_after_seconds };
  return {
    outcome: 'admitted',
    candidate: {
      personId: row.person_id,
      passwordHash: row.password_hash,
      isDemo: row.is_demo ?? false,
      totpSecret: row.totp_secret,
    },
  };
}

/** Gives a counted attempt back: all was right, or only the code is still to come. */
export async function giveBackAttempt(
  database: Database,
  email: string,
  address: string | null,
  hasSignedIn: boolean,
): Promise<void> {
  await database.withoutScope(
    (tx) =>
      tx.$queryRaw`SELECT identity.give_back_attempt(${email}, ${address}::inet, ${hasSignedIn})::text AS done`,
  );
}

/** Writes the audit event of a refused sign-in; the e-mail as typed is not kept. */
export async function recordRefusal(
  database: Database,
  personId: string | null,
  reason:
    | 'password'
    | 'code'
    | 'membership'
    | 'demo'
    | 'sign-on-answer'
    | 'passkey'
    | 'passkey-unverified'
    | 'passkey-stopped',
  address: string | null,
): Promise<void> {
  await database.withoutScope(
    (tx) =>
      tx.$queryRaw`SELECT identity.record_refusal(${personId}::uuid, ${reason}, ${address}::inet)::text AS done`,
  );
}

/**
 * Opens a session for a person whose password was right; false when the code's time step was used before, or the person
 * has codes and none was given, or belongs to no MSP. The step is compared and set in the same transaction.
 */
export async function openSession(
  tx: Tx,
  session: {
    sessionId: string;
    personId: string;
    totpStep: number | null;
    address: string | null;
    userAgent: string | null;
    lifetimeSeconds: number;
  },
): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT aal FROM identity.open_session(${session.sessionId}::uuid,
      ${session.personId}::uuid, ${session.totpStep}::bigint, ${session.address}::inet, ${session.userAgent},
      ${session.lifetimeSeconds}::int)`;
  return z.array(z.object({ aal: z.int() })).parse(rows).length === 1;
}

/**
 * Opens a session for a person whose password was right by spending a recovery code; answers how many are left. null: no such
 * code, or it was spent.
 */
export async function openSessionByRecoveryCode(
  tx: Tx,
  session: Omit<Parameters<typeof openSession>[1], 'totpStep'> & { codeHash: Uint8Array<ArrayBuffer> },
): Promise<number | null> {
  const rows = await tx.$queryRaw`SELECT identity.open_session_by_recovery_code(${session.sessionId}::uuid,
      ${session.personId}::uuid, ${session.codeHash}::bytea, ${session.address}::inet, ${session.userAgent},
      ${session.lifetimeSeconds}::int) AS codes_left`;
  return z.tuple([z.object({ codes_left: z.int().nullable() })]).parse(rows)[0].codes_left;
}

/** The MSP that a person signs in to; null: none. */
export async function findMspOf(database: Database, personId: string): Promise<string | null> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT identity.msp_of_person(${personId}::uuid)::text AS msp_id`,
  );
  return z.tuple([z.object({ msp_id: z.string().nullable() })]).parse(rows)[0].msp_id;
}

/** Whether a person is an auditor whose grants are all over. */
export async function hasEndedGrant(database: Database, personId: string): Promise<boolean> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT identity.has_ended_grant(${personId}::uuid) AS "hasEnded"`,
  );
  return z.tuple([z.object({ hasEnded: z.boolean() })]).parse(rows)[0].hasEnded;
}
