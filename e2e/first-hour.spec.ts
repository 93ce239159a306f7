import { violationsOf } from './accessibility';
import { expect, test } from './signed-in-page';

test('the tour leads over the real screens by keyboard, and Escape skips it', async ({ pageOf }) => {
  const page = await pageOf('read-only');
  await page.goto('/');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Name of a client/ }).fill('tour');
  await page.getByRole('option', { name: 'Take the tour' }).waitFor();
  await page.keyboard.press('Enter');
  const card = page.getByRole('dialog', { name: 'Who needs me now' });
  await expect(card).toContainText('Tour, stop 1 of 4');
  await expect(card.getByRole('heading')).toBeFocused();
  expect(await violationsOf(page, { within: 'dialog[open]' })).toEqual([]);

  await card.getByRole('button', { name: 'Next' }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/findings\?tour=2$/);
  await expect(page.getByRole('dialog', { name: 'One cause, one row' })).toBeVisible();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page).toHaveURL(/\/systems\/[0-9a-f-]+\?tour=3$/);
  await expect(page.locator('[data-tour-stop]')).toHaveAttribute('data-testid', 'verdict-sentence');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.getByRole('dialog', { name: 'Proof for others' })).toContainText('stop 4 of 4');

  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/reports$/);
  await expect(page.getByRole('dialog', { name: 'Proof for others' })).toHaveCount(0);
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
  await expect(page.getByText('New here?')).toHaveCount(0);
});

test('an owner is told what is invented, and exactly what would go with it', async ({ pageOf }) => {
  const page = await pageOf('owner', { width: 390, colorScheme: 'dark' });
  await page.goto('/');
  await expect(page.getByRole('complementary', { name: 'Sample data' })).toContainText('protect');
  await page.getByRole('link', { name: 'Remove it' }).click();
  await expect(page).toHaveURL(/\/first-steps$/);
  await page.getByRole('button', { name: 'Remove the sample data' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove the sample data?' });
  await expect(dialog).toContainText(
    /\d+ invented clients, \d+ systems, \d+ agents, [\d,]+ reports, \d+ documents/,
  );
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(dialog).toHaveCount(0);
});

test('the palette finds findings and does things', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/findings');
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: /Name of a client/ });
  await field.fill('rpo');
  const finding = page.getByRole('option', { name: /finding of/ }).first();
  await expect(finding).toBeVisible();
  await field.fill('add a client');
  await page.getByRole('option', { name: 'Add a client' }).click();
  await expect(page.getByRole('dialog', { name: 'Add a client' })).toBeVisible();
  await expect(page).toHaveURL(/\/$/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('columns are part of the view, rows stand as close as somebody likes, and being offline is said', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  await page.goto('/');
  await page.getByText('Columns').click();
  await page.getByRole('link', { name: 'Leave out Since' }).click();
  await expect(page).toHaveURL(/\?without=since$/);
  await expect(page.getByRole('columnheader', { name: 'Since' })).toHaveCount(0);
  await expect(page.getByRole('columnheader', { name: 'Systems' })).toBeVisible();

  const row = page.locator('[data-row] > tr').first();
  const height = async () => (await row.boundingBox())?.height ?? 0;
  const comfortable = await height();
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByLabel('Rows').selectOption('compact');
  await page.reload();
  await expect(row).toBeVisible();
  expect(await height()).toBeLessThan(comfortable - 4);

  await page.context().setOffline(true);
  await expect(page.getByRole('alert').filter({ hasText: 'You are offline.' })).toBeVisible();
  await page.context().setOffline(false);
  await expect(page.getByText('You are offline.')).toHaveCount(0);
});
