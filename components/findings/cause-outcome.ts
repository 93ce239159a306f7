import type { QueueTab } from '@/domain/findings/queue-tab';
import type { Instant } from '@/domain/time/instant';
import type { Assignee, CauseVerb } from './cause-verbs';

/** What a verb makes of a cause, as far as it is shown before the server has answered. */
export type CauseOutcome =
  | { readonly kind: 'acknowledged' }
  /** To whom, null: to nobody. */
  | { readonly kind: 'assigned'; readonly personId: string | null; readonly name: string | null }
  | { readonly kind: 'snoozed'; readonly until: Instant }
  | { readonly kind: 'awake' };

/**
 * What may be shown of a verb at once; `said` is what is sent beside the causes. null: nothing, since others rely on it (a waiver, a
 * ticket), or something was typed that a refusal must not lose.
 */
export function outcomeOf(
  verb: CauseVerb,
  said: Readonly<Record<string, unknown>>,
  assignees: readonly Assignee[],
): CauseOutcome | null {
  switch (verb) {
    case 'acknowledge':
      return { kind: 'acknowledged' };
    case 'assign': {
      const { personId } = said;
      const to = assignees.find((one) => one.personId === personId);
      return { kind: 'assigned', personId: to?.personId ?? null, name: to?.name ?? null };
    }
    case 'snooze': {
      const until = Date.parse(String(said['until']));
      // What is no instant will be refused.
      return Number.isNaN(until) ? null : { kind: 'snoozed', until };
    }
    case 'wake':
      return { kind: 'awake' };
    case 'ticket':
    case 'open-ticket':
    case 'withdraw-ticket':
    case 'retry-ticket':
    case 'waive':
    case 'comment':
    case 'withdraw-waivers':
      return null;
  }
}

/** Whether a cause is not in a part of the queue any more once this came of it; the parts are those of server/data/finding-queue.ts. */
export function leavesTab(tab: QueueTab, outcome: CauseOutcome, readerId: string): boolean {
  switch (tab) {
    case 'open':
      return outcome.kind === 'snoozed';
    case 'mine':
      return outcome.kind === 'snoozed' || (outcome.kind === 'assigned' && outcome.personId !== readerId);
    case 'unassigned':
      return outcome.kind === 'snoozed' || (outcome.kind === 'assigned' && outcome.personId !== null);
    case 'snoozed':
      return outcome.kind === 'awake';
    case 'waived':
    case 'notes':
      return false;
  }
}
