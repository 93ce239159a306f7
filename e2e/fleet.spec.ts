import { once } from 'node:events';
import { expect, test } from './signed-in-page';

test('from a red row to its cause and cure in two clicks, and on to the report it came from', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('not protected');
  const row = page.locator('[data-row]').filter({ hasText: 'Tindalworth Logistics' });
  await expect(row).toContainText('Non-compliant');
  await expect(row).toContainText('tdw-vault');
  await row.getByRole('link', { name: 'Systems of Tindalworth Logistics' }).click();
  await expect(page).toHaveURL(/open=/);
  await row.getByRole('link', { name: 'fs-01' }).click();
  await expect(page.getByTestId('verdict-sentence')).toHaveText(/^Not protected: tdw-vault /);
  await expect(page.getByText('Smallest change:')).toBeVisible();

  await page.getByRole('link', { name: 'Why?' }).click();
  const why = page.getByRole('region', { name: /Why is fs-01 non-compliant/ });
  await expect(why).toContainText('Fresh: age within RPO');
  await why
    .getByRole('link', { name: /Show the report it came from/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/Report \d+ of/);
  await expect(page.getByText('Signature (Ed25519)')).toBeVisible();
  await expect(page.getByLabel('Content of the report')).toContainText('"schema_version": "1.0"');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Exact bytes' }).click();
  expect((await download).suggestedFilename()).toMatch(/^report-.*\.json(\.gz)?$/);
});

test('the keyboard alone leads through the fleet', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/');
  await page.locator('[data-row]').first().waitFor();
  await page.keyboard.press('j');
  const first = page.locator('[data-row]').first();
  await expect(first.locator('[data-row-link]')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(first.locator('[data-toggle]')).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowLeft');
  await expect(first.locator('[data-toggle]')).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await expect(first.locator('[data-row-link]')).toBeFocused();
  await page.keyboard.press('/');
  await expect(page.getByLabel('Filter clients, systems, agents')).toBeFocused();
  await page.keyboard.type('pacs-0');
  await expect(page).toHaveURL(/q=pacs-0/);
  await expect(page.locator('[data-row]')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/q=/);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a view lives in its address: filters, order and what is open', async ({ pageOf }) => {
  const page = await pageOf('read-only');
  await page.goto('/');
  await page.getByRole('link', { name: 'Needs me' }).click();
  await expect(page).toHaveURL(/status=needs-me/);
  await expect(
    page.locator('[data-row]').filter({ has: page.getByText('Compliant', { exact: true }) }),
  ).toHaveCount(0);
  await page.getByRole('columnheader', { name: 'Client' }).getByRole('link').click();
  await expect(page).toHaveURL(/sort=client/);
  const names = await page.locator('[data-row-link]').allTextContents();
  expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b)));
  const address = page.url();
  await page.getByRole('link', { name: 'All clients' }).click();
  await expect(page).not.toHaveURL(/status=/);
  await page.goBack();
  await expect(page).toHaveURL(address);
  await page.reload();
  expect(await page.locator('[data-row-link]').allTextContents()).toEqual(names);
});

test('a day of a bar is reached by keyboard, says what happened and opens', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/');
  const bar = page.getByRole('group', { name: /^Tindalworth Logistics, last 30 days/ });
  await bar.locator('a').last().focus();
  await page.keyboard.press('ArrowLeft');
  const day = bar.locator('a').nth(28);
  await expect(day).toBeFocused();
  await expect(day).toHaveAccessibleName(/^\w{3} \d+ \w{3}: non-compliant/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/clients\/.*day=/);
  await expect(page.getByRole('heading', { name: /^Changes on/ })).toBeVisible();
});

test('who may only look finds nothing that changes something', async ({ pageOf }) => {
  const page = await pageOf('read-only');
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Add a client' })).toHaveCount(0);
  await page.locator('[data-row-link]').first().click();
  await expect(page.getByRole('heading', { name: 'Systems' })).toBeVisible();
  for (const name of ['Declare', 'Connect a machine', /^Withdraw/])
    await expect(page.getByRole('button', { name })).toHaveCount(0);
});

test('a page that takes its time is waited for in sight', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/');
  const gate = new AbortController();
  await page.route(/\/clients\//, async (route) => {
    if (!gate.signal.aborted) await once(gate.signal, 'abort');
    await route.continue();
  });
  await page.locator('[data-row-link]').first().click();
  await expect(page.locator('html')).toHaveAttribute('data-waiting');
  gate.abort();
  await expect(page).toHaveURL(/\/clients\//);
  await expect(page.locator('html')).not.toHaveAttribute('data-waiting');
});

test('two MSPs see nothing of each other', async ({ pageOf }) => {
  const [ours, theirs] = [await pageOf('owner'), await pageOf('owner', { isOtherMsp: true })];
  const names = async (page: typeof ours): Promise<string[]> => {
    await page.goto('/');
    await page.locator('[data-row]').first().waitFor();
    return page.locator('[data-row-link]').allTextContents();
  };
  const [our, their] = [await names(ours), await names(theirs)];
  expect(our.length).toBeGreaterThan(5);
  expect(their.length).toBeGreaterThan(0);
  expect(our.filter((name) => their.includes(name))).toEqual([]);
});

test('colours are chosen once and stay', async ({ pageOf }) => {
  const page = await pageOf('admin');
  await page.goto('/');
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByLabel('Colours').selectOption('dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(13, 14, 17)');
});
