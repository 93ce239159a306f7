import { randomUUID } from 'node:crypto';
import { violationsOf } from './accessibility';
import { lineFromAgents, machineAt } from './machine';
import { expect, test } from './signed-in-page';

test('reports that cannot be read wait in the inbox: processed again, ignored with a reason, brought back', async ({
  pageOf,
  access,
}) => {
  test.setTimeout(120_000);
  const hostname = `aside-${randomUUID().slice(0, 8)}`;
  const machine = machineAt(process.env['HOLDFAST_E2E_INGEST_URL'] ?? access.ingestUrl, hostname);
  const page = await pageOf('technician');
  await machine.runLine(await lineFromAgents(page));
  expect(await machine.report('{')).toBe(202);
  await expect(page.getByRole('region', { name: 'First report' })).toContainText('Kept whole, but put aside');

  await page.goto('/inbox');
  const aside = page.locator('#reports').getByRole('listitem').filter({ hasText: hostname });
  await expect(aside).toContainText('The report cannot be read');
  await aside.getByRole('button', { name: /^Process again/ }).click();
  await expect(page.getByText(`1 report of ${hostname}: being processed again.`)).toBeVisible();
  // It may be put aside again before anybody looks.
  await expect(async () => {
    await page.reload();
    await expect(aside).toHaveCount(1, { timeout: 1000 });
  }).toPass();

  await aside.getByRole('button', { name: /^Ignore/ }).click();
  await page.getByRole('dialog').getByLabel('Why').fill('a test of ours');
  await page.getByRole('dialog').getByRole('button', { name: 'Ignore' }).click();
  await expect(aside).toHaveCount(0);
  const decided = page.locator('#decisions').getByRole('listitem').filter({ hasText: hostname });
  await expect(decided).toContainText('a test of ours');
  await decided.getByRole('button', { name: /^Undo/ }).click();
  await expect(aside).toHaveCount(1);
  await expect(decided).toHaveCount(0);
});

test('a machine that reports under two names becomes one, says so, and is two again', async ({
  pageOf,
  access,
}) => {
  test.setTimeout(120_000);
  const name = `twin-${randomUUID().slice(0, 8)}`;
  const page = await pageOf('technician');
  for (const hostname of [name, `${name}-old`]) {
    const machine = machineAt(process.env['HOLDFAST_E2E_INGEST_URL'] ?? access.ingestUrl, hostname);
    await machine.runLine(await lineFromAgents(page));
    expect(await machine.report()).toBe(202);
    await expect(page.getByRole('region', { name: 'First report' })).toContainText('Report', {
      timeout: 30_000,
    });
  }
  const ofName = async (text: string): Promise<string> => {
    const response = await page.request.get(`/api/v1/named-things?q=${text}`);
    const { things } = (await response.json()) as { things: { id: string; kind: string; name: string }[] };
    return things.find((one) => one.kind === 'system' && one.name === text)?.id ?? '';
  };
  await expect(async () => expect(await ofName(`${name}-old`)).not.toBe('')).toPass({ timeout: 30_000 });
  const [twin, old] = [await ofName(name), await ofName(`${name}-old`)];

  await page.goto(`/systems/${old}`);
  await page.getByRole('button', { name: `Merge ${name}-old into another system` }).click();
  const dialog = page.getByRole('dialog', { name: `Merge ${name}-old` });
  const targets = dialog.getByRole('group', { name: /^Which system of/ });
  await targets.getByLabel('Part of its name').fill('no such system');
  await expect(targets).toContainText('is called “no such system”');
  await targets.getByLabel('Part of its name').fill(name);
  await targets.getByRole('radio', { name: new RegExp(`^${name},`) }).check();
  await dialog.getByLabel('Why').fill('renamed in spring');
  await dialog.getByRole('button', { name: 'Merge' }).click();
  await expect(page).toHaveURL(new RegExp(`/systems/${twin}$`));
  const names = page.getByRole('list', { name: 'Other names' });
  await expect(names).toContainText(`also reported as ${name}-old`);
  await expect(names).toContainText('renamed in spring');

  await names.getByRole('button', { name: `Split ${name}-old` }).click();
  await expect(names).toHaveCount(0);
  await page.goto(`/systems/${old}`);
  await expect(page.getByRole('heading', { level: 1, name: `${name}-old` })).toBeVisible();
});

test('what a system may be merged into is looked up again after it could not be', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/');
  await page.getByRole('link', { name: 'Tindalworth Logistics' }).first().click();
  await page.getByRole('link', { name: 'fs-01' }).first().click();
  await page.route('**/merge-targets?*', (route) => route.abort());
  await page.getByRole('button', { name: 'Merge fs-01 into another system' }).click();
  const targets = page.getByRole('group', { name: /^Which system of Tindalworth/ });
  await expect(targets).toContainText('could not be looked up');
  await page.unroute('**/merge-targets?*');
  await targets.getByRole('button', { name: 'Look again' }).click();
  await expect(targets.getByRole('radio', { name: /^sql-01,/ })).toBeVisible();
  await expect(targets.getByRole('radio', { name: /^fs-01,/ })).toHaveCount(0);
  expect(await violationsOf(page)).toEqual([]);
});

test('a reader sees the inbox and decides nothing', async ({ pageOf }) => {
  const page = await pageOf('read-only');
  await page.goto('/inbox');
  await expect(page.getByRole('heading', { level: 1, name: 'Inbox' })).toBeVisible();
  await expect(
    page.getByRole('button', { name: /Ignore|Confirm|Merge|Split|Process again|Undo/ }),
  ).toHaveCount(0);
});
