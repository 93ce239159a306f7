import type { MailProblem } from '@/domain/mail/mail-problem';
import { visibleText } from '@/domain/text/visible-text';

/** Why an attempt to send a mail came to nothing. */
export interface MailFailure {
  readonly problem: MailProblem;
  /** The mail server's own words, shortened; null: it said nothing. */
  readonly serverAnswer: string | null;
  readonly error: unknown;
}

const ANSWER_LENGTH_MAX = 300;

/**
 * Reads what nodemailer or the file system threw. Only the server's 5xx for this very mail is for good (RFC 5321, 4.2.1): what is
 * wrong with the settings somebody may mend while it waits.
 */
export function problemOf(error: unknown): MailFailure {
  const { code, responseCode, response } = partsOf(error);
  return {
    problem: nameOf(code, responseCode),
    serverAnswer: response === null ? null : answerLine(response),
    error,
  };
}

function nameOf(code: string, responseCode: number): MailProblem {
  if (code === 'EAUTH') return 'sign-in-refused';
  if (code === 'ETLS') return 'unencrypted';
  if (code === 'EENVELOPE' || code === 'EMESSAGE') return responseCode >= 500 ? 'refused' : 'deferred';
  if (responseCode >= 400) return 'deferred';
  if (/^E(ACCES|PERM|ROFS|NOSPC|DQUOT|EXIST|NOTDIR|ISDIR|MFILE|IO)$/.test(code)) return 'not-written';
  return 'unreachable';
}

/** What a mail server said as one line in which nothing hides and which opens no door: a server may quote the link that it was given. */
export function answerLine(response: string): string {
  const line = visibleText(response.replaceAll(/\s+/g, ' ').trim()).replaceAll(/\S*#\S*/g, '[…]');
  return line.slice(0, ANSWER_LENGTH_MAX);
}

interface Parts {
  readonly code: string;
  readonly responseCode: number;
  readonly response: string | null;
}

function partsOf(error: unknown): Parts {
  if (typeof error !== 'object' || error === null) return { code: '', responseCode: 0, response: null };
  const { code, responseCode, response } = error as Readonly<Record<string, unknown>>;
  return {
    code: typeof code === 'string' ? code : '',
    responseCode: typeof responseCode === 'number' ? responseCode : 0,
    response: typeof response === 'string' && response !== '' ? response : null,
  };
}
