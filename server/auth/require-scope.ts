import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { may, type Permission } from '@/domain/access/permissions';
import { type CurrentSession, currentSession } from './current-session';
import { safePath } from './safe-path';

/**
 * For pages and layouts: who is signed in. Goes to the sign-in page when nobody is, and to 'not found' when the role
 * lacks the permission. Every page calls it itself: a layout's check does not guard its pages.
 */
export async function requireSession(permission: Permission): Promise<CurrentSession> {
  const session = await currentSession();
  if (!session) redirect(await signInAddress());
  if (!may(session.role, permission, session.scope.clientIds)) notFound();
  return session;
}

/** `proxy.ts` tells which page was asked for, so that sign-in leads back to it. */
async function signInAddress(): Promise<string> {
  const asked = safePath((await headers()).get('x-holdfast-path'));
  return asked === '/' ? '/sign-in' : `/sign-in?callbackUrl=${encodeURIComponent(asked)}`;
}
