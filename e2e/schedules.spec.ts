import type { Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { expect, test } from './signed-in-page';

/** The machine of this name, from the fleet. */
async function openSystem(page: Page, client: string, name: string): Promise<void> {
  await page.goto(`/?q=${client}`);
  await page.locator('[data-row-link]').first().click();
  await page.locator('#systems').getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

test('what a job’s runs look like is proposed, accepted with its next due times in sight, and undone', async ({
  pageOf,
}) => {
  const page = await pageOf('admin');
  await openSystem(page, 'Eskerby', 'planning-gis');
  const jobs = page.locator('#jobs');
  await expect(jobs).toContainText(/looks like daily \d\d:\d\d \(\d+ of \d+ runs\)/);
  await jobs
    .getByRole('button', { name: /Use this schedule of/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: /Schedule of/ });
  await expect(dialog.getByText(/^Next due: .+, .+, .+\.$/)).toBeVisible();
  expect(await violationsOf(page, { within: '[role=dialog]' })).toEqual([]);

  await dialog.getByLabel('Jobs are due').fill('every now and then');
  await expect(dialog.getByText('every 6 h’')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
  await dialog.getByLabel('Jobs are due').fill('weekdays 21:30');
  await expect(dialog.getByText('weekdays 21:30', { exact: true })).toBeVisible();
  await dialog.getByLabel('May begin later by, in min').fill('90');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(jobs).toContainText('due weekdays 21:30');
  await page.goto('/policies');
  await expect(page.locator('main')).not.toContainText('Schedule of');
  await page.goBack();

  await jobs
    .getByRole('button', { name: /Change schedule of/ })
    .first()
    .click();
  await page
    .getByRole('dialog', { name: /Schedule of/ })
    .getByLabel('Jobs are due')
    .fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(jobs).not.toContainText('due weekdays 21:30');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(jobs).toContainText('due weekdays 21:30');
});

test('a technician sees when jobs are due, and changes nothing', async ({ pageOf }) => {
  const page = await pageOf('technician', { isOtherMsp: true });
  await openSystem(page, 'Coldwater', 'archive-01');
  const jobs = page.locator('#jobs');
  await expect(jobs).toContainText('due daily 23:00');
  await expect(jobs.getByRole('button', { name: /schedule of/ })).toHaveCount(0);
});

test('a policy says when jobs are due and when nothing need run, and remarks an RPO that leaves no room', async ({
  pageOf,
}) => {
  const page = await pageOf('admin');
  await page.goto('/policies');
  await page.getByRole('button', { name: 'New policy' }).click();
  const created = page.getByRole('dialog', { name: 'New policy' });
  await created.getByLabel('Name').fill(`Nightly ${Date.now()}`);
  await created.getByRole('button', { name: 'Create' }).click();
  const section = page.getByRole('region', { name: 'Schedule' });
  await section.getByLabel('Jobs are due').fill('0 21 * * *');
  await expect(section.getByText('daily 21:00')).toBeVisible();
  await expect(section.getByText('Red whenever a run is late or long')).toBeVisible();
  await section.getByRole('button', { name: 'Every week' }).click();
  await section.getByLabel('Window 1: hours').fill('x');
  await expect(section.getByText('Enter a number of hours.')).toBeVisible();
  await section.getByLabel('Window 1: hours').fill('6');
  expect(await violationsOf(page)).toEqual([]);
});
