import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { expect, test } from './signed-in-page';

const FIRST_LOAD_MAX = 200_000;

/** What axe objects to in what is open; the pages below are screens.spec.ts's. */
const dialogViolationsOf = (page: Page) => violationsOf(page, { within: 'dialog, [role="dialog"]' });

test('the first load of the fleet takes less than 200 kB of scripts, and a dialog fetches its own', async ({
  pageOf,
}) => {
  const page = await pageOf('owner');
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script')
      sizes.push(response.body().then((body) => gzipSync(body).length));
  });
  await page.goto('/', { waitUntil: 'networkidle' });
  const first = await Promise.all(sizes.splice(0));
  expect(first.length).toBeGreaterThan(5);
  expect(first.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(FIRST_LOAD_MAX);

  const button = page.getByRole('button', { name: 'Add a client' });
  await button.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Add a client' });
  await expect(dialog).toBeVisible();
  expect((await Promise.all(sizes)).length).toBeGreaterThan(0);
  await expect.poll(() => dialog.evaluate((node) => node.contains(document.activeElement))).toBe(true);
  expect(await dialogViolationsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
  await button.click();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(button).toBeFocused();
});

test('the list of keys comes by ? and gives the focus back to what had it', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/');
  const field = page.getByRole('button', { name: 'Go to …' });
  await field.focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden();
  await expect(field).toBeFocused();
});

test("the account's menu opens by keyboard, and Escape gives the focus back", async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/');
  const button = page.getByRole('button', { name: /^Account of/ });
  await button.focus();
  await page.keyboard.press('Enter');
  const signOut = page.getByRole('button', { name: 'Sign out', exact: true });
  await expect(signOut).toBeVisible();
  expect(await dialogViolationsOf(page)).toEqual([]);
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Colours')).toBeFocused();
  const [menu, below] = [await page.getByLabel('Colours').boundingBox(), await button.boundingBox()];
  expect((menu?.y ?? 0) + (menu?.height ?? 0)).toBeLessThan(below?.y ?? 0);
  await page.keyboard.press('Escape');
  await expect(signOut).toBeHidden();
  await expect(button).toBeFocused();
});

test('on a phone the menu slides in, and Escape closes the account in it before it closes itself', async ({
  pageOf,
}) => {
  const page = await pageOf('technician', { width: 390 });
  await page.goto('/');
  const button = page.getByRole('button', { name: 'Menu' });
  await button.click();
  const menu = page.getByRole('dialog', { name: 'Menu' });
  await expect(menu).toBeVisible();
  await menu.getByRole('button', { name: /^Account of/ }).click();
  const signOut = menu.getByRole('button', { name: 'Sign out', exact: true });
  await expect(signOut).toBeVisible();
  expect(await dialogViolationsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(signOut).toBeHidden();
  await expect(menu).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await expect(button).toBeFocused();
});
