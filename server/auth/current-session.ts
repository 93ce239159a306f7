import { cookies } from 'next/headers';
import { cache } from 'react';
import { type LiveSession, resolveSession } from '../data/identity-sessions';
import { webDatabase } from '../data/web-database';
import { makeTenantScope, type TenantScope } from '../tenancy/tenant-scope';
import { sessionCookieName, sessionIdOf } from './session-cookie';

/** Who is signed in, and for whom their queries run. */
export interface CurrentSession extends LiveSession {
  readonly sessionId: string;
  readonly scope: TenantScope;
}

/**
 * The session of the request being answered, or null; null as well while it owes something. Read from the database at each request
 * (once within it), so that revoking a session or changing a role works at the next one.
 */
export async function currentSession(): Promise<CurrentSession | null> {
  const session = await openedSession();
  return session?.owes === null ? session : null;
}

/** The same, which may owe something yet: for what gives it, and for signing out. */
export const openedSession = cache(async (): Promise<CurrentSession | null> => {
  const jar = await cookies();
  const sessionId = await sessionIdOf(jar.get(sessionCookieName())?.value);
  if (!sessionId) return null;
  const session = await resolveSession(webDatabase(), sessionId);
  if (!session) return null;
  const scope = makeTenantScope({
    mspId: session.mspId,
    clientIds: session.clientIds,
    actorId: session.personId,
    role: session.role,
  });
  return { ...session, sessionId, scope };
});
