import type { Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { expect, test } from './signed-in-page';

const declared = (page: Page, text: string) => page.locator('[data-declaration]').filter({ hasText: text });

async function openRepository(page: Page): Promise<void> {
  await page.goto('/repositories?q=Kettlesby');
  await page.locator('main a[href^="/repositories/"]').first().click();
  await expect(page.locator('#declarations')).toBeVisible();
}

async function openDialog(page: Page) {
  const dialog = page.getByRole('dialog', { name: 'Declare what no tool reports' });
  // A click before the page listens does nothing.
  await expect(async () => {
    await page.getByRole('button', { name: 'Declare', exact: true }).click({ timeout: 1000 });
    await expect(dialog.getByLabel('Of')).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 15_000 });
  return dialog;
}

test('a technician attests who can reach a repository, renews it, withdraws it and takes that back', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  await openRepository(page);
  const who = `two of ours, as of ${Date.now()}`;
  const dialog = await openDialog(page);
  await dialog.getByLabel('I declare').selectOption('who can reach and delete it');
  await dialog.getByLabel('Who answers for it').fill('Priya Nair');
  await dialog.getByLabel('Who can delete backups or reach it').fill(who);
  await dialog.getByLabel('Reaching it needs a second factor').check();
  await dialog.getByLabel('How do you know?').fill('went through the list of users');
  expect(await violationsOf(page, { within: '[role=dialog]' })).toEqual([]);
  await dialog.getByRole('button', { name: 'Declare' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(declared(page, who)).toContainText('no separate credentials');

  await declared(page, who)
    .getByRole('button', { name: /^Renew/ })
    .click();
  const again = page.getByRole('dialog', { name: 'Declare what no tool reports' });
  await expect(again.getByLabel('Who can delete backups or reach it')).toHaveValue(who);
  await expect(again.getByLabel('Reaching it needs a second factor')).toBeChecked();
  await again.getByLabel('Its credentials are separate').check();
  await again.getByLabel('How do you know?').fill('they have a vault of their own now');
  await again.getByRole('button', { name: 'Declare' }).click();
  await expect(again).toHaveCount(0);
  const renewed = declared(page, 'they have a vault of their own now');
  await expect(renewed).toContainText('with a second factor and separate credentials');

  await renewed.getByRole('button', { name: /^Withdraw/ }).click();
  await expect(declared(page, 'went through the list of users')).toHaveCount(1);
  const notice = page.getByRole('dialog').filter({ hasText: 'Withdrawn:' });
  await notice.getByRole('button', { name: 'Undo' }).click();
  await expect(renewed).toHaveCount(1);
  for (const reason of ['they have a vault of their own now', 'went through the list of users']) {
    await declared(page, reason)
      .getByRole('button', { name: /^Withdraw/ })
      .click();
    await expect(declared(page, reason)).toHaveCount(0);
  }
});

test('an attestation of a key says what is missing, and the key itself is not asked for', async ({
  pageOf,
}) => {
  const page = await pageOf('technician', { width: 390 });
  await openRepository(page);
  const dialog = await openDialog(page);
  await dialog.getByLabel('I declare').selectOption('where its key is kept');
  await expect(dialog.getByText('Where, never the key itself')).toBeVisible();
  await dialog.getByLabel('Who answers for it').fill(' ');
  await dialog.getByLabel('The key or a recovery key is kept').fill('the password manager');
  await dialog.getByLabel('Held by').fill('Mara Bell');
  await dialog.getByLabel('How do you know?').fill('looked it up');
  await dialog.getByRole('button', { name: 'Declare' }).click();
  await expect(dialog.getByText('Say who answers for it.').first()).toBeVisible();
});

test('a system is declared off for a while, with when it is on again', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/?q=Kettlesby');
  await page.locator('[data-row-link]').first().click();
  await page.locator('#systems').getByRole('link', { name: 'fs-01', exact: true }).click();
  await expect(page.getByTestId('verdict-sentence')).toBeVisible();
  const dialog = await openDialog(page);
  await dialog.getByLabel('Of').selectOption({ label: 'fs-01 (system)' });
  await dialog.getByLabel('I declare').selectOption('that it is switched off for a while');
  await expect(dialog.getByLabel('It holds')).toHaveCount(0);
  const reason = `moved to another rack ${Date.now()}`;
  await dialog.getByLabel('Why is it off?').fill(reason);
  await dialog.getByLabel('On again').fill('2020-01-01T10:00');
  await dialog.getByRole('button', { name: 'Declare' }).click();
  await expect(dialog.getByText('It must be on again after it went off.').first()).toBeVisible();
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
  await dialog.getByLabel('On again').fill(tomorrow);
  await dialog.getByRole('button', { name: 'Declare' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(declared(page, reason)).toContainText('is switched off from');
  await declared(page, reason)
    .getByRole('button', { name: /^Withdraw/ })
    .click();
  await expect(declared(page, reason)).toHaveCount(0);
});

test('a policy says an RTO and what the contract promises, and remarks where that is more', async ({
  pageOf,
}) => {
  const page = await pageOf('admin');
  await page.goto('/policies');
  await page.getByRole('button', { name: 'New policy' }).click();
  const create = page.getByRole('dialog', { name: 'New policy' });
  const name = `Under contract ${Date.now()}`;
  await create.getByLabel('Name').fill(name);
  await create.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();

  await page.getByLabel('RTO, in h', { exact: true }).fill('8');
  await page.getByLabel('Contract terms: RTO promised, hours').fill('4');
  await expect(page.getByText('Say which contract: its name or number.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Review and save' })).toBeDisabled();
  await page.getByLabel('Contract terms: name or number').fill('Contract 2026-17');
  await expect(page.getByText('Contract 2026-17 promises an RTO of 4 h; this asks for 8 h.')).toBeVisible();
  await page.getByLabel('Contract terms: last day').fill('2020-01-01');
  await expect(page.getByText('Contract 2026-17 ended on 2020-01-01')).toBeVisible();
  await page.getByLabel('Contract terms: last day').fill('');
  expect(await violationsOf(page, { within: 'section[aria-label=Contract]' })).toEqual([]);

  await page.getByRole('button', { name: 'Review and save' }).click();
  const dialog = page.getByRole('dialog', { name: /Publish version/ });
  await dialog.getByLabel('Why').fill('signed last week');
  await dialog.getByRole('button', { name: /Publish version/ }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.locator('#history')).toContainText('Contract 2026-17: RTO 4 h');
  await expect(page.getByLabel('Contract terms: RTO promised, hours')).toHaveValue('4');
  await page.getByRole('button', { name: 'Inherit RTO', exact: true }).click();
  await expect(page.getByText('Contract 2026-17 promises an RTO of 4 h; this asks for none.')).toBeVisible();
});
