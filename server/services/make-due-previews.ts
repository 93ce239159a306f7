import { PREVIEW_FACTS, previewSheet } from '@/domain/report/preview-sheet';
import { PREVIEW_PICTURES_MAX } from '@/domain/report/preview-subject';
import { canonicalJson } from '@/domain/restore-test/canonical-json';
import { workerScope } from '../auth/system-scope';
import type { Database, Tx } from '../data/database';
import {
  claimPreview,
  type ClaimedPreview,
  removeExpiredPreviews,
  updatePreview,
} from '../data/document-previews';
import { readBrand } from '../data/documents';
import { settleDocumentHint } from '../data/work-due';
import { buildDocument } from '../documents/build/build-document';
import { RenderError } from '../documents/render/renderer';
import type { Press } from './make-due-documents';

/** Of one MSP at one go. */
const PREVIEWS_MAX = 5;
/** Longer than gathering and printing take. */
const LEASE_MS = 5 * 60_000;
const BUILD_MS_MAX = 120_000;

/** A preview that could not be made, and why. */
interface FailedPreview {
  readonly previewId: string;
  readonly error: unknown;
}

/**
 * Makes the previews of an MSP that somebody waits for, by the code that makes documents, and takes away those that ended. Nothing is signed,
 * kept as a document or logged. Safe to run twice and in parallel: each is claimed first. What fails is told at once and not tried again, since whoever
 * looks can.
 */
export async function makeDuePreviews(
  database: Database,
  mspId: string,
  press: Pick<Press, 'renderer' | 'verifyUrl'>,
  now: () => Date,
): Promise<FailedPreview[]> {
  const inScope = <T>(run: (tx: Tx) => Promise<T>, timeoutMs = 15_000): Promise<T> =>
    database.inScope(workerScope(mspId), run, { timeoutMs });
  await inScope((tx) => removeExpiredPreviews(tx, mspId, now()));
  const failures: FailedPreview[] = [];
  for (let count = 0; count < PREVIEWS_MAX; count += 1) {
    const claimedAt = now();
    const leaseUntil = new Date(claimedAt.getTime() + LEASE_MS);
    const preview = await inScope((tx) => claimPreview(tx, mspId, claimedAt, leaseUntil));
    if (!preview) break;
    try {
      await make(inScope, mspId, press, preview);
    } catch (error) {
      failures.push({ previewId: preview.previewId, error });
      await inScope((tx) => updatePreview(tx, mspId, preview, { problem: problemOf(error) }));
    }
  }
  await inScope((tx) => settleDocumentHint(tx, mspId, now()));
  return failures;
}

async function make(
  inScope: <T>(run: (tx: Tx) => Promise<T>, timeoutMs?: number) => Promise<T>,
  mspId: string,
  { renderer, verifyUrl }: Pick<Press, 'renderer' | 'verifyUrl'>,
  preview: ClaimedPreview,
): Promise<void> {
  const { previewId, clientId, subject, logoPng, askedAt } = preview;
  const built = await inScope(async (tx) => {
    const brand = subject.look && {
      name: subject.look.name,
      colour: subject.look.colour,
      logoPng: subject.look.logo === 'kept' ? (await readBrand(tx, mspId)).logoPng : logoPng,
    };
    const instead = { brand, template: subject.template };
    const of = { documentId: previewId, clientId, request: subject.request, madeAt: askedAt, verifyUrl };
    return buildDocument(tx, mspId, { ...of, instead });
  }, BUILD_MS_MAX);
  if (!built) throw new Gone('What it is about is not there any more.');
  await inScope((tx) => updatePreview(tx, mspId, preview, { progress: 50 }));
  const facts = Buffer.from(canonicalJson(PREVIEW_FACTS));
  const sheet = previewSheet(built.sheet);
  const printed = await renderer.render(sheet, facts, built.logo, undefined, PREVIEW_PICTURES_MAX);
  await inScope((tx) => updatePreview(tx, mspId, preview, printed));
}

/** The message is public. */
class Gone extends Error {}

function problemOf(error: unknown): string {
  if (error instanceof RenderError || error instanceof Gone) return error.message;
  return 'Something went wrong here. Try again, or tell whoever runs Holdfast.';
}
