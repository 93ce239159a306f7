import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { SendButton } from '../forms/send-button';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { Sees } from './people-table';

interface InvitationRow {
  readonly invitationId: string;
  readonly email: string;
  readonly role: string;
  readonly sees: '*' | readonly string[];
  readonly expiresAt: Date;
  readonly sentAt: Date | null;
  /** Whether who looks may send it again and take it back. */
  readonly isMine: boolean;
}

interface Props {
  invitations: readonly InvitationRow[];
  timeZone: string;
  now: Instant;
}

/** Who was invited and has not come yet. */
export function InvitationTable({ invitations, timeZone, now }: Props) {
  const head = (
    <>
      <Th>Email</Th>
      <Th>Role</Th>
      <Th>Mail</Th>
      <Th>Good until</Th>
      <Th className="relative text-right">
        <span className="sr-only">Actions</span>
      </Th>
    </>
  );
  return (
    <Table head={head}>
      {invitations.map((invitation) => (
        <Tr key={invitation.invitationId}>
          <Td at="first" className="font-medium">
            <span className="[overflow-wrap:anywhere] whitespace-normal">{invitation.email}</span>
          </Td>
          <Td at="second">
            {invitation.role}
            <Sees sees={invitation.sees} />
          </Td>
          <Td at="first-right">
            <MailState invitation={invitation} now={now} />
          </Td>
          <Td at="third" className="@max-2xl:text-ink-3">
            <Moment at={invitation.expiresAt.getTime()} timeZone={timeZone} now={now} />
          </Td>
          <Td at="third-right" className="text-right">
            {invitation.isMine && <Actions invitation={invitation} />}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function MailState({ invitation, now }: { invitation: InvitationRow; now: Instant }) {
  if (invitation.sentAt === null) return <Mark tone="bad">Not sent</Mark>;
  if (invitation.expiresAt.getTime() <= now) return <Mark tone="off">Ran out</Mark>;
  return <Mark tone="ok">Sent</Mark>;
}

function Actions({ invitation: { invitationId, email } }: { invitation: InvitationRow }) {
  const address = `/api/v1/invitations/${invitationId}`;
  return (
    <span className="inline-flex gap-1">
      <SendButton
        method="PUT"
        address={address}
        label={`Send the invitation to ${email} again`}
        done="A new link is on its way; the old one is worthless."
      >
        Send again
      </SendButton>
      <SendButton
        method="DELETE"
        address={address}
        label={`Take the invitation of ${email} back`}
        done="The link is worthless."
      >
        Take back
      </SendButton>
    </span>
  );
}
