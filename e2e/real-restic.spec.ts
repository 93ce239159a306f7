import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { type AgentProgram, installAgent } from '../agent/testing/agent-program';
import { damageResticLab, makeResticLab, type ResticLab } from '../scripts/real-restic-lab';
import { requireTool } from '../test/require-tool';
import { expect, test } from './signed-in-page';

// One report end to end (docs/follow-a-report.md): real repositories, the agent as users get it, a real browser.
test.skip(!requireTool('restic'), 'restic is not installed');
test.describe.configure({ mode: 'serial' });

let folder: string;
let lab: ResticLab;
let agent: AgentProgram;
let clientPath: string;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-e2e-lab-'));
  agent = await installAgent();
  lab = await makeResticLab(folder);
});
test.afterAll(() => {
  agent.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('a machine is connected with the lines that the screen shows, and its systems appear', async ({
  pageOf,
}) => {
  test.setTimeout(120_000);
  const page = await pageOf('technician');
  await page.goto('/');
  await page.getByRole('button', { name: 'Add a client' }).click();
  await page.getByLabel('Name').fill(`Restic lab ${Date.now()}`);
  await page.getByRole('button', { name: 'Add client' }).click();
  await page.getByRole('button', { name: 'Connect a machine' }).click();
  const commands = await page.getByLabel('Line that connects the machine').textContent();
  const [, url = '', token = ''] = /enrol (\S+) (\S+)/.exec(commands ?? '') ?? [];
  await page.keyboard.press('Escape');
  clientPath = new URL(page.url()).pathname;

  const enrolled = await agent.run(['enrol', url, token]);
  expect(enrolled.exitCode, enrolled.stderr).toBe(0);
  await report();
  for (const host of new Set(lab.repositories.map((one) => one.host))) await reachSystem(page, host);
});

test('two copies in places of their own pass once somebody says where they stand', async ({ pageOf }) => {
  test.setTimeout(120_000);
  const page = await pageOf('technician');
  await reachSystem(page, 'lab-good');
  await expect(page.getByTestId('verdict-sentence')).toContainText('Not protected');
  const systemId = page.url().split('/').at(-1) ?? '';
  const office = await newSite(page, 'Lab office');
  const vault = await newSite(page, 'Lab vault');
  const [good, offsite] = [await repositoryId(page, 'good'), await repositoryId(page, 'good-offsite')];
  await declare(page, { kind: 'system', systemId }, { attribute: 'site', value: office });
  for (const [repository, place, media] of [
    [good, office, 'nas'],
    [offsite, vault, 'object-storage'],
  ] as const) {
    const subject = { kind: 'repository', repositoryId: repository };
    await declare(page, subject, { attribute: 'site', value: place });
    await declare(page, subject, { attribute: 'media', value: media });
    await declare(page, subject, { attribute: 'failure-domain', value: `lab ${media}` });
  }
  await reachSystem(page, 'lab-good');
  const sentence = page.getByTestId('verdict-sentence');
  await expect(sentence).toContainText('at risk: it passes only with copies whose runs nobody saw end');

  for (const name of ['good', 'good-offsite']) await backUpThroughAgent(name);
  await expect(async () => {
    await page.reload();
    await expect(sentence).toHaveText(/^Protected: 3 copies/, { timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  await expect(page.locator('#runs')).toContainText('Success');
});

test('each kind of damage is seen for what it is, and leads to the report that said so', async ({
  pageOf,
}) => {
  test.setTimeout(300_000);
  const page = await pageOf('technician');
  await damageResticLab(lab);
  await report();
  await expect(async () => {
    await reachSystem(page, 'lab-deleted');
    await expect(page.getByTestId('verdict-sentence')).toContainText('is gone: no repository was found');
  }).toPass({ timeout: 60_000 });

  const expected: readonly (readonly [string, RegExp, RegExp | null])[] = [
    ['lab-good', /^Protected: 3 copies/, null],
    ['lab-stale', /^Not protected: \S+\/stale is 72 h old/, /No usable point within the RPO/],
    ['lab-corrupt', /^Not protected: \S+\/corrupt has problems that a data check found/, /found problems/],
    [
      'lab-wrong-password',
      /^Not protected: \S+\/wrong-password refuses the password/,
      /refuses the password/,
    ],
    ['lab-locked', /^Not protected: 2 of 3 copies/, /locked is locked by another run/],
    ['lab-shared', /^Not protected: \S+\/shared-\w+ stands or falls with/, /2 repositories share/],
    // The whole point before it is fresh, so it is that one which counts.
    ['lab-missing-source', /^Not protected: 2 of 3 copies/, /settings missing since/],
    ['lab-deleted', /^Not protected: \S+\/deleted is gone/, /is gone: no repository was found/],
  ];
  for (const [host, sentence, finding] of expected) {
    await reachSystem(page, host);
    await expect(page.getByTestId('verdict-sentence'), host).toHaveText(sentence);
    if (finding) await expect(page.locator('#findings'), host).toContainText(finding);
    else await expect(page.locator('#findings'), host).toContainText('policy and reality agree');
  }

  const gone = page.locator('#findings li').filter({ hasText: 'is gone' });
  await gone.getByRole('link', { name: /Show the report/ }).click();
  await expect(page.getByLabel('Content of the report')).toContainText('"repository_missing"');
  for (const { password } of lab.repositories) expect(await page.content()).not.toContain(password);
});

/** As a timer would: the agent runs the backup and reports how it ended. */
async function backUpThroughAgent(name: string): Promise<void> {
  const one = lab.repositories.find((each) => each.name === name);
  if (!one) throw new Error(`the lab has no ${name}`);
  const ran = await agent.run(['run', '--job', name, '--', ...one.backupCommand], {
    HOLDFAST_CONFIG: lab.configFile,
    RESTIC_PASSWORD_FILE: one.passwordFile,
  });
  expect(ran.exitCode, ran.stderr).toBe(0);
}

async function report(): Promise<void> {
  const reported = await agent.run(['report'], { HOLDFAST_CONFIG: lab.configFile });
  expect(reported.exitCode, reported.stderr).toBe(0);
}

async function reachSystem(page: Page, name: string): Promise<void> {
  const link = page.locator('#systems').getByRole('link', { name, exact: true });
  await expect(async () => {
    await page.goto(clientPath);
    await expect(link).toHaveCount(1, { timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  await link.click();
  await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
}

async function newSite(page: Page, name: string): Promise<string> {
  const { siteId } = await post<{ siteId: string }>(page, `/api/v1${clientPath}/sites`, {
    name,
    ownerKind: 'client',
    timeZone: 'UTC',
    country: null,
    latitude: null,
    longitude: null,
  });
  return siteId;
}

async function repositoryId(page: Page, name: string): Promise<string> {
  await page.goto(clientPath);
  const row = page.locator('[data-repository]').filter({ hasText: new RegExp(`/${name}\\b(?!-)`) });
  return (await row.getAttribute('data-repository')) ?? '';
}

async function declare(page: Page, subject: object, said: object): Promise<void> {
  await post(page, '/api/v1/declarations', { subject, said, reason: 'the lab says so', validUntil: null });
}

async function post<Answer>(page: Page, address: string, body: object): Promise<Answer> {
  const { origin } = new URL(page.url());
  const response = await page.request.post(address, { data: body, headers: { origin } });
  expect(response.status(), await response.text()).toBe(201);
  return (await response.json()) as Answer;
}
