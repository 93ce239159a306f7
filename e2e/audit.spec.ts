import { createHash } from 'node:crypto';
import { COLOUR_RULES, violationsOf } from './accessibility';
import { COLOUR_SCHEMES } from './colour-schemes';
import { expect, test } from './signed-in-page';

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** As docs/decisions/evidence-log.md says it. */
function hashOf(text: string): string {
  const body = JSON.parse(text) as { v: number; prev: string; client: string | null };
  if (body.v === 1) return sha256(text);
  const parts = ['02', body.prev, sha256(`client:${body.client ?? ''}:${body.prev}`), sha256(text)];
  return sha256(Buffer.from(parts.join(''), 'hex'));
}

test('an owner finds who did what, by subject and person, and sees the exact text', async ({ pageOf }) => {
  const page = await pageOf('owner');
  await page.goto('/audit');
  await expect(page.getByRole('heading', { name: 'Audit log', level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'Declarations' }).click();
  await expect(page).toHaveURL(/about=declarations/);
  const rows = page.locator('tbody tr');
  await expect(rows.first()).toContainText(/Declar(ed|ation withdrawn)/);
  expect(await rows.filter({ hasNotText: /declar/i }).count()).toBe(0);
  await rows.first().getByText('Exact text').click();
  const body = await rows.first().locator('pre').innerText();
  await expect(rows.first()).toContainText(hashOf(body));
  await page.getByLabel('Who').selectOption({ index: 1 });
  await expect(page).toHaveURL(/who=/);
  await expect(page.getByRole('combobox', { name: 'Who' })).not.toHaveValue('');
  await page.getByRole('searchbox', { name: 'Filter events' }).fill('no such thing anywhere');
  await expect(page).toHaveURL(/q=no/);
  await expect(page.getByText('No event fits this view.')).toBeVisible();
  await page.getByRole('link', { name: 'Show the whole log' }).click();
  await expect(rows.first()).toBeVisible();
});

test('what is chosen right after typing is not overtaken by the search', async ({ pageOf }) => {
  const page = await pageOf('owner');
  await page.goto('/audit?about=declarations');
  const field = page.getByRole('searchbox', { name: 'Filter events' });
  await field.fill('no such thing anywhere');
  await page.getByRole('link', { name: 'People', exact: true }).last().click();
  await expect(page).toHaveURL(/about=people/);
  await page.waitForTimeout(600);
  await expect(page).toHaveURL(/about=people/);
  const isSearched = page.url().includes('q=');
  await expect(field).toHaveValue(isSearched ? 'no such thing anywhere' : '');
});

test('the whole log is checked when somebody asks, and leads on to older events', async ({ pageOf }) => {
  const page = await pageOf('admin');
  await page.goto('/audit');
  await page.getByRole('link', { name: 'Check the whole log' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Whole' })).toContainText(
    /\d events, each following/,
  );
  const newest = await page.locator('tbody tr').first().innerText();
  await page.getByRole('link', { name: 'Older' }).click();
  await expect(page).toHaveURL(/before=/);
  expect(await page.locator('tbody tr').first().innerText()).not.toBe(newest);
  await page.getByRole('link', { name: 'Newest' }).click();
  await expect(page).not.toHaveURL(/before=/);
});

test('exact events leave with hashes that anybody can recompute, and CSV with names', async ({ pageOf }) => {
  const page = await pageOf('owner');
  await page.goto('/audit?about=people');
  const events = await page.request.get('/api/v1/audit/events?about=people');
  const lines = (await events.text()).trim().split('\n');
  for (const line of lines) {
    const { hash, body } = JSON.parse(line) as { hash: string; body: string };
    expect(hashOf(body)).toBe(hash);
  }
  const csv = await (await page.request.get('/api/v1/audit/csv?about=people')).text();
  expect(csv.split('\r\n')[0]).toContain('Number,At (UTC),Who,Role,Action');
  expect(csv.trim().split('\r\n').length).toBe(lines.length + 1);
});

for (const colorScheme of COLOUR_SCHEMES)
  test(`is accessible and fits its window (${colorScheme})`, async ({ pageOf }) => {
    const page = await pageOf('owner', { colorScheme });
    await page.goto('/audit?check=whole');
    for (const width of [1440, 768, 390]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${width} px`).toBeLessThanOrEqual(0);
    }
    expect(await violationsOf(page, colorScheme === 'dark' ? { rules: COLOUR_RULES } : {})).toEqual([]);
  });

test('nobody else finds it', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/');
  await expect(
    page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Audit log' }),
  ).toHaveCount(0);
  expect((await page.goto('/audit'))?.status()).toBe(404);
});
