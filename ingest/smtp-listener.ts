import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Logger } from 'pino';
import { AppError, type ErrorCode } from '@/server/errors';
import { metrics } from '@/server/metrics/metrics';
import type { FoundChannel } from '@/server/services/find-channel';
import { MAIL_BYTES_MAX, type MailDoor } from './mail-door';

const CONNECTIONS_MAX = 50;
/** One mail may tell several channels; a list of recipients it is not. */
const RECIPIENTS_MAX = 20;
/** Of a connection that says nothing. */
const SILENT_MS_MAX = 60_000;
/** Of one mail, however slowly it comes. */
const MAIL_MS_MAX = 10 * 60_000;
const CLOSE_MS_MAX = 5000;

/** What we do not do: relay, encrypt by ourselves (a proxy or the mail server before us does), or believe who others say they are. */
const DISABLED = ['AUTH', 'STARTTLS', 'XCLIENT', 'XFORWARD', 'WIZ', 'SHELL', 'KILL'];

/** Takes mails by SMTP for the addresses of open channels, and for nobody else (docs/mail-and-webhooks.md). */
export interface SmtpListener {
  /** Resolves with the port once it listens. */
  listen(port: number, host: string): Promise<number>;
  /** No new connections; those that are there end. */
  close(): Promise<void>;
}

export function createSmtpListener(door: MailDoor, log: Logger): SmtpListener {
  const server = new SMTPServer({
    name: 'holdfast',
    size: MAIL_BYTES_MAX,
    rejectOversized: true,
    maxClients: CONNECTIONS_MAX,
    maxRecipients: RECIPIENTS_MAX,
    socketTimeout: SILENT_MS_MAX,
    closeTimeout: CLOSE_MS_MAX,
    disabledCommands: DISABLED,
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onRcptTo: ({ address }, session, answer) => {
      recipientOf(address, session).then(
        () => answer(),
        (error: unknown) => answer(refused(error)),
      );
    },
    onData: (stream, session, answer) => {
      takeMail(stream, session).then(
        () => {
          metrics().reports.inc({ channel: 'mail', outcome: 'taken' });
          answer(null, 'kept');
        },
        (error: unknown) => answer(refused(error)),
      );
    },
  });
  // a connection that breaks is no fault of ours
  server.on('error', (error: Error) => log.debug({ err: error }, 'a mail connection broke'));

  async function recipientOf(recipient: string, { remoteAddress }: SMTPServerSession): Promise<FoundChannel> {
    const nowMs = Date.now();
    const channel = await door.channels.find('mail', addressIn(recipient));
    if (channel === 'ended') throw refusal(550, 'The service for this client has ended');
    if (!channel) {
      if (door.limit.stranger(remoteAddress, nowMs) > 0) throw refusal(421, 'Too many unknown recipients');
      throw refusal(550, 'Nobody has this address');
    }
    if (door.limit.announce(channel.channelId, nowMs) > 0)
      throw refusal(451, 'Too many mails at once, send it again later');
    return channel;
  }

  /** Resolves after COMMIT. Who sends it again since one of several recipients could not be served sends what is known by its name. */
  async function takeMail(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const receivedAt = new Date();
    const { envelope, remoteAddress } = session;
    const place = door.held.open(MAIL_BYTES_MAX);
    const timer = setTimeout(() => hangUp(session.id), MAIL_MS_MAX);
    try {
      const added = await readMail(stream, place);
      if (added === 'too-large') throw refusal(552, 'The mail is too large');
      if (added === 'no-room') throw refusal(452, 'Too much is being received, send it again later');
      const from = envelope.mailFrom === false ? null : envelope.mailFrom.address || null;
      const outcomes = await Promise.all(
        envelope.rcptTo.map(async ({ address }) => {
          const channel = await door.channels.find('mail', addressIn(address));
          if (!channel || channel === 'ended') return 'gone';
          const outcome = await door.keep(channel, place.bytes(), { from, remoteAddress, receivedAt });
          if (outcome === 'gone') door.channels.forget('mail', addressIn(address));
          return outcome;
        }),
      );
      if (!outcomes.includes('kept')) throw refusal(550, 'Nobody has this address');
    } finally {
      clearTimeout(timer);
      place.close();
    }
  }

  function hangUp(sessionId: string): void {
    for (const connection of server.connections) if (connection.id === sessionId) connection.close();
  }

  function refused(error: unknown): Refusal {
    const given = refusalOf(error);
    metrics().reports.inc({ channel: 'mail', outcome: OUTCOMES[given.responseCode] ?? 'unavailable' });
    return given;
  }

  function refusalOf(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    log.error({ err: error, cause: error instanceof Error ? error.cause : undefined }, 'a mail was not kept');
    const sentence = error instanceof AppError ? error.publicSentence : 'It cannot be kept at this moment';
    return refusal(451, sentence);
  }

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.server.once('error', reject);
        server.listen(port, host, () => {
          const at = server.server.address();
          resolve(at === null || typeof at === 'string' ? port : at.port);
        });
      }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** An answer of SMTP that is none of success. */
class Refusal extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, sentence: string) {
    super(sentence);
    this.name = 'Refusal';
    this.responseCode = responseCode;
  }
}

/** What its codes stand for where refusals are counted. */
const OUTCOMES: Readonly<Record<number, ErrorCode>> = {
  421: 'rate-limited',
  451: 'unavailable',
  452: 'unavailable',
  550: 'not-found',
  552: 'too-large',
};

const refusal = (responseCode: number, sentence: string): Refusal => new Refusal(responseCode, sentence);

/** What stands before the @: mail servers may change its letters. */
const addressIn = (recipient: string): string => recipient.slice(0, recipient.lastIndexOf('@')).toLowerCase();

/** Reads a mail to its end; what comes after it has failed is read and forgotten. */
async function readMail(
  stream: SMTPServerDataStream,
  place: ReturnType<MailDoor['held']['open']>,
): Promise<'added' | 'too-large' | 'no-room'> {
  let outcome: 'added' | 'too-large' | 'no-room' = 'added';
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (outcome !== 'added') continue;
    outcome = place.add(chunk);
    if (outcome !== 'added') place.close();
  }
  return outcome;
}
