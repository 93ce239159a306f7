import { createPrivateKey } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { makeDocumentKey } from '../scripts/document-key.mjs';
import { programOptions } from '../scripts/bundle.mjs';
import { openRenderer, type Renderer } from '../server/documents/render/renderer';
import { type DocumentSigner, localSigner } from '../server/documents/sign/document-signer';
import type { Press } from '../server/services/make-due-documents';

const DIR = path.resolve(import.meta.dirname, '../.test-data/programs');
const VERIFIERS = ['verify.mjs', 'verify.py'];

/** A render process, bundled as `npm start` does. */
export async function openTestRenderer(): Promise<Renderer> {
  const outfile = path.join(DIR, `render-${process.pid}.mjs`);
  await build({ ...programOptions('render'), outfile });
  return openRenderer(outfile);
}

/**
 * Lays the render process and the verifiers where a worker of `startServerProcess` looks for them.
 * @returns the settings of a new key
 */
export async function pressForWorker(): Promise<Record<string, string>> {
  await build({ ...programOptions('render'), outfile: path.join(DIR, 'render.mjs') });
  mkdirSync(path.join(DIR, 'verify'), { recursive: true });
  for (const name of VERIFIERS)
    copyFileSync(path.resolve(import.meta.dirname, '../verify', name), path.join(DIR, 'verify', name));
  const { documentKey, documentCertificate } = makeDocumentKey();
  return { HOLDFAST_DOCUMENT_KEY: documentKey, HOLDFAST_DOCUMENT_CERTIFICATES: documentCertificate };
}

/** A signer with a new key and its own certificate. */
export function makeTestSigner(): DocumentSigner {
  const { documentKey, documentCertificate } = makeDocumentKey();
  const key = createPrivateKey({ key: Buffer.from(documentKey, 'base64'), format: 'der', type: 'pkcs8' });
  return localSigner(key, [new Uint8Array(Buffer.from(documentCertificate, 'base64'))]);
}

/** All that documents are made with. Close its renderer. */
export async function openTestPress(): Promise<Press> {
  return {
    renderer: await openTestRenderer(),
    signer: makeTestSigner(),
    tsaUrl: null,
    verifyUrl: 'https://holdfast.example/verify',
    verifiers: VERIFIERS.map((name) => ({
      path: name,
      bytes: readFileSync(path.resolve(import.meta.dirname, '../verify', name)),
    })),
  };
}
