import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { isOfFirstMsp, readAccess } from './running-system';
import { expect, test } from './signed-in-page';
import { rowsOf } from './system-database';

/** Of the second MSP, whose fleet no other test counts. */
const clientId = randomUUID();
const path = `/clients/${clientId}`;
const COUNT = 1000;

test.beforeAll(async () => {
  const access = readAccess();
  const [msp] = await rowsOf(
    'SELECT m.msp_id FROM identity.membership m JOIN identity.person p USING (person_id) WHERE p.email = $1',
    [access.users.find((user) => !isOfFirstMsp(access, user))?.email],
  );
  await rowsOf('INSERT INTO app.client (msp_id, client_id, name, time_zone) VALUES ($1, $2, $3, $4)', [
    msp?.['msp_id'],
    clientId,
    `A thousand ${clientId.slice(0, 8)}`,
    'Europe/London',
  ]);
  await rowsOf(
    `INSERT INTO app.system (msp_id, system_id, client_id, name, host_key, kind)
     SELECT $1, gen_random_uuid(), $2, 'many-' || lpad(n::text, 4, '0'), 'many-' || n, 'server'
     FROM generate_series(1, $3::int) n`,
    [msp?.['msp_id'], clientId, COUNT],
  );
});
test.afterAll(async () => {
  for (const table of ['system_status', 'system', 'client'])
    await rowsOf(`DELETE FROM app.${table} WHERE client_id = $1`, [clientId]);
});

const rows = (page: Page) => page.locator('#systems [data-row]');
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent);

/** Opens the client once its list is laid out in the browser. */
async function open(page: Page): Promise<void> {
  await page.goto(path);
  await expect(page.locator('#systems [aria-rowindex="1001"]')).toBeAttached({ timeout: 20_000 });
}

test('of a thousand systems those in sight are in the page, each with its place among all', async ({
  pageOf,
}) => {
  test.setTimeout(180_000); // axe looks at each of 900 days
  const page = await pageOf('technician', { isOtherMsp: true });
  await open(page);
  await expect(page.locator('#systems table')).toHaveAttribute('aria-rowcount', String(COUNT + 1));
  expect(await rows(page).count()).toBeLessThan(80);
  await page.evaluate(() => window.scrollTo(0, 15_000));
  const inSight = page.getByRole('row', { name: /many-0400/ });
  await expect(inSight).toBeVisible();
  await expect(inSight).toHaveAttribute('aria-rowindex', '401');
  expect(await rows(page).count()).toBeLessThan(80);
  expect(await violationsOf(page, { within: '#systems' })).toEqual([]);
});

test('j and k lead from end to end, also after one has scrolled away', async ({ pageOf }) => {
  const page = await pageOf('technician', { isOtherMsp: true });
  await open(page);
  await page.keyboard.press('j');
  for (let i = 1; i < 120; i++) await page.keyboard.press('j');
  expect(await focused(page)).toBe('many-0120');
  await page.evaluate(() => window.scrollTo(0, 30_000));
  await expect(page.getByRole('row', { name: /many-0800/ })).toBeVisible();
  expect(await focused(page)).toBe('many-0120');
  await page.keyboard.press('j');
  expect(await focused(page)).toBe('many-0121');
  await expect(page.getByRole('link', { name: 'many-0121' })).toBeInViewport();

  await page.locator('body').click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('k');
  expect(await focused(page)).toBe(`many-${COUNT}`);
  for (let i = 0; i < 60; i++) await page.keyboard.press('k');
  expect(await focused(page)).toBe('many-0940');
  for (let i = 0; i < 90; i++) await page.keyboard.press('j');
  expect(await focused(page)).toBe(`many-${COUNT}`);
  await expect(page.getByRole('link', { name: `many-${COUNT}` })).toBeInViewport();
});

test('the filter finds one of them, and back from it one stands where one was', async ({ pageOf }) => {
  const page = await pageOf('technician', { isOtherMsp: true });
  await open(page);
  await page.keyboard.press('/');
  await page.keyboard.type('many-0777');
  await expect(rows(page)).toHaveCount(1);
  await expect(page.locator('#systems')).toContainText('1 of 1,000 systems');
  await page.keyboard.press('Escape');
  await expect(page.locator('#systems [aria-rowindex="1001"]')).toBeAttached();

  await page.evaluate(() => window.scrollTo(0, 20_000));
  const link = page.getByRole('link', { name: 'many-0540' });
  await expect(link).toBeVisible();
  const top = await page.evaluate(() => window.scrollY);
  await link.click();
  await expect(page.getByRole('heading', { level: 1, name: 'many-0540' })).toBeVisible();
  await page.goBack();
  await expect(link).toBeInViewport();
  expect(Math.abs((await page.evaluate(() => window.scrollY)) - top)).toBeLessThan(40);
});

test('a phone shows the same rows, higher, without going wide', async ({ pageOf }) => {
  const page = await pageOf('technician', { isOtherMsp: true, width: 390 });
  await open(page);
  await page.evaluate(() => window.scrollTo(0, 20_000));
  await expect(rows(page).filter({ visible: true }).nth(3)).toBeVisible();
  expect(await rows(page).count()).toBeLessThan(80);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test('a print has all rows; without scripts the first come, or a word on why not', async ({
  pageOf,
  browser,
}) => {
  const page = await pageOf('technician', { isOtherMsp: true });
  await open(page);
  await page.evaluate(() =>
    window.addEventListener('beforeprint', () => {
      document.body.dataset['printed'] = String(document.querySelectorAll('#systems [data-row]').length);
    }),
  );
  await page.pdf();
  await expect(page.locator('body')).toHaveAttribute('data-printed', String(COUNT));
  await expect(async () => expect(await rows(page).count()).toBeLessThan(80)).toPass();

  const context = await browser.newContext({
    storageState: await page.context().storageState(),
    javaScriptEnabled: false,
  });
  const still = await context.newPage();
  await still.goto(new URL(path, page.url()).href);
  const word = /These are the first of 1,000 rows|comes by script/;
  await expect(still.getByText(word).filter({ visible: true })).toBeVisible();
  expect(await still.evaluate('document.documentElement.scrollHeight')).toBeLessThan(6000);
  await context.close();
});
