import type { Mail } from './send-mail';

type Notice = Omit<Mail, 'to'>;

const IF_NOT_YOU = 'If it was not: change your password now, and tell an owner of your MSP.';

/** Lines of at most 76 characters travel as they are, so that a link can be copied out of a file of the outbox. */
export function invitationNotice(mspName: string, address: string, daysGood: number): Notice {
  return {
    subject: 'Your invitation to Holdfast',
    text: paragraphs(
      `You are invited to sign in to Holdfast for\n${mspName}.`,
      'Open this link to choose a password and set up an authenticator app:',
      address,
      `The link works once, for ${daysGood} days. If you did not expect it,\ndelete this mail: nothing happens.`,
    ),
  };
}

export function recoveryCodeUsedNotice(codesLeft: number): Notice {
  return {
    subject: 'A recovery code was used to sign in',
    text: paragraphs(
      'Somebody signed in to Holdfast with your password and a recovery code.',
      `If that was you: ${codesLeft} codes are left; make new ones on your account page.`,
      IF_NOT_YOU,
    ),
  };
}

/** NIST SP 800-63B-4, 4.6: whoever changes what one signs in with, its owner hears of it. */
export const PASSWORD_CHANGED: Notice = {
  subject: 'Your password was changed',
  text: paragraphs(
    'Your password for Holdfast was changed just now, and your other sessions\nwere ended.',
    'If that was you, there is nothing to do.',
    'If it was not: tell an owner of your MSP now. They can shut your account\nuntil this is settled.',
  ),
};

export const AUTHENTICATOR_CHANGED: Notice = {
  subject: 'Your authenticator was changed',
  text: paragraphs(
    'Another authenticator app was set up for your account at Holdfast just now,\nand your other sessions were ended.',
    'If that was you, there is nothing to do.',
    IF_NOT_YOU,
  ),
};

export const RECOVERY_CODES_MADE: Notice = {
  subject: 'New recovery codes were made',
  text: paragraphs(
    'New recovery codes for your account at Holdfast were made just now. The old\nones are worthless.',
    'If that was you, there is nothing to do.',
    IF_NOT_YOU,
  ),
};

/** @param address null: from many */
export function signInLockedNotice(failures: number, address: string | null): Notice {
  const from = address === null ? 'many addresses' : `the address ${address}`;
  return {
    subject: 'Sign-in to your account is being held back',
    text: paragraphs(
      `Somebody tried to sign in to Holdfast as you and failed ${failures} times, from\n${from}.`,
      'Each further attempt from there has to wait, up to 15 minutes. You can still\nsign in from where you usually do.',
      'If that was you, wait a little and try again. If it was not, nobody got in\nby this; change your password if somebody else may know it.',
    ),
  };
}

function paragraphs(...texts: readonly string[]): string {
  return texts.join('\n\n');
}
