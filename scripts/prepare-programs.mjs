// What has to be there before any program of ours runs: packages, the database client, the bundles.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { bundlePrograms } from './bundle.mjs';
import { installPackages } from './install.mjs';
import { withLock } from './lock.mjs';
import { runStep, say } from './progress.mjs';
import { fingerprint, ROOT, whenChanged } from './project.mjs';

const GENERATED = path.join(ROOT, 'prisma/generated');
const LOGS_DIR = path.join(ROOT, '.data/logs');

/** Makes what is missing or older than its sources; one process at a time. */
export async function installAndBundle() {
  mkdirSync(path.join(ROOT, '.data'), { recursive: true });
  await withLock(path.join(ROOT, '.data/install.lock'), async () => {
    await installPackages();
    await generateClient();
    await bundlePrograms();
  });
}

async function generateClient() {
  const key = fingerprint(['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json']);
  await whenChanged(path.join(GENERATED, '.stamp'), key, async () => {
    const prisma = path.join(ROOT, 'node_modules/prisma/build/index.js');
    await runStep('generating the database client', process.execPath, [prisma, 'generate'], {
      cwd: ROOT,
      logFile: path.join(LOGS_DIR, 'generate.log'),
    });
    say('database client generated');
  });
}
