import { expect, test } from './signed-in-page';

test('a view is kept under a name, gone back to, renamed, and had back after it was removed', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  const name = `Mornings ${Date.now()}`;
  await page.goto('/?status=needs-me&sort=client');
  await page.getByRole('button', { name: 'Keep view' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('button', { name: 'Keep this view' }).click();
  const views = page.getByRole('navigation', { name: 'Your views' });
  await expect(views.getByRole('link', { name })).toHaveAttribute('aria-current', 'true');

  await page.goto('/');
  await views.getByRole('link', { name }).click();
  await expect(page).toHaveURL(/status=needs-me&sort=client$/);

  await views.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(`${name} renamed`);
  await page.getByRole('button', { name: 'Rename this view' }).click();
  await expect(views.getByRole('link', { name: `${name} renamed` })).toBeVisible();

  await views.getByRole('button', { name: 'Remove' }).click();
  await expect(views.getByRole('link', { name: `${name} renamed` })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(views.getByRole('link', { name: `${name} renamed` })).toBeVisible();
  await views.getByRole('button', { name: 'Remove' }).click();
  await expect(views.getByRole('link', { name: `${name} renamed` })).toHaveCount(0);
});
