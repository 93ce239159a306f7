import type { Metadata } from 'next';
import { requireSession } from '@/server/auth/require-scope';
import { PageTop } from '../page-top';
import { AccountContent } from './account-content';

export const metadata: Metadata = { title: 'Your account' };

/** The account of the MSP's own people; leaders and auditors have theirs in their rooms. */
export default async function AccountPage() {
  const session = await requireSession('view-fleet');
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Your account' }]} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <AccountContent session={session} />
      </main>
    </>
  );
}
