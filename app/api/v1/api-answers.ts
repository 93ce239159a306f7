import type { ApiClient, ApiSystemRow } from '@/server/data/api-lists';
import type { ListedChannel } from '@/server/data/channel-lists';
import type { QueuedCause } from '@/server/data/finding-queue';
import type { ListedPolicy } from '@/server/data/policy-screens';
import { wordsIn } from '@/components/format/words';
import { causeTitle } from '@/domain/findings/cause-title';
import { isoOf, isoOrNull } from './list-answer';

// What the public API says of things, by the schemas of contract/api-v1.ts.

export function clientAnswer({ clientId, name, timeZone, status, counts }: ApiClient) {
  return { clientId, name, timeZone, status, systems: counts };
}

export function systemAnswer({ systemId, clientId, name, kind, status, since, laggingSince }: ApiSystemRow) {
  return {
    systemId,
    clientId,
    name,
    kind,
    status,
    since: isoOf(since),
    laggingSince: isoOrNull(laggingSince),
  };
}

export function findingAnswer(cause: QueuedCause) {
  return {
    causeId: cause.causeId,
    clientId: cause.clientId,
    clientName: cause.clientName,
    severity: cause.severity,
    title: causeTitle(cause, wordsIn(cause.timeZone, Date.now())),
    rules: cause.rules,
    findingCount: cause.findingCount,
    waivedCount: cause.waivedCount,
    systemCount: cause.systemCount,
    since: isoOf(cause.since),
    closedAt: isoOrNull(cause.closedAt),
    flapCount: cause.flapCount,
    version: cause.version,
    acknowledgedAt: isoOrNull(cause.acknowledgedAt),
    acknowledgedByName: cause.acknowledgedByName,
    assignedTo: cause.assignedTo,
    assignedToName: cause.assignedToName,
    snoozedUntil: isoOrNull(cause.snoozedUntil),
    ticketReference: cause.ticketReference,
    ticketUrl: cause.ticketUrl,
  };
}

export function channelAnswer(channel: ListedChannel) {
  const { channelId, clientId, kind, name, hostname, product, state, messageCount } = channel;
  return {
    channelId,
    clientId,
    kind,
    name,
    hostname,
    product,
    state,
    messageCount,
    lastHeardAt: isoOrNull(channel.lastHeardAt),
    silentAt: isoOrNull(channel.silentAt),
    pausedAt: isoOrNull(channel.pausedAt),
    closedAt: isoOrNull(channel.closedAt),
  };
}

export function policyAnswer(policy: ListedPolicy) {
  const { policyId, name, isDefault, version, publishedAt, overrides, systemCount } = policy;
  return { policyId, name, isDefault, version, publishedAt: isoOf(publishedAt), overrides, systemCount };
}
