import { clsx } from 'clsx';
import { useId, type ReactNode } from 'react';
import type { ContractTerms } from '@/domain/policy/contract-terms';
import { type PartProblem, type Reading, type Readers, UNREAD, useTyped } from './use-typed';

interface Props {
  label: string;
  /** null: no contract is known. */
  terms: ContractTerms | null;
  isDisabled: boolean;
  /** null: all is left empty; undefined: what was typed is no contract yet. */
  onChange: (terms: ContractTerms | null | undefined) => void;
}

type Part = keyof ContractTerms;
type Typed = Readonly<Record<Part, string>>;

const INPUT = 'bg-bg text-ink text-13 h-8 rounded-md border px-2';
/** How many of the policy's unit an amount is typed in. */
const UNITS: Partial<Record<Part, number>> = {
  rpoSeconds: 3600,
  rtoSeconds: 3600,
  retentionDays: 1,
  evidenceYears: 1,
};

/** What a client's contract promises, and where that stands. */
export function ContractInput({ label, terms, isDisabled, onChange }: Props) {
  const noteId = useId();
  const { typed, problem, type } = useTyped({
    value: terms,
    typedOf,
    read: readTyped,
    unread: { part: null, sentence: UNREAD },
    onChange,
  });

  const input = (part: Part, name: string, size: string, rest: Readonly<Record<string, unknown>> = {}) => (
    <input
      {...rest}
      aria-label={`${label}: ${name}`}
      aria-describedby={noteId}
      aria-invalid={problem?.part === part}
      disabled={isDisabled}
      value={typed[part]}
      onChange={(event) => type({ ...typed, [part]: event.currentTarget.value })}
      className={clsx(INPUT, size, problem?.part === part ? 'border-bad' : 'border-edge')}
    />
  );

  return (
    <fieldset className="flex max-w-full min-w-0 flex-col gap-1.5">
      <legend className="sr-only">{label}</legend>
      {input('source', 'name or number', 'w-full max-w-[320px]', {
        maxLength: 200,
        placeholder: 'contract: name or number',
      })}
      {input('clause', 'clause or address', 'w-full max-w-[320px]', {
        maxLength: 500,
        placeholder: 'clause, or where it can be read',
      })}
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1.5">
        <Labelled name="RPO" unit="h">
          {input('rpoSeconds', 'RPO promised, hours', 'w-14 text-right', {
            inputMode: 'decimal',
            placeholder: '–',
          })}
        </Labelled>
        <Labelled name="RTO" unit="h">
          {input('rtoSeconds', 'RTO promised, hours', 'w-14 text-right', {
            inputMode: 'decimal',
            placeholder: '–',
          })}
        </Labelled>
        <Labelled name="kept" unit="days">
          {input('retentionDays', 'points kept, in days', 'w-16 text-right', {
            inputMode: 'numeric',
            placeholder: '–',
          })}
        </Labelled>
        <Labelled name="evidence" unit="years">
          {input('evidenceYears', 'evidence kept, in years', 'w-12 text-right', {
            inputMode: 'numeric',
            placeholder: '–',
          })}
        </Labelled>
      </span>
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1.5">
        <Labelled name="from" unit="">
          {input('validFrom', 'first day', 'w-36', { type: 'date' })}
        </Labelled>
        <Labelled name="until" unit="">
          {input('validUntil', 'last day', 'w-36', { type: 'date' })}
        </Labelled>
      </span>
      <span id={noteId} aria-live="polite" className={clsx('text-xs', problem ? 'text-bad' : 'text-ink-3')}>
        {problem?.sentence ?? (isEmpty(typed) ? 'no contract entered' : '')}
      </span>
    </fieldset>
  );
}

function Labelled({ name, unit, children }: { name: string; unit: string; children: ReactNode }) {
  return (
    <span className="text-ink-3 inline-flex items-center gap-1.5 text-xs">
      <span>{name}</span>
      {children}
      {unit !== '' && <span>{unit}</span>}
    </span>
  );
}

function typedOf(terms: ContractTerms | null): Typed {
  const amount = (part: 'rpoSeconds' | 'rtoSeconds' | 'retentionDays' | 'evidenceYears') => {
    const value = terms?.[part] ?? null;
    return value === null ? '' : String(Math.round((value / (UNITS[part] ?? 1)) * 1000) / 1000);
  };
  return {
    source: terms?.source ?? '',
    clause: terms?.clause ?? '',
    validFrom: terms?.validFrom ?? '',
    validUntil: terms?.validUntil ?? '',
    rpoSeconds: amount('rpoSeconds'),
    rtoSeconds: amount('rtoSeconds'),
    retentionDays: amount('retentionDays'),
    evidenceYears: amount('evidenceYears'),
  };
}

function isEmpty(typed: Typed): boolean {
  return Object.values(typed).every((text) => text.trim() === '');
}

function readTyped(typed: Typed, { contractTerms }: Readers): Reading<ContractTerms | null, PartProblem> {
  if (isEmpty(typed)) return { isRead: true, value: null };
  const read = contractTerms.safeParse({
    source: typed.source,
    clause: textIn(typed.clause),
    validFrom: textIn(typed.validFrom),
    validUntil: textIn(typed.validUntil),
    rpoSeconds: amountIn(typed.rpoSeconds, 3600),
    rtoSeconds: amountIn(typed.rtoSeconds, 3600),
    retentionDays: amountIn(typed.retentionDays, 1),
    evidenceYears: amountIn(typed.evidenceYears, 1),
  });
  if (read.success) return { isRead: true, value: read.data };
  const [issue] = read.error.issues;
  const isNoNumber = issue?.code === 'invalid_type';
  const sentence = isNoNumber ? 'Enter numbers of hours, days and years.' : issue?.message;
  return {
    isRead: false,
    problem: { part: issue?.path[0], sentence: sentence ?? 'Say which contract promises what.' },
  };
}

function textIn(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

/** null: left empty; NaN: no number. */
function amountIn(text: string, unit: number): number | null {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') return null;
  return /^\d{1,6}(?:\.\d{1,3})?$/.test(trimmed) ? Math.round(Number(trimmed) * unit) : Number.NaN;
}
