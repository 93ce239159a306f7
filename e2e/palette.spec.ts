import { violationsOf } from './accessibility';
import { expect, test } from './signed-in-page';

test('Ctrl K goes to a client by a part of its name, without the mouse', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/');
  const client = page.locator('[data-row-link]').last();
  const name = (await client.textContent()) ?? '';
  const href = (await client.getAttribute('href')) ?? '';
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: /Name of a client/ });
  await expect(field).toBeFocused();
  await field.pressSequentially(name.slice(1).toLowerCase());
  await expect(field).toHaveAttribute('aria-activedescendant', /./);
  await expect(page.getByRole('option', { name }).first()).toHaveAttribute('data-highlighted');
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`${href}$`));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
});

test('the palette finds nothing of another MSP, says so, and Escape gives the focus back', async ({
  pageOf,
}) => {
  const theirs = await pageOf('owner', { isOtherMsp: true });
  await theirs.goto('/');
  const foreign = (await theirs.locator('[data-row-link]').first().textContent()) ?? '';
  const page = await pageOf('technician');
  await page.goto('/');
  const button = page.getByRole('button', { name: 'Go to …' });
  await button.click();
  await page.getByRole('combobox', { name: /Name of a client/ }).fill(foreign);
  await expect(page.getByText(`Nothing is called “${foreign}”.`)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(button).toBeFocused();
});

test('the palette opens screens, and fits a phone', async ({ pageOf }) => {
  const page = await pageOf('owner', { width: 390, colorScheme: 'dark' });
  await page.goto('/');
  await page.getByRole('button', { name: 'Go to …' }).click();
  await page.getByRole('combobox', { name: /Name of a client/ }).fill('people');
  await page.getByRole('option', { name: 'People' }).click();
  await expect(page).toHaveURL(/\/people$/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
