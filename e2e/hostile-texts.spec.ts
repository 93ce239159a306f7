import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { hidesSomething } from '../domain/text/visible-text';
import { hostileTextReport } from '../ingest/testing/hostile-text-report';
import {
  enrolmentOf,
  headersOf,
  reportDelivery,
  reportOf,
  type SampleAgent,
} from '../ingest/testing/sample-agent';
import { HOSTILE_TEXTS, SIGN_OF_A_SCRIPT } from '../test/hostile-texts';
import { expect, test } from './signed-in-page';

// Everything that a machine can name is called by each of the texts; then every page that shows some of it is looked at.
// At the other MSP, whose fleet no other journey walks through.
test('texts of machines are shown as texts: nothing runs, nothing hides, nothing bursts', async ({
  pageOf,
  access,
}) => {
  test.setTimeout(600_000);
  const page = await pageOf('technician', { isOtherMsp: true });
  const troubles = watch(page);
  const clientPath = await newClient(page);
  const agent = await enrol(page, access.ingestUrl);
  for (const [index, { text }] of HOSTILE_TEXTS.entries()) {
    const report = reportOf(agent, index + 1, hostileTextReport(agent, text, index));
    const delivery = reportDelivery(agent, report);
    const response = await page.request.post(`${access.ingestUrl}/v1/reports`, {
      headers: headersOf(delivery),
      data: delivery.body,
    });
    expect(response.status()).toBe(202);
  }
  await expect(async () => {
    await page.goto(clientPath);
    // The list stands behind a skeleton until then.
    await page.locator('main a[href^="/systems/"]').first().waitFor({ timeout: 20_000 });
    expect((await systemsOn(page)).length).toBeGreaterThan(HOSTILE_TEXTS.length - 5);
  }).toPass({ timeout: 120_000 });

  const systems = await systemsOn(page);
  await lookAt(page, clientPath);
  await lookAt(page, `/?q=${encodeURIComponent('Hostile texts')}`);
  for (const [index, system] of systems.entries()) {
    // All stand in the client's list; a page of its own is looked at for every fourth.
    if (index % 4 !== 0) continue;
    await lookAt(page, `${system}?why=open`);
    if (index % 8 !== 0) continue;
    for (const tab of ['/runs', '/points']) await lookAt(page, `${system}${tab}`);
    await page.goto(system);
    const [report] = await hrefs(page, '/raw-reports/');
    if (report) await lookAt(page, report);
  }
  expect(troubles).toEqual([]);
});

function watch(page: Page): string[] {
  const troubles: string[] = [];
  page.on('dialog', (dialog) => {
    troubles.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') troubles.push(`request to ${request.url()}`);
  });
  return troubles;
}

async function lookAt(page: Page, path: string): Promise<void> {
  const response = await page.goto(path);
  expect(response?.status(), path).toBe(200);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, `${path} is wider than ${width} px`).toBeLessThanOrEqual(0);
  }
  const seen = await page.evaluate(
    (sign) => ({
      hasRun: sign in window,
      strangers: document.querySelectorAll(
        'iframe, img[src="x"], svg[onload], [onerror], form[action*="evil"], a[href^="javascript:"], input[name="password"]',
      ).length,
      isShown: getComputedStyle(document.body).display !== 'none',
      text: document.body.innerText,
    }),
    SIGN_OF_A_SCRIPT,
  );
  expect(seen, path).toMatchObject({ hasRun: false, strangers: 0, isShown: true });
  expect(hidesSomething(seen.text.replaceAll(/[\n\t]/g, '')), `${path} hides something`).toBe(false);
}

async function newClient(page: Page): Promise<string> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Add a client' }).click();
  await page.getByLabel('Name').fill(`Hostile texts ${Date.now()}`);
  await page.getByRole('button', { name: 'Add client' }).click();
  await expect(page.getByRole('button', { name: 'Connect a machine' })).toBeVisible();
  return new URL(page.url()).pathname;
}

/** A machine of the client that the page shows. */
async function enrol(page: Page, ingestUrl: string): Promise<SampleAgent> {
  await page.getByRole('button', { name: 'Connect a machine' }).click();
  const commands = await page.getByLabel('Line that connects the machine').textContent();
  const [, token = ''] = /enrol \S+ (\S+)/.exec(commands ?? '') ?? [];
  const { body, privateKey } = enrolmentOf(token, 'hostile-texts');
  const response = await page.request.post(`${ingestUrl}/v1/enrol`, { data: body });
  expect(response.status()).toBe(201);
  const { agent_id: agentId } = (await response.json()) as { agent_id: string };
  return { agentId, privateKey, epoch: randomUUID(), hostname: 'hostile-texts' };
}

async function hrefs(page: Page, prefix: string): Promise<string[]> {
  return page
    .locator(`main a[href^="${prefix}"]`)
    .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
}

async function systemsOn(page: Page): Promise<string[]> {
  const links = await hrefs(page, '/systems/');
  return [...new Set(links.flatMap((href) => /^\/systems\/[^/?#]+/.exec(href) ?? []))];
}
