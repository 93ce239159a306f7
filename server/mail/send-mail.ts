import fs from 'node:fs/promises';
import path from 'node:path';
import { createTransport, type MailFile } from 'nodemailer';
import { answerLine } from './mail-failure';

/** Where mail goes: to an SMTP server, or, without one, to a folder with one file a mail. */
export interface MailSettings {
  /** `smtp://` or `smtps://`, with user and password if the server wants them; null: the folder. */
  readonly smtpUrl: string | null;
  /** The address that mail comes from. */
  readonly mailFrom: string;
  /** Absolute path. */
  readonly dataDir: string;
}

/** A mail to one person. */
export interface Mail {
  /** As `normaliseEmail` gives it; nothing else is sent to. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  /** The same as HTML; left out: plain words alone. */
  readonly html?: string;
  readonly attachment?: Attachment;
}

/** A PDF that goes with a mail, and what it is called. */
interface Attachment {
  /** Ours: letters, digits and signs that a file name may have anywhere. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** How a mail went out: to the mail server, or, where none is set, into the folder. */
export type MailWay = 'smtp' | 'folder';

/** A mail that went out. */
export interface TakenMail {
  readonly sentVia: MailWay;
  /** What the mail server said when it took the mail, in its own words, shortened; null: nothing, or there is none. */
  readonly serverAnswer: string | null;
}

const TIMEOUT_MS = 10_000;
/** Of all steps together: less than a worker's claim lasts. */
const ALL_TIMEOUT_MS = 60_000;

/** The folder that mail is written to where no SMTP server is set. */
export function outboxDir(dataDir: string): string {
  return path.join(dataDir, 'mail-outbox');
}

/**
 * Sends a mail, or writes it to the outbox folder; throws when the server does not take it within ten seconds a step. Subjects are
 * ours, or one line in which nothing hides, so no header can come from what somebody typed. Sent again, it has the same Message-ID, or is the same file.
 * @param mailId a UUID
 */
export async function sendMail(
  settings: MailSettings,
  mail: Mail,
  mailId: string,
  writtenAt: Date,
): Promise<TakenMail> {
  const transport = createTransport(
    settings.smtpUrl === null
      ? { streamTransport: true, buffer: true, newline: 'windows' }
      : smtpOptions(settings.smtpUrl),
  );
  const { mailFrom: from, dataDir } = settings;
  const { attachment, ...words } = mail;
  const timer = setTimeout(() => transport.close(), ALL_TIMEOUT_MS);
  try {
    const { message, response } = await transport.sendMail({
      ...words,
      text: mail.text.replaceAll('\n', '\r\n'),
      ...(attachment && { attachments: [pdfOf(attachment)] }),
      from,
      // The envelope is ours: nodemailer does not get to read addresses out of the header.
      envelope: { from, to: [mail.to] },
      messageId: `<${mailId}@${from.slice(from.indexOf('@') + 1)}>`,
      date: writtenAt,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    if (settings.smtpUrl !== null || !message)
      return { sentVia: 'smtp', serverAnswer: response ? answerLine(response) : null };
    await writeFile(outboxDir(dataDir), message, mailId, writtenAt);
    return { sentVia: 'folder', serverAnswer: null };
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

function pdfOf({ name, content }: Attachment): MailFile {
  return { filename: name, content: Buffer.from(content), contentType: 'application/pdf' };
}

/** Passwords never travel in the clear, except to this machine. */
function smtpOptions(smtpUrl: string): Readonly<Record<string, unknown>> {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl);
  const isTls = protocol === 'smtps:';
  const isHere = /^(localhost|127\.|\[::1\])/.test(hostname);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (isTls ? 465 : 587)),
    secure: isTls,
    requireTLS: !isTls && !isHere,
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  };
}

/** For its owner's eyes only: mail holds links that let people in. Whole or not at all, whenever the worker ends. */
async function writeFile(folder: string, message: Buffer, mailId: string, writtenAt: Date): Promise<void> {
  await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${writtenAt.toISOString().replaceAll(':', '')}-${mailId.slice(-8)}.eml`);
  await fs.writeFile(`${file}.part`, message, { mode: 0o600 });
  await fs.rename(`${file}.part`, file);
}
