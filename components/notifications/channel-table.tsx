import type { ChannelKind } from '@/domain/notify/delivery';
import { RemoveChannel } from './remove-channel';
import { Table, Td, Th, Tr } from '../ui/table';
import { KIND_WORDS } from './notification-words';
import { TestDialog } from './test-dialog';

interface ChannelRow {
  readonly channelId: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly shownAddress: string;
  /** Names of the rules that send to it. */
  readonly usedBy: readonly string[];
}

/** Where messages can go. */
export function ChannelTable({ channels }: { channels: readonly ChannelRow[] }) {
  const head = (
    <>
      <Th>Channel</Th>
      <Th>Kind</Th>
      <Th>Rules</Th>
      <Th className="relative text-right">
        <span className="sr-only">Actions</span>
      </Th>
    </>
  );
  return (
    <Table head={head}>
      {channels.map(({ channelId, name, kind, shownAddress, usedBy }) => (
        <Tr key={channelId}>
          <Td at="first">
            <span className="font-medium [overflow-wrap:anywhere] whitespace-normal">{name}</span>
            <span className="text-ink-3 block text-xs [overflow-wrap:anywhere] whitespace-normal">
              {shownAddress}
            </span>
          </Td>
          <Td at="first-right">{KIND_WORDS[kind]}</Td>
          <Td at="second" className="text-ink-2">
            <span className="[overflow-wrap:anywhere] whitespace-normal">
              {usedBy.length === 0 ? (
                <span className="text-ink-3">No rule sends here</span>
              ) : (
                usedBy.join(', ')
              )}
            </span>
          </Td>
          <Td at="third-right" className="text-right">
            <span className="inline-flex gap-1">
              <TestDialog channelId={channelId} name={name} />
              {usedBy.length === 0 && <RemoveChannel channelId={channelId} name={name} />}
            </span>
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
