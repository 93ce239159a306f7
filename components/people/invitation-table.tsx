import type { ReactNode } from 'react';
import type { MailProblem } from '@/domain/mail/mail-problem';
import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { SendButton } from '../forms/send-button';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { MAIL_PROBLEM_WORDS } from './mail-words';
import { Sees } from './people-table';

interface MailState {
  readonly state: 'waiting' | 'sent' | 'failed';
  readonly attempts: number;
  readonly sentVia: 'smtp' | 'folder' | null;
  readonly problem: MailProblem | null;
  readonly serverAnswer: string | null;
}

interface InvitationRow {
  readonly invitationId: string;
  readonly email: string;
  readonly role: string;
  readonly sees: '*' | readonly string[];
  readonly expiresAt: Date;
  /** null: its link was given otherwise. */
  readonly mail: MailState | null;
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
            <MailCell invitation={invitation} now={now} />
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

function MailCell({ invitation: { mail, expiresAt }, now }: { invitation: InvitationRow; now: Instant }) {
  if (mail === null) return <Mark tone="off">By hand</Mark>;
  const isOver = expiresAt.getTime() <= now;
  switch (mail.state) {
    case 'sent':
      return isOver ? <Mark tone="off">Ran out</Mark> : <Mark tone="ok">{wordOfWay(mail)}</Mark>;
    case 'failed':
      return <Troubled mark={<Mark tone="bad">Not sent</Mark>} mail={mail} />;
    case 'waiting':
      if (mail.attempts === 0) return <Mark tone="off">Goes out now</Mark>;
      return <Troubled mark={<Mark tone="risk">Not sent yet, tried again</Mark>} mail={mail} />;
  }
}

function Troubled({ mark, mail: { problem, serverAnswer } }: { mark: ReactNode; mail: MailState }) {
  return (
    <span className="inline-flex flex-col gap-0.5">
      {mark}
      {problem !== null && (
        <span className="text-ink-3 max-w-[44ch] text-xs [overflow-wrap:anywhere] whitespace-normal">
          {MAIL_PROBLEM_WORDS[problem]}
          {serverAnswer !== null && ` It says: ${serverAnswer}`}
        </span>
      )}
    </span>
  );
}

function wordOfWay({ sentVia }: MailState): string {
  return sentVia === 'folder' ? 'In a file' : 'Sent';
}

function Actions({ invitation: { invitationId, email } }: { invitation: InvitationRow }) {
  const address = `/api/v1/invitations/${invitationId}`;
  return (
    <span className="inline-flex gap-1">
      <SendButton
        method="PUT"
        address={address}
        label={`Send the invitation to ${email} again`}
        done="A new link goes out now; the old one is worthless."
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
