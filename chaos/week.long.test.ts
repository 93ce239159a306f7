import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workerScope } from '@/server/auth/system-scope';
import { setting } from '@/server/config';
import { openDatabase } from '@/server/data/database';
import { createPerson } from '@/server/services/create-person';
import { findBrowser } from '../scripts/find-browser.mjs';
import { freePort } from '../scripts/ports.mjs';
import { until } from '../scripts/run-program.mjs';
import { runWeek, type Week } from './run-week';
import { expectedOf } from './week-oracle';
import { linesOf, outcomeOf } from './week-outcome';

const MACHINES_PER_CLIENT = Number(process.env['WEEK_MACHINES'] ?? 40);
const ROOT = path.resolve(import.meta.dirname, '..');
const LOGIN = { email: 'mara@quillmark.example', password: 'a week of two hundred machines' };
const seed = Number(process.env['WEEK_SEED'] ?? Date.now() % 1_000_000);
let week: Week;

beforeAll(async () => {
  week = await runWeek({ machinesPerClient: MACHINES_PER_CLIENT, seed, killChance: 0.1 });
}, 1_800_000);
afterAll(() => week?.close());

describe('a scripted week of two hundred machines', () => {
  it('ends with the findings and messages that the oracle lists, none missing, none doubled, the worker killed at random', async () => {
    expect(week.kills, `WEEK_SEED=${seed}`).toBeGreaterThan(10);
    expect(linesOf(await outcomeOf(week)), `WEEK_SEED=${seed}`).toEqual(
      linesOf(expectedOf(MACHINES_PER_CLIENT)),
    );
  });

  it('leaves a queue that is worked off by keyboard alone', { timeout: 300_000 }, async () => {
    const web = await startWeb(week);
    const browser = await launch();
    try {
      const page = await signedIn(browser, web.url);
      const { openCauses } = await outcomeOf(week);
      expect(await workOff(page, web.url, openCauses.length)).toEqual({
        left: openCauses.length - 2,
        unanswered: 0,
      });
    } finally {
      await browser.close();
      await web.stop();
    }
  });
});

/**
 * Everything in the queue gets an answer: the first is waived, the second assigned, the third snoozed, the others acknowledged. Answers
 * what is in the list afterwards.
 */
async function workOff(
  page: Page,
  webUrl: string,
  causes: number,
): Promise<{ left: number; unanswered: number }> {
  const rows = page.locator('[data-cause-id]');
  const unanswered = rows.filter({ hasText: 'New' });
  const press = (key: string) => page.keyboard.press(key);
  await page.goto(`${webUrl}/findings`);
  await page.waitForFunction(() => {
    const row = document.querySelector('[data-row-link]');
    return row !== null && Object.keys(row).some((key) => key.startsWith('__reactProps'));
  });
  expect(await rows.count()).toBe(causes);
  expect(await unanswered.count()).toBe(causes);

  await press('j');
  await press('w');
  await page.getByRole('dialog', { name: 'Waive' }).getByLabel('Why').waitFor();
  await page.keyboard.type('The laptop was sold.');
  await press('Tab');
  await page.keyboard.type('Dr. Hale');
  await press('Enter');
  await rows.nth(causes - 1).waitFor({ state: 'detached' });
  await isInList(page);

  await press('s');
  await page.getByRole('dialog', { name: 'Assign' }).getByLabel('To').waitFor();
  await press('Tab');
  await press('Enter');
  await page.getByText(/^assigned to Mara/).waitFor();
  await isInList(page);
  await press('j');
  await press('z');
  await page.getByRole('dialog', { name: 'Snooze' }).getByLabel('Until', { exact: true }).press('Enter');
  await rows.nth(causes - 2).waitFor({ state: 'detached' });
  await isInList(page);

  await press('X');
  await press('a');
  await page.waitForFunction(
    () => ![...document.querySelectorAll('[data-cause-id]')].some((row) => row.textContent?.includes('New')),
  );
  await page.reload();
  await rows.first().waitFor();
  return { left: await rows.count(), unanswered: await unanswered.count() };
}

/** The focus has come back to a cause: the next key is for it. */
async function isInList(page: Page): Promise<void> {
  await page.waitForFunction(() => document.activeElement?.matches('[data-row-link]') === true);
}

async function launch(): Promise<Browser> {
  const { executablePath, args, env } = await findBrowser();
  return chromium.launch({
    args,
    ...(executablePath && { executablePath }),
    ...(env && { env: { ...process.env, ...env } }),
  });
}

async function signedIn(browser: Browser, webUrl: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${webUrl}/sign-in`);
  await page.getByLabel('Email').fill(LOGIN.email);
  await page.getByLabel('Password').fill(LOGIN.password);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  return page;
}

/** The web process on what the week left; no worker looks at it any more, so the queue stays as it was at the end. */
async function startWeb({ at, mspId }: Week): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = path.join(ROOT, '.next/standalone/server.js');
  if (!fs.existsSync(path.join(ROOT, '.next/BUILD_ID')))
    throw new Error('the web pages are not built: run the stage `build`, or `npm start` once');
  const owner = openDatabase({ url: at.ownerUrl, contextKey: setting('contextKey'), connectionsMax: 1 });
  await createPerson(owner, workerScope(mspId), {
    ...LOGIN,
    name: 'Mara Ellison',
    role: 'technician',
    totpSecret: null,
    isDemo: false,
  });
  await owner.close();
  const port = await freePort(3_700);
  const url = `http://127.0.0.1:${port}`;
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-week-web-'));
  const args = fs.existsSync(server)
    ? [server]
    : [path.join(ROOT, 'node_modules/next/dist/bin/next'), 'start', '-H', '127.0.0.1', '-p', String(port)];
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: 'ignore',
    env: {
      ...process.env,
      NODE_ENV: 'production',
      DATABASE_URL_WEB: at.webUrl,
      HOLDFAST_DATA_DIR: dataDir,
      HOLDFAST_DEMO: 'off',
      APP_ORIGIN: url,
      NEXTAUTH_URL: url,
      PORT: String(port),
      HOSTNAME: '127.0.0.1',
    },
  });
  const isUp = await until(
    () =>
      fetch(`${url}/api/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    60_000,
  );
  if (!isUp) throw new Error('the web process did not start');
  return {
    url,
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      fs.rmSync(dataDir, { recursive: true });
    },
  };
}
