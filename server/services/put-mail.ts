import { v7 } from 'uuid';
import { MAIL_TRY_HOURS } from '@/domain/mail/next-try';
import { sealSecret } from '../auth/secret-box';
import { setting } from '../config';
import type { Tx } from '../data/database';
import { insertMail, type MailSubject } from '../data/mail-outbox';
import { hintWork } from '../data/work-due';
import type { Mail } from '../mail/send-mail';

/** A mail as it waits. The file that goes with it stays where it is kept until the mail is sent. */
export interface WaitingMail extends Omit<Mail, 'html' | 'attachment'> {
  /** A document that is ready, whose signed PDF is attached, and what the file is called. */
  readonly document?: { readonly documentId: string; readonly name: string } | undefined;
}

/**
 * Puts a mail into the outbox in the transaction of what it tells of: both happen or neither. The worker sends it after the commit.
 * What it says is encrypted until then, since it may hold a link that lets somebody in.
 * @returns the mail's id
 */
export async function putMail(
  tx: Tx,
  mspId: string,
  subject: MailSubject,
  mail: WaitingMail,
  nowMs: number,
): Promise<string> {
  const mailId = v7();
  // Nobody waits for the second try of a test.
  const tryHours = subject.kind === 'mail-test' ? 0 : MAIL_TRY_HOURS;
  const [createdAt, giveUpAt] = [new Date(nowMs), new Date(nowMs + tryHours * 3_600_000)];
  const sealed = sealSecret(JSON.stringify(mail), mailId, setting('secretKey'));
  await insertMail(tx, mspId, { mailId, subject, sealed, createdAt, giveUpAt });
  await hintWork(tx, mspId, 'mail', createdAt);
  return mailId;
}
