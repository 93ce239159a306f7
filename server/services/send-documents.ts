import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { z } from 'zod';
import { normaliseEmail } from '@/domain/access/email-address';
import { DAY } from '@/domain/time/instant';
import { linkScope } from '../auth/system-scope';
import type { Config } from '../config';
import { appendAuditEvent } from '../data/audit';
import { findMsp } from '../data/clients';
import type { Database, Tx } from '../data/database';
import {
  insertDocumentLink,
  openDocumentLink,
  type OpenedLink,
  revokeDocumentLink as takeBack,
} from '../data/document-links';
import { DOCUMENT_FILES, listReadyDocuments, readDocumentFile } from '../data/documents';
import { AppError } from '../errors';
import { documentSentNotice } from '../mail/notices';
import { nothingHere } from '../nothing-here';
import { secretHash } from '../secret-hash';
import type { TenantScope } from '../tenancy/tenant-scope';
import { type DownloadedFile, fileName } from './ask-for-documents';
import { putMail } from './put-mail';

/** Of one mail, or one schedule. */
export const RECIPIENTS_MAX = 20;

/** What the form sends. `days`: how long the link is good. */
export const deliveryForm = z.strictObject({
  recipients: z
    .array(z.string().max(1000))
    .min(1, 'Enter at least one address.')
    .max(RECIPIENTS_MAX, `Send to at most ${RECIPIENTS_MAX} addresses at once.`),
  note: z.string().trim().max(2000, 'Use at most 2,000 characters.'),
  days: z.union([z.literal(7), z.literal(30), z.literal(90)]),
});

/**
 * Mails a document that is ready to people who need no account, each with a link of their own that ends by itself.
 * @returns how many were put into the outbox
 * @throws AppError `invalid-request` for an address that is none; `not-found` for a document that is not there; `conflict` for one
 *   that is not ready
 */
export async function sendDocument(
  database: Database,
  scope: TenantScope,
  by: { readonly name: string },
  documentId: string,
  form: z.output<typeof deliveryForm>,
  { appOrigin }: Pick<Config, 'appOrigin'>,
  nowMs: number,
): Promise<number> {
  const recipients = plainAddresses(form.recipients);
  await database.inScope(scope, async (tx) => {
    const sending = { recipients, note: form.note, days: form.days, byName: by.name, appOrigin };
    if (!(await putDelivery(tx, scope.mspId, documentId, sending, nowMs))) throw nothingHere();
  });
  return recipients.length;
}

/** What is sent to whom, and in whose name. */
interface Sending {
  /** Plain addresses, each once. */
  readonly recipients: readonly string[];
  readonly note: string;
  readonly days: number;
  readonly byName: string;
  readonly appOrigin: string;
}

/** Puts the mails of a document into the outbox, each with a link of its own; false: it is not there, or not ready. */
export async function putDelivery(
  tx: Tx,
  mspId: string,
  documentId: string,
  { recipients, note, days, byName, appOrigin }: Sending,
  nowMs: number,
): Promise<boolean> {
  const [document] = await listReadyDocuments(tx, mspId, { documentId });
  if (!document) return false;
  const { clientId } = document;
  const { name: mspName } = await findMsp(tx, mspId);
  const expiresAt = new Date(nowMs + days * DAY);
  for (const recipient of recipients) {
    const token = randomBytes(32).toString('base64url');
    const linkId = v7();
    const title = document.title ?? 'A document';
    const address = `${appOrigin}/shared-document#${token}`;
    const notice = documentSentNotice({ mspName, byName, title, note, address, expiresAt });
    const mailId = await putMail(tx, mspId, { kind: 'document-sent' }, { to: recipient, ...notice }, nowMs);
    const link = { linkId, clientId, documentId, recipient, mailId, byName, expiresAt };
    if (!(await insertDocumentLink(tx, { ...link, tokenHash: secretHash(token) }))) return false;
    await appendAuditEvent(tx, {
      action: 'document.sent',
      clientId,
      target: { documentId, linkId },
      details: { expiresAt: expiresAt.toISOString() },
      private: { recipient },
    });
  }
  return true;
}

/**
 * Ends a link at once: whoever has it sees nothing any more.
 * @throws AppError `not-found` for one that is not there, or was revoked
 */
export async function revokeDocumentLink(
  database: Database,
  scope: TenantScope,
  linkId: string,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    const clientId = await takeBack(tx, linkId);
    if (clientId === null) throw nothingHere();
    await appendAuditEvent(tx, {
      action: 'document.link-revoked',
      clientId,
      target: { linkId },
      details: {},
    });
  });
}

/** What whoever has a link asks. */
export const sharedQuestion = z.strictObject({ token: z.string().max(200) });
export const sharedFileQuestion = sharedQuestion.extend({ file: z.enum(DOCUMENT_FILES) });

/** What a link leads to, as whoever has it is told. */
export interface SharedDocument {
  readonly title: string;
  readonly mspName: string;
  readonly pages: number | null;
  readonly pdfBytes: number;
  readonly pdfSha256: string;
  readonly hasBundle: boolean;
  readonly finishedAt: string;
  readonly expiresAt: string;
}

/** @throws AppError `not-found` for a link that is nobody's, was revoked, or has ended: the same words for each */
export async function readSharedDocument(database: Database, token: string): Promise<SharedDocument> {
  const { scope, link } = await opened(database, token, false);
  return database.inScope(scope, async (tx) => {
    const [document] = await listReadyDocuments(tx, link.mspId, { documentId: link.documentId });
    if (!document) throw gone();
    const { name: mspName } = await findMsp(tx, link.mspId);
    const { title, pages, pdfBytes, pdfSha256, hasBundle, finishedAt } = document;
    return {
      title: title ?? 'A document',
      mspName,
      pages,
      pdfBytes,
      pdfSha256,
      hasBundle,
      finishedAt: finishedAt.toISOString(),
      expiresAt: link.expiresAt.toISOString(),
    };
  });
}

/**
 * Hands a file of the document to whoever has its link; it is counted and in the log.
 * @throws AppError `not-found` as {@link readSharedDocument}
 */
export async function downloadShared(
  database: Database,
  { token, file: kind }: z.output<typeof sharedFileQuestion>,
): Promise<DownloadedFile> {
  const { scope, link } = await opened(database, token, true);
  const { mspId, clientId, documentId, linkId } = link;
  return database.inScope(scope, async (tx) => {
    const [document] = await listReadyDocuments(tx, mspId, { documentId });
    const file = document && (await readDocumentFile(tx, mspId, documentId, kind));
    if (!document || !file) throw gone();
    await appendAuditEvent(tx, {
      action: 'document.taken-by-link',
      clientId,
      target: { documentId, linkId },
      details: { file: kind, sha256: Buffer.from(file.sha256).toString('hex') },
    });
    return { content: file.content, kind, name: fileName(document.kind, documentId, kind) };
  });
}

async function opened(
  database: Database,
  token: string,
  isUsed: boolean,
): Promise<{ scope: TenantScope; link: OpenedLink }> {
  const link = await openDocumentLink(database, secretHash(token), isUsed);
  if (!link) throw gone();
  return { scope: linkScope(link), link };
}

function gone(): AppError {
  return new AppError(
    'not-found',
    'This link leads nowhere any more: it has ended, or it was taken back. Ask whoever sent it for a new one.',
  );
}

/** Addresses as people type them, each once. @throws AppError `invalid-request` for one that is none */
export function plainAddresses(texts: readonly string[]): string[] {
  return [...new Set(texts.map(plainAddress))];
}

function plainAddress(text: string): string {
  const email = normaliseEmail(text);
  if (email) return email;
  const sentence = `“${text.slice(0, 100)}” is no plain e-mail address, such as ana@example.com.`;
  throw new AppError('invalid-request', sentence, { fields: { recipients: sentence } });
}
