import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { currentSession } from '@/server/auth/current-session';
import { safePath } from '@/server/auth/safe-path';
import { isSetUp } from '@/server/data/identity-set-up';
import { webDatabase } from '@/server/data/web-database';
import { SignInForm } from './sign-in-form';

export const metadata: Metadata = { title: 'Sign in' };

interface Props {
  searchParams: Promise<{ callbackUrl?: string | string[]; left?: string; ready?: string }>;
}

export default async function SignInPage({ searchParams }: Props) {
  const { callbackUrl, left, ready } = await searchParams;
  const goTo = safePath(typeof callbackUrl === 'string' ? callbackUrl : null);
  if (await currentSession()) redirect(goTo);
  if (!(await isSetUp(webDatabase()))) redirect('/set-up');
  return (
    <>
      <h1 className="text-xl font-semibold">Sign in</h1>
      {left && <output>You are signed out.</output>}
      {ready && <output>All is set up. Sign in with what you just chose.</output>}
      <SignInForm goTo={goTo} />
    </>
  );
}
