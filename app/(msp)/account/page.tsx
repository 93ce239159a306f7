import type { Metadata } from 'next';
import { SIGN_ON_REFUSALS, signOnRefusalText } from '@/domain/access/sign-on';
import { requireSession } from '@/server/auth/require-scope';
import { readSignInMark } from '../../sign-in-mark';
import { PageTop } from '../page-top';
import { AccountContent } from './account-content';

export const metadata: Metadata = { title: 'Your account' };

interface Props {
  searchParams: Promise<{ refused?: string | string[]; before?: string | string[] }>;
}

/** The account of the MSP's own people; leaders and auditors have theirs in their rooms. */
export default async function AccountPage({ searchParams }: Props) {
  const session = await requireSession('view-fleet');
  const { refused, before } = await searchParams;
  const refusal = SIGN_ON_REFUSALS.find((one) => one === refused);
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Your account' }]} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <AccountContent
          session={session}
          path="/account"
          before={readSignInMark(before)}
          complaint={refusal ? signOnRefusalText(refusal) : null}
        />
      </main>
    </>
  );
}
