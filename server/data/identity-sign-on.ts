import { z } from 'zod';
import { type Role, ROLES } from '@/domain/access/permissions';
import { type RoleByGroup, SIGN_ON_ROLES, type SignOnRole } from '@/domain/access/sign-on';
import type { Database, Tx } from './database';

type Sealed = Uint8Array<ArrayBuffer>;

/** An MSP's provider of single sign-on, and how far it is set up. */
export interface SignOn {
  /** In the address of the MSP's sign-in. */
  readonly signInKey: string;
  readonly issuer: string;
  readonly clientId: string;
  /** For server/auth/secret-box.ts, bound to the MSP's id. */
  readonly sealedSecret: Uint8Array;
  /** With blanks between them. */
  readonly scopes: string;
  readonly groupsClaim: string;
  readonly domains: readonly string[];
  readonly roleByGroup: RoleByGroup;
  readonly version: number;
  /** null: not since the issuer, client or secret changed. */
  readonly testedAt: Date | null;
  /** null: the last test went well. */
  readonly testProblem: string | null;
  /** null: off. */
  readonly onSince: Date | null;
}

const signOnRow = z
  .object({
    sign_in_key: z.string(),
    issuer: z.string(),
    client_id: z.string(),
    sealed_secret: z.instanceof(Uint8Array),
    scopes: z.string(),
    groups_claim: z.string(),
    domains: z.array(z.string()),
    role_by_group: z.record(z.string(), z.enum(SIGN_ON_ROLES)),
    version: z.int(),
    tested_at: z.date().nullable(),
    test_problem: z.string().nullable(),
    on_since: z.date().nullable(),
  })
  .transform((row): SignOn => ({
    signInKey: row.sign_in_key,
    issuer: row.issuer,
    clientId: row.client_id,
    sealedSecret: row.sealed_secret,
    scopes: row.scopes,
    groupsClaim: row.groups_claim,
    domains: row.domains,
    roleByGroup: row.role_by_group,
    version: row.version,
    testedAt: row.tested_at,
    testProblem: row.test_problem,
    onSince: row.on_since,
  }));

/** The provider of the context's MSP; null: none was set up. Read by who manages it, and by sign-in (`setUpScope`). */
export async function readSignOn(tx: Tx): Promise<SignOn | null> {
  return z.array(signOnRow).parse(await tx.$queryRaw`SELECT * FROM identity.read_sign_on()`)[0] ?? null;
}

/** Domains in which the MSP's own people have accounts with a password: those it may name. */
export async function ownDomains(tx: Tx): Promise<string[]> {
  const rows = await tx.$queryRaw`SELECT domain FROM identity.own_domains() AS domain`;
  return z
    .array(z.object({ domain: z.string() }))
    .parse(rows)
    .map(({ domain }) => domain);
}

/** `switched-off`: what changed has to be tested anew; `domain`: one is named in which nobody of the MSP has an account. */
export type StoreOutcome = 'done' | 'switched-off' | 'no-secret' | 'domain';

/** Keeps the settings of the context's MSP; a secret of null stays as it is. `signInKey` is taken at the first time. */
export async function storeSignOn(
  tx: Tx,
  settings: Pick<
    SignOn,
    'signInKey' | 'issuer' | 'clientId' | 'scopes' | 'groupsClaim' | 'domains' | 'roleByGroup'
  > & { readonly sealedSecret: Sealed | null },
): Promise<StoreOutcome> {
  const { signInKey, issuer, clientId, sealedSecret, scopes, groupsClaim, domains, roleByGroup } = settings;
  const rows =
    await tx.$queryRaw`SELECT identity.store_sign_on(${signInKey}, ${issuer}, ${clientId}, ${sealedSecret}::bytea,
    ${scopes}, ${groupsClaim}, ${[...domains]}::text[], ${JSON.stringify(roleByGroup)}::jsonb) AS outcome`;
  const outcome = z.enum(['done', 'switched-off', 'no-secret', 'domain']);
  return z.tuple([z.object({ outcome })]).parse(rows)[0].outcome;
}

/** Keeps what a test of the settings of a version said; null: all went well. False: they changed meanwhile. */
export async function noteSignOnTest(tx: Tx, version: number, problem: string | null): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT identity.note_sign_on_test(${version}::int, ${problem}) AS is_noted`;
  return z.tuple([z.object({ is_noted: z.boolean() })]).parse(rows)[0].is_noted;
}

/** Switches it on or off; off ends the sessions that it opened, but for those of who switches. */
export async function switchSignOn(
  tx: Tx,
  isOn: boolean,
): Promise<'done' | 'as-before' | 'untested' | 'none'> {
  const rows = await tx.$queryRaw`SELECT identity.switch_sign_on(${isOn}) AS outcome`;
  const outcome = z.enum(['done', 'as-before', 'untested', 'none']);
  return z.tuple([z.object({ outcome })]).parse(rows)[0].outcome;
}

/** The owner of the context's MSP whose password works though sign-on is enforced; null: it is not enforced. */
export async function readBreakGlass(tx: Tx): Promise<string | null> {
  const rows = await tx.$queryRaw`SELECT identity.break_glass()::text AS person_id`;
  return z.tuple([z.object({ person_id: z.string().nullable() })]).parse(rows)[0].person_id;
}

/** Whether a person is that owner in the MSP that they sign in to. */
export async function isBreakGlass(tx: Tx, personId: string): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT identity.is_break_glass(${personId}::uuid) AS is_so`;
  return z.tuple([z.object({ is_so: z.boolean() })]).parse(rows)[0].is_so;
}

/** `unproven`: nobody has signed in through it since it is on; `unfit`: no active owner with a password and an authenticator. */
export type EnforceOutcome = 'done' | 'off' | 'unproven' | 'unfit';

/** Enforces sign-on for all of the MSP's own people but one owner; null: no more. */
export async function enforceSignOn(tx: Tx, breakGlassPersonId: string | null): Promise<EnforceOutcome> {
  const rows = await tx.$queryRaw`SELECT identity.enforce_sign_on(${breakGlassPersonId}::uuid) AS outcome`;
  const outcome = z.enum(['done', 'off', 'unproven', 'unfit']);
  return z.tuple([z.object({ outcome })]).parse(rows)[0].outcome;
}

/** Roles of the context's MSP that must have an authenticator. */
export async function readCodeRoles(tx: Tx): Promise<Role[]> {
  const rows = await tx.$queryRaw`SELECT identity.read_code_roles() AS roles`;
  return z.tuple([z.object({ roles: z.array(z.enum(ROLES)) })]).parse(rows)[0].roles;
}

/** Says which; false: it was so already. */
export async function storeCodeRoles(tx: Tx, roles: readonly Role[]): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT identity.store_code_roles(${[...roles]}::text[]) AS is_changed`;
  return z.tuple([z.object({ is_changed: z.boolean() })]).parse(rows)[0].is_changed;
}

/** The MSPs whose sign-on is on and names a domain, at most 5. */
export async function signOnsOfDomain(
  database: Database,
  domain: string,
): Promise<{ mspId: string; signInKey: string }[]> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT * FROM identity.sign_ons_of_domain(${domain})`,
  );
  return z
    .array(z.object({ msp_id: z.string(), sign_in_key: z.string() }))
    .parse(rows)
    .map((row) => ({ mspId: row.msp_id, signInKey: row.sign_in_key }));
}

/** Whose the address of a sign-in is; null: nobody's, or it is off. */
export async function findSignOn(database: Database, signInKey: string): Promise<string | null> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT identity.find_sign_on(${signInKey})::text AS msp_id`,
  );
  return z.tuple([z.object({ msp_id: z.string().nullable() })]).parse(rows)[0].msp_id;
}

/** How single sign-on stands for whom a live session belongs to. */
export interface OwnSignOn {
  /** Whether their MSP has it on. */
  readonly isOn: boolean;
  /** Since when they are known to the provider; null: they are not. */
  readonly linkedAt: Date | null;
  readonly hasPassword: boolean;
  /** Whether sign-in by password asks for a code of an authenticator. */
  readonly hasTotp: boolean;
  readonly openedBy: 'password' | 'single-sign-on' | 'passkey' | 'password-and-passkey';
}

/** null: nobody's session. */
export async function ownSignOn(database: Database, sessionId: string): Promise<OwnSignOn | null> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT is_on AS "isOn", linked_at AS "linkedAt", has_password AS "hasPassword",
      has_totp AS "hasTotp", opened_by AS "openedBy" FROM identity.own_sign_on(${sessionId}::uuid)`,
  );
  const own = z.object({
    isOn: z.boolean(),
    linkedAt: z.date().nullable(),
    hasPassword: z.boolean(),
    hasTotp: z.boolean(),
    openedBy: z.enum(['password', 'single-sign-on', 'passkey', 'password-and-passkey']),
  });
  return z.array(own).parse(rows)[0] ?? null;
}

/** A browser that was sent to a provider: for what, and where it goes then. */
export interface SignOnAttempt {
  /** Of who links their account; null: somebody signs in. */
  readonly linkSessionId: string | null;
  readonly returnTo: string;
}

/** Remembers a browser for ten minutes, by the hash of what only it has. */
export async function beginSignOn(
  database: Database,
  attemptHash: Sealed,
  mspId: string,
  { linkSessionId, returnTo }: SignOnAttempt,
): Promise<void> {
  await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT identity.begin_sign_on(${attemptHash}::bytea, ${mspId}::uuid,
      ${linkSessionId}::uuid, ${returnTo})::text AS done`,
  );
}

/** Takes a browser's attempt, which is worth nothing from then on; null: there is none of this MSP, or it is too old. */
export async function takeSignOn(
  database: Database,
  attemptHash: Sealed,
  mspId: string,
): Promise<SignOnAttempt | null> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT link_session_id AS "linkSessionId", return_to AS "returnTo"
      FROM identity.take_sign_on(${attemptHash}::bytea, ${mspId}::uuid)`,
  );
  const attempt = z.object({ linkSessionId: z.string().nullable(), returnTo: z.string() });
  return z.array(attempt).parse(rows)[0] ?? null;
}

/** Whom the provider of the context's MSP knows by a subject; null: nobody. */
export async function personOfSubject(tx: Tx, issuer: string, subject: string): Promise<string | null> {
  const rows =
    await tx.$queryRaw`SELECT identity.person_of_subject(${issuer}, ${subject})::text AS person_id`;
  return z.tuple([z.object({ person_id: z.string().nullable() })]).parse(rows)[0].person_id;
}

/** What a provider vouched for, and the session to be. */
export interface VouchedSession {
  readonly sessionId: string;
  /** Of the settings that it went by. */
  readonly version: number;
  readonly issuer: string;
  readonly subject: string;
  /** What the groups give; null: nothing. */
  readonly role: SignOnRole | null;
  readonly email: string;
  readonly name: string;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly lifetimeSeconds: number;
}

/** `roleBefore` null: the person is new. */
export type VouchedOutcome =
  | { readonly outcome: 'done'; readonly role: Role; readonly roleBefore: Role | null }
  | { readonly outcome: 'no-role' | 'deactivated' | 'has-account' | 'changed' };

/** Opens a session for the person whom the context names (`setUpScope`), who may be new; owners keep their role. */
export async function openSessionBySignOn(tx: Tx, session: VouchedSession): Promise<VouchedOutcome> {
  const rows = await tx.$queryRaw`SELECT outcome, role, role_before AS "roleBefore"
    FROM identity.open_session_by_sign_on(${session.sessionId}::uuid, ${session.version}::int, ${session.issuer},
      ${session.subject}, ${session.role}, ${session.email}, ${session.name}, ${session.address}::inet,
      ${session.userAgent}, ${session.lifetimeSeconds}::int)`;
  const outcome = z.discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('done'),
      role: z.enum(ROLES),
      roleBefore: z.enum(ROLES).nullable(),
    }),
    z.object({ outcome: z.enum(['no-role', 'deactivated', 'has-account', 'changed']) }),
  ]);
  return z.tuple([outcome]).parse(rows)[0];
}

/** Keeps for whom the context names (`setUpScope`) that their MSP refused them; the log has it already. */
export async function keepSignOnRefusal(tx: Tx, reason: string, address: string | null): Promise<void> {
  await tx.$queryRaw`SELECT identity.keep_sign_on_refusal(${reason}, ${address}::inet)::text AS done`;
}

/** Links the person behind a live session, whom the context names (`setUpScope`), with a subject of their MSP's provider. */
export async function linkSignOn(
  tx: Tx,
  sessionId: string,
  issuer: string,
  subject: string,
): Promise<'done' | 'gone' | 'taken'> {
  const rows =
    await tx.$queryRaw`SELECT identity.link_sign_on(${sessionId}::uuid, ${issuer}, ${subject}) AS outcome`;
  return z.tuple([z.object({ outcome: z.enum(['done', 'gone', 'taken']) })]).parse(rows)[0].outcome;
}

/** Unlinks whom the context names; false: there is no link, or they have no password to sign in with instead. */
export async function unlinkSignOn(tx: Tx, sessionId: string): Promise<boolean> {
  const rows = await tx.$queryRaw`SELECT identity.unlink_sign_on(${sessionId}::uuid) AS is_done`;
  return z.tuple([z.object({ is_done: z.boolean() })]).parse(rows)[0].is_done;
}
