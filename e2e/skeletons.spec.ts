import type { Locator, Page } from '@playwright/test';
import { expect, test } from './signed-in-page';
import { rowsOf, whileLocked } from './system-database';

/** Only what takes its time reads them. */
const SLOW = ['app.verdict'];
const skeleton = (page: Page) => page.locator('[data-skeleton]');

// The web process gives up on a lock after two seconds, in which a busy machine may not have shown a skeleton yet.
test.beforeAll(() => limitWaiting('20s', '20s'));
test.afterAll(() => limitWaiting('2s', '5s'));

/** Connections take their limits along when they are opened, so that those that are open are closed. */
async function limitWaiting(lock: string, statement: string): Promise<void> {
  await rowsOf(`ALTER ROLE holdfast_web SET lock_timeout = '${lock}'`);
  await rowsOf(`ALTER ROLE holdfast_web SET statement_timeout = '${statement}'`);
  await rowsOf("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'holdfast_web'");
}

test('what takes its time is waited for behind its skeleton, and comes without moving what is there', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  await page.goto('/');
  await countShifts(page);
  const client = page.locator('[data-row-link]').first();
  const heading = page.getByRole('heading', { level: 1, name: (await client.textContent()) ?? '' });
  await whileLocked(SLOW, async (letGo) => {
    await client.click();
    await expect(skeleton(page)).toHaveAttribute('aria-busy', 'true');
    const before = await placeOf(heading);
    await letGo();
    await expect(page.locator('[data-row]').first()).toBeVisible();
    await expect(skeleton(page)).toHaveCount(0);
    expect(await placeOf(heading)).toEqual(before);
  });
  expect(await page.evaluate(() => document.body.dataset['shift'] ?? null)).toBeNull();
});

async function placeOf(heading: Locator): Promise<{ x: number; y: number } | null> {
  const box = await heading.boundingBox();
  return box && { x: box.x, y: box.y };
}

/** Leaves the size of the newest layout shift on the body. */
async function countShifts(page: Page): Promise<void> {
  await page.evaluate(() => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) document.body.dataset['shift'] = JSON.stringify(entry);
    }).observe({ type: 'layout-shift' });
  });
}

test('a skeleton is still where motion is not wanted, and fits a phone in the dark', async ({ pageOf }) => {
  const page = await pageOf('technician', { width: 390, colorScheme: 'dark' });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await whileLocked(SLOW, async () => {
    await page.goto('/', { waitUntil: 'commit' });
    await expect(skeleton(page)).toBeVisible();
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});

test('what comes too late to be an error of the answer is said in its place', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await whileLocked(SLOW, async () => {
    const response = await page.goto('/', { waitUntil: 'commit' });
    expect(response?.status()).toBe(200);
    await expect(skeleton(page)).toBeVisible();
    await rowsOf(
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'holdfast_web' AND wait_event_type = 'Lock'",
    );
    await expect(page.getByRole('heading', { name: 'This page could not be made.' })).toBeVisible();
    await expect(page.getByText(/^\d{6,}$/)).toBeVisible();
  });
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator('[data-row]').first()).toBeVisible();
});

test('what is not there is 404, and what moved is led to, however long the rest takes', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  const system = '0198c4f2-0000-7000-8000-00000000dead';
  await whileLocked(SLOW, async () => {
    for (const path of [`/systems/${system}`, `/clients/${system}`]) {
      const response = await page.goto(path);
      expect(response?.status(), path).toBe(404);
      await expect(page).toHaveTitle(/^Not found/);
    }
  });
});

test('a page that cannot be made says so, with the status of an error', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await rowsOf('REVOKE SELECT ON app.kept_view FROM holdfast_web');
  try {
    const response = await page.goto('/');
    expect(response?.status()).toBe(500);
    await expect(page.getByRole('heading', { name: 'This page could not be made.' })).toBeVisible();
  } finally {
    await rowsOf('GRANT SELECT ON app.kept_view TO holdfast_web');
  }
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator('[data-row]').first()).toBeVisible();
});

test('a filter and a live refresh that take their time keep what is seen', async ({ pageOf, access }) => {
  const page = await pageOf('owner');
  await page.clock.install();
  await page.goto('/');
  // The first page may still stand behind its skeleton.
  await expect(page.locator('[data-row]').first()).toBeVisible();
  await expect(skeleton(page)).toHaveCount(0);
  const rows = await page.locator('[data-row]').count();
  await page.evaluate(() => {
    new MutationObserver(() => {
      if (document.querySelector('[data-skeleton]')) document.body.dataset['flashed'] = '';
    }).observe(document.body, { childList: true, subtree: true });
  });
  const name = `Slowly arrived ${Date.now()}`;
  await whileLocked(SLOW, async (letGo) => {
    await page.getByRole('link', { name: 'Needs me' }).click();
    await expect(page.locator('html')).toHaveAttribute('data-waiting');
    await expect(page.locator('[data-row]')).toHaveCount(rows);
    await letGo();
    await expect(page).toHaveURL(/status=needs-me/);
  });
  await page.getByRole('link', { name: 'All clients' }).click();
  await expect(page.locator('[data-row]')).toHaveCount(rows);
  const made = await page.request.post('/api/v1/clients', {
    data: { name, timeZone: 'UTC' },
    headers: { origin: access.webUrl },
  });
  expect(made.status()).toBe(201);
  await whileLocked(SLOW, async (letGo) => {
    const asked = page.waitForRequest((request) => 'rsc' in request.headers());
    await page.clock.fastForward(31_000);
    await asked;
    await page.waitForResponse((response) => 'rsc' in response.request().headers());
    await expect(page.locator('[data-row]')).toHaveCount(rows);
    await letGo();
    await expect(page.getByRole('link', { name, exact: true })).toBeAttached();
  });
  await expect(page.locator('body')).not.toHaveAttribute('data-flashed');
});
