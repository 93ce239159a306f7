import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { createTransport } from 'nodemailer';

/** Where mail goes: to an SMTP server, or, without one, to a folder with one file a mail. */
export interface MailSettings {
  /** `smtp://` or `smtps://`, with user and password if the server wants them; null: the folder. */
  readonly smtpUrl: string | null;
  /** The address that mail comes from. */
  readonly mailFrom: string;
  /** Absolute path. */
  readonly dataDir: string;
}

/** A mail of plain words to one person. */
export interface Mail {
  /** As `normaliseEmail` gives it; nothing else is sent to. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const TIMEOUT_MS = 10_000;

/** The folder that mail is written to where no SMTP server is set. */
export function outboxDir(dataDir: string): string {
  return path.join(dataDir, 'mail-outbox');
}

/**
 * Sends a mail, or writes it to the outbox folder; throws when the server does not take it within ten seconds. Subjects are
 * ours alone, so no header can come from what somebody typed.
 */
export async function sendMail(settings: MailSettings, mail: Mail, nowMs: number): Promise<void> {
  const transport = createTransport(
    settings.smtpUrl === null
      ? { streamTransport: true, buffer: true, newline: 'windows' }
      : smtpOptions(settings.smtpUrl),
  );
  const { mailFrom: from, dataDir } = settings;
  try {
    const { message } = await transport.sendMail({
      ...mail,
      text: mail.text.replaceAll('\n', '\r\n'),
      from,
      // The envelope is ours: nodemailer does not get to read addresses out of the header.
      envelope: { from, to: [mail.to] },
      messageId: `<${randomUUID()}@${from.slice(from.indexOf('@') + 1)}>`,
      date: new Date(nowMs),
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    if (settings.smtpUrl === null && message) await writeFile(outboxDir(dataDir), message, nowMs);
  } finally {
    transport.close();
  }
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

/** For its owner's eyes only: mail holds links that let people in. */
async function writeFile(folder: string, message: Buffer, nowMs: number): Promise<void> {
  await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  const name = `${new Date(nowMs).toISOString().replaceAll(':', '')}-${randomUUID().slice(0, 8)}.eml`;
  await fs.writeFile(path.join(folder, name), message, { mode: 0o600, flag: 'wx' });
}
