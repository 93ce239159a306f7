import { clsx } from 'clsx';
import { useId, useState } from 'react';
import { isSameValue } from '@/domain/policy/policy-overrides';
import type { Schedule } from '@/domain/schedule/schedule';
import { readSchedule, scheduleText } from '@/domain/schedule/schedule-text';
import { scheduleWords } from '@/domain/schedule/schedule-words';

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
  const [text, setText] = useState(textOf(schedule));
  const typed = readTyped(text);
  // What is typed stays as typed while it says the value; another value comes from outside.
  const isOwn = typed.problem !== null || isSameValue(typed.schedule, schedule);
  const shownText = isOwn ? text : textOf(schedule);
  const { problem } = isOwn ? typed : { problem: null };
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-x-2 gap-y-1">
      <input
        aria-label={label}
        aria-invalid={problem !== null}
        aria-describedby={noteId}
        value={shownText}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        disabled={isDisabled}
        placeholder="0 21 * * 1-5, every 6 h, daily 21:00"
        onChange={(event) => {
          const next = event.currentTarget.value;
          setText(next);
          const reading = readTyped(next);
          onChange(reading.problem === null ? reading.schedule : undefined);
        }}
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

interface Typed {
  schedule: Schedule | null;
  problem: string | null;
}

function readTyped(text: string): Typed {
  if (text.trim() === '') return { schedule: null, problem: null };
  const reading = readSchedule(text);
  return reading.isValid
    ? { schedule: reading.schedule, problem: null }
    : { schedule: null, problem: reading.problem };
}
