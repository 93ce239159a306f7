/** Why an attempt to send a mail failed. `refused` and `unreadable` are for good; all others may pass. */
export const MAIL_PROBLEMS = [
  'unreachable',
  'unencrypted',
  'sign-in-refused',
  'deferred',
  'refused',
  'not-written',
  'unreadable',
] as const;
export type MailProblem = (typeof MAIL_PROBLEMS)[number];

/** Whether another attempt is worth nothing. */
export function isForGood(problem: MailProblem): boolean {
  return problem === 'refused' || problem === 'unreadable';
}
