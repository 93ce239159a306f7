import { clsx } from 'clsx';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import type { FirstStepState } from '@/domain/first-hour/first-steps';

interface Props {
  number: number;
  title: string;
  state: FirstStepState;
  /** Whether it is the one to go on with. */
  isNext: boolean;
  children: ReactNode;
}

const WORDS: Readonly<Record<FirstStepState, string>> = {
  done: 'done',
  waiting: 'waits for the first report',
  open: 'to do',
  'left-out': 'left out',
};

/** One of the first steps: how it stands, as a mark and in words, and what can be done. */
export function Step({ number, title, state, isNext, children }: Props) {
  return (
    <li
      aria-current={isNext ? 'step' : undefined}
      className="border-line grid grid-cols-[28px_minmax(0,1fr)] gap-x-2 border-t py-4 first:border-t-0"
    >
      <span
        aria-hidden="true"
        className={clsx(
          'inline-grid size-[22px] place-items-center rounded-full border text-xs font-semibold',
          state === 'done' && 'border-ok text-ok',
          state !== 'done' && (isNext ? 'bg-ink text-bg border-ink' : 'border-edge'),
        )}
      >
        {state === 'done' ? <Check size={13} /> : number}
      </span>
      <section aria-label={title}>
        <div className="mb-1.5 flex flex-wrap items-baseline gap-x-2">
          <h2>{title}</h2>
          <span className={clsx('text-xs', state === 'done' ? 'text-ok' : 'text-ink-3')}>{WORDS[state]}</span>
        </div>
        <div className="text-13 text-ink-2 flex max-w-[80ch] flex-col items-start gap-2.5">{children}</div>
      </section>
    </li>
  );
}
