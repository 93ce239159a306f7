import type { KeepKind } from '@/domain/keeping/keep-terms';

/** What people are told of a kind. */
interface KeepWords {
  readonly name: string;
  /** One and many of it. */
  readonly nouns: readonly [string, string];
  /** What goes, and what stays of it. */
  readonly goes: string;
  /** Why there is a least term. */
  readonly least: string;
}

export const KEEP_WORDS: Readonly<Record<KeepKind, KeepWords>> = {
  reports: {
    name: 'Reports and messages that were read',
    nouns: ['report', 'reports'],
    goes: 'Their bytes go. Hash, signature, times and all that was made of them stay, and the seal of their day proves as before.',
    least:
      'Three months: the day bars, the last quarter’s service reviews and runs that are told late lead to them.',
  },
  aside: {
    name: 'Messages put aside',
    nouns: ['message', 'messages'],
    goes: 'Their bytes go, and they leave the inbox: nobody can have them read any more.',
    least: 'A month: time to write a rule that reads them.',
  },
  notifications: {
    name: 'Notifications',
    nouns: ['notification', 'notifications'],
    goes: 'What they said goes, and what the receiver answered. That something was told, when and by which channel stays.',
    least: 'Three months: whoever asks why nobody was told asks within a quarter.',
  },
  mails: {
    name: 'Mails',
    nouns: ['mail', 'mails'],
    goes: 'The record that one was sent, or why not; its text is gone since it was sent. Those of reports and documents stay.',
    least: 'A month: an invitation or a warning that did not arrive is missed within that.',
  },
  'sign-ins': {
    name: 'Sign-ins',
    nouns: ['sign-in', 'sign-ins'],
    goes: 'When and from where somebody signed in or was refused. Everybody’s last one stays.',
    least: 'Six months: intrusions are often found that late, and known addresses are remembered for three.',
  },
};

/** '13 months', 'a month'. */
export function monthsText(months: number): string {
  return months === 1 ? 'a month' : `${months} months`;
}
