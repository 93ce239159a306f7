import { clsx } from 'clsx';
import { useId } from 'react';
import type { RetentionPolicy } from '@/domain/retention/retention-policy';
import { type PartProblem, type Reading, type Readers, UNREAD, useTyped } from './use-typed';

interface Props {
  label: string;
  /** null: nothing is promised. */
  retention: RetentionPolicy | null;
  isDisabled: boolean;
  /** null: all is left empty; undefined: what was typed is no promise. */
  onChange: (retention: RetentionPolicy | null | undefined) => void;
}

type Part = keyof RetentionPolicy;
type Typed = Readonly<Record<Part, string>>;

const COUNTS = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
const AGES = [
  ['ageDaysMin', 'at least, days'],
  ['ageDaysMax', 'at most, days'],
] as const;

/** How many points of each period are kept, and how old they are at least and at most. */
export function RetentionInput({ label, retention, isDisabled, onChange }: Props) {
  const noteId = useId();
  const { typed, problem, type } = useTyped({
    value: retention,
    typedOf,
    read: readTyped,
    unread: { part: null, sentence: UNREAD },
    onChange,
  });

  const input = (part: Part, name: string) => (
    <label key={part} className="text-ink-3 flex flex-col items-center gap-0.5 text-xs">
      <input
        inputMode="numeric"
        maxLength={5}
        value={typed[part]}
        placeholder="–"
        disabled={isDisabled}
        aria-label={`${label} ${name}, empty: not promised`}
        aria-describedby={noteId}
        aria-invalid={problem?.part === part}
        onChange={(event) => {
          const text = event.currentTarget.value.trim();
          if (/^\d{0,5}$/.test(text)) type({ ...typed, [part]: text });
        }}
        className={clsx(
          'bg-bg text-ink text-13 h-8 rounded-md border text-center font-medium tabular-nums',
          part === 'ageDaysMin' || part === 'ageDaysMax' ? 'w-[94px]' : 'w-11',
          problem?.part === part ? 'border-bad' : 'border-edge',
        )}
      />
      {name}
    </label>
  );

  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="sr-only">{label}</legend>
      <span className="flex flex-wrap gap-x-2 gap-y-1.5">
        {COUNTS.map((part) => input(part, part))}
        <span className="flex basis-full gap-2">{AGES.map(([part, name]) => input(part, name))}</span>
      </span>
      <span id={noteId} aria-live="polite" className={clsx('text-xs', problem ? 'text-bad' : 'text-ink-3')}>
        {problem?.sentence ?? (typedIsEmpty(typed) ? 'nothing is promised' : '')}
      </span>
    </fieldset>
  );
}

function typedOf(retention: RetentionPolicy | null): Typed {
  const text = (part: Part) => String(retention?.[part] ?? '');
  return {
    last: text('last'),
    hourly: text('hourly'),
    daily: text('daily'),
    weekly: text('weekly'),
    monthly: text('monthly'),
    yearly: text('yearly'),
    ageDaysMin: text('ageDaysMin'),
    ageDaysMax: text('ageDaysMax'),
  };
}

function typedIsEmpty(typed: Typed): boolean {
  return Object.values(typed).every((text) => text === '' || Number(text) === 0);
}

/** An empty count and 0 are the same: that period is not promised. */
function readTyped(typed: Typed, { retentionPolicy }: Readers): Reading<RetentionPolicy | null, PartProblem> {
  if (typedIsEmpty(typed)) return { isRead: true, value: null };
  const counts = Object.entries(typed).map(([part, text]) => [part, Number(text) || null]);
  const read = retentionPolicy.safeParse(Object.fromEntries(counts));
  if (read.success) return { isRead: true, value: read.data };
  const [issue] = read.error.issues;
  const sentence =
    issue?.code === 'too_big' ? `At most ${issue.maximum} can be kept of these.` : issue?.message;
  return { isRead: false, problem: { part: issue?.path[0], sentence: sentence ?? 'Enter whole numbers.' } };
}
