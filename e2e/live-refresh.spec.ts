import type { Page } from '@playwright/test';
import { expect, test } from './signed-in-page';

test('an open fleet shows what happens elsewhere, and keeps place, focus and open rows', async ({
  access,
  pageOf,
}) => {
  const page = await pageOf('owner');
  await page.clock.install();
  await page.setViewportSize({ width: 1200, height: 420 });
  await page.goto('/');
  await page.locator('[data-toggle]').first().click();
  await expect(page).toHaveURL(/open=/);
  const last = page.locator('[data-row-link]').last();
  await last.focus();
  await last.scrollIntoViewIfNeeded();
  const top = await page.evaluate(() => window.scrollY);
  const focused = await last.textContent();

  const name = `Arrived ${Date.now()}`;
  const made = await page.request.post('/api/v1/clients', {
    data: { name, timeZone: 'UTC' },
    headers: { origin: access.webUrl },
  });
  expect(made.status()).toBe(201);
  await page.clock.fastForward(31_000);
  await expect(page.getByRole('link', { name, exact: true })).toBeAttached();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(focused);
  expect(await page.evaluate(() => window.scrollY)).toBe(top);
  await expect(page.locator('[data-toggle][aria-expanded="true"]')).toHaveCount(1);
});

test('a page is not made anew while nothing happens, nor asked about under a dialog', async ({ pageOf }) => {
  const page = await pageOf('technician', { isOtherMsp: true });
  await page.clock.install();
  await page.goto('/');
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname !== '/icon.svg') asked.push(pathname); // the browser's own, when it likes
  });
  const answer = page.waitForResponse((response) => response.url().includes('/api/v1/change-mark'));
  await page.clock.fastForward(31_000);
  await (await answer).finished();
  expect(asked).toEqual(['/api/v1/change-mark']);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  asked.length = 0;
  await page.clock.fastForward(31_000);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden();
  expect(asked).toEqual([]);
});

test('a page that Holdfast no longer answers for says as of when it is', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.clock.install();
  await page.goto('/');
  await expect(page.getByText(/^updated \d\d:\d\d$/)).toBeVisible();
  await page.context().setOffline(true);
  await saidInTime(page, /^Holdfast does not answer: as of \d\d:\d\d$/);
  await page.context().setOffline(false);
  await saidInTime(page, /^updated \d\d:\d\d$/);
});

/** Lets half a minute pass until the page says it: at the first time its clock may not be wound up yet. */
async function saidInTime(page: Page, text: RegExp): Promise<void> {
  await expect(async () => {
    await page.clock.fastForward(31_000);
    await expect(page.getByText(text)).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 30_000 });
}
