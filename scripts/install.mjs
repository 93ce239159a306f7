import fs from 'node:fs';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { fingerprint, ROOT, whenChanged } from './project.mjs';
import { runStep, say } from './progress.mjs';

const OLDEST_NODE = [20, 19];

/** Refuses a Node that is too old, in a sentence instead of a syntax error later. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Failure(
    `Node ${process.versions.node} is too old.`,
    `Install Node ${OLDEST_NODE.join('.')} or newer.`,
  );
}

/** Installs the packages when they are missing or the lock file changed. No install script is run: none is needed. */
export async function installPackages() {
  const modules = path.join(ROOT, 'node_modules');
  const key = fingerprint(['package-lock.json']);
  if (isInstalledByHand(modules)) return;
  await whenChanged(path.join(modules, '.holdfast-stamp'), key, async () => {
    say('installing the packages (about half a minute) …');
    const npm = process.env.npm_execpath;
    const isScript = npm?.endsWith('.js') || npm?.endsWith('.cjs');
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    await runStep(
      'installing the packages',
      isScript ? process.execPath : 'npm',
      isScript ? [npm, ...args] : args,
      {
        cwd: ROOT,
        // production would leave out what builds and tests need
        env: { ...process.env, NODE_ENV: '' },
        logFile: path.join(ROOT, '.data/logs/install.log'),
      },
    );
    say('packages installed');
  });
}

/** npm writes its own copy of the lock file at the end of an installation; one newer than ours is complete. */
function isInstalledByHand(modules) {
  const installed = fs.statSync(path.join(modules, '.package-lock.json'), { throwIfNoEntry: false });
  const wanted = fs.statSync(path.join(ROOT, 'package-lock.json'));
  const hasStamp = fs.existsSync(path.join(modules, '.holdfast-stamp'));
  return installed !== undefined && !hasStamp && installed.mtimeMs >= wanted.mtimeMs;
}
