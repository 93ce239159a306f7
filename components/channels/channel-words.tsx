import { FAILING_FROM } from '@/domain/pull/pull-times';
import type { WayKind } from '@/domain/connect/products';
import { productRead } from '@/domain/connect/products';
import { Mark, type Tone } from '../backup/status-mark';

export type ChannelState = 'silent' | 'never-heard' | 'reporting' | 'closed';

export const CHANNEL_STATE_WORD: Readonly<Record<ChannelState, string>> = {
  silent: 'Silent',
  'never-heard': 'Never heard',
  reporting: 'Reporting',
  closed: 'Closed',
};
const STATE_TONE: Readonly<Record<ChannelState, Tone>> = {
  silent: 'unk',
  'never-heard': 'unk',
  reporting: 'ok',
  closed: 'off',
};

export const WAY_WORD: Readonly<Record<WayKind, string>> = {
  agent: 'Agent',
  ping: 'Ping',
  webhook: 'Webhook',
  mail: 'Mail',
  pull: 'Pull',
};

/** Whether a channel is heard, as shape and word; one whose pulls fail says so before it falls silent. */
export function ChannelStateMark({
  state,
  isPaused,
  pullFailures = 0,
}: {
  state: ChannelState;
  isPaused: boolean;
  pullFailures?: number;
}) {
  const isFailing = pullFailures >= FAILING_FROM && state !== 'closed';
  return (
    <Mark tone={isFailing && state === 'reporting' ? 'risk' : STATE_TONE[state]}>
      {CHANNEL_STATE_WORD[state]}
      {isFailing && <span className="text-ink-3 font-normal">pulls fail</span>}
      {isPaused && state !== 'closed' && <span className="text-ink-3 font-normal">paused</span>}
    </Mark>
  );
}

/** What the product is called whose messages a channel takes; null: whatever comes. */
export function productName(reads: string | null): string | null {
  return reads === null ? null : (productRead(reads)?.name ?? reads);
}

/** What became of a message. */
export const MESSAGE_STATE: Readonly<
  Record<'pending' | 'processed' | 'quarantined', readonly [Tone, string]>
> = {
  pending: ['unk', 'Being read'],
  processed: ['ok', 'Read'],
  quarantined: ['bad', 'Put aside'],
};
