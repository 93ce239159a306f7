import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { requireTool } from '../test/require-tool';
import { violationsOf } from './accessibility';
import { expect, test } from './signed-in-page';

const HAS_PDFTOTEXT = requireTool('pdftotext', ['-v']);
const RECOVERY = 'Time to be back, against the promise';
const WORDS = `Dear board, <b>this</b> is #strong[how] it went ${Date.now()}.`;

/** The words of a PDF that a click downloads. */
async function wordsOf(page: Page, click: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  const file = await download.path();
  expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-');
  const { status, stdout } = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout.replaceAll(/\s+/g, ' ');
}

test('a template is made, previewed, and a document and a schedule are made with it', async ({ pageOf }) => {
  test.skip(!HAS_PDFTOTEXT, 'pdftotext reads the words');
  test.setTimeout(300_000);
  const name = `Short ${Date.now()}`;
  const page = await pageOf('owner');
  await page.goto('/reports/templates');
  await page.getByRole('link', { name: 'Add a template' }).click();
  await expect(page.getByRole('heading', { name: 'A new template' })).toBeVisible();
  await page.getByLabel('Name').fill(name);
  await expect(page.getByRole('checkbox', { name: 'What you should know' })).toBeDisabled();
  await expect(page.getByText('Always there: it tells what is wrong.')).toBeVisible();
  await page.getByRole('checkbox', { name: RECOVERY }).uncheck();
  await page.getByRole('button', { name: 'Move What you should know up' }).click();
  await page.getByLabel('Foreword').fill(WORDS);
  await page.getByLabel('Recipients to begin with').fill('board@client.example');

  await page.getByRole('button', { name: 'Show the preview' }).click();
  const picture = page.getByRole('img', { name: /^Page 1 of \d+ of the preview/ });
  await expect(picture).toBeVisible({ timeout: 90_000 });
  await expect.poll(() => picture.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(100);
  expect(await violationsOf(page)).toEqual([]);
  const previewed = await wordsOf(page, () => page.getByRole('link', { name: 'Preview as PDF' }).click());
  expect(previewed).toContain(WORDS);
  expect(previewed).toContain('Preview, not a document');
  expect(previewed).not.toContain(RECOVERY);
  await page.getByLabel('Foreword').fill(`${WORDS} And more.`);
  await expect(page.getByText('this shows how it was before')).toBeVisible();
  await page.getByLabel('Foreword').fill(WORDS);
  await page.getByRole('button', { name: 'Add the template' }).click();
  await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);

  await page.goto('/reports');
  await page.getByRole('button', { name: 'Make a document' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Template').selectOption({ label: name });
  await dialog.getByRole('button', { name: 'Preview', exact: true }).click();
  await expect(dialog.getByRole('img', { name: /^Page 1 of/ })).toBeVisible({ timeout: 90_000 });
  await dialog.getByRole('button', { name: 'Make it' }).click();
  const row = page.getByRole('row', { name }).first();
  await expect(async () => {
    await page.reload();
    await expect(row).toContainText('Ready', { timeout: 2000 });
  }).toPass({ timeout: 120_000 });
  const words = await wordsOf(page, () => row.getByRole('link', { name: /^Download the PDF/ }).click());
  expect(words).toContain(WORDS);
  expect(words).toContain('What you should know');
  expect(words).not.toContain(RECOVERY);
  expect(words).not.toContain('Preview');
  await row.getByRole('button', { name: /^Send / }).click();
  await expect(page.getByRole('dialog').getByLabel('To')).toHaveValue('board@client.example');
  await page.keyboard.press('Escape');

  await page.goto('/reports/schedules');
  await page.getByRole('button', { name: 'Add a schedule' }).click();
  await dialog.getByLabel('Template').selectOption({ label: name });
  await expect(dialog.getByLabel('To')).toHaveValue('board@client.example');
  await dialog.getByRole('button', { name: 'Add it' }).click();
  const scheduled = page.getByRole('row', { name });
  await expect(scheduled).toContainText('board@client.example');

  await page.goto('/reports/templates');
  await page.getByRole('button', { name: `Archive ${name}` }).click();
  await expect(page.getByText('1 schedule goes on with it.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
  await page.goto('/reports/schedules');
  await scheduled.getByRole('button', { name: /^End the schedule/ }).click();
  await expect(scheduled).toHaveCount(0);
});

test('a colour that is too weak is told with its ratio, and a mail and a page are seen before it is saved', async ({
  pageOf,
}) => {
  test.setTimeout(180_000);
  const page = await pageOf('owner');
  await page.goto('/settings/branding');
  const before = await page.getByLabel('Colour', { exact: true }).inputValue();
  await page.getByLabel('Colour', { exact: true }).fill('#ffdd00');
  const checks = page.getByRole('list', { name: 'Contrast of the colour' });
  await expect(checks).toContainText('1.34:1');
  await expect(checks).toContainText('Too weak: 4.5:1 is needed.');
  const mail = page.frameLocator('iframe[title="The mail with a report"]');
  const top = mail.locator('.brand');
  await page.getByLabel('Name', { exact: true }).fill('A Name That Is Not Saved');
  await expect(top).toHaveText('A Name That Is Not Saved');
  const colourOf = () => top.evaluate((one) => getComputedStyle(one).color);
  const onLight = await colourOf();
  expect(onLight).not.toBe('rgb(255, 221, 0)');
  await page.getByRole('button', { name: 'Dark', exact: true }).click();
  await expect.poll(colourOf).toBe('rgb(255, 221, 0)');
  await page.getByRole('button', { name: 'Show the first page' }).click();
  const picture = page.getByRole('img', { name: /^Page 1 of/ });
  await expect(picture).toBeVisible({ timeout: 90_000 });
  await expect.poll(() => picture.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(100);
  await page.getByLabel('Logo', { exact: true }).setInputFiles({
    name: 'logo.png',
    mimeType: 'image/png',
    buffer: Buffer.from('GIF89a, in truth'),
  });
  await expect(page.getByText('“logo.png” is no PNG')).toBeVisible();
  await page.getByRole('button', { name: /the nearest that is strong enough/ }).click();
  await expect(checks).not.toContainText('Words in it, on whiteToo weak');
  await page.reload();
  expect(await page.getByLabel('Colour', { exact: true }).inputValue()).toBe(before);
  expect(await violationsOf(page)).toEqual([]);
});
