import type { Metadata } from 'next';
import { AccessDialog } from '@/components/forms/access-dialog';
import type { ClientChoice } from '@/components/forms/access-fields';
import { InviteDialog } from '@/components/forms/invite-dialog';
import { SendButton } from '@/components/forms/send-button';
import { CodeRolesForm } from '@/components/people/code-roles-form';
import { InvitationTable } from '@/components/people/invitation-table';
import { PeopleTable, type PersonRow } from '@/components/people/people-table';
import { buttonClass } from '@/components/ui/button';
import { Link } from '@/components/ui/link';
import { Section } from '@/components/ui/section';
import {
  isByGrant,
  isLimitable,
  isOfClients,
  may,
  mayGrant,
  type Role,
  ROLES,
} from '@/domain/access/permissions';
import { config } from '@/server/config';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp, listClientNames } from '@/server/data/clients';
import { listInvitations } from '@/server/data/identity-invitations';
import { readCodeRoles } from '@/server/data/identity-sign-on';
import { listMembers, type Member } from '@/server/data/identity-members';
import { invitationMails } from '@/server/data/mail-outbox';
import { outboxDir } from '@/server/mail/send-mail';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../page-top';
import { requestTime } from '../request-time';

export const metadata: Metadata = { title: 'People' };

/** Who may sign in to the MSP, what they may do and see, and the ways to change that. */
export default async function PeoplePage() {
  const session = await requireSession('manage-people');
  const { scope, role, personId } = session;
  const now = requestTime();
  const { msp, clients, members, invitations, mails, codeRoles } = await webDatabase().inScope(
    scope,
    async (tx) => {
      const open = await listInvitations(tx);
      return {
        msp: await findMsp(tx, scope.mspId),
        clients: await listClientNames(tx, scope.mspId),
        members: await listMembers(tx),
        codeRoles: await readCodeRoles(tx),
        invitations: open,
        mails: await invitationMails(
          tx,
          scope.mspId,
          open.map(({ invitationId }) => invitationId),
        ),
      };
    },
  );
  const rows = members.map((member) => rowOf(member, clients, personId));
  const active = rows.filter((row) => !row.revokedAt).length;
  const renderActions = (person: PersonRow) => (
    <Actions person={person} member={memberOf(members, person)} by={role} clients={clients} />
  );
  return (
    <>
      <PageTop session={session} clientId={null} crumbs={[{ name: 'People' }]} />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h1>People</h1>
          <div className="flex flex-wrap gap-1.5">
            {may(role, 'view-sign-ins') && (
              <Link href="/people/sign-ins" className={buttonClass()}>
                Sign-ins
              </Link>
            )}
            <InviteDialog
              roles={ROLES.filter((one) => mayGrant(role, one))}
              limitableRoles={ROLES.filter(isLimitable)}
              limitedRoles={ROLES.filter(isOfClients)}
              clients={clients}
            />
          </div>
        </div>
        <Section id="people" title="Who can sign in" aside={active === 1 ? '1 person' : `${active} people`}>
          <PeopleTable people={rows} timeZone={msp.timeZone} now={now.getTime()} actionsFor={renderActions} />
        </Section>
        {may(role, 'enforce-sign-in') && (
          <Section id="second-factor" title="Second factor">
            <p className="text-13 text-ink-2 mb-3 max-w-[70ch]">
              Who has one of these roles and signs in with a password alone is led to set up an authenticator
              or a passkey, before anything else. Auditors always have one; of who signs in through single
              sign-on, the provider asks for it.
            </p>
            <CodeRolesForm roles={ROLES.filter((one) => !isByGrant(one))} chosen={codeRoles} />
          </Section>
        )}
        {invitations.length > 0 && (
          <Section id="invitations" title="Invited, not here yet">
            <InvitationTable
              invitations={invitations.map((one) => ({
                ...one,
                sees: namesOf(one.clientIds, clients),
                mail: mails.get(one.invitationId) ?? null,
                isMine: mayGrant(role, one.role),
              }))}
              timeZone={msp.timeZone}
              now={now.getTime()}
            />
          </Section>
        )}
        {[...mails.values()].some(({ sentVia }) => sentVia === 'folder') && (
          <p className="text-ink-3 mt-4 max-w-[80ch] text-xs [overflow-wrap:anywhere]">
            No mail server is set (SMTP_URL), so each mail is a file in {outboxDir(config().dataDir)} on the
            machine that Holdfast runs on.
          </p>
        )}
      </main>
    </>
  );
}

function rowOf(member: Member, clients: readonly ClientChoice[], ownId: string): PersonRow {
  return { ...member, sees: namesOf(member.clientIds, clients), isSelf: member.personId === ownId };
}

function namesOf(clientIds: '*' | readonly string[], clients: readonly ClientChoice[]): '*' | string[] {
  if (clientIds === '*') return '*';
  return clients.filter(({ clientId }) => clientIds.includes(clientId)).map(({ name }) => name);
}

function memberOf(members: readonly Member[], { personId }: PersonRow): Member | undefined {
  return members.find((member) => member.personId === personId);
}

/** What may be done with a person; nothing to who stands above. */
function Actions({
  person,
  member,
  by,
  clients,
}: {
  person: PersonRow;
  member: Member | undefined;
  by: Role;
  clients: readonly ClientChoice[];
}) {
  if (!member || !mayGrant(by, member.role)) return null;
  const { personId, name } = person;
  const address = `/api/v1/people/${personId}/deactivation`;
  if (person.revokedAt)
    return (
      <SendButton
        method="DELETE"
        address={address}
        label={`Let ${name} in again`}
        done={`${name} is in again.`}
      >
        Let in again
      </SendButton>
    );
  return (
    <span className="inline-flex gap-1">
      <AccessDialog
        personId={personId}
        name={name}
        role={member.role}
        clientIds={member.clientIds}
        roles={ROLES.filter((role) => mayGrant(by, role))}
        limitableRoles={ROLES.filter(isLimitable)}
        limitedRoles={ROLES.filter(isOfClients)}
        clients={clients}
      />
      {!person.isSelf && (
        <SendButton
          method="PUT"
          address={address}
          label={`Deactivate ${name}`}
          done={`${name} is signed out everywhere and cannot sign in.`}
          undo="DELETE"
        >
          Deactivate
        </SendButton>
      )}
    </span>
  );
}
