import { z } from 'zod';
import { BRAND_COLOUR, type Brand, DOCUMENT_KINDS, DOCUMENT_STATES } from '@/domain/report/document';
import { documentRequest, type DocumentRequest } from '@/domain/report/document-request';
import type { Tx } from './database';

/** The files of a document that is ready. */
export const DOCUMENT_FILES = ['pdf', 'facts', 'bundle'] as const;
export type DocumentFileKind = (typeof DOCUMENT_FILES)[number];

const row = z.object({
  documentId: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  kind: z.enum(DOCUMENT_KINDS),
  request: documentRequest,
  state: z.enum(DOCUMENT_STATES),
  progress: z.int(),
  requestedByName: z.string(),
  requestedAt: z.date(),
  /** As it was when somebody asked for it; `withKeep` says how it is now. */
  keepUntil: z.date(),
  finishedAt: z.date().nullable(),
  problem: z.string().nullable(),
  title: z.string().nullable(),
  pages: z.int().nullable(),
  /** Of the signed PDF, hexadecimal. */
  pdfSha256: z.string().nullable(),
  pdfBytes: z.int().nullable(),
  hasBundle: z.boolean(),
  isStamped: z.boolean(),
});
/** A document as a row of a list. */
export type ListedDocument = z.output<typeof row>;

export const DOCUMENTS_PAGE_SIZE = 50;

/** Which documents are shown; null and empty: any. */
export interface DocumentsView {
  readonly search: string;
  readonly clientId: string | null;
  readonly kind: (typeof DOCUMENT_KINDS)[number] | null;
  /** From 1. */
  readonly page: number;
}

/** Documents, newest first, a page of them, and how many there are. */
export async function listDocuments(
  tx: Tx,
  mspId: string,
  { search, clientId, kind, page }: DocumentsView,
  pageSize = DOCUMENTS_PAGE_SIZE,
): Promise<{ documents: ListedDocument[]; total: number }> {
  const pattern = `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const rows = await tx.$queryRaw`
    SELECT d.document_id::text AS "documentId", d.client_id::text AS "clientId", d.client_name AS "clientName", d.kind, d.request,
      d.state, d.progress, d.requested_by_name AS "requestedByName", d.requested_at AS "requestedAt",
      d.keep_until AS "keepUntil", d.finished_at AS "finishedAt", d.problem, d.title, d.pages, encode(f.sha256, 'hex') AS "pdfSha256",
      f.size_bytes AS "pdfBytes", d.state = 'ready' AND d.stamp_attempts > 0 AND d.stamp_due_at IS NULL AS "isStamped",
      EXISTS (SELECT FROM app.document_file b WHERE b.msp_id = ${mspId}::uuid AND b.document_id = d.document_id
        AND b.kind = 'bundle') AS "hasBundle", (count(*) OVER ())::int AS total
    FROM app.document d
    LEFT JOIN app.document_file f ON f.msp_id = ${mspId}::uuid AND f.document_id = d.document_id AND f.kind = 'pdf'
    WHERE d.msp_id = ${mspId}::uuid AND (${clientId}::uuid IS NULL OR d.client_id = ${clientId}::uuid)
      AND (${kind}::text IS NULL OR d.kind = ${kind}::text)
      AND (d.client_name ILIKE ${pattern} OR d.title ILIKE ${pattern} OR encode(f.sha256, 'hex') = lower(${search}))
    ORDER BY d.requested_at DESC, d.document_id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`;
  const parsed = z.array(row.extend({ total: z.int() })).parse(rows);
  return { documents: parsed, total: parsed[0]?.total ?? 0 };
}

const shownRow = row
  .pick({ documentId: true, clientId: true, kind: true, request: true, title: true, pages: true })
  .extend({
    /** When the test ended that a certificate is of; null: another kind. */
    testedAt: z.date().nullable(),
    finishedAt: z.date(),
    pdfSha256: z.string(),
    pdfBytes: z.int(),
    hasBundle: z.boolean(),
  });
/** A document that is ready, for somebody who is not of the MSP. */
export type ReadyDocument = z.output<typeof shownRow>;

/** Of one client's ready documents, how many are looked through. */
const READY_MAX = 500;

/** A client's documents that are ready, newest first, at most 500; `documentId`: that one alone. */
export async function listReadyDocuments(
  tx: Tx,
  mspId: string,
  which: { readonly clientId: string } | { readonly documentId: string },
): Promise<ReadyDocument[]> {
  const clientId = 'clientId' in which ? which.clientId : null;
  const documentId = 'documentId' in which ? which.documentId : null;
  const rows = await tx.$queryRaw`
    SELECT d.document_id::text AS "documentId", d.client_id::text AS "clientId", d.kind, d.request, d.title, d.pages,
      r.performed_at AS "testedAt", d.finished_at AS "finishedAt", encode(f.sha256, 'hex') AS "pdfSha256",
      f.size_bytes AS "pdfBytes", EXISTS (SELECT FROM app.document_file b WHERE b.msp_id = ${mspId}::uuid
        AND b.document_id = d.document_id AND b.kind = 'bundle') AS "hasBundle"
    FROM app.document d
    JOIN app.document_file f ON f.msp_id = ${mspId}::uuid AND f.document_id = d.document_id AND f.kind = 'pdf'
    LEFT JOIN app.restore_record r ON r.msp_id = ${mspId}::uuid AND d.kind = 'restore-certificate'
      AND r.record_id = (d.request ->> 'recordId')::uuid
    WHERE d.msp_id = ${mspId}::uuid AND d.state = 'ready'
      AND (${clientId}::uuid IS NULL OR d.client_id = ${clientId}::uuid)
      AND (${documentId}::uuid IS NULL OR d.document_id = ${documentId}::uuid)
    ORDER BY d.finished_at DESC, d.document_id DESC LIMIT ${READY_MAX}`;
  return z.array(shownRow).parse(rows);
}

/** The newest certificate of a record that is there or being made; null: none. */
export async function newestCertificate(
  tx: Tx,
  mspId: string,
  recordId: string,
): Promise<Pick<ListedDocument, 'documentId' | 'state'> | null> {
  const found = await tx.document.findFirst({
    where: {
      mspId,
      kind: 'restore-certificate',
      request: { path: ['recordId'], equals: recordId },
      state: { in: ['ready', 'waiting', 'rendering'] },
    },
    orderBy: [{ requestedAt: 'desc' }, { documentId: 'desc' }],
    select: { documentId: true, state: true },
  });
  return found && row.pick({ documentId: true, state: true }).parse(found);
}

export interface NewDocument {
  readonly documentId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly request: DocumentRequest;
  /** null: Holdfast itself. */
  readonly requestedBy: string | null;
  readonly requestedByName: string;
  readonly requestedAt: Date;
  readonly keepUntil: Date;
}

/** Keeps what somebody asked for; it waits. */
export async function insertDocument(tx: Tx, mspId: string, document: NewDocument): Promise<void> {
  const { request, ...rest } = document;
  await tx.document.create({
    data: { mspId, ...rest, kind: request.kind, request, state: 'waiting', nextTryAt: document.requestedAt },
  });
}

/** How many documents that people of an MSP asked for wait or are being made. */
export async function countUnfinished(tx: Tx, mspId: string): Promise<number> {
  return tx.document.count({
    where: { mspId, state: { in: ['waiting', 'rendering'] }, requestedBy: { not: null } },
  });
}

const claimedRow = z.object({
  documentId: z.string(),
  clientId: z.string(),
  request: documentRequest,
  requestedAt: z.date(),
  attempts: z.int(),
});
/** A document that a worker makes; `attempts` numbers its turn. */
export type ClaimedDocument = z.output<typeof claimedRow>;

/**
 * Takes the document that has waited longest, or whose worker has not been heard for longer than its lease, until `leaseUntil`. null:
 * none is due.
 */
export async function claimDocument(
  tx: Tx,
  mspId: string,
  now: Date,
  leaseUntil: Date,
): Promise<ClaimedDocument | null> {
  const rows = await tx.$queryRaw`
    UPDATE app.document d SET state = 'rendering', attempts = d.attempts + 1, next_try_at = ${leaseUntil}, progress = 0
    WHERE d.msp_id = ${mspId}::uuid AND d.document_id = (SELECT q.document_id FROM app.document q
      WHERE q.msp_id = ${mspId}::uuid AND q.state IN ('waiting', 'rendering') AND q.next_try_at <= ${now}::timestamptz
      ORDER BY q.next_try_at, q.document_id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING d.document_id::text AS "documentId", d.client_id::text AS "clientId", d.request, d.requested_at AS "requestedAt",
      d.attempts`;
  return z.array(claimedRow).parse(rows)[0] ?? null;
}

/** Says how far it is; false: it was cancelled, or is another worker's by now. */
export async function tellProgress(
  tx: Tx,
  mspId: string,
  { documentId, attempts }: ClaimedDocument,
  progress: number,
): Promise<boolean> {
  const { count } = await tx.document.updateMany({
    where: { mspId, documentId, attempts, state: 'rendering' },
    data: { progress },
  });
  return count === 1;
}

/** Whether a document is still this worker's to make. */
export async function isStillWanted(
  tx: Tx,
  mspId: string,
  { documentId, attempts }: ClaimedDocument,
): Promise<boolean> {
  return (await tx.document.count({ where: { mspId, documentId, attempts, state: 'rendering' } })) === 1;
}

export interface MadeDocument {
  readonly title: string;
  readonly pages: number;
  readonly templateSha256: string;
  readonly compiler: string;
  readonly fontSha256: Readonly<Record<string, string>>;
  readonly unsignedSha256: Uint8Array;
  readonly certificateSha256: Uint8Array;
  /** null: no time stamp is wanted. */
  readonly stampDueAt: Date | null;
  /** How often one was asked for so far. */
  readonly stampAttempts: number;
  readonly files: readonly DocumentFile[];
}

export interface DocumentFile {
  readonly kind: DocumentFileKind;
  readonly content: Uint8Array;
  readonly sha256: Uint8Array;
}

/** Keeps the files of a document and has it ready; false: it was cancelled meanwhile, or is another worker's. */
export async function finishDocument(
  tx: Tx,
  mspId: string,
  { documentId, clientId, attempts }: ClaimedDocument,
  { files, fontSha256, ...made }: MadeDocument,
  now: Date,
): Promise<boolean> {
  const { count } = await tx.document.updateMany({
    where: { mspId, documentId, attempts, state: 'rendering' },
    data: {
      ...made,
      unsignedSha256: new Uint8Array(made.unsignedSha256),
      certificateSha256: new Uint8Array(made.certificateSha256),
      fontSha256: { ...fontSha256 },
      state: 'ready',
      progress: 100,
      finishedAt: now,
      problem: null,
    },
  });
  if (count === 0) return false;
  for (const { kind, content, sha256 } of files)
    await tx.documentFile.create({
      data: {
        mspId,
        documentId,
        clientId,
        kind,
        content: new Uint8Array(content),
        sha256: new Uint8Array(sha256),
        sizeBytes: content.length,
      },
    });
  return true;
}

/** Has it tried again at `nextTryAt`; null: it is given up. */
export async function postponeDocument(
  tx: Tx,
  mspId: string,
  { documentId, attempts }: ClaimedDocument,
  problem: string,
  nextTryAt: Date | null,
  now: Date,
): Promise<boolean> {
  const { count } = await tx.document.updateMany({
    where: { mspId, documentId, attempts, state: 'rendering' },
    data:
      nextTryAt === null
        ? { state: 'failed', problem, finishedAt: now }
        : { state: 'waiting', problem, nextTryAt, progress: 0 },
  });
  return count === 1;
}

/** What somebody cancels or has made again; null: not there, or another MSP's. */
export async function findDocument(
  tx: Tx,
  mspId: string,
  documentId: string,
): Promise<Pick<
  ListedDocument,
  'documentId' | 'clientId' | 'clientName' | 'kind' | 'state' | 'title'
> | null> {
  const found = await tx.document.findFirst({
    where: { mspId, documentId },
    select: { documentId: true, clientId: true, clientName: true, kind: true, state: true, title: true },
  });
  return (
    found &&
    row
      .pick({ documentId: true, clientId: true, clientName: true, kind: true, state: true, title: true })
      .parse(found)
  );
}

/** Cancels what waits or is being made; false: it is over. */
export async function cancelWaiting(tx: Tx, mspId: string, documentId: string, now: Date): Promise<boolean> {
  const { count } = await tx.document.updateMany({
    where: { mspId, documentId, state: { in: ['waiting', 'rendering'] } },
    data: { state: 'cancelled', finishedAt: now },
  });
  return count === 1;
}

/** Has what failed or was cancelled wait again; false: it did not. */
export async function retryFinished(tx: Tx, mspId: string, documentId: string, now: Date): Promise<boolean> {
  const { count } = await tx.document.updateMany({
    where: { mspId, documentId, state: { in: ['failed', 'cancelled'] } },
    data: { state: 'waiting', finishedAt: null, problem: null, nextTryAt: now, progress: 0 },
  });
  return count === 1;
}

/** A file of a document that is ready; null: not there, or another MSP's. */
export async function readDocumentFile(
  tx: Tx,
  mspId: string,
  documentId: string,
  kind: DocumentFileKind,
): Promise<{ content: Uint8Array; sha256: Uint8Array } | null> {
  return tx.documentFile.findFirst({
    where: { mspId, documentId, kind },
    select: { content: true, sha256: true },
  });
}

/** The document whose time stamp is due, if any, with its signed file. */
export async function nextToStamp(
  tx: Tx,
  mspId: string,
  now: Date,
): Promise<{ documentId: string; stampAttempts: number } | null> {
  return tx.document.findFirst({
    where: { mspId, state: 'ready', stampDueAt: { lte: now } },
    orderBy: [{ stampDueAt: 'asc' }, { documentId: 'asc' }],
    select: { documentId: true, stampAttempts: true },
  });
}

/** Puts the stamped file in the place of the signed one, unless another worker did. */
export async function saveStamped(
  tx: Tx,
  mspId: string,
  { documentId, stampAttempts }: { documentId: string; stampAttempts: number },
  { content, sha256 }: Omit<DocumentFile, 'kind'>,
): Promise<boolean> {
  const { count } = await tx.document.updateMany({
    where: { mspId, documentId, stampAttempts, stampDueAt: { not: null } },
    data: { stampDueAt: null, stampAttempts: stampAttempts + 1 },
  });
  if (count === 0) return false;
  await tx.documentFile.updateMany({
    where: { mspId, documentId, kind: 'pdf' },
    data: { content: new Uint8Array(content), sha256: new Uint8Array(sha256), sizeBytes: content.length },
  });
  return true;
}

/** Has the stamp asked for again later. */
export async function postponeStamp(
  tx: Tx,
  mspId: string,
  { documentId, stampAttempts }: { documentId: string; stampAttempts: number },
  dueAt: Date,
): Promise<void> {
  await tx.document.updateMany({
    where: { mspId, documentId, stampAttempts, stampDueAt: { not: null } },
    data: { stampDueAt: dueAt, stampAttempts: stampAttempts + 1 },
  });
}

/** The look of an MSP's documents; its own name and the product's colour until somebody chose. */
export async function readBrand(tx: Tx, mspId: string): Promise<Brand> {
  const [kept, msp] = [
    await tx.branding.findFirst({ where: { mspId }, select: { name: true, colour: true, logoPng: true } }),
    await tx.msp.findFirstOrThrow({ where: { mspId }, select: { name: true } }),
  ];
  return kept ?? { name: msp.name, colour: BRAND_COLOUR, logoPng: null };
}

/** Keeps a look. `logoPng` undefined: the logo stays. */
export async function saveBrand(
  tx: Tx,
  mspId: string,
  brand: { readonly name: string; readonly colour: string; readonly logoPng?: Uint8Array | null },
  by: { readonly changedAt: Date; readonly changedBy: string },
): Promise<void> {
  const { name, colour, logoPng } = brand;
  const logo = logoPng === undefined ? {} : { logoPng: logoPng && new Uint8Array(logoPng) };
  await tx.branding.upsert({
    where: { mspId },
    create: { mspId, name, colour, ...logo, ...by },
    update: { name, colour, ...logo, ...by },
  });
}
