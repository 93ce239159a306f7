import type { Instant } from '@/domain/time/instant';
import type { Step } from '@/domain/notify/decide-messages';
import type { ChannelKind } from '@/domain/notify/delivery';
import { isTicketKind } from '@/domain/tickets/ticket-settings';
import { Moment } from '../ui/moment';
import { Table, Td, Th, Tr } from '../ui/table';
import { KIND_WORDS, saidOfText, saidText } from './notification-words';
import { type Outcome, OutcomeMark, OutcomeText } from './outcome';

interface NotificationRow extends Outcome {
  readonly notificationId: string;
  readonly ruleName: string | null;
  readonly channelName: string;
  readonly kind: ChannelKind;
  readonly causeCount: number;
  readonly title: string | null;
  readonly clientName: string | null;
  readonly step: Step | null;
  readonly createdAt: Date;
}

interface Props {
  notifications: readonly NotificationRow[];
  timeZone: string;
  now: Instant;
}

/** What was told last, whom, and what became of it. */
export function NotificationTable({ notifications, timeZone, now }: Props) {
  const head = (
    <>
      <Th>Told</Th>
      <Th>To</Th>
      <Th>Decided</Th>
      <Th>What became of it</Th>
    </>
  );
  return (
    <Table head={head}>
      {notifications.map((one) => (
        <Tr key={one.notificationId} data-notification-id={one.notificationId}>
          <Td at="first">
            <span className="font-medium [overflow-wrap:anywhere] whitespace-normal">{saidText(one)}</span>
            <span className="text-ink-3 block text-xs [overflow-wrap:anywhere] whitespace-normal">
              {[saidOfText(one), one.ruleName && `by ${one.ruleName}`].filter(Boolean).join(', ')}
            </span>
          </Td>
          <Td at="second">
            <span className="[overflow-wrap:anywhere] whitespace-normal">{one.channelName}</span>
            <span className="text-ink-3 block text-xs">{KIND_WORDS[one.kind]}</span>
          </Td>
          <Td at="first-right" className="@max-2xl:text-ink-3">
            <Moment at={one.createdAt.getTime()} timeZone={timeZone} now={now} isShort />
          </Td>
          <Td at="third" className="max-w-[44ch]">
            <OutcomeMark outcome={one} />
            {isTicketKind(one.kind) && one.ruleName !== null ? (
              <span className="text-ink-3 block text-xs">As tickets, one of each cause</span>
            ) : (
              <OutcomeText outcome={one} />
            )}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
