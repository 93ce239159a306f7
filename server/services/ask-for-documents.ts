import { v7 } from 'uuid';
import { z } from 'zod';
import { keepUntil, type KeepTerms } from '@/domain/evidence/keep-until';
import { type DocumentKind, LOGO_BYTES_MAX, PACK_ROWS_MAX } from '@/domain/report/document';
import { type AskedRequest, askedRequest, type DocumentRequest } from '@/domain/report/document-request';
import { daysOfMonth, instantsOf, monthsOf } from '@/domain/report/period';
import { appendAuditEvent } from '../data/audit';
import { type Client, findEvidenceClient } from '../data/clients';
import type { Database, Tx } from '../data/database';
import { countPeriodRuns } from '../data/document-facts';
import {
  cancelWaiting,
  countUnfinished,
  type DocumentFileKind,
  findDocument,
  insertDocument,
  readDocumentFile,
  retryFinished,
  saveBrand,
} from '../data/documents';
import { findReportTemplate, type ReportTemplate } from '../data/report-templates';
import { readSeenKeepTerms } from '../data/evidence-keep';
import { selectRestoreRecord } from '../data/restore-records';
import { hintWork } from '../data/work-due';
import { cleanLogo } from '../documents/build/clean-logo';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';

/** Who asks; `personId` null: Holdfast itself. */
type Asker = Readonly<{ personId: string | null; name: string }>;
type Person = Readonly<{ personId: string }>;

/** What the form sends: a client, what of it, and the template of an executive report; null or left out: the standard one. */
export const documentForm = z.strictObject({
  clientId: z.uuid(),
  request: askedRequest,
  templateId: z.uuid().nullable().optional(),
});

/** Of one MSP at a time: more would keep everybody waiting. */
const UNFINISHED_MAX = 50;

/**
 * Asks for a document of one of the scope's clients. A pack of more runs than one prints is split: one for each month.
 * @returns the ids of what waits now, oldest month first
 * @throws AppError `not-found`, for the client or the template; `invalid-request` for a time that has not begun, or a template of what has
 *   none; `conflict` while too many wait
 */
export async function askForDocument(
  database: Database,
  scope: TenantScope,
  person: Asker,
  { clientId, request, templateId = null }: z.output<typeof documentForm>,
  nowMs: number,
): Promise<string[]> {
  const { mspId } = scope;
  const terms = await readSeenKeepTerms(database, scope, [clientId], new Date(nowMs));
  return database.inScope(scope, async (tx) => {
    const client = await findEvidenceClient(tx, mspId, clientId);
    if (!client || client.deletedAt !== null) throw nothingHere();
    // Its time is over: packs of it, and certificates, can still be made.
    if (client.archivedAt !== null && request.kind === 'executive-report')
      throw new AppError('conflict', 'The service for this client has ended. Ask for an evidence pack.');
    const asked = await withTemplate(tx, mspId, request, templateId);
    const requests = await checkedRequests(tx, mspId, client, asked, nowMs);
    if ((await countUnfinished(tx, mspId)) + requests.length > UNFINISHED_MAX)
      throw new AppError(
        'conflict',
        'Too many documents wait already. Ask again when some of them are ready.',
      );
    return putDocuments(tx, mspId, person, { client, requests, terms: terms(clientId) }, nowMs);
  });
}

/**
 * Has documents wait to be made, in the transaction of whoever checked what is asked for, and says so in the log.
 * @returns their ids, in the order of the requests
 */
export async function putDocuments(
  tx: Tx,
  mspId: string,
  asker: Asker,
  {
    client,
    requests,
    terms,
  }: {
    readonly client: Client;
    readonly requests: readonly DocumentRequest[];
    /** What bears on how long they are kept. */
    readonly terms: KeepTerms;
  },
  nowMs: number,
): Promise<string[]> {
  const at = new Date(nowMs);
  const { clientId } = client;
  const { until } = keepUntil(nowMs, terms, nowMs);
  const ids: string[] = [];
  for (const request of requests) {
    const documentId = v7();
    ids.push(documentId);
    await insertDocument(tx, mspId, {
      documentId,
      clientId,
      clientName: client.name,
      request,
      requestedBy: asker.personId,
      requestedByName: asker.name,
      requestedAt: at,
      keepUntil: new Date(until),
    });
  }
  await hintWork(tx, mspId, 'document', at);
  for (const [index, documentId] of ids.entries())
    await appendAuditEvent(tx, {
      action: 'document.requested',
      clientId,
      target: { documentId },
      details: { ...requests[index] },
    });
  return ids;
}

/** The request with the template as it is now. @throws AppError as {@link askForDocument} */
async function withTemplate(
  tx: Tx,
  mspId: string,
  request: AskedRequest,
  templateId: string | null,
): Promise<DocumentRequest> {
  if (templateId === null) return request;
  const { version, name } = await chosenTemplate(tx, mspId, request, templateId);
  return request.kind === 'executive-report'
    ? { ...request, template: { templateId, version, name } }
    : request;
}

/**
 * The template that somebody chose for what they ask for.
 * @throws AppError `not-found`, also for one that was archived; `invalid-request` where the document has none
 */
export async function chosenTemplate(
  tx: Tx,
  mspId: string,
  { kind }: Pick<AskedRequest, 'kind'>,
  templateId: string,
): Promise<ReportTemplate> {
  if (kind !== 'executive-report')
    throw new AppError(
      'invalid-request',
      'Evidence packs and certificates are always made the same way, so that auditors can compare them. Leave the template out.',
    );
  const found = await findReportTemplate(tx, mspId, templateId);
  if (!found || found.archivedAt !== null) throw nothingHere();
  return found;
}

/**
 * What is made of a request, a month each where one pack would be too long.
 * @throws AppError `not-found`; `invalid-request` for a time that has not begun
 */
export async function checkedRequests(
  tx: Tx,
  mspId: string,
  client: Client,
  request: DocumentRequest,
  nowMs: number,
): Promise<DocumentRequest[]> {
  const { clientId, timeZone, dayStartHour } = client;
  if (request.kind === 'restore-certificate') {
    const found = await selectRestoreRecord(tx, mspId, request.recordId);
    if (found?.record.client.id !== clientId) throw nothingHere();
    return [request];
  }
  const range = request.kind === 'executive-report' ? daysOfMonth(request.month) : request;
  const { from, to } = instantsOf(range, timeZone, dayStartHour);
  if (from > nowMs)
    throw new AppError('invalid-request', 'This time has not begun yet. Choose an earlier one.');
  if (request.kind === 'executive-report') return [request];
  const period = { clientId, from: new Date(from), to: new Date(to) };
  const runs = await countPeriodRuns(tx, mspId, period);
  return runs > PACK_ROWS_MAX ? monthsOf(request).map((month) => ({ ...request, ...month })) : [request];
}

/**
 * Cancels a document that waits or is being made.
 * @throws AppError `not-found`; `conflict` when it is over
 */
export async function cancelDocument(
  database: Database,
  scope: TenantScope,
  documentId: string,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  await database.inScope(scope, async (tx) => {
    const document = await findDocument(tx, mspId, documentId);
    if (!document) throw nothingHere();
    if (!(await cancelWaiting(tx, mspId, documentId, new Date(nowMs))))
      throw new AppError('conflict', 'It is over already, so there is nothing to cancel.');
    if (document.kind === 'executive-report') await hintWork(tx, mspId, 'report', new Date(nowMs));
    await appendAuditEvent(tx, {
      action: 'document.cancelled',
      clientId: document.clientId,
      target: { documentId },
      details: {},
    });
  });
}

/**
 * Has a document made again that failed or was cancelled.
 * @throws AppError `not-found`; `conflict` when it did not
 */
export async function retryDocument(
  database: Database,
  scope: TenantScope,
  documentId: string,
  nowMs: number,
): Promise<void> {
  const { mspId } = scope;
  const at = new Date(nowMs);
  await database.inScope(scope, async (tx) => {
    const document = await findDocument(tx, mspId, documentId);
    if (!document) throw nothingHere();
    if (!(await retryFinished(tx, mspId, documentId, at)))
      throw new AppError('conflict', 'Only what failed or was cancelled can be made again.');
    await hintWork(tx, mspId, 'document', at);
    await appendAuditEvent(tx, {
      action: 'document.retried',
      clientId: document.clientId,
      target: { documentId },
      details: {},
    });
  });
}

/** A file as it is handed out, with the name that it is saved under. */
export interface DownloadedFile {
  readonly content: Uint8Array;
  readonly kind: DocumentFileKind;
  readonly name: string;
}

const FILE_EXTENSION: Readonly<Record<DocumentFileKind, string>> = {
  pdf: 'pdf',
  facts: 'json',
  bundle: 'asice',
};

/**
 * A file of a document for download, with a name for it; each download is in the log.
 * @throws AppError `not-found`, also while it is not ready
 */
export async function downloadDocument(
  database: Database,
  scope: TenantScope,
  documentId: string,
  kind: DocumentFileKind,
): Promise<DownloadedFile> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const document = await findDocument(tx, mspId, documentId);
    const file = document && (await readDocumentFile(tx, mspId, documentId, kind));
    if (!document || !file) throw nothingHere();
    await appendAuditEvent(tx, {
      action: 'document.downloaded',
      clientId: document.clientId,
      target: { documentId },
      details: { file: kind, sha256: Buffer.from(file.sha256).toString('hex') },
    });
    return {
      content: file.content,
      kind,
      name: fileName(document.kind, documentId, kind),
    };
  });
}

/** What a file of a document is called where it is saved. */
export function fileName(documentKind: DocumentKind, documentId: string, kind: DocumentFileKind): string {
  return `${documentKind}-${documentId.slice(-12)}.${FILE_EXTENSION[kind]}`;
}

/** The look of documents. `logo`: a PNG in base64; null: none; left out: it stays. */
export const brandingForm = z.strictObject({
  name: textLine('the name that documents carry', 100),
  colour: z
    .string()
    .toLowerCase()
    .regex(/^#[0-9a-f]{6}$/, 'Choose a colour.'),
  logo: z
    .base64('The logo has to be a PNG.')
    .max(Math.ceil(LOGO_BYTES_MAX / 3) * 4, 'The logo is too large: use at most 200 kB.')
    .nullable()
    .optional(),
});

/**
 * Changes how the MSP's documents look from now on; those that are there stay as they are.
 * @throws AppError `invalid-request` for a logo that is no plain PNG
 */
export async function changeBranding(
  database: Database,
  scope: TenantScope,
  { personId }: Person,
  { logo, ...brand }: z.output<typeof brandingForm>,
  nowMs: number,
): Promise<void> {
  const changed = logoChange(logo);
  await database.inScope(scope, async (tx) => {
    const by = { changedAt: new Date(nowMs), changedBy: personId };
    await saveBrand(tx, scope.mspId, { ...brand, ...changed.fields }, by);
    await appendAuditEvent(tx, {
      action: 'branding.changed',
      target: {},
      details: { ...brand, logo: changed.word },
    });
  });
}

/** What becomes of the logo, and a word for the log. */
function logoChange(logo: string | null | undefined): {
  fields: { logoPng?: Uint8Array | null };
  word: 'kept' | 'removed' | 'changed';
} {
  if (logo === undefined) return { fields: {}, word: 'kept' };
  if (logo === null) return { fields: { logoPng: null }, word: 'removed' };
  return { fields: { logoPng: cleanLogo(Buffer.from(logo, 'base64')) }, word: 'changed' };
}
