import type { Metadata } from 'next';
import { ExtendDialog } from '@/components/evidence/extend-dialog';
import { GrantDialog } from '@/components/evidence/grant-dialog';
import { type GrantRow, GrantTable } from '@/components/evidence/grant-table';
import { KeyDialog } from '@/components/evidence/key-dialog';
import { ConfirmDialog } from '@/components/forms/confirm-dialog';
import { KeyTable } from '@/components/forms/key-table';
import { Empty } from '@/components/ui/empty';
import { Section } from '@/components/ui/section';
import { DAY, utcDay } from '@/domain/time/instant';
import { requireSession } from '@/server/auth/require-scope';
import { listApiKeys } from '@/server/data/api-keys';
import { findMsp, listEvidenceClientNames } from '@/server/data/clients';
import { listGrants, type ListedGrant } from '@/server/data/evidence-grants';
import { countWaiting } from '@/server/data/evidence-messages';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';

export const metadata: Metadata = { title: 'Evidence' };

/** Who outside the MSP may see evidence: auditors by grants, programs by keys. */
export default async function EvidenceSettingsPage() {
  const session = await requireSession('manage-evidence');
  const { scope } = session;
  const now = requestTime().getTime();
  const { msp, clients, grants, waiting, keys } = await webDatabase().inScope(scope, async (tx) => ({
    msp: await findMsp(tx, scope.mspId),
    clients: await listEvidenceClientNames(tx, scope.mspId),
    grants: await listGrants(tx),
    waiting: await countWaiting(tx, scope.mspId),
    keys: await listApiKeys(tx),
  }));
  const nameOf = new Map(clients.map(({ clientId, name }) => [clientId, name]));
  const namesOf = (ids: readonly string[]) => ids.map((id) => nameOf.get(id) ?? 'a client that is gone');
  const rows = grants.map((grant) =>
    rowOf(grant, namesOf(grant.clientIds), waiting.get(grant.grantId) ?? 0, now),
  );
  const renderActions = ({ grantId, name, state, expiresAt }: GrantRow) =>
    state === 'revoked' ? null : (
      <span className="inline-flex gap-1">
        <ExtendDialog grantId={grantId} name={name} expiresOn={utcDay(Math.max(expiresAt, now + 30 * DAY))} />
        <ConfirmDialog
          title={`Revoke the grant of ${name}?`}
          description="Their next click leads to the sign-in page. What they asked, drew and opened stays in the log."
          label="Revoke"
          confirm="Revoke it"
          method="DELETE"
          address={`/api/v1/evidence-grants/${grantId}`}
          done={`${name} sees nothing any more.`}
        />
      </span>
    );
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'Evidence' }]} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h1>Evidence</h1>
          <GrantDialog
            clients={clients}
            preset={{
              periodFrom: utcDay(now - 365 * DAY),
              periodTo: utcDay(now),
              expiresOn: utcDay(now + 30 * DAY),
            }}
          />
        </div>
        <Section
          id="grants"
          title="Auditors"
          aside="each sees the clients and the period of their grant, until it ends"
        >
          {rows.length === 0 ? (
            <Empty title="No auditor was let in yet.">
              A grant names a person, clients, a period and an end. They browse by clause, draw samples and
              ask; you answer here.
            </Empty>
          ) : (
            <GrantTable grants={rows} timeZone={msp.timeZone} now={now} actionsFor={renderActions} />
          )}
        </Section>
        <Section
          id="keys"
          title="Keys of the evidence API"
          aside={<KeyDialog clients={clients} expiresOn={utcDay(now + 90 * DAY)} />}
        >
          {keys.length === 0 ? (
            <Empty title="No program reads evidence.">
              A key reads policies, verdicts as of a date and restore tests, and changes nothing. It is shown
              once, and ends by itself.
            </Empty>
          ) : (
            <KeyTable
              useHead="Reads"
              address="/api/v1/api-keys"
              keys={keys.map((key) => ({
                ...key,
                keyId: key.apiKeyId,
                use: key.clientIds === '*' ? 'every client' : namesOf(key.clientIds).join(', '),
                madeByName: key.createdByName,
                isRevocable: key.revokedAt === null,
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

function rowOf(grant: ListedGrant, clientNames: readonly string[], waiting: number, now: number): GrantRow {
  return {
    ...grant,
    clientNames,
    waiting,
    state: stateOf(grant, now),
    expiresAt: grant.expiresAt.getTime(),
    lastSignInAt: grant.lastSignInAt?.getTime() ?? null,
  };
}

function stateOf({ revokedAt, expiresAt, personId }: ListedGrant, now: number): GrantRow['state'] {
  if (expiresAt.getTime() <= now && (revokedAt === null || revokedAt >= expiresAt)) return 'ended';
  if (revokedAt) return 'revoked';
  return personId === null ? 'invited' : 'open';
}
