// Finds a Chromium for the browser tests on any machine: the one that was named, Playwright's own, the one that an npm package
// brings, or the system's. The first three are headless shells, the same on every machine; a whole browser takes five times the
// processor for each window (its own interface is drawn, too). By hand: node scripts/find-browser.mjs
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from './failure.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const PLACES = {
  linux: ['/snap/bin/chromium', '/opt/google/chrome/chrome'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
};
const WITHOUT_SANDBOX = ['--no-sandbox', '--disable-dev-shm-usage'];

/**
 * @returns {Promise<{ executablePath?: string, args: string[], env?: Record<string, string>, source: string }>} launch
 *   options of Playwright; without `executablePath` it uses its own
 */
export async function findBrowser() {
  // Chromium's sandbox refuses root, and needs what containers forbid
  const args = process.getuid?.() === 0 || process.env.CI ? WITHOUT_SANDBOX : [];
  const named = process.env.PLAYWRIGHT_CHROMIUM_PATH;
  if (named) return { executablePath: named, args, source: 'PLAYWRIGHT_CHROMIUM_PATH' };
  const { chromium } = await import('@playwright/test');
  if (fs.existsSync(chromium.executablePath())) return { args, source: 'Playwright' };
  const packaged = await packagedBrowser();
  if (packaged && (await starts(chromium, packaged))) return packaged;
  const system = systemBrowsers().find(works);
  if (system) return { executablePath: system, args, source: 'system' };
  throw new Failure('No Chromium was found for the browser tests.', 'Run: npx playwright install chromium');
}

function systemBrowsers() {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return [...onPath, ...(PLACES[process.platform] ?? [])].filter((file) => fs.existsSync(file));
}

/** A wrapper script may be there without the browser (Ubuntu's snap stub), so it has to open a page. */
function works(file) {
  const args = ['--headless', ...WITHOUT_SANDBOX, '--disable-gpu', '--dump-dom', 'about:blank'];
  return spawnSync(file, args, { timeout: 30_000, stdio: 'ignore' }).status === 0;
}

/** It was built for another system, which has libraries that this one may lack. */
async function starts(chromium, { executablePath, args, env }) {
  try {
    const browser = await chromium.launch({
      executablePath,
      args,
      env: { ...process.env, ...env },
      timeout: 30_000,
    });
    await browser.close();
    return true;
  } catch {
    return false;
  }
}

async function packagedBrowser() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  // it unpacks the libraries it needs only when it believes to be in Lambda, and decides that while it is imported
  const before = { ...process.env };
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs22.x';
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    const executablePath = await packaged.executablePath();
    const libraries = [path.join(os.tmpdir(), 'al2023/lib'), before.LD_LIBRARY_PATH]
      .filter(Boolean)
      .join(':');
    return {
      executablePath,
      args: WITHOUT_SANDBOX,
      env: { LD_LIBRARY_PATH: libraries },
      source: '@sparticuz/chromium',
    };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(await findBrowser());
