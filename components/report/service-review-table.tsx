import { durationText } from '@/domain/protection/sentence';
import type { ClientReview, Review } from '@/domain/report/service-review';
import { counted, countText, percentText } from '../format/amounts';
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
            <span className="text-ink-3 hidden text-xs whitespace-normal @max-2xl:block">{inWords(one)}</span>
          </Td>
          <Td at="first-right" className="text-right tabular-nums">
            {keptText(one)}
          </Td>
          <Figure>{countText(one.opened)}</Figure>
          <Figure>{countText(one.cameBack)}</Figure>
          <Figure>{countText(one.stillOpen)}</Figure>
          <Figure>{countText(one.messages)}</Figure>
          <Figure>{secondsText(one.detectSeconds)}</Figure>
          <Figure>{secondsText(one.acknowledgeSeconds)}</Figure>
          <Figure>{secondsText(one.correctSeconds)}</Figure>
        </Tr>
      ))}
    </Table>
  );
}

/** A figure of a row, where there is room for columns. */
function Figure({ children }: { children: string }) {
  return (
    <Td at="second-right" className="text-right tabular-nums @max-2xl:hidden">
      {children}
    </Td>
  );
}

/** The same in a line, where there is little room. */
function inWords(one: ClientReview): string {
  const told = [
    `${countText(one.opened)} opened`,
    ...(one.cameBack > 0 ? [`${countText(one.cameBack)} came back`] : []),
    `${countText(one.stillOpen)} still open`,
    ...(one.messages > 0 ? [counted(one.messages, 'message')] : []),
    ...(one.detectSeconds === null ? [] : [`detected in ${secondsText(one.detectSeconds)}`]),
    ...(one.correctSeconds === null ? [] : [`corrected in ${secondsText(one.correctSeconds)}`]),
  ];
  return told.join(', ');
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
