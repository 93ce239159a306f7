import { randomUUID } from 'node:crypto';
import { lineFromAgents, machineAt } from './machine';
import { expect, test } from './signed-in-page';

test('a machine is connected with one line while one watches, changes its key, and is revoked', async ({
  pageOf,
  access,
}) => {
  test.setTimeout(120_000);
  const hostname = `ws-${randomUUID().slice(0, 8)}`;
  const machine = machineAt(process.env['HOLDFAST_E2E_INGEST_URL'] ?? access.ingestUrl, hostname);
  const page = await pageOf('owner');
  const line = await lineFromAgents(page);
  const dialog = page.getByRole('dialog');
  const arriving = dialog.getByRole('region', { name: 'First report' });
  await expect(arriving).toContainText('Waiting for the first report …');
  await machine.runLine(line);
  await expect(arriving.getByRole('link', { name: hostname })).toBeVisible();
  expect(await machine.report()).toBe(202);
  await expect(arriving).toContainText('The first report arrived');
  await expect(arriving).toContainText('0 runs, 0 recovery points');

  await arriving.getByRole('link', { name: hostname }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: hostname })).toBeVisible();
  await page.getByRole('button', { name: 'Change key' }).click();
  const change = await page.getByLabel(`Line that changes the key of ${hostname}`).innerText();
  expect(change).toMatch(/ --again$/);
  await machine.runLine(change);
  expect(await machine.report()).toBe(202);
  await expect(page.getByRole('region', { name: 'First report' })).toContainText('The first report arrived');
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByText(/^changed /)).toBeVisible();

  await page.getByRole('button', { name: 'Revoke' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Revoke ${hostname}` })
    .click();
  await expect(page.locator('main').getByText('Revoked').first()).toBeVisible();
  expect(await machine.report()).toBe(403);
  await page.goto(`/agents?q=${hostname}`);
  await expect(page.getByText('No agent fits this view.')).toBeVisible();
  await page.getByRole('link', { name: /^Revoked/ }).click();
  await expect(page.getByRole('link', { name: hostname }).first()).toBeVisible();
});

test('the list is filtered and ordered by its address, and a reader may change nothing', async ({
  pageOf,
}) => {
  const page = await pageOf('read-only');
  await page.goto('/agents?sort=machine');
  await expect(page.getByRole('columnheader', { name: 'Machine' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(page.getByRole('button', { name: 'Connect a machine' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Machine' }).click();
  await expect(page).toHaveURL(/sort=-machine/);
  await page.locator('[data-row-link]').first().click();
  await expect(page.getByRole('heading', { name: 'Reports that never arrived' })).toBeVisible();
  await expect(page.getByRole('button', { name: /Revoke|Change key/ })).toHaveCount(0);
});
