import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The two verifiers that go with every bundle, so that it can be checked without us. */
const NAMES = ['verify.mjs', 'verify.py'] as const;

/** Their texts. They lie in `verify` of the folder that a process works in (docs/operations.md). */
export function readVerifiers(): Promise<{ path: string; bytes: Uint8Array }[]> {
  return Promise.all(
    NAMES.map(async (name) => ({
      path: name,
      bytes: await readFile(path.join(process.cwd(), 'verify', /* turbopackIgnore: true */ name)),
    })),
  );
}
