import type { Metadata } from 'next';
import { PersonalKeyDialog } from '@/components/api/personal-key-dialog';
import { KeyTable } from '@/components/forms/key-table';
import { Empty } from '@/components/ui/empty';
import { Section } from '@/components/ui/section';
import { TextLink } from '@/components/ui/text-link';
import { API_SCOPE_WORDS, API_SCOPES, permissionsOf } from '@/domain/access/api-scopes';
import { may } from '@/domain/access/permissions';
import { DAY, utcDay } from '@/domain/time/instant';
import { requireSession } from '@/server/auth/require-scope';
import { config } from '@/server/config';
import { findMsp, listClientNames } from '@/server/data/clients';
import { listPersonalKeys } from '@/server/data/personal-keys';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

export const metadata: Metadata = { title: 'API keys' };

/** Keys by which programs act as people: one's own, and everybody's to who manages the MSP's people. */
export default async function ApiKeysPage() {
  const session = await requireSession('view-fleet');
  const { scope, role } = session;
  const now = requestTime().getTime();
  const { msp, clients, keys } = await webDatabase().inScope(scope, async (tx) => ({
    msp: await findMsp(tx, scope.mspId),
    clients: await listClientNames(tx, scope.mspId),
    keys: await listPersonalKeys(tx),
  }));
  const nameOf = new Map(clients.map(({ clientId, name }) => [clientId, name]));
  const scopes = API_SCOPES.filter((one) =>
    permissionsOf(one).some((permission) => may(role, permission, scope.clientIds)),
  ).map((one) => ({ scope: one, words: API_SCOPE_WORDS[one] }));
  const seesAll = may(role, 'manage-people', scope.clientIds);
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'API keys' }]} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <h1>API keys</h1>
        <p className="text-13 text-ink-2 mt-1 max-w-[80ch]">
          By a key a program does what you do here, at{' '}
          <code className="font-mono text-xs">{config().appOrigin}/api/v1</code>: the{' '}
          <TextLink href="/api-reference" className="underline">
            reference
          </TextLink>{' '}
          has every request, with its fields and an example.
        </p>
        <Section
          id="keys"
          title={seesAll ? 'Keys of everybody' : 'Your keys'}
          aside={<PersonalKeyDialog scopes={scopes} clients={clients} expiresOn={utcDay(now + 90 * DAY)} />}
        >
          {keys.length === 0 ? (
            <Empty title="No program acts by a key.">
              A key is good for what you tick, for the clients that you choose, until its day. It is shown
              once, and dies with your access.
            </Empty>
          ) : (
            <KeyTable
              useHead="May"
              address="/api/v1/personal-keys"
              keys={keys.map((key) => ({
                ...key,
                keyId: key.personalKeyId,
                use: `${key.scopes.join(', ')} · ${clientsText(key.clientIds, nameOf)}`,
                useTitle: key.scopes.map((one) => API_SCOPE_WORDS[one]).join('; '),
                madeByName: key.personName,
                isRevocable: key.revokedAt === null && key.expiresAt.getTime() > now,
                createdAt: key.createdAt.getTime(),
                expiresAt: key.expiresAt.getTime(),
                lastUsedAt: key.lastUsedAt?.getTime() ?? null,
                revokedAt: key.revokedAt?.getTime() ?? null,
              }))}
              timeZone={msp.timeZone}
              now={now}
            />
          )}
        </Section>
      </main>
    </>
  );
}

function clientsText(clientIds: '*' | readonly string[], nameOf: ReadonlyMap<string, string>): string {
  if (clientIds === '*') return 'every client';
  return clientIds.map((id) => nameOf.get(id) ?? 'a client that is gone').join(', ');
}
