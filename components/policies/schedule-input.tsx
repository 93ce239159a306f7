import { clsx } from 'clsx';
import { useId } from 'react';
import type { Schedule } from '@/domain/schedule/schedule';
import { scheduleText } from '@/domain/schedule/schedule-text';
import { scheduleWords } from '@/domain/schedule/schedule-words';
import { type Reading, type Readers, UNREAD, useTyped } from './use-typed';

interface Props {
  label: string;
  /** null: none. */
  schedule: Schedule | null;
  isDisabled: boolean;
  /** null: left empty; undefined: what was typed is no schedule. */
  onChange: (schedule: Schedule | null | undefined) => void;
}

/** Where a schedule is typed, with what it says in words beside it. */
export function ScheduleInput({ label, schedule, isDisabled, onChange }: Props) {
  const noteId = useId();
  const { typed, problem, type } = useTyped({
    value: schedule,
    typedOf: textOf,
    read: readTyped,
    unread: UNREAD,
    onChange,
  });
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-x-2 gap-y-1">
      <input
        aria-label={label}
        aria-invalid={problem !== null}
        aria-describedby={noteId}
        value={typed}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        disabled={isDisabled}
        placeholder="0 21 * * 1-5, every 6 h, daily 21:00"
        onChange={(event) => type(event.currentTarget.value)}
        className={clsx(
          'bg-bg text-13 h-8 w-64 max-w-full rounded-md border px-2.5 font-mono',
          problem === null ? 'border-edge' : 'border-bad',
        )}
      />
      <span id={noteId} aria-live="polite" className={clsx('text-xs', problem ? 'text-bad' : 'text-ink-3')}>
        {problem ?? (schedule === null ? 'none: nothing is missed' : scheduleWords(schedule))}
      </span>
    </span>
  );
}

function textOf(schedule: Schedule | null): string {
  return schedule === null ? '' : scheduleText(schedule);
}

function readTyped(text: string, { readSchedule }: Readers): Reading<Schedule | null, string> {
  if (text.trim() === '') return { isRead: true, value: null };
  const reading = readSchedule(text);
  return reading.isValid
    ? { isRead: true, value: reading.schedule }
    : { isRead: false, problem: reading.problem };
}
