import { isTicketKind } from '@/domain/tickets/ticket-settings';
import type { TenantScope } from '../tenancy/tenant-scope';
import { type CauseDetail, readCause } from './cause-detail';
import { listClientNames } from './clients';
import type { Database } from './database';
import {
  countQueue,
  listQueue,
  listQueueRules,
  type QueueCounts,
  type QueuedCause,
  type QueueView,
} from './finding-queue';
import { type Colleague, listColleagues } from './identity-colleagues';
import { listChannels } from './notification-rules';

/** Everything that the queue's screen shows. */
export interface FindingsScreen {
  readonly causes: readonly QueuedCause[];
  readonly hasMore: boolean;
  /** Under the filters of the view. */
  readonly counts: QueueCounts;
  readonly rules: readonly string[];
  readonly clients: readonly { readonly clientId: string; readonly name: string }[];
  readonly colleagues: readonly Colleague[];
  /** Where tickets can be opened. */
  readonly ticketSystems: readonly { readonly channelId: string; readonly name: string }[];
  /** The cause that stands open beside the list; null: none was asked for, or it is not there. */
  readonly opened: CauseDetail | null;
}

/** A page of the queue with everything around it. `causeId` null: no cause stands open. */
export async function readFindings(
  database: Database,
  scope: TenantScope,
  personId: string,
  view: QueueView & { readonly causeId: string | null },
  now: Date,
): Promise<FindingsScreen> {
  const { mspId } = scope;
  const reader = { mspId, personId, now };
  return database.inScope(scope, async (tx) => ({
    ...(await listQueue(tx, reader, view)),
    counts: await countQueue(tx, reader, view),
    rules: await listQueueRules(tx, mspId),
    clients: await listClientNames(tx, mspId),
    colleagues: await listColleagues(tx),
    ticketSystems: (await listChannels(tx, mspId)).filter(({ kind }) => isTicketKind(kind)),
    opened: view.causeId === null ? null : await readCause(tx, mspId, view.causeId, now),
  }));
}

const LIST_MAX = 50_000;

/** All pages of a view. */
export async function readQueueList(
  database: Database,
  scope: TenantScope,
  personId: string,
  view: QueueView,
  now: Date,
): Promise<readonly QueuedCause[]> {
  const reader = { mspId: scope.mspId, personId, now };
  return database.inScope(scope, async (tx) => {
    const { causes } = await listQueue(tx, reader, { ...view, page: 1 }, LIST_MAX);
    return causes;
  });
}
