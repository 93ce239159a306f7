import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { DomainForm } from '@/components/sign-on/domain-form';
import { TextLink } from '@/components/ui/text-link';
import { currentSession } from '@/server/auth/current-session';
import { safePath } from '@/server/auth/safe-path';

export const metadata: Metadata = { title: 'Single sign-on' };

interface Props {
  searchParams: Promise<{ callbackUrl?: string | string[] }>;
}

/** Finds the MSP whose single sign-on somebody uses, by the domain of their e-mail. */
export default async function SingleSignOnPage({ searchParams }: Props) {
  const { callbackUrl } = await searchParams;
  const goTo = safePath(typeof callbackUrl === 'string' ? callbackUrl : null);
  if (await currentSession()) redirect(goTo);
  return (
    <>
      <h1 className="text-xl font-semibold">Single sign-on</h1>
      <DomainForm goTo={goTo} />
      <p className="text-sm">
        <TextLink href={`/sign-in?callbackUrl=${encodeURIComponent(goTo)}`}>
          Sign in with a password instead
        </TextLink>
      </p>
    </>
  );
}
