import { expect, test } from './signed-in-page';

test('a technician adds a client, is told how to connect a machine, and gets a token that was never shown before', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  await page.goto('/');
  await page.getByRole('button', { name: 'Add a client' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a client' });
  const name = `Penhallow Bakery ${Date.now()}`;
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Time zone').selectOption('Europe/Lisbon');
  await dialog.getByRole('button', { name: 'Add client' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByText('No machine reports for this client yet.')).toBeVisible();
  await expect(page.getByText('all times Europe/Lisbon')).toBeVisible();

  await page.getByRole('button', { name: 'Connect a machine' }).click();
  const commands = page.getByLabel('Line that connects the machine');
  await expect(commands).toContainText(/enrol http\S+ hfe_\S{43}/);
  const shown = await commands.textContent();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Connect a machine' }).click();
  await expect(commands).toContainText('hfe_');
  expect(await commands.textContent()).not.toBe(shown);
  await page.keyboard.press('Escape');

  await page.goto('/');
  await page.getByRole('button', { name: 'Add a client' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill(name);
  await page.getByRole('dialog').getByRole('button', { name: 'Add client' }).click();
  await expect(page.getByText('You have a client of this name already.')).toBeVisible();
  await expect(page.getByRole('dialog').getByLabel('Name')).toHaveValue(name);
});

test('what a technician declares changes the verdict, says who said it, and can be withdrawn and undone', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  await page.goto('/?q=Kettlesby');
  await page.locator('[data-row-link]').first().click();
  await page.locator('#systems').getByRole('link', { name: 'fs-01', exact: true }).click();
  await expect(page.getByTestId('verdict-sentence')).toContainText('Not protected');
  const address = page.url();

  await page.getByRole('button', { name: 'Declare' }).click();
  const dialog = page.getByRole('dialog', { name: 'Declare what no tool reports' });
  await expect(dialog.getByLabel('Of')).toBeVisible(); // it comes when it is opened
  const unplaced = await dialog.getByLabel('Of').locator('option').allTextContents();
  const drive = unplaced.find((text) => text.startsWith('cottage-pi')) ?? '';
  await dialog.getByLabel('Of').selectOption({ label: drive });
  await dialog.getByLabel('I declare').selectOption('site');
  await dialog.getByLabel('It stands at').selectOption('new');
  const place = `Bank vault ${Date.now()}`;
  await dialog.getByLabel('Name').fill(place);
  await dialog.getByLabel('How do you know?').fill('deposit slip of this week');
  await dialog.getByRole('button', { name: 'Declare' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByTestId('verdict-sentence')).not.toContainText('nobody said where');
  const said = page.locator('[data-declaration]').filter({ hasText: `stands at ${place}` });
  await expect(said).toContainText('deposit slip of this week');

  await said.getByRole('button', { name: /^Withdraw/ }).click();
  await expect(said).toHaveCount(0);
  const notice = page.getByRole('dialog').filter({ hasText: 'Withdrawn:' });
  await notice.getByRole('button', { name: 'Undo' }).click();
  await expect(said).toHaveCount(1);
  await said.getByRole('button', { name: /^Withdraw/ }).click();
  await expect(said).toHaveCount(0);
  await page.goto(address);
  await expect(page.getByTestId('verdict-sentence')).toContainText('nobody said where');
});

test('a declaration without a reason is not sent', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/?q=Kettlesby');
  await page.locator('[data-row-link]').first().click();
  await page.getByRole('button', { name: 'Declare' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('How do you know?').fill('   ');
  await dialog.getByRole('button', { name: 'Declare' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await expect(dialog.getByText('Say how you know')).toBeVisible();
});
