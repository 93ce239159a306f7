import { z } from 'zod';
import { brandedMail } from '@/domain/mail/branded-mail';
import { isForGood } from '@/domain/mail/mail-problem';
import { nextTryAt } from '@/domain/mail/next-try';
import type { Brand } from '@/domain/report/document';
import { openSecret } from '../auth/secret-box';
import { workerScope } from '../auth/system-scope';
import { setting } from '../config';
import type { Database, Tx } from '../data/database';
import { readBrand, readDocumentFile } from '../data/documents';
import {
  claimMail,
  type ClaimedMail,
  finishMail,
  type MailEnd,
  type MailPause,
  postponeMail,
} from '../data/mail-outbox';
import { settleMailHint } from '../data/work-due';
import { type MailFailure, problemOf } from '../mail/mail-failure';
import { type MailSettings, sendMail, type TakenMail } from '../mail/send-mail';
import type { WaitingMail } from './put-mail';

/** What became of an MSP's mail. */
export interface SentMail {
  readonly sent: number;
  /** Tried, and to be tried again. */
  readonly postponed: number;
  /** Given up. */
  readonly failures: readonly MailFailure[];
}

/** Mails of one MSP at one go; then the others have their turn. */
const MAILS_MAX = 20;
/** Longer than any attempt lasts. */
const LEASE_MS = 120_000;

/**
 * Sends what an MSP's outbox holds at `now`. Safe to run twice and in parallel: a mail is claimed before it is sent. A worker
 * that dies in between leaves it to the next; one that dies between the server's answer and the note of it makes that server
 * see the same Message-ID twice.
 */
export async function sendDueMail(
  database: Database,
  mspId: string,
  settings: MailSettings,
  now: () => Date,
): Promise<SentMail> {
  const inScope = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.inScope(workerScope(mspId), work);
  const pdfOf = async (documentId: string): Promise<Uint8Array | null> =>
    (await inScope((tx) => readDocumentFile(tx, mspId, documentId, 'pdf')))?.content ?? null;
  const failures: MailFailure[] = [];
  let [sent, postponed] = [0, 0];
  for (let count = 0; count < MAILS_MAX; count++) {
    const claimedAt = now();
    const leaseUntil = new Date(claimedAt.getTime() + LEASE_MS);
    const mail = await inScope((tx) => claimMail(tx, mspId, claimedAt, leaseUntil));
    if (!mail) break;
    const brandOf = () => inScope((tx) => readBrand(tx, mspId));
    const attempt = await send(mail, settings, { pdfOf, brandOf });
    const end = endOf(attempt, mail, now());
    if (end.state === 'waiting') {
      await inScope((tx) => postponeMail(tx, mspId, mail, end));
      postponed++;
      continue;
    }
    const isOurs = await inScope((tx) => finishMail(tx, mspId, mail, end, now()));
    if ('sentVia' in attempt) sent++;
    else if (isOurs) failures.push(attempt);
  }
  await inScope((tx) => settleMailHint(tx, mspId, now()));
  return { sent, postponed, failures };
}

const mailShape = z.strictObject({
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  document: z.strictObject({ documentId: z.uuid(), name: z.string() }).optional(),
});

/** What goes to people of clients has the MSP's look; what Holdfast tells its own users has words alone. */
const BRANDED = ['document-sent', 'monthly-report'];

interface Reads {
  readonly pdfOf: (documentId: string) => Promise<Uint8Array | null>;
  readonly brandOf: () => Promise<Pick<Brand, 'name' | 'colour'>>;
}

async function send(
  { mailId, kind, sealed, createdAt }: ClaimedMail,
  settings: MailSettings,
  { pdfOf, brandOf }: Reads,
): Promise<TakenMail | MailFailure> {
  let waiting: WaitingMail;
  try {
    waiting = mailShape.parse(JSON.parse(openSecret(sealed, mailId, setting('secretKey'))));
  } catch (error) {
    return { problem: 'unreadable', serverAnswer: null, error };
  }
  const { document, ...words } = waiting;
  const content = document ? await pdfOf(document.documentId) : null;
  if (document && !content)
    return { problem: 'unreadable', serverAnswer: null, error: new Error('its document is not there') };
  const attachment = document && content ? { attachment: { name: document.name, content } } : {};
  const html = BRANDED.includes(kind) ? { html: brandedMail(words, await brandOf()) } : {};
  try {
    return await sendMail(settings, { ...words, ...html, ...attachment }, mailId, createdAt);
  } catch (error) {
    return problemOf(error);
  }
}

/** Whether that was it, or when to try again. */
function endOf(
  attempt: TakenMail | MailFailure,
  { attempts, giveUpAt }: ClaimedMail,
  now: Date,
): MailEnd | MailPause {
  if ('sentVia' in attempt) return { state: 'sent', ...attempt };
  const { problem, serverAnswer } = attempt;
  const next = new Date(nextTryAt(now.getTime(), attempts, Math.random()));
  if (isForGood(problem) || next > giveUpAt) return { state: 'failed', problem, serverAnswer };
  return { state: 'waiting', problem, serverAnswer, nextTryAt: next };
}
