import { v7 } from 'uuid';
import type { z } from 'zod';
import { may, type Role } from '@/domain/access/permissions';
import { askedRequest } from '@/domain/report/document-request';
import type { PreviewSubject } from '@/domain/report/preview-subject';
import { reportChoices, type UsedTemplate } from '@/domain/report/report-template';
import { findClient } from '../data/clients';
import type { Database, Tx } from '../data/database';
import {
  countUnfinishedPreviews,
  findPreview,
  insertPreview,
  type PreviewOf,
  readPreviewPdf,
  readPreviewPicture,
  removeOldPreviews,
  type ShownPreview,
} from '../data/document-previews';
import { hintWork } from '../data/work-due';
import { cleanLogo } from '../documents/build/clean-logo';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { brandingForm, checkedRequests, chosenTemplate, documentForm } from './ask-for-documents';

/**
 * What the form sends: what would be asked for, and what is not kept yet: choices of a template that is being written (in the place of
 * `templateId`), and a look.
 */
export const previewForm = documentForm.extend({
  request: askedRequest,
  draft: reportChoices.optional(),
  brand: brandingForm.optional(),
});

interface Person {
  readonly personId: string;
  readonly role: Role;
}

/** Long enough to read it twice. */
const PREVIEW_MS = 30 * 60_000;
/** What a person has at a time: the last one looked at, and one that is being made. */
const OF_A_PERSON = 3;
/** Of one MSP at a time. */
const UNFINISHED_MAX = 10;

/**
 * Has a document made to be looked at, with the client's own facts: nothing is signed, kept or logged by it, and only whoever asked sees it.
 * @returns its id
 * @throws AppError `not-found`, for the client, the record or the template; `forbidden` for a look by whoever may not change it;
 *   `invalid-request` as for the document; `conflict` while too many wait
 */
export async function askForPreview(
  database: Database,
  scope: TenantScope,
  { personId, role }: Person,
  form: z.output<typeof previewForm>,
  nowMs: number,
): Promise<string> {
  const { mspId, clientIds } = scope;
  if (form.brand && !may(role, 'change-branding', clientIds))
    throw new AppError('forbidden', 'Your role does not allow this. Ask an owner or admin of your MSP.');
  const look = lookOf(form.brand);
  const previewId = v7();
  const [askedAt, expiresAt] = [new Date(nowMs), new Date(nowMs + PREVIEW_MS)];
  await database.inScope(scope, async (tx) => {
    const client = await findClient(tx, mspId, form.clientId);
    if (!client) throw nothingHere();
    const template = await templateOf(tx, mspId, form);
    const [request] = await checkedRequests(tx, mspId, client, form.request, nowMs);
    if (!request) throw nothingHere();
    await removeOldPreviews(tx, mspId, personId, OF_A_PERSON - 1);
    if ((await countUnfinishedPreviews(tx, mspId, askedAt)) >= UNFINISHED_MAX)
      throw new AppError('conflict', 'Too many previews wait already. Try again in a moment.');
    const subject = { request, template, look: look.look };
    const { clientId } = client;
    const preview = { previewId, clientId, askedBy: personId, askedAt, subject, logoPng: look.logoPng };
    await insertPreview(tx, mspId, { ...preview, expiresAt });
    await hintWork(tx, mspId, 'document', askedAt);
  });
  return previewId;
}

async function templateOf(
  tx: Tx,
  mspId: string,
  { request, templateId = null, draft }: z.output<typeof previewForm>,
): Promise<UsedTemplate | null> {
  if (draft && request.kind === 'executive-report') return { templateId: null, version: 0, ...draft };
  if (templateId === null) return null;
  const { version, choices } = await chosenTemplate(tx, mspId, request, templateId);
  return { templateId, version, ...choices };
}

function lookOf(brand: z.output<typeof brandingForm> | undefined): {
  look: PreviewSubject['look'];
  logoPng: Uint8Array | null;
} {
  if (!brand) return { look: null, logoPng: null };
  const { name, colour, logo } = brand;
  if (logo === undefined) return { look: { name, colour, logo: 'kept' }, logoPng: null };
  if (logo === null) return { look: { name, colour, logo: 'none' }, logoPng: null };
  return { look: { name, colour, logo: 'given' }, logoPng: cleanLogo(Buffer.from(logo, 'base64')) };
}

type Which = Readonly<{ previewId: string; personId: string }>;

const previewOf = ({ previewId, personId }: Which, nowMs: number): PreviewOf => ({
  previewId,
  askedBy: personId,
  now: new Date(nowMs),
});

/** How far a preview is. @throws AppError `not-found` for one that ended, or is somebody else's */
export async function showPreview(
  database: Database,
  scope: TenantScope,
  which: Which,
  nowMs: number,
): Promise<ShownPreview> {
  const found = await database.inScope(scope, (tx) => findPreview(tx, scope.mspId, previewOf(which, nowMs)));
  if (!found) throw nothingHere();
  return found;
}

/** A page (from 1) of a preview as SVG. @throws AppError `not-found` as {@link showPreview} */
export async function showPreviewPage(
  database: Database,
  scope: TenantScope,
  which: Which,
  page: number,
  nowMs: number,
): Promise<string> {
  const of = previewOf(which, nowMs);
  const picture = await database.inScope(scope, (tx) => readPreviewPicture(tx, scope.mspId, of, page));
  if (picture === null) throw nothingHere();
  return picture;
}

/** A preview as an unsigned PDF. @throws AppError `not-found` as {@link showPreview} */
export async function showPreviewPdf(
  database: Database,
  scope: TenantScope,
  which: Which,
  nowMs: number,
): Promise<Uint8Array> {
  const of = previewOf(which, nowMs);
  const pdf = await database.inScope(scope, (tx) => readPreviewPdf(tx, scope.mspId, of));
  if (pdf === null) throw nothingHere();
  return pdf;
}
