import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { stampPdf } from '../server/documents/sign/sign-pdf';
import { openTestAuthority } from '../server/evidence/testing/time-stamp-authority';
import { requireTool } from '../test/require-tool';
import { expect, test } from './signed-in-page';

// Somebody who was sent a document asks, in a browser that is signed in nowhere, whether it is genuine.
test.skip(!requireTool('openssl'), 'openssl is not installed');

const CLIENT = 'Orrin Vale Hotels';

test('/verify tells a genuine document, when it was signed at the latest, and a changed byte', async ({
  pageOf,
  browser,
  access,
}) => {
  const authority = await openTestAuthority('p256', 'Test Stamp Authority');
  const context = await browser.newContext({ baseURL: access.webUrl });
  try {
    const pdf = await madeReport(await pageOf('technician'));
    const page = await context.newPage();
    await page.goto('/verify');
    const outcome = page.getByRole('region', { name: /enuine|no document/ });

    await drop(page, pdf);
    await expect(outcome).toContainText('Genuine: signed by this installation, and unchanged since.');
    await expect(outcome).toContainText('The attached facts (JSON) are those that it was made from.');
    await expect(outcome).not.toContainText('at the latest');

    await drop(page, Buffer.from(await stampPdf(pdf, authority.url)));
    await expect(outcome).toContainText(/It was signed by .* UTC at the latest, says Test Stamp Authority\./);
    await expect(outcome).toContainText('Genuine: signed by this installation, and unchanged since.');

    const changed = Buffer.from(pdf);
    const at = Math.floor(pdf.length / 4); // before the signature
    changed[at] = (changed[at] ?? 0) ^ 1;
    await drop(page, changed);
    await expect(outcome).toContainText('Not genuine.');
    await expect(outcome).toContainText('It was changed after it was signed');
  } finally {
    await context.close();
    await authority.close();
  }
});

/** Has the report of a month made on the screen, and takes it from there. */
async function madeReport(page: Page): Promise<Buffer> {
  await page.goto('/reports');
  await page.getByRole('button', { name: 'Make a document' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Make a document' });
  await dialog.getByLabel('Client').selectOption({ label: CLIENT });
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole('row').filter({ hasText: 'Executive report' }).filter({ hasText: CLIENT });
  await expect(row.first()).toContainText('Ready', { timeout: 90_000 });
  const downloading = page.waitForEvent('download');
  await row.first().getByRole('link', { name: /PDF/ }).click();
  return readFile(await (await downloading).path());
}

async function drop(page: Page, pdf: Buffer): Promise<void> {
  const file = { name: 'report.pdf', mimeType: 'application/pdf', buffer: pdf };
  await page.getByLabel('The document').setInputFiles(file);
}
