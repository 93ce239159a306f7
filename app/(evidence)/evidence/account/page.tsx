import type { Metadata } from 'next';
import { TextLink } from '@/components/ui/text-link';
import { requireSession } from '@/server/auth/require-scope';
import { AccountContent } from '../../../(msp)/account/account-content';
import { readSignInMark } from '../../../sign-in-mark';

export const metadata: Metadata = { title: 'Your account' };

interface Props {
  searchParams: Promise<{ before?: string | string[] }>;
}

/** An auditor’s own sign-in. */
export default async function AuditorAccountPage({ searchParams }: Props) {
  const session = await requireSession('view-evidence');
  const { before } = await searchParams;
  return (
    <main id="content" className="bg-bg mx-auto max-w-[960px] px-4 pt-5 pb-8 sm:px-6">
      <p className="text-13 mb-3">
        <TextLink href="/evidence" className="underline">
          The evidence room
        </TextLink>
      </p>
      <AccountContent session={session} path="/evidence/account" before={readSignInMark(before)} />
    </main>
  );
}
