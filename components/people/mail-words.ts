import type { MailProblem } from '@/domain/mail/mail-problem';

/** Why a mail did not go out. */
export const MAIL_PROBLEM_WORDS: Readonly<Record<MailProblem, string>> = {
  unreachable: 'The mail server does not answer.',
  unencrypted: 'The mail server offers no encryption.',
  'sign-in-refused': 'The mail server refuses the name or password in SMTP_URL.',
  deferred: 'The mail server puts it off.',
  refused: 'The mail server refuses it.',
  'not-written': 'No mail server is set, and the file could not be written.',
  unreadable: 'It was encrypted with a key that Holdfast no longer has.',
};
