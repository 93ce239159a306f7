import PostalMime, { type Email } from 'postal-mime';
import { CSV_REPORT } from './csv-report';
import { htmlToText } from './html-text';
import type { ReadText } from './inbound-report';
import { plainBody, plainSubject } from './plain-text';
import { readablePart } from './readable-part';

/** Deeper ones, and larger heads, are not read at all. */
const LIMITS = { maxNestingDepth: 20, maxHeadersSize: 256 * 1024, maxRfc822NestingDepth: 0 };
const MAILS_WITHIN_MAX = 20;
const WITHIN_DEPTH_MAX = 3;
const SENDER_MAX = 320;

/**
 * Reads MIME: transfer encodings, character sets, HTML, mails within the mail.
 * @returns each way in which it says what it says: the text and the HTML part, each with the subject and the sender; those of mails that
 * it holds follow
 * @throws Error where a mail is nested too deeply, or its head or its text is too long
 */
export async function readMail(raw: Uint8Array): Promise<ReadText[]> {
  return textsOf(readablePart(raw), 0);
}

async function textsOf(raw: Uint8Array, depth: number): Promise<ReadText[]> {
  const email = await PostalMime.parse(raw, { ...LIMITS, forceRfc822Attachments: true });
  const subject = plainSubject(email.subject ?? '');
  const from = email.from?.address?.slice(0, SENDER_MAX) || null;
  const texts = [email.text, email.html === undefined ? undefined : htmlToText(email.html)]
    .filter((body) => body !== undefined)
    .map((body) => ({ from, subject, body: plainBody(body) }));
  const csv = CSV_REPORT.test(subject) ? csvOf(email) : [];
  return [
    ...texts,
    ...csv.map((body) => ({ from, subject, body: plainBody(body) })),
    ...(depth < WITHIN_DEPTH_MAX ? await textsWithin(email, depth) : []),
  ];
}

/** The first CSV file that it carries: of a mail whose subject says that its results are there. */
function csvOf({ attachments }: Email): string[] {
  const file = attachments.find(
    ({ filename, mimeType }) => mimeType === 'text/csv' || /\.csv$/i.test(filename ?? ''),
  );
  if (!file) return [];
  return [
    typeof file.content === 'string'
      ? file.content
      : Buffer.from(new Uint8Array(file.content)).toString('utf8'),
  ];
}

async function textsWithin(email: Email, depth: number): Promise<ReadText[]> {
  const mails = email.attachments
    .filter(({ mimeType }) => mimeType === 'message/rfc822')
    .slice(0, MAILS_WITHIN_MAX);
  const texts: ReadText[] = [];
  for (const { content } of mails) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
    texts.push(...(await textsOf(bytes, depth + 1)));
  }
  return texts;
}
