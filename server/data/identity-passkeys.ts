import { z } from 'zod';
import type { Database, Tx } from './database';

type Bytes = Uint8Array<ArrayBuffer>;

/** A passkey as its person sees it, and as authenticators are told of it. */
export interface Passkey {
  readonly passkeyId: string;
  readonly credentialId: Uint8Array;
  /** How browsers reach the authenticator. */
  readonly transports: readonly string[];
  readonly name: string;
  /** Whether it may be copied to other devices of its owner; false: it never leaves the one. */
  readonly isSyncable: boolean;
  /** Whether it was copied, as of its last use. */
  readonly isSynced: boolean;
  readonly addedAt: Date;
  /** null: never. */
  readonly lastUsedAt: Date | null;
  /** Since when it signs nobody in, because a signature counted backwards; null: it works. */
  readonly stoppedAt: Date | null;
}

const passkeyRow = z.object({
  passkeyId: z.string(),
  credentialId: z.instanceof(Uint8Array),
  transports: z.array(z.string()),
  name: z.string(),
  isSyncable: z.boolean(),
  isSynced: z.boolean(),
  addedAt: z.date(),
  lastUsedAt: z.date().nullable(),
  stoppedAt: z.date().nullable(),
});

/** Those of the person behind a live session, oldest first, at most 20. */
export async function listPasskeys(database: Database, sessionId: string): Promise<Passkey[]> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT passkey_id AS "passkeyId", credential_id AS "credentialId", transports, name,
      is_syncable AS "isSyncable", is_synced AS "isSynced", added_at AS "addedAt", last_used_at AS "lastUsedAt",
      stopped_at AS "stoppedAt" FROM identity.list_passkeys(${sessionId}::uuid)`,
  );
  return z.array(passkeyRow).parse(rows);
}

/** Keeps the challenge of who adds one. `gone`: nobody's session, or one without a password; `full`: no more can be added. */
export async function beginPasskey(
  database: Database,
  sessionId: string,
  challengeHash: Bytes,
): Promise<'done' | 'gone' | 'full'> {
  const rows = await database.withoutScope(
    (tx) =>
      tx.$queryRaw`SELECT identity.begin_passkey(${sessionId}::uuid, ${challengeHash}::bytea) AS outcome`,
  );
  return z.tuple([z.object({ outcome: z.enum(['done', 'gone', 'full']) })]).parse(rows)[0].outcome;
}

/** Takes a session's challenge, which is worth nothing from then on; false: there is none of it, or it is too old. */
export async function takePasskeyChallenge(
  database: Database,
  sessionId: string,
  challengeHash: Bytes,
): Promise<boolean> {
  return isDone(
    await database.withoutScope(
      (tx) =>
        tx.$queryRaw`SELECT identity.take_passkey_challenge(${sessionId}::uuid, ${challengeHash}::bytea) AS is_done`,
    ),
  );
}

/** Keeps a passkey of the person behind a live session, whom the context names (`setUpScope`). `taken`: it is there, whosever it is. */
export async function addPasskey(
  tx: Tx,
  sessionId: string,
  passkey: Pick<Passkey, 'passkeyId' | 'transports' | 'name' | 'isSyncable' | 'isSynced'> & {
    readonly credentialId: Bytes;
    readonly publicKey: Bytes;
    readonly signCount: number;
  },
): Promise<'done' | 'gone' | 'full' | 'taken'> {
  const { passkeyId, credentialId, publicKey, signCount, transports, name, isSyncable, isSynced } = passkey;
  const rows =
    await tx.$queryRaw`SELECT identity.add_passkey(${sessionId}::uuid, ${passkeyId}::uuid, ${credentialId}::bytea,
      ${publicKey}::bytea, ${signCount}::bigint, ${[...transports]}::text[], ${name}, ${isSyncable}, ${isSynced}) AS outcome`;
  const outcome = z.enum(['done', 'gone', 'full', 'taken']);
  return z.tuple([z.object({ outcome })]).parse(rows)[0].outcome;
}

/** False: it is not theirs, or not there. */
export async function renamePasskey(
  tx: Tx,
  sessionId: string,
  passkeyId: string,
  name: string,
): Promise<boolean> {
  return isDone(
    await tx.$queryRaw`SELECT identity.rename_passkey(${sessionId}::uuid, ${passkeyId}::uuid, ${name}) AS is_done`,
  );
}

/** Removes one of the person behind a live session and ends their other sessions; false: it is not theirs, or not there. */
export async function removePasskey(tx: Tx, sessionId: string, passkeyId: string): Promise<boolean> {
  return isDone(
    await tx.$queryRaw`SELECT identity.remove_passkey(${sessionId}::uuid, ${passkeyId}::uuid) AS is_done`,
  );
}

/** Takes a removal back within ten minutes, in the session that removed it; false: it cannot be. */
export async function restorePasskey(tx: Tx, sessionId: string, passkeyId: string): Promise<boolean> {
  return isDone(
    await tx.$queryRaw`SELECT identity.restore_passkey(${sessionId}::uuid, ${passkeyId}::uuid) AS is_done`,
  );
}

/** Keeps the challenge of a browser in which somebody signs in. `personId`: whose password was right; null: it was not asked for. */
export async function beginPasskeySignIn(
  database: Database,
  challengeHash: Bytes,
  browserHash: Bytes,
  personId: string | null,
): Promise<void> {
  await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT identity.begin_passkey_sign_in(${challengeHash}::bytea, ${browserHash}::bytea,
      ${personId}::uuid)::text AS done`,
  );
}

/** What the authenticators of a person whose password was right are asked for. */
export async function credentialsOf(
  database: Database,
  personId: string,
): Promise<Pick<Passkey, 'credentialId' | 'transports'>[]> {
  const rows = await database.withoutScope(
    (tx) =>
      tx.$queryRaw`SELECT credential_id AS "credentialId", transports FROM identity.credentials_of(${personId}::uuid)`,
  );
  return z.array(passkeyRow.pick({ credentialId: true, transports: true })).parse(rows);
}

/** A passkey that signed, before its signature is looked at. */
export interface PasskeyCandidate {
  readonly passkeyId: string;
  readonly personId: string;
  readonly email: string;
  /** A demo's account: it signs in on the machine itself only. */
  readonly isDemo: boolean;
  readonly publicKey: Uint8Array;
}

export type PasskeySignInStart =
  | { readonly outcome: 'wait'; readonly retryAfterSeconds: number }
  /** The challenge is not this browser's, was used, or is too old. */
  | { readonly outcome: 'late' }
  | {
      readonly outcome: 'admitted';
      /** Whose password was right before; null: it was not asked for. */
      readonly passwordPersonId: string | null;
      /** null: nobody's. */
      readonly candidate: PasskeyCandidate | null;
    };

const startRow = z.object({
  retryAfterSeconds: z.int(),
  isFresh: z.boolean().nullable(),
  passwordPersonId: z.string().nullable(),
  passkeyId: z.string().nullable(),
  personId: z.string().nullable(),
  email: z.string().nullable(),
  isDemo: z.boolean().nullable(),
  publicKey: z.instanceof(Uint8Array).nullable(),
});

/** Counts an attempt, takes the browser's challenge, and hands out what the signature is checked against. */
export async function takePasskeySignIn(
  database: Database,
  challengeHash: Bytes,
  browserHash: Bytes,
  credentialId: Bytes,
  address: string | null,
): Promise<PasskeySignInStart> {
  const rows = await database.withoutScope(
    (
      tx,
    ) => tx.$queryRaw`SELECT retry_after_seconds AS "retryAfterSeconds", is_fresh AS "isFresh", password_person AS "passwordPersonId",
      passkey_id AS "passkeyId", person_id AS "personId", email, is_demo AS "isDemo", public_key AS "publicKey"
      FROM identity.take_passkey_sign_in(${challengeHash}::bytea, ${browserHash}::bytea, ${credentialId}::bytea, ${address}::inet)`,
  );
  const [row] = z.tuple([startRow]).parse(rows);
  const { retryAfterSeconds, isFresh, passwordPersonId } = row;
  if (retryAfterSeconds > 0) return { outcome: 'wait', retryAfterSeconds };
  return isFresh
    ? { outcome: 'admitted', passwordPersonId, candidate: candidateOf(row) }
    : { outcome: 'late' };
}

function candidateOf(row: z.output<typeof startRow>): PasskeyCandidate | null {
  const { passkeyId, personId, email, isDemo, publicKey } = row;
  if (passkeyId === null || personId === null || email === null || isDemo === null || publicKey === null)
    return null;
  return { passkeyId, personId, email, isDemo, publicKey };
}

/** Gives the attempt that was counted back. */
export async function giveBackPasskeyAttempt(database: Database, address: string | null): Promise<void> {
  await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT identity.give_back_passkey_attempt(${address}::inet)::text AS done`,
  );
}

/** `gone`: the passkey or the membership; `copied`: its count did not grow, so it is stopped now; `stopped`: it was before. */
export type PasskeyOpening = 'done' | 'gone' | 'copied' | 'stopped';

/** Opens a session of two factors for the person whom the context names (`setUpScope`), whose signature was right. */
export async function openSessionByPasskey(
  tx: Tx,
  session: {
    sessionId: string;
    passkeyId: string;
    signCount: number;
    isSynced: boolean;
    hasPassword: boolean;
    address: string | null;
    userAgent: string | null;
    lifetimeSeconds: number;
  },
): Promise<PasskeyOpening> {
  const rows = await tx.$queryRaw`SELECT identity.open_session_by_passkey(${session.sessionId}::uuid,
      ${session.passkeyId}::uuid, ${session.signCount}::bigint, ${session.isSynced}, ${session.hasPassword},
      ${session.address}::inet, ${session.userAgent}, ${session.lifetimeSeconds}::int) AS outcome`;
  const outcome = z.enum(['done', 'gone', 'copied', 'stopped']);
  return z.tuple([z.object({ outcome })]).parse(rows)[0].outcome;
}

function isDone(rows: unknown): boolean {
  return z.tuple([z.object({ is_done: z.boolean() })]).parse(rows)[0].is_done;
}
