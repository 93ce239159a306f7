import type { Locator, Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { expect, test } from './signed-in-page';
import { rowsOf } from './system-database';

const rowOf = (page: Page, part: string): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('cell', { name: part, exact: true }) });

test('an owner sees how Holdfast stands, what of their own waits, and that nobody looks any more', async ({
  pageOf,
}) => {
  const owner = await pageOf('owner');
  await owner.goto('/');
  await owner.getByRole('link', { name: 'Health', exact: true }).click();
  await expect(owner.getByRole('heading', { level: 1 })).toHaveText('Health of Holdfast');
  await expect(rowOf(owner, 'Ingestion')).toContainText('Last heard');
  await expect(rowOf(owner, 'Backup of Holdfast itself')).toBeVisible();
  await expect(owner.getByRole('heading', { name: /^What waits of / })).toBeVisible();
  await expect(rowOf(owner, 'Mail').last()).toContainText(/\d/);
  // What counts rows of every MSP is not for people of one.
  await expect(rowOf(owner, 'Database')).toHaveCount(0);
  await expect(owner.getByRole('main')).not.toContainText(/Waiting: \d/);

  // As if the worker had died ten minutes ago: what it wrote later is kept out until the end.
  const [kept] = await rowsOf('SELECT facts FROM app.own_health');
  await rowsOf(
    `UPDATE app.own_health SET measured_at = now() + interval '1 hour',
      facts = jsonb_set(facts, '{measuredAt}', to_jsonb(floor(extract(epoch FROM now() - interval '10 minutes') * 1000)))`,
  );
  try {
    await owner.reload();
    await expect(rowOf(owner, 'Worker')).toContainText('Bad');
    await expect(rowOf(owner, 'Worker')).toContainText('Silent for 10 min.');
    await expect(rowOf(owner, 'Ingestion')).toContainText('Unknown');
    await expect(owner.getByRole('main')).toContainText(/\d+ parts need somebody now/);
    expect(await violationsOf(owner)).toEqual([]);
  } finally {
    await rowsOf('UPDATE app.own_health SET measured_at = now(), facts = $1', [
      JSON.stringify(kept?.['facts']),
    ]);
  }

  const technician = await pageOf('technician');
  await technician.goto('/');
  await expect(technician.getByRole('link', { name: 'Health', exact: true })).toHaveCount(0);
  expect((await technician.goto('/settings/health'))?.status()).toBe(404);
});
