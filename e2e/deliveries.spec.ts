import { violationsOf } from './accessibility';
import { mailTo, tokenIn } from './mails';
import { expect, test } from './signed-in-page';

test('a document is sent to somebody without an account, taken by its link, and the link is taken back', async ({
  pageOf,
  browser,
  access,
}) => {
  test.setTimeout(240_000);
  const page = await pageOf('owner');
  await page.goto('/reports');
  await page.getByRole('button', { name: 'Make a document' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: /Make/ }).click();
  const send = page.getByRole('button', { name: /^Send Executive report/ }).first();
  await expect(async () => {
    await page.reload();
    await expect(send).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 120_000 });
  const email = `board-${Date.now()}@client.example`;
  await send.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('To').fill(`${email}, nobody at all`);
  await dialog.getByRole('button', { name: 'Send it' }).click();
  await expect(dialog.getByText('“nobody” is no plain e-mail address').first()).toBeVisible();
  await dialog.getByLabel('To').fill(email);
  await dialog.getByLabel('Note').fill('For your meeting on Monday.');
  await dialog.getByRole('button', { name: 'Send it' }).click();
  await expect(page.getByText('1 mail will go out.')).toBeVisible();
  await expect.poll(() => tokenIn(mailTo(email), 'shared-document')).not.toBe('');
  expect(mailTo(email)).toContain('For your meeting on Monday.');

  const guest = await (await browser.newContext()).newPage();
  const address = `${access.webUrl}/shared-document#${tokenIn(mailTo(email), 'shared-document')}`;
  await guest.goto(address);
  await guest.getByRole('button', { name: 'Open it' }).click();
  await expect(guest.getByText('This link is good until')).toBeVisible();
  expect(await violationsOf(guest)).toEqual([]);
  const [file] = await Promise.all([
    guest.waitForEvent('download'),
    guest.getByRole('button', { name: /^Download the PDF/ }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^executive-report-.*\.pdf$/);

  await page.goto('/reports/deliveries');
  const row = page.getByRole('row', { name: email });
  await expect(row).toContainText('1 time');
  expect(await violationsOf(page)).toEqual([]);
  await row.getByRole('button', { name: 'Take back' }).click();
  await page.getByRole('button', { name: 'Take it back' }).click();
  await expect(row).toContainText('Taken back');
  await guest.reload();
  await guest.getByRole('button', { name: 'Open it' }).click();
  await expect(guest.getByText('This link leads nowhere any more')).toBeVisible();
  await guest.context().close();
});
