import { randomUUID } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { z } from 'zod';
import { violationsOf } from './accessibility';
import type { Access } from './running-system';
import { expect, test } from './signed-in-page';

interface Opened {
  readonly channelId: string;
  readonly address: string;
}

/** A channel of the first client, for a system of its own. */
async function openChannel(
  page: Page,
  access: Access,
  kind: 'mail' | 'webhook',
  hostname: string,
): Promise<Opened> {
  await page.goto('/');
  const client = await page.locator('main a[href^="/clients/0"]').first().getAttribute('href');
  const made = await page.request.post(`/api/v1${client?.replace(/[?#].*/, '')}/channels`, {
    data: { kind, name: `Messages of ${hostname}`, hostname },
    headers: { origin: access.webUrl },
  });
  expect(made.status(), await made.text()).toBe(201);
  return z.object({ channelId: z.uuid(), address: z.string() }).parse(await made.json());
}

/** Sends a message to the running ingestion process, and opens what was put aside of it. */
async function putAside(
  page: Page,
  access: Access,
  { channelId, address }: Opened,
  sent: { path: 'mail' | 'hook'; type: string; body: string },
): Promise<void> {
  await send(access, address, sent);
  await page.goto(`/agents/channels/${channelId}`);
  await expect(async () => {
    await page.reload();
    await expect(page.getByText('Put aside', { exact: true }).first()).toBeVisible({ timeout: 500 });
  }).toPass();
  await page
    .getByRole('link', { name: /^Show the report it came from/ })
    .first()
    .click();
}

async function send(
  access: Access,
  address: string,
  { path, type, body }: { path: 'mail' | 'hook'; type: string; body: string },
): Promise<void> {
  const ingestUrl = process.env['HOLDFAST_E2E_INGEST_URL'] ?? access.ingestUrl;
  const answer = await fetch(`${ingestUrl}/${path}/${address}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
  });
  expect(answer.status).toBe(200);
}

const mailOf = (subject: string, lines: readonly string[]): string =>
  [
    'From: Scale <scale@weighing.example>',
    `Subject: ${subject}`,
    `Message-ID: <${randomUUID()}@weighing.example>`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    ...lines,
    '',
  ].join('\r\n');

/** Selects words in a text as the keyboard does, from its beginning. */
async function selectByKeyboard(text: Locator, words: string): Promise<void> {
  const value = await text.inputValue();
  const start = value.indexOf(words);
  expect(start).toBeGreaterThanOrEqual(0);
  await text.focus();
  await text.press('ControlOrMeta+Home');
  for (let at = 0; at < start; at++) await text.press('ArrowRight');
  for (let at = 0; at < words.length; at++) await text.press('Shift+ArrowRight');
}

/** The page of the system that the messages of a channel's page led to. */
async function systemPathOf(page: Page, hostname: string): Promise<string> {
  const link = page.getByRole('link', { name: hostname, exact: true }).first();
  return ((await link.getAttribute('href')) ?? '').replace(/\/runs.*$/, '');
}

/** Ignores the system that a test made: others look at what is worst. */
async function ignoreSystem(page: Page, access: Access, systemPath: string): Promise<void> {
  const ignored = await page.request.put(`/api/v1${systemPath}/inbox-decision`, {
    data: { verb: 'ignored', reason: 'made by a test' },
    headers: { origin: access.webUrl },
  });
  expect(ignored.status()).toBe(204);
}

test('a rule is made from a mail by keyboard, reads what was put aside and what comes, and can be undone', async ({
  pageOf,
  access,
}) => {
  test.setTimeout(180_000);
  const hostname = `scale-${randomUUID().slice(0, 8)}`;
  const page = await pageOf('technician');
  const opened = await openChannel(page, access, 'mail', hostname);
  const good = mailOf('Save', ['All copied.', 'Job: ledger', 'Took: 5 min']);
  await putAside(page, access, opened, { path: 'mail', type: 'message/rfc822', body: good });

  await page.getByRole('link', { name: 'Make a rule' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: /^Make a rule from message 1/ })).toBeVisible();
  const answer = page.getByRole('region', { name: 'What the rule makes of this message' });
  await expect(answer).toContainText('Say first what in it tells how the run ended');
  await page.getByLabel('Name', { exact: true }).focus();
  await page.keyboard.type(`Scale of ${hostname}`);

  const text = page.getByLabel('Text', { exact: true });
  await selectByKeyboard(text, 'All copied');
  await page.getByRole('button', { name: 'It says: success' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Success, sign 1' })).toHaveValue('All copied');
  await expect(answer).toContainText('Success');
  await expect(page.locator('main')).toContainText('It has no sign of a failure');

  await selectByKeyboard(text, 'ledger');
  await page.getByRole('button', { name: 'It is: job' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Job is found by')).toHaveValue('Job');
  await selectByKeyboard(text, '5 min');
  await page.getByRole('button', { name: 'It is: duration' }).focus();
  await page.keyboard.press('Enter');
  await expect(answer).toContainText('5 min');

  await page.getByRole('button', { name: 'Add a sign: failure' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('How failure, sign 1, is written').selectOption('pattern');
  await page.getByRole('textbox', { name: 'Failure, sign 1' }).fill('(broke');
  await expect(page.getByRole('alert').filter({ hasText: 'is not closed' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save and read again' })).toBeDisabled();
  await page.getByRole('textbox', { name: 'Failure, sign 1' }).fill('(broke|failed)');
  await expect(answer).toContainText('Success');
  await expect(page.locator('main')).not.toContainText('It has no sign of a failure');
  expect(await violationsOf(page)).toEqual([]);

  await page.getByRole('button', { name: 'Save and read again' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: `Scale of ${hostname}` })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Reading again' })).toContainText('by this rule 1 so far');
  expect(await violationsOf(page)).toEqual([]);

  const bad = mailOf('Save', ['It broke.', 'Job: ledger']);
  await send(access, opened.address, { path: 'mail', type: 'message/rfc822', body: bad });
  await page.goto(`/agents/channels/${opened.channelId}`);
  await expect(async () => {
    await page.reload();
    await expect(page.getByText(`Read by the rule “Scale of ${hostname}”.`)).toHaveCount(2, { timeout: 500 });
  }).toPass();
  await page
    .getByRole('link', { name: /^Show the report it came from/ })
    .first()
    .click();
  await expect(page.locator('main')).toContainText('in its version 1, as a failure');

  await page.goto(`/agents/channels/${opened.channelId}`);
  await expect(page.locator('main')).toContainText('ledger');
  const systemPath = await systemPathOf(page, hostname);
  await page.goto(`${systemPath}/runs`);
  await expect(page.getByText('Failed', { exact: true }).first()).toBeVisible();
  await expect(page.getByText('Success', { exact: true }).first()).toBeVisible();

  await page.goto('/agents/channels/rules');
  await page.getByRole('button', { name: `Switch Scale of ${hostname} off` }).click();
  await expect(page.getByRole('button', { name: `Switch Scale of ${hostname} on` })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('button', { name: `Switch Scale of ${hostname} off` })).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await ignoreSystem(page, access, systemPath);
});

const messageOf = (state: string) => ({
  path: 'hook' as const,
  type: 'application/json',
  body: JSON.stringify({ tool: 'dumper', job: { name: 'books' }, state, id: randomUUID() }),
});

test('a rule is made from a JSON by its fields, and is changed where a new word comes', async ({
  pageOf,
  access,
}) => {
  test.setTimeout(180_000);
  const hostname = `dumper-${randomUUID().slice(0, 8)}`;
  const page = await pageOf('technician', { width: 390 });
  const opened = await openChannel(page, access, 'webhook', hostname);
  await putAside(page, access, opened, messageOf('done'));
  await page.getByRole('link', { name: 'Make a rule' }).click();
  await page.getByLabel('Name', { exact: true }).fill(`Dumper of ${hostname}`);
  await page.getByRole('button', { name: 'tool: dumper' }).click();
  await page.getByRole('button', { name: 'Holds where the field has this value' }).click();
  await page.getByRole('button', { name: 'state: done' }).click();
  await page.getByRole('button', { name: 'It says: success' }).click();
  await page.getByRole('button', { name: 'name: books' }).click();
  await page.getByRole('button', { name: 'It is: job' }).click();
  await expect(page.getByLabel('Field of job')).toHaveValue('/job/name');
  const answer = page.getByRole('region', { name: 'What the rule makes of this message' });
  await expect(answer).toContainText('/state = done');
  await expect(answer).toContainText('books');
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save and read again' }).click();
  await expect(page.getByRole('region', { name: 'Reading again' })).toContainText('by this rule 1 so far');
  const rulePath = new URL(page.url()).pathname;

  await putAside(page, access, opened, messageOf('broke'));
  await expect(page.locator('main')).toContainText('the rule does not say what “broke” in /state means');

  await page.goto(rulePath);
  await page.getByRole('button', { name: 'Add an ending' }).click();
  await page.getByLabel('Value of ending 2').fill('broke');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Reading again' })).toContainText('by this rule 2 so far');
  await page.goto(`/agents/channels/${opened.channelId}`);
  const systemPath = await systemPathOf(page, hostname);
  await page.goto(`${systemPath}/runs`);
  await expect(page.getByText('Failed', { exact: true }).first()).toBeVisible();
  await ignoreSystem(page, access, systemPath);
});

test('a reader sees the rules, and no way to change them', async ({ pageOf }) => {
  const page = await pageOf('read-only');
  await page.goto('/agents/channels/rules');
  await expect(page.getByRole('heading', { level: 1, name: 'Rules for messages' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Switch / })).toHaveCount(0);
  await page.goto('/agents/channels?q=Weighbridge');
  await page.locator('[data-row-link]').first().click();
  await page
    .getByRole('link', { name: /^Show the report it came from/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { name: 'What it says' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Make a rule' })).toHaveCount(0);
});
