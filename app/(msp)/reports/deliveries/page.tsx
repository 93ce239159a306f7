import type { Metadata } from 'next';
import { DeliveryTable } from '@/components/documents/delivery-table';
import { Empty } from '@/components/ui/empty';
import { may } from '@/domain/access/permissions';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp } from '@/server/data/clients';
import { listDeliveries } from '@/server/data/document-links';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

export const metadata: Metadata = { title: 'Deliveries' };

/** Documents that were sent by mail: to whom, whether it went out, and whether it was taken. */
export default async function DeliveriesPage() {
  const session = await requireSession('make-document');
  const { scope, role } = session;
  const now = requestTime().getTime();
  const { msp, deliveries } = await webDatabase().inScope(scope, async (tx) => ({
    msp: await findMsp(tx, scope.mspId),
    deliveries: await listDeliveries(tx, scope.mspId, null),
  }));
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Reports', href: '/reports' }, { name: 'Deliveries' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>Deliveries</h1>
        <p className="text-13 text-ink-2 mt-1 mb-4 max-w-[80ch]">
          Documents that were sent to people without an account, newest first, at most 500. Each link ends by
          itself.
        </p>
        {deliveries.length === 0 ? (
          <Empty title="Nothing was sent yet.">
            A document that is ready has a button “Send” in the list of reports.
          </Empty>
        ) : (
          <DeliveryTable
            deliveries={deliveries.map(({ mail, ...one }) => ({
              ...one,
              sentAt: one.sentAt.getTime(),
              expiresAt: one.expiresAt.getTime(),
              revokedAt: one.revokedAt?.getTime() ?? null,
              lastOpenedAt: one.lastOpenedAt?.getTime() ?? null,
              mailState: mail.state,
              serverAnswer: mail.serverAnswer,
            }))}
            mayRevoke={may(role, 'make-document', scope.clientIds)}
            timeZone={msp.timeZone}
            now={now}
          />
        )}
      </main>
    </>
  );
}
