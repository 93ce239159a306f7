import { durationText } from '@/domain/protection/sentence';
import type { ClientReview, Review } from '@/domain/report/service-review';
import { countText, percentText } from '../format/amounts';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';

/** The month of each client by its figures. */
export function ServiceReviewTable({ clients }: { clients: readonly ClientReview[] }) {
  return (
    <Table
      head={
        <>
          <Th>Client</Th>
          <Th className="text-right">Promises kept</Th>
          <Th className="text-right">Opened</Th>
          <Th className="text-right">Came back</Th>
          <Th className="text-right">Still open</Th>
          <Th className="text-right">Messages</Th>
          <Th className="text-right">To detect</Th>
          <Th className="text-right">To acknowledge</Th>
          <Th className="text-right">To correct</Th>
        </>
      }
    >
      {clients.map((one) => (
        <Tr key={one.clientId}>
          <Td at="first">
            <TextLink href={`/clients/${one.clientId}`} className="font-medium">
              {one.clientName}
            </TextLink>
          </Td>
          <Td at="first-right" className="text-right tabular-nums">
            {keptText(one)}
          </Td>
          <Figure name="opened">{countText(one.opened)}</Figure>
          <Figure name="came back">{countText(one.cameBack)}</Figure>
          <Figure name="still open">{countText(one.stillOpen)}</Figure>
          <Figure name="messages">{countText(one.messages)}</Figure>
          <Figure name="to detect">{secondsText(one.detectSeconds)}</Figure>
          <Figure name="to acknowledge">{secondsText(one.acknowledgeSeconds)}</Figure>
          <Figure name="to correct">{secondsText(one.correctSeconds)}</Figure>
        </Tr>
      ))}
    </Table>
  );
}

/** A figure of a row; where there is little room its name stands with it. */
function Figure({ name, children }: { name: string; children: string }) {
  return (
    <Td at="second" className="text-right tabular-nums">
      <span className="text-ink-3 hidden text-xs @max-2xl:inline">{name} </span>
      {children}
    </Td>
  );
}

/** '97 %'; '–' where no day is known. */
export function keptText({ keptShare }: Pick<Review, 'keptShare'>): string {
  if (keptShare === null) return '–';
  // 'All' is said of all only.
  return keptShare < 1 ? percentText(Math.min(keptShare, 0.99)) : '100 %';
}

export function secondsText(seconds: number | null): string {
  return seconds === null ? '–' : durationText(seconds * 1000);
}
