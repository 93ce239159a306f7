import { normaliseEmail } from '@/domain/access/email-address';
import { log } from '../log';
import { type MailSettings, sendMail } from '../mail/send-mail';

/** Tells a person that one of their recovery codes was used to sign in. What fails stands in the log: the sign-in is done. */
export async function tellRecoveryCodeUsed(
  settings: MailSettings,
  email: string,
  codesLeft: number,
  nowMs: number,
): Promise<void> {
  const to = normaliseEmail(email);
  if (!to) return;
  const text = [
    'Somebody signed in to Holdfast with your password and a recovery code.',
    `If that was you: ${codesLeft} codes are left; make new ones on your account page.`,
    'If it was not: change your password now, and tell an owner of your MSP.',
  ].join('\n\n');
  try {
    await sendMail(settings, { to, subject: 'A recovery code was used to sign in', text }, nowMs);
  } catch (error) {
    log('web').error({ err: error }, 'the use of a recovery code could not be told by mail');
  }
}
