'use client';

import { Button } from '../ui/button';
import type { CauseVerb, WorkableCause } from './cause-verbs';
import { useCauseWork } from './cause-work';

/** What can be done to the cause that stands open. */
export function CauseActions({ cause, isAcknowledged }: { cause: WorkableCause; isAcknowledged: boolean }) {
  const { act, mayWork, foreseenOf } = useCauseWork();
  if (!mayWork) return null;
  const outcomes = foreseenOf(cause.causeId);
  const sleep = outcomes.findLast(({ kind }) => kind === 'snoozed' || kind === 'awake');
  const isSnoozed = sleep ? sleep.kind === 'snoozed' : cause.isSnoozed;
  const isTaken = isAcknowledged || outcomes.some(({ kind }) => kind === 'acknowledged');
  const verbs: readonly (readonly [CauseVerb, string])[] = [
    ...(isTaken ? [] : [['acknowledge', 'Acknowledge'] as const]),
    ['assign', 'Assign'],
    ['ticket', 'Ticket'],
    isSnoozed ? ['wake', 'Wake'] : ['snooze', 'Snooze'],
    ['comment', 'Comment'],
    cause.isWaived ? ['withdraw-waivers', 'Withdraw waivers'] : ['waive', 'Waive'],
  ];
  return (
    <div className="mt-3.5 flex flex-wrap gap-1.5">
      {verbs.map(([verb, name]) => (
        <Button
          key={verb}
          kind={verb === 'acknowledge' ? 'primary' : 'plain'}
          className="h-7 px-2.5 max-md:h-10 max-md:px-3"
          onClick={() => act(verb, cause)}
        >
          {name}
        </Button>
      ))}
    </div>
  );
}

/** The same for one that has closed: it can still be talked about. */
export function ClosedCauseActions({ cause }: { cause: WorkableCause }) {
  const { act, mayWork } = useCauseWork();
  if (!mayWork) return null;
  return (
    <div className="mt-3.5 flex gap-1.5">
      <Button className="h-7 px-2.5" onClick={() => act('comment', cause)}>
        Comment
      </Button>
      <Button className="h-7 px-2.5" onClick={() => act('ticket', cause)}>
        Ticket
      </Button>
    </div>
  );
}
