import type { Metadata } from 'next';
import { ManagementKeyTable, PingKeyTable } from '@/components/channels/key-tables';
import { ManagementKeyDialog } from '@/components/channels/management-key-dialog';
import { Empty } from '@/components/ui/empty';
import { Section } from '@/components/ui/section';
import { fullAddress } from '@/domain/connect/lines';
import { requireSession } from '@/server/auth/require-scope';
import { config } from '@/server/config';
import { findMsp, listClientNames } from '@/server/data/clients';
import { listManagementKeys, listPingKeys } from '@/server/data/management-keys';
import { webDatabase } from '@/server/data/web-database';
import { waysIn } from '@/server/inbound/ways-in';
import { PageTop } from '../../../page-top';
import { requestTime } from '../../../request-time';
import { AgentsTabs } from '../../agents-tabs';

export const metadata: Metadata = { title: 'Keys of pings' };

/** The keys by which programs make and manage ping checks by themselves. */
export default async function PingKeysPage() {
  const session = await requireSession('manage-channels');
  const { scope } = session;
  const now = requestTime().getTime();
  const { msp, clients, keys, pingKeys } = await webDatabase().inScope(scope, async (tx) => ({
    msp: await findMsp(tx, scope.mspId),
    clients: await listClientNames(tx, scope.mspId),
    keys: await listManagementKeys(tx, scope.mspId),
    pingKeys: await listPingKeys(tx, scope.mspId),
  }));
  const ways = waysIn(config());
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Channels', href: '/agents/channels' }, { name: 'Keys' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>Keys of pings</h1>
        <p className="text-13 text-ink-2">
          For scripts that make their checks by themselves, and programs that manage them as they would at
          healthchecks.io.
        </p>
        <AgentsTabs here="keys" mayManage />
        <Section
          id="management-keys"
          title="Keys of the management API"
          aside={<ManagementKeyDialog clients={clients} />}
        >
          {keys.length === 0 ? (
            <Empty title="No program manages checks.">
              A key is of one client, is shown once, and is sent as X-Api-Key.
            </Empty>
          ) : (
            <ManagementKeyTable
              keys={keys.map((key) => ({
                ...key,
                createdAt: key.createdAt.getTime(),
                revokedAt: key.revokedAt?.getTime() ?? null,
              }))}
              timeZone={msp.timeZone}
              now={now}
            />
          )}
        </Section>
        <Section
          id="ping-keys"
          title="Ping keys"
          aside="with ?create=1 the first ping makes its check; who knows a key can say that backups ran, and nothing else"
        >
          {pingKeys.length === 0 ? (
            <Empty title="No client has a ping key.">
              It is made with the first address by name that ‘Connect a backup’ gives out.
            </Empty>
          ) : (
            <PingKeyTable
              keys={pingKeys.map(({ pingKey, ...client }) => ({
                ...client,
                address: fullAddress('ping', `${pingKey}/`, ways),
              }))}
            />
          )}
        </Section>
      </main>
    </>
  );
}
