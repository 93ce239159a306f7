import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DOCUMENT_KIND_WORD } from '@/domain/report/document';
import { canonicalJson } from '@/domain/restore-test/canonical-json';
import { workerScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import {
  claimDocument,
  type ClaimedDocument,
  finishDocument,
  isStillWanted,
  type MadeDocument,
  nextToStamp,
  postponeDocument,
  postponeStamp,
  readDocumentFile,
  saveStamped,
  tellProgress,
} from '../data/documents';
import { hintWork, settleDocumentHint } from '../data/work-due';
import { type BuiltDocument, buildDocument } from '../documents/build/build-document';
import { RenderError, type Renderer } from '../documents/render/renderer';
import { type DocumentSigner, fingerprintOf } from '../documents/sign/document-signer';
import { signPdf, stampPdf } from '../documents/sign/sign-pdf';
import { type BundlePiece, writeBundle } from '../documents/sign/write-bundle';
import { exportEvidenceLog } from './export-evidence-log';

/** What documents are made with. */
export interface Press {
  readonly renderer: Renderer;
  readonly signer: DocumentSigner;
  /** null: nobody stamps times. */
  readonly tsaUrl: string | null;
  /** Where anybody can check a document. */
  readonly verifyUrl: string;
  /** The verifiers of the evidence log, which go with every bundle. */
  readonly verifiers: readonly BundlePiece[];
}

/** What became of an MSP's documents. */
export interface MadeDocuments {
  readonly made: number;
  readonly stamped: number;
  /** Given up, or a stamp that did not come, with what went wrong. */
  readonly failures: readonly { readonly documentId: string; readonly error: unknown }[];
}

/** Of one MSP at one go; then the others have their turn. */
const DOCUMENTS_MAX = 5;
const STAMPS_MAX = 20;
/** Longer than gathering, printing and packing the largest pack take. */
const LEASE_MS = 10 * 60_000;
const ATTEMPTS_MAX = 3;
const RETRY_MS = 30_000;
const STAMP_RETRY_MS = 5 * 60_000;
const STAMP_RETRY_MS_MAX = 6 * 3_600_000;
const LOOK_MS = 500;
/** Reading the facts of a year of a large client. */
const BUILD_MS_MAX = 120_000;

/**
 * Makes the documents of an MSP that wait. Safe to run twice and in parallel: each is claimed first, and is kept only by whoever claimed it
 * last. One that is cancelled meanwhile is dropped at once.
 */
export async function makeDueDocuments(
  database: Database,
  mspId: string,
  press: Press,
  now: () => Date,
): Promise<MadeDocuments> {
  const work: Work = {
    database,
    mspId,
    press,
    now,
    inScope: (run, timeoutMs = 15_000) => database.inScope(workerScope(mspId), run, { timeoutMs }),
  };
  const failures: { documentId: string; error: unknown }[] = [];
  let [made, stamped] = [0, 0];
  for (let count = 0; count < DOCUMENTS_MAX; count += 1) {
    const claimedAt = now();
    const leaseUntil = new Date(claimedAt.getTime() + LEASE_MS);
    const document = await work.inScope((tx) => claimDocument(tx, mspId, claimedAt, leaseUntil));
    if (!document) break;
    const failure = await makeOne(work, document);
    if (failure === null) made += 1;
    else failures.push({ documentId: document.documentId, error: failure });
  }
  for (let count = 0; count < STAMPS_MAX && press.tsaUrl !== null; count += 1) {
    const failure = await stampNext(work, press.tsaUrl);
    if (failure === 'nothing') break;
    if (failure === null) stamped += 1;
    else failures.push(failure);
  }
  await work.inScope((tx) => settleDocumentHint(tx, mspId, now()));
  return { made, stamped, failures };
}

interface Work {
  readonly database: Database;
  readonly mspId: string;
  readonly press: Press;
  readonly now: () => Date;
  readonly inScope: <T>(run: (tx: Tx) => Promise<T>, timeoutMs?: number) => Promise<T>;
}

/** null: it is ready, or was cancelled. */
async function makeOne(work: Work, document: ClaimedDocument): Promise<unknown> {
  const cancelled = new AbortController();
  const over = new AbortController();
  const watching = watchForCancelling(work, document, cancelled, over.signal);
  try {
    await makeAndKeep(work, document, cancelled.signal);
    return null;
  } catch (error) {
    if (cancelled.signal.aborted) return null;
    await putOff(work, document, error);
    return error;
  } finally {
    over.abort();
    await watching;
  }
}

async function watchForCancelling(
  { inScope, mspId }: Work,
  document: ClaimedDocument,
  cancelled: AbortController,
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted && !cancelled.signal.aborted) {
    await pause(LOOK_MS, undefined, { signal: over }).catch(() => {});
    if (over.aborted) return;
    // a database that is away for a moment cancels nothing
    const isWanted = await inScope((tx) => isStillWanted(tx, mspId, document)).catch(() => true);
    if (!isWanted) cancelled.abort();
  }
}

async function makeAndKeep(work: Work, document: ClaimedDocument, signal: AbortSignal): Promise<void> {
  const { inScope, mspId, press, now } = work;
  const tell = async (progress: number): Promise<void> => {
    await inScope((tx) => tellProgress(tx, mspId, document, progress));
    signal.throwIfAborted();
  };
  await tell(5);
  // As of when it was asked for: whoever makes it again gets the same document.
  const subject = { ...document, madeAt: document.requestedAt, verifyUrl: press.verifyUrl };
  const built = await inScope((tx) => buildDocument(tx, mspId, subject), BUILD_MS_MAX);
  if (!built) throw new Unmakeable('What it is about is not there any more.');
  await tell(40);
  const { made, event } = await print(work, document, built, signal, tell);
  await inScope(async (tx) => {
    if (!(await finishDocument(tx, mspId, document, made, now()))) return;
    await hintReport(tx, mspId, document, now());
    await appendAuditEvent(tx, event);
  }, BUILD_MS_MAX);
}

/** The mails of a month may wait for it. */
async function hintReport(tx: Tx, mspId: string, { request }: ClaimedDocument, now: Date): Promise<void> {
  if (request.kind === 'executive-report') await hintWork(tx, mspId, 'report', now);
}

/** Nothing that trying again would change; the message is public. */
class Unmakeable extends Error {}

async function print(
  work: Work,
  document: ClaimedDocument,
  { facts, sheet, logo, period }: BuiltDocument,
  signal: AbortSignal,
  tell: (progress: number) => Promise<void>,
) {
  const { press, now } = work;
  const factsBytes = Buffer.from(canonicalJson(facts));
  const printed = await press.renderer.render(sheet, factsBytes, logo, signal);
  await tell(70);
  const signed = await signPdf(printed.pdf, press.signer, {
    madeAt: facts.madeAt,
    name: facts.msp.name,
    reason: `${DOCUMENT_KIND_WORD[facts.kind]} of ${facts.client.name}`,
  });
  const pdf = await stampedAtOnce(signed, press.tsaUrl);
  await tell(80);
  const pieces = bundlePieces(work, document, { pdf: pdf.content, facts: factsBytes, period });
  const bundle = await writeBundle(pieces, press.signer, new Date(facts.madeAt));
  await tell(95);
  const made: MadeDocument = {
    title: sheet.title,
    pages: printed.pages,
    ...printed.with,
    unsignedSha256: sha256(printed.pdf),
    certificateSha256: Buffer.from(fingerprintOf(press.signer.certificates[0]), 'hex'),
    stampDueAt: press.tsaUrl !== null && !pdf.isStamped ? new Date(now().getTime() + STAMP_RETRY_MS) : null,
    stampAttempts: press.tsaUrl === null ? 0 : 1,
    files: [
      { kind: 'pdf', content: pdf.content, sha256: sha256(pdf.content) },
      { kind: 'facts', content: factsBytes, sha256: sha256(factsBytes) },
      { kind: 'bundle', content: bundle, sha256: sha256(bundle) },
    ],
  };
  const event = {
    action: 'document.made',
    clientId: document.clientId,
    target: { documentId: document.documentId },
    details: {
      kind: facts.kind,
      title: sheet.title,
      unsignedSha256: sha256(printed.pdf).toString('hex'),
      factsSha256: sha256(factsBytes).toString('hex'),
    },
  };
  return { made, event };
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** Nobody waits long for a time stamp: a document without one is ready, too, and gets it later. */
async function stampedAtOnce(
  signed: Uint8Array,
  tsaUrl: string | null,
): Promise<{ content: Uint8Array; isStamped: boolean }> {
  if (tsaUrl === null) return { content: signed, isStamped: false };
  try {
    return { content: await stampPdf(signed, tsaUrl), isStamped: true };
  } catch {
    return { content: signed, isStamped: false };
  }
}

interface BundleParts {
  readonly pdf: Uint8Array;
  readonly facts: Uint8Array;
  readonly period: { readonly from: Date; readonly to: Date };
}

async function* bundlePieces(
  { database, mspId, press }: Work,
  { clientId }: ClaimedDocument,
  { pdf, facts, period }: BundleParts,
): AsyncGenerator<BundlePiece> {
  yield { path: 'document.pdf', bytes: pdf };
  yield { path: 'facts.json', bytes: facts };
  yield { path: 'README.md', bytes: Buffer.from(BUNDLE_README) };
  yield { path: 'certificate.pem', bytes: Buffer.from(pemOf(press.signer.certificates[0])) };
  for (const { path, bytes } of press.verifiers) yield { path: `verify/${path}`, bytes };
  for await (const { path, bytes } of exportEvidenceLog(database, workerScope(mspId), {
    clientId,
    ...period,
  }))
    yield { path: `log/${path}`, bytes };
}

const BUNDLE_README = `# A bundle of evidence

- \`document.pdf\`: the document, signed (PAdES). \`facts.json\`: the facts that it was made from, the same as are attached to it.
- \`log/\`: the part of the evidence log that the document rests on. It shows what was recorded and when, not that it was true.
- \`verify/\`: two verifiers, for Node and for Python, which need no network and nothing else.
- \`manifest.json\`: the SHA-256 of every file. \`META-INF/\`: the signature over all of them (ASiC-E).
- \`certificate.pem\`: what it was signed with. Compare it with the one that you were given from somewhere else.

Check everything with \`node verify/verify.mjs BUNDLE --certificate CERTIFICATE\` or \`python3 verify/verify.py BUNDLE --certificate CERTIFICATE\`, with the
bundle as it is: the signature, every file and the log. CERTIFICATE is the one that you were given; without it you are told which one signed. The document
and the files are checked by any reader of PAdES and ASiC-E, too, and everything on the page /verify of the installation.
`;

function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

async function putOff(
  { inScope, mspId, now }: Work,
  document: ClaimedDocument,
  error: unknown,
): Promise<void> {
  const isPublic = error instanceof RenderError || error instanceof Unmakeable;
  const problem = isPublic
    ? error.message
    : 'Something went wrong here. Try again, or tell whoever runs Holdfast.';
  const isHopeless =
    error instanceof Unmakeable ||
    (error instanceof RenderError && ['too-long', 'too-much-memory', 'refused'].includes(error.problem));
  const nextTryAt =
    isHopeless || document.attempts >= ATTEMPTS_MAX ? null : new Date(now().getTime() + RETRY_MS);
  await inScope(async (tx) => {
    await postponeDocument(tx, mspId, document, problem, nextTryAt, now());
    if (nextTryAt === null) await hintReport(tx, mspId, document, now());
  });
}

/** null: it was stamped; `nothing`: no stamp is due. */
async function stampNext(
  { inScope, mspId, now }: Work,
  tsaUrl: string,
): Promise<null | 'nothing' | { documentId: string; error: unknown }> {
  const due = await inScope(async (tx) => {
    const document = await nextToStamp(tx, mspId, now());
    return document && { document, file: await readDocumentFile(tx, mspId, document.documentId, 'pdf') };
  });
  if (!due?.file) return 'nothing';
  const { document, file } = due;
  try {
    const content = await stampPdf(file.content, tsaUrl);
    await inScope((tx) => saveStamped(tx, mspId, document, { content, sha256: sha256(content) }));
    return null;
  } catch (error) {
    const wait = Math.min(STAMP_RETRY_MS * 2 ** document.stampAttempts, STAMP_RETRY_MS_MAX);
    await inScope((tx) => postponeStamp(tx, mspId, document, new Date(now().getTime() + wait)));
    return { documentId: document.documentId, error };
  }
}
