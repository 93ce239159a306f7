import type { RuleReach } from '@/domain/message-rules/message-rule';

/** A reach that an editor offers. */
export interface OfferedReach extends RuleReach {
  readonly reach: 'channel' | 'client' | 'msp';
  readonly name: string;
}

/** Whose messages a rule can be asked of, narrowest first; every client's only by who sees all of them. */
export function offeredReaches(
  of: { clientId: string; clientName: string; channelId: string; channelName: string },
  clientIds: '*' | readonly string[],
): OfferedReach[] {
  const { clientId, clientName, channelId, channelName } = of;
  return [
    { reach: 'channel', name: `this channel only: ${channelName}`, clientId, channelId },
    { reach: 'client', name: `all channels of ${clientName}`, clientId, channelId: null },
    ...(clientIds === '*'
      ? [{ reach: 'msp' as const, name: 'all channels of every client', clientId: null, channelId: null }]
      : []),
  ];
}
