import type { Instant } from '@/domain/time/instant';
import { SendButton } from '../forms/send-button';
import { browserText } from '../format/browser-text';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';

interface SessionRow {
  readonly sessionId: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly address: string | null;
  readonly userAgent: string | null;
}

interface Props {
  sessions: readonly SessionRow[];
  /** The one that looks at them. */
  ownId: string;
  timeZone: string;
  now: Instant;
}

/** Where a person is signed in. */
export function SessionTable({ sessions, ownId, timeZone, now }: Props) {
  const head = (
    <>
      <Th>Device</Th>
      <Th>Address</Th>
      <Th>Signed in</Th>
      <Th>Last seen</Th>
      <Th className="relative text-right">
        <span className="sr-only">Actions</span>
      </Th>
    </>
  );
  return (
    <Table head={head}>
      {sessions.map(({ sessionId, createdAt, lastSeenAt, address, userAgent }) => (
        <Tr key={sessionId} data-session-id={sessionId}>
          <Td at="first" className="font-medium" title={userAgent ?? undefined}>
            {browserText(userAgent)}
          </Td>
          <Td at="second">{address ?? 'unknown'}</Td>
          <Td at="hidden">
            <Moment at={createdAt.getTime()} timeZone={timeZone} now={now} />
          </Td>
          <Td at="second-right" className="@max-2xl:text-ink-3">
            <Moment at={lastSeenAt.getTime()} timeZone={timeZone} now={now} />
          </Td>
          <Td at="first-right" className="text-right">
            {sessionId === ownId ? (
              <span className="text-ink-3">this one</span>
            ) : (
              <SendButton
                method="DELETE"
                address={`/api/v1/account/sessions/${sessionId}`}
                label={`End the session of ${browserText(userAgent)} at ${address ?? 'an unknown address'}`}
                done="The session has ended."
              >
                End
              </SendButton>
            )}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
