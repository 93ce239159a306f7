import type { Metadata } from 'next';
import { TextLink } from '@/components/ui/text-link';
import { requireSession } from '@/server/auth/require-scope';
import { AccountContent } from '../../../(msp)/account/account-content';
import { readSignInMark } from '../../../sign-in-mark';

export const metadata: Metadata = { title: 'Your account' };

interface Props {
  searchParams: Promise<{ before?: string | string[] }>;
}

/** A leader’s own sign-in. */
export default async function LeaderAccountPage({ searchParams }: Props) {
  const session = await requireSession('view-portal');
  const { before } = await searchParams;
  return (
    <main id="content" className="bg-bg mx-auto max-w-[960px] px-4 pt-5 pb-8 sm:px-6">
      <p className="text-13 mb-3">
        <TextLink href="/portal" className="underline">
          Your company
        </TextLink>
      </p>
      <AccountContent session={session} path="/portal/account" before={readSignInMark(before)} />
    </main>
  );
}
