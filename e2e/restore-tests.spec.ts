import type { Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { expect, test } from './signed-in-page';

const TEXT = 'restored 12 of 12 tables\n';

/** A system of the demo that nobody ever brought back, with the form to record a test of it. */
async function openForm(page: Page): Promise<void> {
  await page.goto('/restore-tests?q=Pellmark&state=never');
  await page.locator('main a[href^="/restore-tests/new?point="]').first().click();
  await expect(page.getByRole('heading', { name: 'Record a restore test' })).toBeVisible();
  await expect(page.getByLabel('Method')).toBeVisible();
}

test('a test is recorded with a file, reviewed by somebody else, and then counts in the verdict', async ({
  pageOf,
}) => {
  test.setTimeout(180_000);
  const page = await pageOf('technician');
  await openForm(page);
  await page.getByLabel('Method').fill('Restored the newest dump to an empty server.');
  await page.getByLabel('Scope').fill('the database of the orders');
  // A draft stays in the browser.
  await page.reload();
  await expect(page.getByLabel('Method')).toHaveValue('Restored the newest dump to an empty server.');
  await page.getByLabel('Restored to').fill('rt-lab01');
  await page.getByLabel('Criterion 1').fill('All tables come back');
  await page.getByRole('button', { name: 'Record the test' }).click();
  await expect(page.getByRole('alert').first()).toContainText('Say what was seen for each criterion');
  await page.getByLabel('Seen').fill('12 of 12 tables');
  await page.getByLabel('Compared with').fill('row counts taken at the backup');
  const files = page.getByLabel('Files', { exact: true });
  await files.setInputFiles({
    name: 'a.png',
    mimeType: 'image/png',
    buffer: Buffer.from('<svg onload="1"/>'),
  });
  await page.getByRole('button', { name: 'Record the test' }).click();
  await expect(page.getByRole('alert').first()).toContainText('It is a web page or a drawing with code.');
  await files.setInputFiles({ name: 'restore.log', mimeType: 'text/plain', buffer: Buffer.from(TEXT) });
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole('button', { name: 'Record the test' }).click();

  await expect(page).toHaveURL(/\/restore-tests\/[0-9a-f-]{36}$/);
  await expect(page.getByText('You performed this test.')).toBeVisible();
  await expect(page.getByText('It counts once somebody else accepts it.')).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'restore.log' }).click(),
  ]);
  expect((await (await download.createReadStream()).setEncoding('utf8').toArray()).join('')).toBe(TEXT);
  const attachment = (await page.getByRole('link', { name: 'restore.log' }).getAttribute('href')) ?? '';
  const headers = (await page.request.get(attachment)).headers();
  expect(headers).toMatchObject({
    'content-disposition': expect.stringMatching(/^attachment;/),
    'x-content-type-options': 'nosniff',
  });
  expect(headers['content-security-policy']).toContain('sandbox');

  const system = (await page.locator('#what a[href^="/systems/"]').getAttribute('href')) ?? '';
  const reviewer = await pageOf('admin');
  await reviewer.goto(system);
  await expect(reviewer.locator('code', { hasText: 'never-restored' }).first()).toBeVisible();
  await reviewer.goto(page.url());
  await reviewer.getByLabel('Comment, kept with the record').fill('I looked at the log.');
  await reviewer.getByRole('button', { name: 'Accept', exact: true }).click();
  await expect(reviewer.getByText('It counts as a passed restore test.').first()).toBeVisible();
  await expect(reviewer.getByText('I looked at the log.')).toBeVisible();
  await expect(async () => {
    await reviewer.goto(system);
    await expect(reviewer.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(reviewer.locator('code', { hasText: 'never-restored' })).toHaveCount(0, { timeout: 500 });
  }).toPass({ timeout: 60_000 });
});

test('a failure is followed up on its record', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/restore-tests?q=Harrowmere&state=failed');
  await page.locator('main a[href^="/restore-tests/0"]').first().click();
  await expect(page.getByRole('heading', { name: 'What went wrong, and what came of it' })).toBeVisible();
  await page.getByRole('button', { name: 'Follow up' }).click();
  const dialog = page.getByRole('dialog', { name: 'Follow the failure up' });
  await dialog.getByLabel('The failure is closed').check();
  await dialog.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(dialog.getByText('Say the cause and what was done about it')).toBeVisible();
  await dialog.getByLabel('Cause').fill('The job ran after the night shift.');
  await dialog.getByLabel('Corrective action').fill('It runs an hour earlier.');
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(page.locator('#failure').getByText('Closed')).toBeVisible();
  await expect(page.locator('#history').getByText('corrected: follow-up of the failure')).toBeVisible();
});

test('what was seen is corrected on its record, with a reason, and is to be reviewed again', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  await page.goto('/restore-tests');
  await page.locator('#recent a[href^="/restore-tests/0"]').first().click();
  await page.getByRole('button', { name: 'Correct', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Correct the record' });
  const fields = dialog.getByLabel(/^Criterion \d+$/);
  await expect(fields.first()).toBeVisible();
  const count = await fields.count();
  const name = `The newest order is there, looked at as number ${count + 1}`;
  await dialog.getByLabel('Why').fill('It was looked at and not written down.');
  await dialog.getByRole('button', { name: 'Keep the correction' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Say what is otherwise.');
  await dialog.getByRole('button', { name: 'Add a criterion' }).click();
  await dialog.getByLabel(`Criterion ${count + 1}`).fill(name);
  await dialog.getByRole('button', { name: 'Keep the correction' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Say what was seen for each criterion');
  await dialog.getByLabel('Seen').last().fill('order 48,216');
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Keep the correction' }).click();
  await expect(dialog).toBeHidden();
  const criteria = page.locator('#criteria').getByRole('listitem');
  await expect(criteria.filter({ hasText: name })).toContainText('order 48,216');
  await expect(criteria).toHaveCount(count + 1);
  await expect(page.locator('#history').getByText('corrected: criteria').first()).toBeVisible();
  await expect(page.getByText('Awaiting review').first()).toBeVisible();
});

test('who may only look sees the plan and the records, and no way to change them', async ({ pageOf }) => {
  const page = await pageOf('read-only');
  await page.goto('/restore-tests?q=Kettlesby');
  await expect(page.getByText(/of \d+ systems had a restore test of L4 or L5/)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Record a test' })).toHaveCount(0);
  await expect(page.getByRole('main').getByRole('combobox', { name: /Who makes/ })).toHaveCount(0);
  await page.locator('#recent a[href^="/restore-tests/0"]').first().click();
  await expect(page.getByRole('heading', { name: 'Criteria, fixed before the test' })).toBeVisible();
  await expect(page.getByRole('button', { name: /Correct|Accept|Follow/ })).toHaveCount(0);
  expect((await page.goto('/restore-tests/new'))?.status()).toBe(404);
});

test('the next test of a system is given to somebody, and taken back', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/restore-tests?q=Moorhen');
  const choice = page.getByRole('combobox', { name: /Who makes the next test/ }).first();
  await choice.selectOption({ label: 'Priya Nair' });
  const notice = page.getByLabel('Notice').filter({ hasText: 'Priya Nair makes the next test' });
  await notice.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByLabel('Notice').filter({ hasText: 'Nobody makes the next test' })).toBeVisible();
  await expect(choice).toHaveValue('');
});
