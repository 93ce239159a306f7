import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { homeOf, may, type Permission } from '@/domain/access/permissions';
import { type CurrentSession, currentSession, openedSession } from './current-session';
import { safePath } from './safe-path';

/**
 * For pages and layouts: who is signed in. Goes to the sign-in page when nobody is, and to 'not found' when the role
 * lacks the permission; who opens the bare address is led to where their role begins. Every page calls it itself: a layout's check does not guard its pages.
 */
export async function requireSession(permission: Permission): Promise<CurrentSession> {
  const session = await currentSession();
  if (!session) redirect(await addressTo((await openedSession()) ? '/sign-in/next' : '/sign-in'));
  if (may(session.role, permission, session.scope.clientIds)) return session;
  const home = homeOf(session.role);
  if (home !== '/' && (await askedPath()) === '/') redirect(home);
  notFound();
}

/** `proxy.ts` tells which page was asked for. */
async function askedPath(): Promise<string> {
  return safePath((await headers()).get('x-holdfast-path'));
}

/** Sign-in leads back to the page that was asked for. */
async function addressTo(page: '/sign-in' | '/sign-in/next'): Promise<string> {
  const asked = await askedPath();
  return asked === '/' ? page : `${page}?callbackUrl=${encodeURIComponent(asked)}`;
}
