import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import type { RunFacts } from '@/domain/protection/facts';
import type { Severity, Status } from '@/domain/protection/verdict';

/** How good or bad something is, each with a shape of its own, so that colour is never the only signal. */
export type Tone = 'ok' | 'risk' | 'bad' | 'missed' | 'unk' | 'off';

const SHAPES: Readonly<Record<Tone, ReactNode>> = {
  ok: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  risk: <path d="M6 .8 11.6 11H.4Z" fill="currentColor" />,
  bad: <path d="M1 1h10v10H1z" fill="currentColor" />,
  missed: <path d="M2 2h8v8H2z" fill="none" stroke="currentColor" strokeWidth="2" />,
  unk: (
    <circle
      cx="6"
      cy="6"
      r="4.75"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeDasharray="2.2 1.5"
    />
  ),
  off: (
    <path
      d="M2.5 9.5l7-7M6 1.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6Z"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
    />
  ),
};
const INK: Readonly<Record<Tone, string>> = {
  ok: 'text-ok',
  risk: 'text-risk',
  bad: 'text-bad',
  missed: 'text-bad',
  unk: 'text-unk',
  off: 'text-ink-2',
};
const GROUND: Readonly<Record<Tone, string>> = {
  ok: 'bg-ok-bg',
  risk: 'bg-risk-bg',
  bad: 'bg-bad-bg',
  missed: 'bg-bad-bg',
  unk: 'bg-unk-bg',
  off: 'bg-bg-3',
};

const STATUS_TONE: Readonly<Record<Status, Tone>> = {
  'non-compliant': 'bad',
  unknown: 'unk',
  'at-risk': 'risk',
  compliant: 'ok',
};
export const STATUS_WORD: Readonly<Record<Status, string>> = {
  'non-compliant': 'Non-compliant',
  unknown: 'Unknown',
  'at-risk': 'At risk',
  compliant: 'Compliant',
};

/** Pixels, or `em`s where it grows with its text. */
type ShapeSize = number | `${number}em`;

/** The shape alone; `label` is read out, left out: the word stands beside it. */
export function Shape({ tone, label, size = 12 }: { tone: Tone; label?: string; size?: ShapeSize }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 12 12"
      className={clsx('flex-none', INK[tone])}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {SHAPES[tone]}
    </svg>
  );
}

/** A shape with its word. */
export function Mark({
  tone,
  children,
  isBadge = false,
}: {
  tone: Tone;
  children: ReactNode;
  isBadge?: boolean;
}) {
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1.5 font-medium whitespace-nowrap',
        INK[tone],
        isBadge && ['rounded px-2 py-px', GROUND[tone]],
      )}
    >
      <Shape tone={tone} />
      {children}
    </span>
  );
}

export function StatusMark({ status, isBadge = false }: { status: Status; isBadge?: boolean }) {
  return (
    <Mark tone={STATUS_TONE[status]} isBadge={isBadge}>
      {STATUS_WORD[status]}
    </Mark>
  );
}

export function StatusShape({ status, size }: { status: Status; size?: ShapeSize }) {
  return (
    <Shape tone={STATUS_TONE[status]} label={STATUS_WORD[status]} {...(size !== undefined && { size })} />
  );
}

type RunStatus = RunFacts['status'];
const RUN_TONE: Readonly<Record<RunStatus, Tone>> = {
  success: 'ok',
  warning: 'risk',
  failed: 'bad',
  missed: 'missed',
  cancelled: 'off',
  running: 'unk',
  unknown: 'unk',
};
const RUN_WORD: Readonly<Record<RunStatus, string>> = {
  success: 'Success',
  warning: 'Warning',
  failed: 'Failed',
  missed: 'Missed',
  cancelled: 'Cancelled',
  running: 'Running',
  unknown: 'Unknown',
};

/** How a run ended. One whose items failed in part is no plain success. */
export function RunMark({ status, isPartial }: { status: RunStatus; isPartial: boolean }) {
  const isPlain = !isPartial || status !== 'success';
  return (
    <Mark tone={isPlain ? RUN_TONE[status] : 'risk'}>
      {RUN_WORD[status]}
      {isPartial && <span className="text-ink-3 font-normal">in part</span>}
    </Mark>
  );
}

const SEVERITY_TONE: Readonly<Record<Severity, Tone>> = { critical: 'bad', warning: 'risk', note: 'off' };

export function SeverityShape({ severity }: { severity: Severity }) {
  return <Shape tone={SEVERITY_TONE[severity]} label={severity} />;
}

export const SEVERITY_WORD: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  warning: 'Warning',
  note: 'Note',
};

/** How grave a finding is, as shape and word. */
export function SeverityMark({ severity, isBadge = false }: { severity: Severity; isBadge?: boolean }) {
  return (
    <Mark tone={SEVERITY_TONE[severity]} isBadge={isBadge}>
      {SEVERITY_WORD[severity]}
    </Mark>
  );
}
