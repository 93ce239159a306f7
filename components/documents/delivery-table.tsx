import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { counted } from '../format/amounts';
import { ConfirmDialog } from '../forms/confirm-dialog';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';

interface DeliveryRow {
  readonly linkId: string;
  readonly title: string | null;
  readonly clientName: string;
  readonly recipient: string;
  readonly sentByName: string;
  readonly sentAt: Instant;
  readonly expiresAt: Instant;
  readonly revokedAt: Instant | null;
  readonly openedCount: number;
  readonly lastOpenedAt: Instant | null;
  readonly mailState: 'waiting' | 'sent' | 'failed' | 'withdrawn';
  /** In the mail server's words; null: it said nothing that went wrong. */
  readonly serverAnswer: string | null;
}

interface Props {
  deliveries: readonly DeliveryRow[];
  mayRevoke: boolean;
  timeZone: string;
  now: Instant;
}

/** What was sent to whom, whether it went out, and whether it was taken. */
export function DeliveryTable({ deliveries, mayRevoke, timeZone, now }: Props) {
  return (
    <Table
      head={
        <>
          <Th>To</Th>
          <Th>Document</Th>
          <Th>Sent</Th>
          <Th>Mail</Th>
          <Th>Taken</Th>
          <Th>Link</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
    >
      {deliveries.map((one) => (
        <Tr key={one.linkId}>
          <Td at="first">
            <span className="font-medium [overflow-wrap:anywhere] whitespace-normal">{one.recipient}</span>
          </Td>
          <Td at="second">
            <span className="[overflow-wrap:anywhere] whitespace-normal">{one.title ?? one.clientName}</span>
          </Td>
          <Td at="third">
            {one.sentByName}, <Moment at={one.sentAt} timeZone={timeZone} now={now} isShort />
          </Td>
          <Td at="first-right">
            <MailMark delivery={one} />
          </Td>
          <Td at="second-right">
            {one.lastOpenedAt === null ? (
              <span className="text-ink-3">not yet</span>
            ) : (
              <>
                {counted(one.openedCount, 'time')},{' '}
                <Moment at={one.lastOpenedAt} timeZone={timeZone} now={now} isShort />
              </>
            )}
          </Td>
          <Td at="third-right">
            <LinkState delivery={one} timeZone={timeZone} now={now} />
          </Td>
          <Td at="fourth">
            {mayRevoke && one.revokedAt === null && one.expiresAt > now && (
              <ConfirmDialog
                title={`Take the link of ${one.recipient} back?`}
                description="It leads nowhere from then on. What was downloaded stays where it is."
                label="Take back"
                confirm="Take it back"
                method="DELETE"
                address={`/api/v1/document-deliveries/${one.linkId}`}
                done="The link leads nowhere any more."
              />
            )}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}

function MailMark({ delivery: { mailState, serverAnswer } }: { delivery: DeliveryRow }) {
  switch (mailState) {
    case 'sent':
      return <Mark tone="ok">Sent</Mark>;
    case 'waiting':
      return <Mark tone="off">Goes out now</Mark>;
    case 'withdrawn':
      return <Mark tone="off">Not sent</Mark>;
    case 'failed':
      return (
        <>
          <Mark tone="bad">Not sent</Mark>
          {serverAnswer !== null && (
            <span className="text-ink-3 block text-xs [overflow-wrap:anywhere] whitespace-normal">
              {serverAnswer}
            </span>
          )}
        </>
      );
  }
}

function LinkState({
  delivery: { revokedAt, expiresAt },
  timeZone,
  now,
}: {
  delivery: DeliveryRow;
  timeZone: string;
  now: Instant;
}) {
  if (revokedAt !== null) return <Mark tone="off">Taken back</Mark>;
  if (expiresAt <= now) return <Mark tone="off">Ended</Mark>;
  return (
    <>
      until <Moment at={expiresAt} timeZone={timeZone} now={now} />
    </>
  );
}
