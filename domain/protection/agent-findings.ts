import type { Instant } from '../time/instant';
import { CLOCK_SKEW_MAX } from './clock';
import type { AgentFacts, ChannelFacts } from './facts';
import { NO_GAPS, type Gap } from './gap';
import type { Prepared } from './prepared';
import { silentFrom } from './silence';
import { isTravelling, type State } from './state';
import { MISSING_AFTER, MISSING_HOLDS, UNTRUSTED_HOLDS } from './turns';

/** What is wrong with the agents that speak for a system, in the order of their ids: the same for all their systems. */
export function agentGaps(state: State, prepared: Prepared): readonly Gap[] {
  if (!prepared.facts.channels.some((channel) => channel.agent !== undefined)) return NO_GAPS;
  return prepared.facts.channels
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap((channel) => {
      const { agent, lastHeardAt } = channel;
      if (agent === undefined || agent.isRevoked || lastHeardAt === null) return [];
      const silentAt = silentFrom(lastHeardAt, agent, prepared.policy);
      const isSilent = silentAt !== null && isSilentAt(silentAt, state, prepared);
      return [
        ...(isSilent ? [silentGap(channel, lastHeardAt, silentAt, prepared)] : []),
        ...missingGap(channel, agent, state.at),
        ...clockGap(channel, agent, lastHeardAt),
        ...toolGap(channel, agent, state.at),
      ];
    });
}

function ofAgent({ id, name }: ChannelFacts): Pick<Gap, 'subject' | 'causeKey' | 'severity' | 'origin'> {
  return {
    subject: { kind: 'agent', id, name },
    causeKey: `agent:${id}`,
    severity: 'warning',
    origin: null,
  };
}

/** A system that may travel takes its agent along. */
function isSilentAt(silentAt: Instant, state: State, prepared: Prepared): boolean {
  if (isTravelling(prepared) && !state.isAway) return false;
  return state.at >= silentAt;
}

function silentGap(
  channel: ChannelFacts,
  lastHeardAt: Instant,
  silentAt: Instant,
  { policy }: Prepared,
): Gap {
  const { silenceSeconds } = policy;
  return {
    ...ofAgent(channel),
    rule: 'agent-silent',
    since: silentAt,
    detail: { kind: 'silence', lastHeardAt, silenceSeconds },
  };
}

function missingGap(channel: ChannelFacts, { missingReports }: AgentFacts, at: Instant): Gap[] {
  const open = missingReports.filter(
    ({ noticedAt }) => at >= noticedAt + MISSING_AFTER && at < noticedAt + MISSING_HOLDS,
  );
  if (open.length === 0) return [];
  const noticedAt = Math.min(...open.map((one) => one.noticedAt));
  return [
    {
      ...ofAgent(channel),
      rule: 'reports-missing',
      since: noticedAt,
      detail: {
        kind: 'sequences',
        count: open.reduce((sum, { from, to }) => sum + to - from + 1, 0),
        from: Math.min(...open.map((one) => one.from)),
        to: Math.max(...open.map((one) => one.to)),
        noticedAt,
      },
    },
  ];
}

function clockGap(channel: ChannelFacts, { clockSkewMs }: AgentFacts, lastHeardAt: Instant): Gap[] {
  if (clockSkewMs === null || Math.abs(clockSkewMs) <= CLOCK_SKEW_MAX) return [];
  return [
    {
      ...ofAgent(channel),
      rule: 'clock-skew',
      since: lastHeardAt,
      detail: { kind: 'clock', skewMs: clockSkewMs },
    },
  ];
}

function toolGap(channel: ChannelFacts, { untrustedTool: told }: AgentFacts, now: Instant): Gap[] {
  if (told === null || now >= told.at + UNTRUSTED_HOLDS) return [];
  const { at, message, origin } = told;
  return [
    {
      ...ofAgent(channel),
      rule: 'tool-untrusted',
      since: at,
      detail: { kind: 'tool', message, at },
      origin,
    },
  ];
}
