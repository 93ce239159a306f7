import { expect, test } from './signed-in-page';

test('a day of thirteen months opens by keyboard, with its runs, reports, changes and findings', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  // One with a past: other tests bring clients and systems in.
  await page.goto('/?q=Tindalworth');
  await page.getByRole('main').getByRole('link', { name: 'Tindalworth Logistics', exact: true }).click();
  await page.getByRole('main').getByRole('link', { name: 'sql-01', exact: true }).first().click();
  await page.getByRole('link', { name: 'History of 13 months' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^History of /);

  const status = page.getByRole('group', { name: /^Status of .*, last 13 months: / });
  const today = status.getByRole('link').last();
  await today.focus();
  await page.keyboard.press('ArrowUp');
  await expect(status.locator(':focus')).not.toHaveAccessibleName(await nameOf(today));
  await page.keyboard.press('ArrowDown');
  await expect(today).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  const yesterday = status.locator(':focus');
  const date = await yesterday.getAttribute('data-day');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`[?&]day=${date}`));
  await expect(page.getByRole('heading', { name: 'Changes of status' })).toBeVisible();
  const asOf = page.getByRole('region', { name: /^As of / });
  await expect(asOf).toContainText('reached again from the facts known then, by policy version 1');
  await expect(asOf.getByRole('link', { name: /report it came from/ }).first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Findings opened or closed' })).toBeVisible();
  await expect(page.locator('[aria-current="date"]').first()).toHaveAttribute('data-day', date ?? '');
  await page.reload();
  await expect(page.locator('[aria-current="date"]').first()).toHaveAttribute('data-day', date ?? '');

  const report = page
    .getByRole('region', { name: 'Runs' })
    .getByRole('link', { name: /report it came from/ });
  await report.first().click();
  await expect(page).toHaveURL(/\/raw-reports\//);
});

test('the days leave as CSV, each with its zone and state', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/');
  await page.locator('main a[href^="/clients/"]').first().click();
  await page.locator('main a[href^="/systems/"]').first().click();
  await page.getByRole('link', { name: 'History of 13 months' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^History of /);
  const href = await page
    .getByRole('link', { name: 'Download the days of this system as CSV' })
    .getAttribute('href');
  const csv = await (await page.request.get(href ?? '')).text();
  const [head = '', ...rows] = csv.trim().split('\r\n');
  expect(head).toBe('Day,Time zone,Begins (UTC),Ends (UTC),Of,Name,State,Runs,Id');
  const days = rows.filter((row) => row.includes(',system,'));
  expect(days.length).toBeGreaterThan(360);
  expect(days.at(-1)).toContain(',no-data,');
});

test('the compliance of a client is told in words, drawn, and told again in numbers', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/');
  await page.locator('main a[href^="/clients/"]').first().click();
  const trend = page.getByRole('region', { name: 'Compliance' });
  const words = await trend.getByText(/ compliant today \(\d+ %\)/).innerText();
  await expect(trend.getByRole('img', { name: words })).toBeVisible();
  await trend.getByText('The numbers of each day').click();
  await expect(trend.getByRole('row')).toHaveCount(91);
  await expect(trend.getByRole('row').last()).toContainText('no data');
  await trend.getByRole('link', { name: '13 months' }).click();
  await expect(page).toHaveURL(/trend=year/);
});

async function nameOf(link: { getAttribute: (name: string) => Promise<string | null> }): Promise<string> {
  return (await link.getAttribute('aria-label')) ?? '';
}
