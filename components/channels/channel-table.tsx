import type { Instant } from '@/domain/time/instant';
import { Mark } from '../backup/status-mark';
import { ReportLink } from '../backup/report-link';
import { countText } from '../format/amounts';
import { Link } from '../ui/link';
import { Moment } from '../ui/moment';
import { type Sorting, SortTh } from '../ui/sort-th';
import { Table, Td, Th, Tr } from '../ui/table';
import { type ChannelState, ChannelStateMark, MESSAGE_STATE, productName, WAY_WORD } from './channel-words';

interface ChannelRow {
  channelId: string;
  clientName: string;
  timeZone: string;
  kind: 'ping' | 'mail' | 'webhook' | 'pull';
  name: string;
  hostname: string;
  product: string | null;
  messageCount: number;
  lastHeardAt: Date | null;
  pausedAt: Date | null;
  pullFailures: number;
  state: ChannelState;
  newest: {
    rawReportId: string;
    state: 'pending' | 'processed' | 'quarantined';
    reason: string | null;
  } | null;
}

interface Props {
  channels: readonly ChannelRow[];
  now: Instant;
  sorting: Sorting<'state' | 'name' | 'client' | 'heard'>;
}

/** The ways by which backups tell of themselves, each with its last message and what became of it. */
export function ChannelTable({ channels, now, sorting }: Props) {
  const head = (
    <>
      <SortTh name="Tells of" by="name" sorting={sorting} />
      <SortTh name="Client" by="client" sorting={sorting} />
      <Th>Way</Th>
      <Th className="text-right @max-4xl:hidden">Messages</Th>
      <SortTh name="Last heard" by="heard" sorting={sorting} className="pl-4" />
      <SortTh name="State" by="state" sorting={sorting} className="pl-4" />
      <Th>Last message</Th>
    </>
  );
  return (
    <Table head={head}>
      {channels.map((channel) => (
        <Row key={channel.channelId} channel={channel} now={now} />
      ))}
    </Table>
  );
}

function Row({ channel, now }: { channel: ChannelRow; now: Instant }) {
  const { channelId, name, hostname, clientName, product, kind, lastHeardAt, timeZone, newest } = channel;
  return (
    <Tr data-row="" data-inbound-channel-id={channelId}>
      <Td at="second">
        <span className="block max-w-[36ch] truncate" title={`${name}, of ${hostname}`}>
          <Link
            href={`/agents/channels/${channelId}`}
            data-row-link=""
            className="font-medium hover:underline"
          >
            {name}
          </Link>
          {hostname !== name && <span className="text-ink-3"> of {hostname}</span>}
        </span>
      </Td>
      <Td at="third" className="@max-2xl:text-ink-3">
        <span className="block max-w-[28ch] truncate">{clientName}</span>
      </Td>
      <Td at="second-right">
        {WAY_WORD[kind]}
        {product !== null && <span className="text-ink-3 @max-4xl:hidden"> {productName(product)}</span>}
      </Td>
      <Td at="hidden" className="text-right tabular-nums @max-4xl:hidden">
        {countText(channel.messageCount)}
      </Td>
      <Td at="first-right" className="@2xl:pl-4">
        {lastHeardAt ? <Moment at={lastHeardAt.getTime()} timeZone={timeZone} now={now} /> : 'never'}
      </Td>
      <Td at="first" className="@2xl:pl-4">
        <ChannelStateMark
          state={channel.state}
          isPaused={channel.pausedAt !== null}
          pullFailures={channel.pullFailures}
        />
      </Td>
      <Td at="third-right">
        {newest ? (
          <span className="inline-flex max-w-[32ch] items-center gap-2" title={newest.reason ?? undefined}>
            <Mark tone={MESSAGE_STATE[newest.state][0]}>{MESSAGE_STATE[newest.state][1]}</Mark>
            <ReportLink rawReportId={newest.rawReportId} />
          </span>
        ) : (
          <span className="text-ink-3">none</span>
        )}
      </Td>
    </Tr>
  );
}
