import type { ReactNode } from 'react';
import type { TicketKind } from '@/domain/tickets/ticket-settings';
import { Mark } from '../backup/status-mark';
import { counted } from '../format/amounts';
import { RemoveChannel } from '../notifications/remove-channel';
import { KIND_WORDS } from '../notifications/notification-words';
import { TestDialog } from '../notifications/test-dialog';
import { Table, Td, Th, Tr } from '../ui/table';
import { TextLink } from '../ui/text-link';
import { UNTRIED_TEXT } from './connectwise-fields';

export interface SystemRow {
  readonly channelId: string;
  readonly name: string;
  readonly kind: TicketKind;
  readonly shownAddress: string;
  readonly needsCompany: boolean;
  /** Clients without a company there. */
  readonly missingCount: number;
  /** Names of the rules that open tickets in it. */
  readonly usedBy: readonly string[];
}

interface Props {
  systems: readonly SystemRow[];
  editorFor: (system: SystemRow) => ReactNode;
  /** Where the companies of a system are shown. */
  hrefOf: (channelId: string) => string;
}

/** Where tickets are kept. */
export function SystemTable({ systems, editorFor, hrefOf }: Props) {
  const head = (
    <>
      <Th>Ticket system</Th>
      <Th>Kind</Th>
      <Th>Companies</Th>
      <Th>Rules</Th>
      <Th className="relative text-right">
        <span className="sr-only">Actions</span>
      </Th>
    </>
  );
  return (
    <Table head={head}>
      {systems.map((system) => {
        const { channelId, name, kind, shownAddress, usedBy } = system;
        return (
          <Tr key={channelId} data-ticket-system-id={channelId}>
            <Td at="first">
              <span className="font-medium [overflow-wrap:anywhere] whitespace-normal">{name}</span>
              <span className="text-ink-3 block text-xs [overflow-wrap:anywhere] whitespace-normal">
                {shownAddress}
              </span>
            </Td>
            <Td at="second">
              {KIND_WORDS[kind]}
              {kind === 'connectwise' && (
                <span className="text-ink-3 block max-w-[26ch] text-xs whitespace-normal">
                  {UNTRIED_TEXT}
                </span>
              )}
            </Td>
            <Td at="first-right">
              <Companies system={system} href={hrefOf(channelId)} />
            </Td>
            <Td at="second-right" className={usedBy.length === 0 ? 'text-ink-3' : 'text-ink-2'}>
              <span className="[overflow-wrap:anywhere] whitespace-normal">
                {usedBy.length === 0 ? 'By hand only' : usedBy.join(', ')}
              </span>
            </Td>
            <Td at="third" className="text-right @max-2xl:col-span-2">
              <span className="inline-flex gap-1">
                <TestDialog channelId={channelId} name={name} description="It changes nothing there." />
                {editorFor(system)}
                {usedBy.length === 0 && <RemoveChannel channelId={channelId} name={name} />}
              </span>
            </Td>
          </Tr>
        );
      })}
    </Table>
  );
}

function Companies({ system: { needsCompany, missingCount }, href }: { system: SystemRow; href: string }) {
  if (!needsCompany) return <span className="text-ink-3">Not needed</span>;
  if (missingCount === 0) return <Mark tone="ok">All entered</Mark>;
  return (
    <TextLink href={href}>
      <Mark tone="risk">{counted(missingCount, 'client')} missing</Mark>
    </TextLink>
  );
}
