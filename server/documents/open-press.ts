import { readFileSync } from 'node:fs';
import path from 'node:path';
import { config } from '../config';
import type { Press } from '../services/make-due-documents';
import { openRenderer } from './render/renderer';
import { configuredSigner } from './sign/configured-signer';

/** The verifiers of the evidence log that go with every bundle, each one file. */
const VERIFIERS = ['verify.mjs', 'verify.py'];

/**
 * What documents are made with, by the settings of this process; null: no key was given.
 * @param programsDir where the bundled render process lies, with the verifiers in `verify/`
 */
export function openPress(programsDir: string): Press | null {
  const { documentKey, tsaUrl, appOrigin } = config();
  if (documentKey === null) return null;
  return {
    renderer: openRenderer(path.join(programsDir, 'render.mjs')),
    signer: configuredSigner(),
    tsaUrl,
    verifyUrl: `${appOrigin}/verify`,
    verifiers: VERIFIERS.map((name) => ({
      path: name,
      bytes: readFileSync(path.join(programsDir, 'verify', name)),
    })),
  };
}
