import { z } from 'zod';
import {
  PREVIEW_STATES,
  previewSubject,
  type PreviewState,
  type PreviewSubject,
} from '@/domain/report/preview-subject';
import type { Tx } from './database';

export interface NewPreview {
  readonly previewId: string;
  readonly clientId: string;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly subject: PreviewSubject;
  /** Where the subject says that one was given. */
  readonly logoPng: Uint8Array | null;
  readonly expiresAt: Date;
}

/** Keeps what somebody wants to see; it waits. */
export async function insertPreview(tx: Tx, mspId: string, preview: NewPreview): Promise<void> {
  const { previewId, clientId, askedBy, askedAt, subject, logoPng, expiresAt } = preview;
  const logo = logoPng && new Uint8Array(logoPng);
  await tx.$executeRaw`INSERT INTO app.document_preview (msp_id, preview_id, client_id, asked_by, asked_at, subject, logo_png, state,
      next_try_at, expires_at)
    VALUES (${mspId}::uuid, ${previewId}::uuid, ${clientId}::uuid, ${askedBy}::uuid, ${askedAt}::timestamptz,
      ${JSON.stringify(subject)}::jsonb, ${logo}::bytea, 'waiting', ${askedAt}::timestamptz, ${expiresAt}::timestamptz)`;
}

/** Takes a person's previews away but the newest `keep`: whoever looks at one has no use for the older ones. */
export async function removeOldPreviews(tx: Tx, mspId: string, askedBy: string, keep: number): Promise<void> {
  await tx.$executeRaw`DELETE FROM app.document_preview p WHERE p.msp_id = ${mspId}::uuid AND p.preview_id IN (
    SELECT o.preview_id FROM app.document_preview o WHERE o.msp_id = ${mspId}::uuid AND o.asked_by = ${askedBy}::uuid
    ORDER BY o.asked_at DESC, o.preview_id DESC OFFSET ${keep})`;
}

/** How many previews of an MSP wait or are being made. */
export async function countUnfinishedPreviews(tx: Tx, mspId: string, now: Date): Promise<number> {
  const rows = await tx.$queryRaw`SELECT count(*)::int AS count FROM app.document_preview p
    WHERE p.msp_id = ${mspId}::uuid AND p.state IN ('waiting', 'rendering') AND p.expires_at > ${now}::timestamptz`;
  return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
}

const shownRow = z.object({
  state: z.enum(PREVIEW_STATES),
  progress: z.int(),
  problem: z.string().nullable(),
  /** null: not made yet. */
  pages: z.int().nullable(),
  /** How many of them are there as pictures. */
  pictureCount: z.int(),
  askedAt: z.date(),
});
/** How far a preview is, for whoever asked for it. */
export type ShownPreview = z.output<typeof shownRow>;

/** A preview of the person's own; null: not there, over, or somebody else's. */
export async function findPreview(
  tx: Tx,
  mspId: string,
  { previewId, askedBy, now }: PreviewOf,
): Promise<ShownPreview | null> {
  const rows = await tx.$queryRaw`
    SELECT p.state, p.progress, p.problem, p.pages, coalesce(cardinality(p.pictures), 0) AS "pictureCount", p.asked_at AS "askedAt"
    FROM app.document_preview p WHERE p.msp_id = ${mspId}::uuid AND p.preview_id = ${previewId}::uuid
      AND p.asked_by = ${askedBy}::uuid AND p.expires_at > ${now}::timestamptz`;
  return z.array(shownRow).parse(rows)[0] ?? null;
}

/** Which preview, and who asks when. */
export interface PreviewOf {
  readonly previewId: string;
  readonly askedBy: string;
  readonly now: Date;
}

/** One page (from 1) of a preview of the person's own as SVG; null: not there. */
export async function readPreviewPicture(
  tx: Tx,
  mspId: string,
  { previewId, askedBy, now }: PreviewOf,
  page: number,
): Promise<string | null> {
  const rows = await tx.$queryRaw`
    SELECT p.pictures[${page}::int] AS picture FROM app.document_preview p WHERE p.msp_id = ${mspId}::uuid
      AND p.preview_id = ${previewId}::uuid AND p.asked_by = ${askedBy}::uuid AND p.expires_at > ${now}::timestamptz`;
  return z.array(z.object({ picture: z.string().nullable() })).parse(rows)[0]?.picture ?? null;
}

/** The PDF of a preview of the person's own; null: not there. */
export async function readPreviewPdf(
  tx: Tx,
  mspId: string,
  { previewId, askedBy, now }: PreviewOf,
): Promise<Uint8Array | null> {
  const rows = await tx.$queryRaw`
    SELECT p.pdf FROM app.document_preview p WHERE p.msp_id = ${mspId}::uuid
      AND p.preview_id = ${previewId}::uuid AND p.asked_by = ${askedBy}::uuid AND p.expires_at > ${now}::timestamptz`;
  return z.array(z.object({ pdf: z.instanceof(Uint8Array).nullable() })).parse(rows)[0]?.pdf ?? null;
}

const claimedRow = z.object({
  previewId: z.string(),
  clientId: z.string(),
  subject: previewSubject,
  logoPng: z.instanceof(Uint8Array).nullable(),
  askedAt: z.date(),
  attempts: z.int(),
});
/** A preview that a worker makes; `attempts` numbers its turn. */
export type ClaimedPreview = z.output<typeof claimedRow>;

/** Takes the preview that has waited longest, or was left by its worker, until `leaseUntil`; null: none is due. */
export async function claimPreview(
  tx: Tx,
  mspId: string,
  now: Date,
  leaseUntil: Date,
): Promise<ClaimedPreview | null> {
  const rows = await tx.$queryRaw`
    UPDATE app.document_preview p SET state = 'rendering', attempts = p.attempts + 1, next_try_at = ${leaseUntil}::timestamptz, progress = 10
    WHERE p.msp_id = ${mspId}::uuid AND p.preview_id = (SELECT q.preview_id FROM app.document_preview q
      WHERE q.msp_id = ${mspId}::uuid AND q.state IN ('waiting', 'rendering') AND q.next_try_at <= ${now}::timestamptz
        AND q.expires_at > ${now}::timestamptz
      ORDER BY q.next_try_at, q.preview_id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING p.preview_id::text AS "previewId", p.client_id::text AS "clientId", p.subject, p.logo_png AS "logoPng",
      p.asked_at AS "askedAt", p.attempts`;
  return z.array(claimedRow).parse(rows)[0] ?? null;
}

/** Says how far it is, what it is, or why it is not; nothing happens where it is gone, or another worker's by now. */
export async function updatePreview(
  tx: Tx,
  mspId: string,
  { previewId, attempts }: ClaimedPreview,
  changed:
    | { readonly progress: number }
    | { readonly problem: string }
    | { readonly pages: number; readonly pictures: readonly string[]; readonly pdf: Uint8Array },
): Promise<void> {
  const state = stateOf(changed);
  const progress = 'progress' in changed ? changed.progress : 100;
  const problem = 'problem' in changed ? changed.problem : null;
  const made = 'pdf' in changed ? changed : null;
  await tx.$executeRaw`UPDATE app.document_preview p SET state = ${state}, progress = ${progress}::int, problem = ${problem}::text,
      pages = ${made?.pages ?? null}::int, pictures = ${made ? [...made.pictures] : null}::text[],
      pdf = ${made ? new Uint8Array(made.pdf) : null}::bytea
    WHERE p.msp_id = ${mspId}::uuid AND p.preview_id = ${previewId}::uuid AND p.attempts = ${attempts}::int AND p.state = 'rendering'`;
}

function stateOf(changed: object): PreviewState {
  if ('pdf' in changed) return 'ready';
  return 'problem' in changed ? 'failed' : 'rendering';
}

/** Takes away what nobody looks at any more. */
export async function removeExpiredPreviews(tx: Tx, mspId: string, now: Date): Promise<void> {
  await tx.$executeRaw`DELETE FROM app.document_preview p WHERE p.msp_id = ${mspId}::uuid AND p.expires_at <= ${now}::timestamptz`;
}
