import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { TextLink } from '@/components/ui/text-link';
import { SIGN_ON_REFUSALS, signOnRefusalText } from '@/domain/access/sign-on';
import { currentSession } from '@/server/auth/current-session';
import { passkeySite } from '@/server/auth/passkey-site';
import { safePath } from '@/server/auth/safe-path';
import { config } from '@/server/config';
import { isSetUp } from '@/server/data/identity-set-up';
import { webDatabase } from '@/server/data/web-database';
import { SignInForm } from './sign-in-form';

export const metadata: Metadata = { title: 'Sign in' };

interface Props {
  searchParams: Promise<{
    callbackUrl?: string | string[];
    left?: string;
    ready?: string;
    refused?: string | string[];
  }>;
}

export default async function SignInPage({ searchParams }: Props) {
  const { callbackUrl, left, ready, refused } = await searchParams;
  const goTo = safePath(typeof callbackUrl === 'string' ? callbackUrl : null);
  if (await currentSession()) redirect(goTo);
  if (!(await isSetUp(webDatabase()))) redirect('/set-up');
  const refusal = SIGN_ON_REFUSALS.find((one) => one === refused);
  return (
    <>
      <h1 className="text-xl font-semibold">Sign in</h1>
      {left && <output>You are signed out.</output>}
      {ready && <output>All is set up. Sign in with what you just chose.</output>}
      {refusal && (
        <p role="alert" className="bg-bad-bg text-bad rounded-md px-3 py-2 text-sm">
          {signOnRefusalText(refusal)}
        </p>
      )}
      <SignInForm goTo={goTo} passkeyOrigin={passkeySite(config().appOrigin)?.origin ?? null} />
      <p className="text-sm">
        <TextLink href={`/sign-in/single-sign-on?callbackUrl=${encodeURIComponent(goTo)}`}>
          Sign in with single sign-on
        </TextLink>
      </p>
    </>
  );
}
