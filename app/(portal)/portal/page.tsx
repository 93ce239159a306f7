import type { Metadata } from 'next';
import { Empty } from '@/components/ui/empty';
import { requireSession } from '@/server/auth/require-scope';
import { listClientNames } from '@/server/data/clients';
import { webDatabase } from '@/server/data/web-database';
import { PortalContent } from './portal-content';

export const metadata: Metadata = { title: 'Are we protected?' };

/** Where a leader begins: the first of their companies. */
export default async function PortalPage() {
  const session = await requireSession('view-portal');
  const { scope } = session;
  const [first] = await webDatabase().inScope(scope, (tx) => listClientNames(tx, scope.mspId));
  if (first) return <PortalContent session={session} clientId={first.clientId} />;
  return (
    <main id="content" className="mx-auto max-w-[720px] px-4 py-8">
      <h1 className="mb-4">Are we protected?</h1>
      <Empty title="No company is assigned to you.">
        Ask those who look after your backups: an owner or admin there can assign your company to you. Where
        the service for your company has ended, nothing of it is shown here any more.
      </Empty>
    </main>
  );
}
