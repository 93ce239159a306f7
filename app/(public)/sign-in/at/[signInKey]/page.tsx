import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { ContinueButton } from '@/components/sign-on/continue-button';
import { TextLink } from '@/components/ui/text-link';
import { currentSession } from '@/server/auth/current-session';
import { webDatabase } from '@/server/data/web-database';
import { offeredSignOn } from '@/server/services/sign-on';

export const metadata: Metadata = { title: 'Sign in' };

interface Props {
  params: Promise<{ signInKey: string }>;
}

/** The sign-in of one MSP, which its people keep as a bookmark. */
export default async function MspSignInPage({ params }: Props) {
  const offered = await offeredSignOn(webDatabase(), (await params).signInKey);
  if (!offered) notFound();
  if (await currentSession()) redirect('/');
  return (
    <>
      <h1 className="text-xl font-semibold">Sign in to {offered.mspName}</h1>
      <ContinueButton {...offered} goTo="/" />
      <p className="text-sm">
        <TextLink href="/sign-in">Sign in with a password instead</TextLink>
      </p>
    </>
  );
}
