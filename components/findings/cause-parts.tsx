'use client';

import type { ReactNode } from 'react';
import type { Instant } from '@/domain/time/instant';
import { exactText, shortInstantText } from '../format/words';
import { UndoneMark } from '../forms/undone-mark';
import { AssigneeMark } from './assignee';
import type { CauseState } from './cause-words';
import { useCauseWork } from './cause-work';

/** A row of the queue; gone while what is under way takes its cause out of the part that is listed. */
export function CauseTr({
  causeId,
  className,
  children,
}: {
  causeId: string;
  className: string;
  children: ReactNode;
}) {
  if (useCauseWork().isLeaving(causeId)) return null;
  return (
    <tr data-row="" data-cause-id={causeId} className={className}>
      {children}
    </tr>
  );
}

/** That something came to nothing for a cause. */
export function CauseUndone({ causeId, title }: { causeId: string; title: string }) {
  const { undoneOf, putAway } = useCauseWork();
  return <UndoneMark undone={undoneOf(causeId)} of={title} onPutAway={() => putAway(causeId)} />;
}

/** Who has a cause, as it will be. */
export function CauseAssignee({ causeId, name }: { causeId: string; name: string | null }) {
  return <AssigneeMark name={useAssigneeName(causeId, name)} />;
}

/** The same in words, after the client's name; nothing: nobody has it. */
export function CauseHolder({ causeId, name }: { causeId: string; name: string | null }) {
  const holder = useAssigneeName(causeId, name);
  return holder !== null && ` · ${holder} has it`;
}

function useAssigneeName(causeId: string, name: string | null): string | null {
  const newest = useCauseWork()
    .foreseenOf(causeId)
    .findLast((outcome) => outcome.kind === 'assigned');
  return newest ? newest.name : name;
}

interface StateProps {
  causeId: string;
  /** As the server told it. */
  state: CauseState;
  timeZone: string;
  now: Instant;
  /** That in words. */
  children: ReactNode;
}

/** How far a cause is, as it will be: what tells more than an act, such as a ticket, stays. */
export function CauseStanding({ causeId, state, timeZone, now, children }: StateProps) {
  const outcomes = useCauseWork().foreseenOf(causeId);
  const asleep = outcomes.findLast(({ kind }) => kind === 'snoozed' || kind === 'awake');
  if (asleep?.kind === 'snoozed') return <Until at={asleep.until} timeZone={timeZone} now={now} />;
  const isAcknowledged = outcomes.some(({ kind }) => kind === 'acknowledged');
  return isAcknowledged && state === 'new' ? 'Acknowledged' : children;
}

export function Until({ at, timeZone, now }: { at: Instant; timeZone: string; now: Instant }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={exactText(at, timeZone)}>
      until {shortInstantText(at, timeZone, now)}
    </time>
  );
}
