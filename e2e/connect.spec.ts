import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { expect, test } from './signed-in-page';

const PING = /\/ping\/([0-9a-f-]{36})/;

/** Sends a ping to the running ingestion process, whichever address people are shown for it. */
async function ping(ingestUrl: string, line: string, path: string, body = ''): Promise<number> {
  const [, address] = PING.exec(line) ?? [];
  const response = await fetch(`${ingestUrl}/ping/${address}${path}`, { method: 'POST', body });
  return response.status;
}

/** Opens a check for a system, by keyboard alone; answers the line that it shows. */
async function connectByKeyboard(page: Page, hostname: string): Promise<string> {
  await page.goto('/connect');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connect a backup');
  await page.getByLabel('Client').focus();
  await page.keyboard.type('Kett');
  await expect(page).toHaveURL(/client=/);
  const filter = page.getByRole('searchbox', { name: 'Filter products' });
  await filter.focus();
  await page.keyboard.type('borgm');
  await expect(page.getByRole('list', { name: 'Products' }).getByRole('listitem')).toHaveCount(2);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const ways = page.getByRole('region', { name: 'By which way does it tell?' });
  await expect(ways).toContainText('a success claims a copy there that nobody saw');
  await expect(ways).toContainText('seen from real output');
  expect(await violationsOf(page)).toEqual([]);
  await ways.getByRole('link', { name: 'Ping' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('System').focus();
  await page.keyboard.type(hostname);
  await expect(page.getByRole('button', { name: 'Make the address' })).toBeEnabled();
  await page.keyboard.press('Enter');
  const line = page.getByRole('region', { name: 'Paste this' }).locator('pre').first();
  await expect(line).toContainText('ping_url');
  return line.innerText();
}

test('a backup is connected by keyboard, from its product to its first ping and the system that it names', async ({
  pageOf,
  access,
}) => {
  test.setTimeout(120_000);
  const ingestUrl = process.env['HOLDFAST_E2E_INGEST_URL'] ?? access.ingestUrl;
  const hostname = `pinged-${randomUUID().slice(0, 8)}`;
  const page = await pageOf('technician');
  const line = await connectByKeyboard(page, hostname);
  const arriving = page.getByRole('region', { name: 'First message' });
  await expect(arriving).toContainText('Waiting for the first message …');
  expect(await violationsOf(page)).toEqual([]);

  expect(await ping(ingestUrl, line, '/log', 'mounting the share')).toBe(200);
  await expect(arriving).toContainText('A message arrived that tells of no run');
  await expect(arriving).toContainText('a line of a log');

  expect(await ping(ingestUrl, line, '', '<b>Files: 12</b>')).toBe(200);
  await expect(arriving).toContainText(`${hostname} has reported`);
  await expect(arriving).toContainText('Success');
  expect(await violationsOf(page)).toEqual([]);
  await arriving.getByRole('link', { name: `Open ${hostname}` }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: hostname })).toBeVisible();
  await expect(page.locator('main')).toContainText('borgmatic');
  const systemPath = new URL(page.url()).pathname;

  await page.goto('/agents/channels?q=pinged');
  await page.getByRole('link', { name: 'borgmatic' }).first().focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'What arrived' })).toBeVisible();
  await page
    .getByRole('link', { name: /^Show the report it came from/ })
    .first()
    .focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: /^Message 2 of borgmatic/ })).toBeVisible();
  await expect(page.getByLabel('What the message says, 1 of 1')).toHaveText('<b>Files: 12</b>');
  await expect(page.locator('main')).not.toContainText('Signature');

  // Other tests look at what is worst: a system without copies would be that.
  const ignored = await page.request.put(`/api/v1${systemPath}/inbox-decision`, {
    data: { verb: 'ignored', reason: 'made by a test' },
    headers: { origin: access.webUrl },
  });
  expect(ignored.status()).toBe(204);
});

test('what came and does not fit says why, and leads to the message as it was kept', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/agents/channels?q=Weighbridge');
  await expect(page.getByText('Put aside', { exact: true })).toBeVisible();
  const href = await page.locator('[data-row-link]').first().getAttribute('href');
  await page.goto(`/connect?channel=${href?.split('/').at(-1)}`);
  const arriving = page.getByRole('region', { name: 'First message' });
  await expect(arriving).toContainText('A message arrived, but does not fit');
  await expect(arriving).toContainText('No product that is known sends such a message.');
  await expect(arriving).toContainText('stays unknown, never compliant');
  expect(await violationsOf(page)).toEqual([]);
  await arriving.getByRole('link', { name: 'Show the message' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('What the message says, 1 of 1')).toContainText('Result: OK.');
  await expect(page.getByLabel('Head of the message')).toContainText('Subject: Nightly save finished OK');
});

test('a channel is changed and closed, and a reader sees neither its address nor how to', async ({
  pageOf,
  access,
}) => {
  test.setTimeout(120_000);
  const ingestUrl = process.env['HOLDFAST_E2E_INGEST_URL'] ?? access.ingestUrl;
  const hostname = `ended-${randomUUID().slice(0, 8)}`;
  const page = await pageOf('technician');
  const line = await connectByKeyboard(page, hostname);
  const channelId = new URL(page.url()).searchParams.get('channel');
  await page.goto(`/agents/channels/${channelId}`);
  await page.getByRole('button', { name: 'Change borgmatic' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('May be late by').selectOption({ label: '4 h' });
  await dialog.getByLabel('What it tells of').fill(`Files of ${hostname}`);
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: `Files of ${hostname}` })).toBeVisible();
  await expect(page.locator('main')).toContainText('at most 4 h late');

  const reader = await pageOf('read-only');
  await reader.goto(`/agents/channels/${channelId}`);
  await expect(reader.getByRole('heading', { name: 'What arrived' })).toBeVisible();
  expect(await reader.content()).not.toMatch(PING);
  await expect(reader.getByRole('button', { name: /^(Change|Close channel)/ })).toHaveCount(0);

  await page.getByRole('button', { name: 'Close channel' }).click();
  await dialog.getByRole('button', { name: `Close Files of ${hostname}` }).click();
  await expect(page.locator('main').getByText('Closed', { exact: true }).first()).toBeVisible();
  expect(await ping(ingestUrl, line, '')).toBe(404);
});
