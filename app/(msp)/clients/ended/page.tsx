import type { Metadata } from 'next';
import { EndedClientTable } from '@/components/clients/ended-client-table';
import { Empty } from '@/components/ui/empty';
import { TextLink } from '@/components/ui/text-link';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp } from '@/server/data/clients';
import { listEndedClients } from '@/server/data/ended-clients';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

export const metadata: Metadata = { title: 'Ended clients' };

/** Clients that are not looked after any more: what is kept of each, and until when. */
export default async function EndedClientsPage() {
  const session = await requireSession('view-fleet');
  const { scope } = session;
  const now = requestTime().getTime();
  const { msp, clients } = await webDatabase().inScope(scope, async (tx) => ({
    msp: await findMsp(tx, scope.mspId),
    clients: await listEndedClients(tx, scope.mspId),
  }));
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Ended clients' }]} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>Ended clients</h1>
        <p className="text-13 text-ink-2 mt-1 mb-4 max-w-[80ch]">
          Clients whose service has ended are in no other list, and nothing is taken from their agents and
          channels. Evidence is kept for years after a client has left: that of each is on its page.
        </p>
        {clients.length === 0 ? (
          <Empty title="No client has left.">
            When one does, an owner ends its service on{' '}
            <TextLink href="/" className="underline">
              the client’s page
            </TextLink>
            . It can be taken back from here, or deleted.
          </Empty>
        ) : (
          <EndedClientTable clients={clients} timeZone={msp.timeZone} now={now} />
        )}
      </main>
    </>
  );
}
