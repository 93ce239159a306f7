import { z } from 'zod';
import { type Role, ROLES } from '@/domain/access/permissions';
import type { Database } from './database';

/** A session ends this long after nobody used it. */
const SESSION_IDLE_SECONDS = 2 * 3600;
/** A session ends this long after sign-in, used or not. */
export const SESSION_SECONDS = 8 * 3600;

/** Who is behind a live session, as the database says now. */
export interface LiveSession {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly mspId: string;
  readonly role: Role;
  /** '*': every client of the MSP. */
  readonly clientIds: '*' | readonly string[];
  /** 1: password; 2: password and code, or a passkey. */
  readonly aal: 1 | 2;
  readonly expiresAt: Date;
  /** By which an auditor sees evidence; null: is no auditor. */
  readonly grant: LiveGrant | null;
  /** What the MSP demands and the person has not given: the session is good for giving it and for nothing else. null: nothing. */
  readonly owes: 'sign-on' | 'authenticator' | null;
}

/** A grant that is neither revoked nor expired. Its clients are those of the session. */
export interface LiveGrant {
  readonly grantId: string;
  /** First and last day (YYYY-MM-DD) of the period, each in the zone of the client that is looked at. */
  readonly periodFrom: string;
  readonly periodTo: string;
  readonly purpose: string;
  readonly grantedByName: string;
  readonly expiresAt: Date;
}

const liveSessionRow = z.object({
  person_id: z.string(),
  name: z.string(),
  email: z.string(),
  msp_id: z.string(),
  role: z.enum(ROLES),
  client_ids: z.array(z.string()).nullable(),
  aal: z.union([z.literal(1), z.literal(2)]),
  expires_at: z.date(),
  grant_id: z.string().nullable(),
  period_from: z.string().nullable(),
  period_to: z.string().nullable(),
  purpose: z.string().nullable(),
  grant_expires_at: z.date().nullable(),
  granted_by_name: z.string().nullable(),
  owes: z.enum(['sign-on', 'authenticator']).nullable(),
});

/** Null once the session is expired, idle too long or revoked, or its membership or grant is. Never cached: read at each request. */
export async function resolveSession(database: Database, sessionId: string): Promise<LiveSession | null> {
  const rows = await database.withoutScope(
    (tx) =>
      tx.$queryRaw`SELECT * FROM identity.resolve_session(${sessionId}::uuid, ${SESSION_IDLE_SECONDS}::int)`,
  );
  const row = z.array(liveSessionRow).parse(rows)[0];
  if (!row) return null;
  return {
    personId: row.person_id,
    name: row.name,
    email: row.email,
    mspId: row.msp_id,
    role: row.role,
    clientIds: row.client_ids ?? '*',
    aal: row.aal,
    expiresAt: row.expires_at,
    grant: grantOf(row),
    owes: row.owes,
  };
}

function grantOf(row: z.output<typeof liveSessionRow>): LiveGrant | null {
  const { grant_id, period_from, period_to, purpose, grant_expires_at, granted_by_name } = row;
  if (!grant_id || !period_from || !period_to || !purpose || !grant_expires_at || !granted_by_name)
    return null;
  return {
    grantId: grant_id,
    periodFrom: period_from,
    periodTo: period_to,
    purpose,
    grantedByName: granted_by_name,
    expiresAt: grant_expires_at,
  };
}

/** Ends one session; false when it was over already. Writes its audit event. */
export async function revokeSession(database: Database, sessionId: string): Promise<boolean> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT identity.revoke_session(${sessionId}::uuid) AS is_revoked`,
  );
  return z.tuple([z.object({ is_revoked: z.boolean() })]).parse(rows)[0].is_revoked;
}

/** Ends every session of the person behind a live session, that one too; answers how many. Writes its audit event. */
export async function revokeAllSessions(database: Database, sessionId: string): Promise<number> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT identity.revoke_all_sessions(${sessionId}::uuid) AS count`,
  );
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}

/** A live session as its person sees it listed. */
export interface ListedSession {
  readonly sessionId: string;
  readonly createdAt: Date;
  /** Within a minute. */
  readonly lastSeenAt: Date;
  readonly address: string | null;
  /** As the browser names itself. */
  readonly userAgent: string | null;
}

const listedSessionRow = z.object({
  session_id: z.string(),
  created_at: z.date(),
  last_seen_at: z.date(),
  address: z.string().nullable(),
  user_agent: z.string().nullable(),
});

/** The live sessions of the person behind a live session, newest first, at most 100. */
export async function listSessions(database: Database, sessionId: string): Promise<ListedSession[]> {
  const rows = await database.withoutScope(
    (tx) =>
      tx.$queryRaw`SELECT * FROM identity.list_sessions(${sessionId}::uuid, ${SESSION_IDLE_SECONDS}::int)`,
  );
  return z
    .array(listedSessionRow)
    .parse(rows)
    .map((row) => ({
      sessionId: row.session_id,
      createdAt: row.created_at,
      lastSeenAt: row.last_seen_at,
      address: row.address,
      userAgent: row.user_agent,
    }));
}

/** Ends another session of the person behind a live one; false when it is not theirs, or over. Writes its audit event. */
export async function revokeOwnSession(
  database: Database,
  sessionId: string,
  otherId: string,
): Promise<boolean> {
  const rows = await database.withoutScope(
    (tx) =>
      tx.$queryRaw`SELECT identity.revoke_own_session(${sessionId}::uuid, ${otherId}::uuid) AS is_revoked`,
  );
  return z.tuple([z.object({ is_revoked: z.boolean() })]).parse(rows)[0].is_revoked;
}

/** Ends every session of the person behind a live one but that; answers how many. Writes its audit event. */
export async function revokeOtherSessions(database: Database, sessionId: string): Promise<number> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT identity.revoke_other_sessions(${sessionId}::uuid) AS count`,
  );
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}
