import { violationsOf } from './accessibility';
import { expect, test } from './signed-in-page';

test('a new client’s inventory is previewed, imported, excluded from and undone', async ({
  access,
  pageOf,
}) => {
  const page = await pageOf('technician');
  const name = `Made by a test ${Date.now()}`;
  const made = await page.request.post('/api/v1/clients', {
    data: { name, timeZone: 'UTC' },
    headers: { origin: access.webUrl },
  });
  const { clientId } = (await made.json()) as { clientId: string };
  await page.goto(`/clients/${clientId}`);
  await page.getByRole('link', { name: 'No inventory yet' }).click();
  await expect(page.getByText('This client has no inventory yet.')).toBeVisible();

  await page.getByRole('button', { name: 'Import an inventory' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import an inventory' });
  await dialog.getByLabel('Or paste it').fill('Bezeichnung;Standort\nkiosk-01;Hall\nfs-01;Hall\n;Hall\n');
  await expect(dialog.getByText('Choose the column that holds the host names.')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Import' })).toBeDisabled();
  await dialog.getByLabel('Host name').selectOption('Bezeichnung');
  await expect(dialog.getByText(`${name}: 1 cannot be read, 2 new.`)).toBeVisible();
  await expect(dialog.getByRole('row', { name: '4 – no host name in this row' })).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(page.getByText('0 of 2 machines of the inventory are backed up; 2 are not.')).toBeVisible();

  await page.getByRole('button', { name: 'Exclude kiosk-01' }).click();
  await page.getByLabel('Whose decision').fill('The town clerk');
  await page.getByLabel('Why').fill('shows opening hours only');
  await page.getByRole('dialog').getByRole('button', { name: 'Exclude' }).click();
  const sentence = page.getByText('0 of 2 machines of the inventory are backed up; 1 is not, 1 is excluded.');
  await expect(sentence).toBeVisible();
  await expect(page.getByText(/by The town clerk: shows opening hours only/)).toBeVisible();
  const notice = page.getByLabel('Notice').filter({ hasText: 'kiosk-01 is excluded.' });
  await notice.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('0 of 2 machines of the inventory are backed up; 2 are not.')).toBeVisible();

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download these machines as CSV' }).click(),
  ]);
  const text = (await (await download.createReadStream()).setEncoding('utf8').toArray()).join('');
  expect(
    text
      .split('\r\n')
      .slice(1, 3)
      .map((line) => line.split(',').slice(0, 3)),
  ).toEqual([
    ['fs-01', name, 'Not backed up'],
    ['kiosk-01', name, 'Not backed up'],
  ]);

  await page.getByRole('button', { name: `Undo the import for ${name}` }).click();
  await expect(page.getByText('This client has no inventory yet.')).toBeVisible();
});

test('the demo shows every state, and filters stay in the address', async ({ pageOf }) => {
  const page = await pageOf('read-only');
  await page.goto('/coverage?q=Eskerby');
  for (const words of ['Not backed up', 'Not in the inventory', 'Backed up', 'Excluded'])
    await expect(
      page.getByRole('main').getByRole('link', { name: new RegExp(`^${words} *\\d+$`) }),
    ).toBeVisible();
  await expect(page.getByRole('button', { name: /^Exclude|^Import|^End/ })).toHaveCount(0);
  await page
    .getByRole('main')
    .getByRole('link', { name: /^Not in the inventory/ })
    .click();
  await expect(page).toHaveURL(/state=not-in-inventory/);
  await expect(page.getByRole('link', { name: 'web-01' })).toBeVisible();
  await expect(page.getByText('print-02.eskerby.local')).toHaveCount(0);
});
