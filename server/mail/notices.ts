import type { Unattached } from '@/domain/portal/monthly-report';
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

/** For an auditor who has no account yet. */
export function evidenceInvitationNotice(
  mspName: string,
  purpose: string,
  address: string,
  daysGood: number,
): Notice {
  return {
    subject: `Evidence of backups, for you to look at`,
    text: paragraphs(
      `${mspName} lets you look at the evidence of its backups in Holdfast, for:`,
      purpose,
      'Open this link to choose a password and set up an authenticator app, which\nevery sign-in asks for:',
      address,
      `The link works once, for ${daysGood} days. What you open there is logged. If you did\nnot expect it, delete this mail: nothing happens.`,
    ),
  };
}

/** For an auditor who has an account from an earlier grant. */
export function evidenceGrantedNotice(mspName: string, purpose: string, address: string): Notice {
  return {
    subject: `Evidence of backups, for you to look at`,
    text: paragraphs(
      `${mspName} lets you look at the evidence of its backups in Holdfast again, for:`,
      purpose,
      'Sign in as you did before:',
      address,
    ),
  };
}

/** For somebody who needs no account. `note`: in the sender's own words; empty: none. */
export function documentSentNotice(sent: {
  readonly mspName: string;
  readonly byName: string;
  readonly title: string;
  readonly note: string;
  readonly address: string;
  readonly expiresAt: Date;
}): Notice {
  const { mspName, byName, title, note, address, expiresAt } = sent;
  return {
    subject: `${title}, from ${mspName}`,
    text: paragraphs(
      `${byName} of ${mspName} sends you a document: ${title}.`,
      ...(note === '' ? [] : [note]),
      'It is signed; the page tells how anybody can check it. You need no account:',
      address,
      `The link is good until ${expiresAt.toISOString().slice(0, 10)} and is meant for you alone.`,
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

export function mailTestNotice(mspName: string): Notice {
  return {
    subject: 'A test of the mail of Holdfast',
    text: paragraphs(
      `You asked Holdfast to send you a mail, for\n${mspName}.`,
      'Here it is: invitations, notices and reports find their way, too.',
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

/** To every owner. */
export function breakGlassUsedNotice(name: string): Notice {
  return {
    subject: 'The emergency account was used to sign in',
    text: paragraphs(
      `${name} signed in to Holdfast with a password or passkey,\nthough single sign-on is enforced. Theirs is the one account that can.`,
      'If you know why, there is nothing to do.',
      'If you do not: ask them. Their sessions are ended by a new password, and the\naudit log has what was done since.',
    ),
  };
}

export const SIGN_ON_LINKED: Notice = {
  subject: 'Single sign-on was linked with your account',
  text: paragraphs(
    'An account of your MSP’s sign-in provider was linked with your account at\nHoldfast just now: whoever signs in there is signed in here as you.',
    'If that was you, there is nothing to do.',
    IF_NOT_YOU,
  ),
};

const PASSKEY_NOT_YOU =
  'If it was not: remove what you do not know from your account page, change your\npassword, and tell an owner of your MSP.';

export const PASSKEY_ADDED: Notice = {
  subject: 'A passkey was added to your account',
  text: paragraphs(
    'A passkey was added to your account at Holdfast just now: whoever has it, and\nits PIN or fingerprint, is signed in as you.',
    'If that was you, there is nothing to do.',
    PASSKEY_NOT_YOU,
  ),
};

export const PASSKEY_RESTORED: Notice = {
  subject: 'A passkey of your account was brought back',
  text: paragraphs(
    'A passkey that was removed from your account at Holdfast a moment ago was\nbrought back: it signs you in again.',
    'If that was you, there is nothing to do.',
    PASSKEY_NOT_YOU,
  ),
};

export const PASSKEY_REMOVED: Notice = {
  subject: 'A passkey was removed from your account',
  text: paragraphs(
    'A passkey was removed from your account at Holdfast just now, and your other\nsessions were ended.',
    'If that was you, you may delete it on your device, too.',
    IF_NOT_YOU,
  ),
};

export const PASSKEY_STOPPED: Notice = {
  subject: 'A passkey of your account was stopped',
  text: paragraphs(
    'Somebody tried to sign in to Holdfast with a passkey of yours whose counter\nwent backwards: there may be a copy of it. Nobody was let in, and the passkey\nworks no more.',
    'If that was you, the device may have been restored from a backup: sign in\nanother way, remove the passkey on your account page, and add a new one.',
    'If it was not: somebody may have copied it. Tell an owner of your MSP.',
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

/** What a monthly report tells of one company. */
export interface MonthlyReport {
  readonly mspName: string;
  readonly clientName: string;
  /** YYYY-MM. */
  readonly month: string;
  /** The answer to 'are we protected', as of the day it is sent. */
  readonly sentence: string;
  readonly asOf: string;
  readonly better: number;
  readonly worse: number;
  readonly openPoints: readonly string[];
  readonly openCount: number;
  readonly undecidedRisks: number;
  /** null: nothing was ever brought back. */
  readonly newestTest: string | null;
  readonly address: string;
  /** Whether the signed document goes with it, or why not. */
  readonly document: 'attached' | Unattached;
  /** Where anybody checks a document. */
  readonly verifyAddress: string;
}

/** For a client's leader, in plain words; the figures stand behind the link. */
export function monthlyReportNotice(report: MonthlyReport): Notice {
  const { openPoints, openCount, undecidedRisks: risks } = report;
  const month = MONTHS.format(Date.parse(`${report.month}-01T00:00:00Z`));
  return {
    subject: `Backups of ${report.clientName}: ${month}`,
    text: paragraphs(
      `${report.sentence}\n(As of ${report.asOf}.)`,
      report.better + report.worse === 0
        ? `Since ${month} began no system became better or worse.`
        : `Since ${month} began: ${report.better} better, ${report.worse} worse.`,
      report.newestTest === null
        ? 'Nothing was ever brought back to prove that it can be.'
        : `Newest restore test: ${report.newestTest}.`,
      openCount === 0
        ? 'No point is open.'
        : [
            'Open points:',
            ...openPoints.map((point) => `- ${point}`),
            ...more(openCount - openPoints.length),
          ].join('\n'),
      ...(risks === 0
        ? []
        : [`${risks === 1 ? 'One risk waits' : `${risks} risks wait`} for your decision.`]),
      `All of it, as it is when you look:\n${report.address}`,
      documentSentence(report, month),
      `${report.mspName} looks after your backups. You asked for this report; it can be\nstopped on that page.`,
    ),
  };
}

function documentSentence({ document, mspName, verifyAddress }: MonthlyReport, month: string): string {
  const report = `The signed report of ${month} (PDF)`;
  switch (document) {
    case 'attached':
      return `${report} is attached. Anybody can\ncheck that it is genuine:\n${verifyAddress}`;
    case 'late':
      return `${report} is not ready yet. Once it\nis, you find it on that page under Documents.`;
    case 'too-large':
      return `${report} is too large for a mail. You\nfind it on that page under Documents.`;
    case 'not-made':
      return `${report} could not be made. Once it\nis, you find it on that page under Documents; ask\n${mspName} for it.`;
    case 'no-key':
      return 'No signed report (PDF) goes with it: documents are not signed here.';
  }
}

const MONTHS = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

function more(count: number): string[] {
  return count > 0 ? [`- and ${count} more`] : [];
}

function paragraphs(...texts: readonly string[]): string {
  return texts.join('\n\n');
}
