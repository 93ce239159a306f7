import type { DateForm } from '@/domain/history/dates';
import type { LeftOutReason } from '@/domain/history/read-row';
import type { HistoryField } from '@/domain/history/settings';
import type { HistoryLack } from '@/domain/history/survey';
import type { Tone } from '../backup/status-mark';

export const FIELD_WORD: Readonly<Record<HistoryField, string>> = {
  system: 'System',
  job: 'Job',
  status: 'How it ended',
  started: 'Started',
  ended: 'Ended',
  duration: 'Took',
  size: 'Size',
  tool: 'Tool',
  repository: 'Repository',
  message: 'What was said',
};

export const DATE_FORM_WORD: Readonly<Record<DateForm, string>> = {
  ymd: 'Year first: 2026-12-31 (ISO 8601)',
  dmy: 'Day first: 31/12/2026',
  mdy: 'Month first: 12/31/2026',
  'epoch-s': 'Seconds since 1970',
  'epoch-ms': 'Milliseconds since 1970',
};

export const LACK_WORD: Readonly<Record<HistoryLack, string>> = {
  system: 'which system the rows are of',
  job: 'which job the rows are of',
  status: 'which column says how a run ended',
  when: 'which column says when a run started or ended',
  dates: 'how dates are written',
  statuses: 'what each word of the status means',
  'too-many-statuses': 'another column for how a run ended: this one has too many words',
  'ambiguous-systems': 'which system is meant where a name is of several',
};

export const LEFT_OUT_WORD: Readonly<Record<LeftOutReason, string>> = {
  'not-a-row': 'no row that can be read',
  'too-many-cells': 'more cells than columns',
  'no-system': 'names no system',
  'unknown-system': 'of no system of this client',
  'ambiguous-system': 'of several systems of this client',
  'system-left-out': 'of a system that was left out',
  'no-job': 'names no job',
  'status-not-explained': 'ended by a word that nobody explained',
  'status-left-out': 'ended by a word that was left out',
  'no-date': 'says no time',
  'unreadable-date': 'a time that cannot be read so',
  future: 'in the future',
  'too-old': 'more than ten years ago',
  'ends-before-start': 'ends before it starts',
  twice: 'stands in the file before',
  known: 'known already',
};

type HistoryState = 'draft' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** How an import stands, with its shape. What is done is no status of a backup: it is never drawn as good. */
export function historyStateMark(state: HistoryState, isWithdrawn: boolean): readonly [Tone, string] {
  if (state === 'done') return isWithdrawn ? ['off', 'Taken back'] : ['unk', 'In the history'];
  const marks = {
    draft: ['risk', 'To be explained'],
    waiting: ['unk', 'Waits'],
    running: ['unk', 'Being brought in'],
    failed: ['bad', 'Failed'],
    cancelled: ['off', 'Thrown away'],
  } as const;
  return marks[state];
}
