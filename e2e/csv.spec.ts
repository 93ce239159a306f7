import { expect, test } from './signed-in-page';

test('the fleet is downloaded as it is filtered, and a name that is a formula is none in the file', async ({
  access,
  pageOf,
}) => {
  const page = await pageOf('owner');
  const name = `=1+1 "${Date.now()}"`;
  const made = await page.request.post('/api/v1/clients', {
    data: { name, timeZone: 'UTC' },
    headers: { origin: access.webUrl },
  });
  expect(made.status()).toBe(201);
  await page.goto(`/?q=${encodeURIComponent(name)}`);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the clients of this view as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^fleet-\d{4}-\d\d-\d\d\.csv$/);
  const text = (await download.createReadStream()).setEncoding('utf8');
  const lines = (await text.toArray()).join('').split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain(`"'${name.replaceAll('"', '""')}",no systems,`);
});

test('runs and points are downloaded from their pages', async ({ pageOf }) => {
  const page = await pageOf('read-only');
  // Other tests bring systems in that have no recovery points.
  await page.goto('/?q=Tindalworth');
  await page.locator('[data-toggle]').first().click();
  const href = await page.locator('a[href^="/systems/"]').first().getAttribute('href');
  const base = new URL(href ?? '', page.url()).pathname;
  for (const [list, link] of [
    ['runs', 'Download these runs as CSV'],
    ['points', 'Download these recovery points as CSV'],
  ] as const) {
    await page.goto(`${base}/${list}`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: link }).click(),
    ]);
    const text = (await (await download.createReadStream()).setEncoding('utf8').toArray()).join('');
    expect(text.split('\r\n').length).toBeGreaterThan(2);
  }
});
