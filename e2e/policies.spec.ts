import type { Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { DIALOG_COLOUR_SCHEMES } from './colour-schemes';
import { expect, test } from './signed-in-page';

const RPO = 'RPO, in h';
const panel = (page: Page) => page.getByRole('complementary', { name: 'Draft' });

async function newPolicy(page: Page, name: string): Promise<void> {
  await page.goto('/policies');
  await page.getByRole('button', { name: 'New policy' }).click();
  const dialog = page.getByRole('dialog', { name: 'New policy' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

async function publish(page: Page, why: string): Promise<void> {
  await page.getByRole('button', { name: 'Review and save' }).click();
  const dialog = page.getByRole('dialog', { name: /Publish version/ });
  await dialog.getByLabel('Why').fill(why);
  await dialog.getByRole('button', { name: /Publish version/ }).click();
  await expect(dialog).toHaveCount(0);
}

test('a policy is drafted, previewed, published and assigned to one system, where its value and origin show', async ({
  pageOf,
}) => {
  const page = await pageOf('admin');
  const name = `Hourly ${Date.now()}`;
  await newPolicy(page, name);
  await expect(page.getByRole('button', { name: 'Review and save' })).toBeDisabled();
  await page.getByLabel(RPO).fill('1.5');
  await expect(page.getByText('A daily job is late every evening')).toBeVisible();
  await expect(panel(page).getByText('It holds for no system yet')).toBeVisible();
  await publish(page, 'their ledger is written all day');
  await expect(page.getByText('Version 2 is in force')).toBeVisible();
  await expect(page.locator('#history')).toContainText('their ledger is written all day');
  await expect(page.getByLabel(RPO)).toHaveValue('1.5');

  await page.goto('/?q=Eskerby');
  await page.locator('[data-row-link]').first().click();
  await page.locator('#systems').getByRole('link', { name: 'planning-gis', exact: true }).click();
  await expect(page.locator('#policy')).toContainText('your default');
  await page.getByRole('button', { name: 'Policy of its own' }).click();
  const dialog = page.getByRole('dialog', { name: 'A policy for planning-gis alone' });
  await dialog.getByLabel('Policy').selectOption({ label: name });
  await expect(dialog.getByText('Systems under it')).toBeVisible();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('#policy')).toContainText(`${name}, version 2`);
  await expect(page.locator('#policy')).toContainText('90 min');
  await expect(page.locator('#policy')).toContainText('system planning-gis');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('#policy')).not.toContainText(name);
});

test('a preview of the whole fleet says what gets worse, and is dropped with the draft', async ({
  pageOf,
}) => {
  const page = await pageOf('owner');
  await page.goto('/policies');
  await page.getByRole('link', { name: 'Server 3-2-1', exact: true }).click();
  await page.getByRole('group', { name: 'Rule' }).getByRole('button', { name: '3-2-1-1-0' }).click();
  await expect(panel(page).getByText(/more systems would be non-compliant/)).toBeVisible({ timeout: 30_000 });
  await expect(panel(page).getByRole('table')).toContainText('Non-compliant');
  await expect(panel(page)).toContainText('This draft');
  await expect(page.getByRole('button', { name: 'Review and save' })).toBeEnabled();
  await page.getByRole('group', { name: 'Rule' }).getByRole('button', { name: 'Own' }).click();
  await page.getByLabel('offsite, empty: not asked for').fill('3');
  await expect(page.getByText('At most 2 of 3 copies can be offsite')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Review and save' })).toBeDisabled();
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(panel(page).getByText('Nothing yet.')).toBeVisible();
  await page.getByLabel(RPO).fill('a day');
  await expect(page.getByText('Enter a number of h.')).toBeVisible();
});

test('how long points are kept is promised by period; what nothing could satisfy is said', async ({
  pageOf,
}) => {
  const page = await pageOf('admin');
  await newPolicy(page, `Kept ${Date.now()}`);
  const keep = (part: string) => page.getByLabel(`Keep ${part}, empty: not promised`);
  await expect(page.getByText('nothing is promised')).toBeVisible();
  await keep('daily').fill('14');
  await keep('at least, days').fill('90');
  await keep('at most, days').fill('60');
  await expect(page.getByText('The least age is above the greatest')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Review and save' })).toBeDisabled();
  await keep('at least, days').fill('');
  await keep('monthly').fill('12');
  await expect(page.getByText('12 monthly: these reach back further than the greatest age')).toBeVisible();
  await keep('at most, days').fill('');
  await keep('monthly').fill('2');
  await publish(page, 'as their contract says');
  await expect(page.getByText('Version 2 is in force')).toBeVisible();
  await expect(page.locator('#history')).toContainText('14 daily, 2 monthly');
  await expect(keep('monthly')).toHaveValue('2');
  expect(await violationsOf(page)).toEqual([]);
});

test('tags carry policies; what no tag can be is said', async ({ pageOf }) => {
  const page = await pageOf('admin');
  const name = `Tagged ${Date.now()}`;
  const tag = `e2e-${Date.now()}`;
  await newPolicy(page, name);
  await page.getByRole('button', { name: 'Assign' }).click();
  const dialog = page.getByRole('dialog', { name: `Assign ${name}` });
  await dialog.getByLabel('To').selectOption('tag');
  await dialog.getByLabel('Tag').fill(tag);
  await expect(dialog.getByText('It holds for no system yet')).toBeVisible();
  await dialog.getByRole('button', { name: 'Assign' }).click();
  await expect(page.locator('#assignments')).toContainText(`${tag} of any client`);

  await page.goto('/?q=Eskerby');
  await page.locator('[data-row-link]').first().click();
  await page.locator('#systems').getByRole('link', { name: 'rates-sql', exact: true }).click();
  await page.getByRole('button', { name: 'Tags' }).click();
  const tags = page.getByRole('dialog', { name: 'Tags of rates-sql' });
  await tags.getByLabel('Tags').fill('-no');
  await tags.getByRole('button', { name: 'Save' }).click();
  await expect(tags.getByText('Use letters, digits and single dashes')).toBeVisible();
  await tags.getByLabel('Tags').fill(tag);
  await tags.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('#policy')).toContainText(`tags: ${tag}`);
  await expect(page.locator('#policy')).toContainText(`(tag ${tag}`);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('#policy')).not.toContainText(tag);
});

test('a technician reads policies and changes none', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/policies');
  await expect(page.getByRole('button', { name: 'New policy' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Server 3-2-1', exact: true }).click();
  await expect(page.getByLabel(RPO)).toBeDisabled();
  await expect(panel(page)).toContainText('Owners and admins change policies.');
});

for (const colorScheme of DIALOG_COLOUR_SCHEMES)
  test(`the policies’ screens are accessible and fit their window (${colorScheme})`, async ({ pageOf }) => {
    const page = await pageOf('owner', { colorScheme });
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto('/policies');
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole('link', { name: 'Server 3-2-1', exact: true }).click();
      await page.getByRole('group', { name: 'Rule' }).getByRole('button', { name: 'Own' }).click();
      await page.getByLabel('Warn before, in h').fill('3');
      await expect(panel(page).getByRole('table')).toBeVisible({ timeout: 30_000 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      expect(await violationsOf(page)).toEqual([]);
    }
  });
