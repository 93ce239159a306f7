// Makes `verify/verify.mjs`, the verifier as one file that Node runs without packages, from its TypeScript.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from './project.mjs';

export const VERIFIER_FILE = path.join(ROOT, 'verify/verify.mjs');

const HEAD = `#!/usr/bin/env node
// Made from verify.ts beside it by scripts/publish-verifier.mjs: checks a bundle of Holdfast's evidence log, offline.
//   node verify.mjs BUNDLE [--key PUBLIC_KEY]... [--witness FILE]... [--tsa-ca FILE]... [--certificate FILE]... [--json]`;

/** @returns {Promise<string>} the text of the file */
export async function verifierText() {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['verify/verify.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    charset: 'utf8',
    minifySyntax: true,
    banner: { js: HEAD },
  });
  return outputFiles[0].text.replaceAll(/^\/\/ verify\/.*\n/gm, '');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  fs.writeFileSync(VERIFIER_FILE, await verifierText(), { mode: 0o755 });
