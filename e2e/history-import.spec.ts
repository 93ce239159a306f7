import type { Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { expect, test } from './signed-in-page';

const CLIENT = 'Tindalworth Logistics';

/** A day of the last month but one whose number is no month's, and one whose number may be; as both orders write them. */
function fileOf(job: string, year: number): string {
  return [
    // No other file has its columns, so that nothing is remembered of one.
    `Gerät;Auftrag;Beginn;Ergebnis;Größe;${job}`,
    `SQL-01;${job};03/04/${year} 01:00;erfolgreich;12 GB`,
    `sql-01;${job};04/04/${year} 01:00;failed;`,
    `sql-01;${job};05/04/${year} 01:00;erfolgreich;12 GB`,
    `büro-77;${job};05/04/${year} 01:00;erfolgreich;`,
    `sql-01;${job};06/04/${year} 01:00;?;`,
  ].join('\r\n');
}

/** `within` left out: on the whole page. */
async function expectNoViolations(page: Page, within = 'body'): Promise<void> {
  expect(await violationsOf(page, { within })).toEqual([]);
}

test('history of another tool is explained, previewed, brought in, marked, taken back and restored', async ({
  pageOf,
}) => {
  test.slow();
  const page = await pageOf('technician');
  const name = `Made by a test ${Date.now()}`;
  const now = new Date();
  // Both readings of 3 to 6 April are in the last thirteen months and over.
  const year = now.getUTCMonth() >= 6 ? now.getUTCFullYear() : now.getUTCFullYear() - 1;
  await page.goto('/agents/channels');
  await page.getByRole('link', { name: 'Imported history', exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Imported history' })).toBeVisible();

  await page.getByRole('button', { name: 'Import history' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import history' });
  await dialog.getByLabel('Whose backups').selectOption({ label: CLIENT });
  await dialog.getByLabel('Where the history comes from').fill(name);
  await dialog.getByRole('button', { name: 'Send and explain' }).click();
  await expect(dialog.getByText('Choose a file.')).toBeVisible();
  await dialog.getByLabel('File').setInputFiles({
    name: 'export.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(fileOf(name, year), 'latin1'),
  });
  await dialog.getByRole('button', { name: 'Send and explain' }).click();

  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByText('Still to say:')).toBeVisible();
  const columns = page.getByRole('region', { name: 'Columns' });
  await columns.getByLabel('System', { exact: true }).selectOption('Gerät');
  await columns.getByLabel('Job', { exact: true }).selectOption('Auftrag');
  await columns.getByLabel('How it ended').selectOption('Ergebnis');
  await columns.getByLabel('Started').selectOption('Beginn');
  await columns.getByLabel('Size', { exact: true }).selectOption('Größe');
  await expect(page.getByText('All of them can be read in several ways. Which is meant?')).toBeVisible();
  await page.getByLabel('Dates are written').selectOption('dmy');
  // What went wrong by its own word needs no explanation; what went well does.
  await expect(page.getByLabel('What failed means')).toHaveValue('failed');
  await expect(page.getByLabel('What erfolgreich means')).toHaveValue('');
  await expect(page.getByRole('button', { name: /^Import / })).toBeDisabled();
  await page.getByLabel('What erfolgreich means').selectOption('success');
  await page.getByLabel('What ? means').selectOption('leave-out');
  await expect(page.getByRole('button', { name: 'Import 3 runs' })).toBeEnabled();
  const preview = page.getByRole('region', { name: 'What comes of it' });
  await expect(preview.getByText('1 of no system of this client')).toBeVisible();
  await expect(preview.getByText('1 ended by a word that was left out')).toBeVisible();
  await expect(preview.getByRole('row', { name: /3 Apr .*sql-01/ })).toBeVisible();
  await expectNoViolations(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    preview.getByRole('link', { name: 'Download the rows that are left out as CSV' }).click(),
  ]);
  const text = (await (await download.createReadStream()).setEncoding('utf8').toArray()).join('');
  expect(text.split('\r\n').map((line) => line.split(',').slice(0, 3))).toEqual([
    ['\u{FEFF}Line', 'Why', 'What'],
    ['5', 'unknown-system', 'büro-77'],
    ['6', 'status-left-out', '?'],
    [''],
  ]);

  await page.getByRole('button', { name: 'Import 3 runs' }).click();
  await expect(page.getByRole('region', { name: 'Runs', exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('In the history', { exact: true })).toBeVisible();
  await expectNoViolations(page);
  const importUrl = page.url();
  await page.getByRole('link', { name: 'sql-01' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Runs of sql-01' })).toBeVisible();
  await page.goto(`${page.url()}&day=${year}-04-04`);
  const runsUrl = page.url();
  const rows = page.getByRole('row').filter({ hasText: name });
  await expect(rows).toHaveCount(1);
  await expect(rows.getByText('Failed')).toBeVisible();
  await expect(rows.getByRole('link', { name: 'imported' })).toHaveAttribute('href', /agents\/imports/);
  await page.goto(runsUrl.replace(/\/runs.*/, `/history?day=${year}-04-04`));
  await expect(page.getByRole('region', { name: 'Imported' }).getByText(`${name} imported`)).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: name })).toHaveCount(1);
  // The page as a whole is looked at by screens.spec.ts.
  await expectNoViolations(page, '#day-runs');

  await page.goto(importUrl);
  await page.getByRole('button', { name: `Take the runs of ${name} back out of the history` }).click();
  await expect(page.getByText('Taken back', { exact: true }).first()).toBeVisible();
  await page.goto(runsUrl);
  await expect(page.getByRole('row').filter({ hasText: name })).toHaveCount(0);
  await page.goto(importUrl);
  await page.getByRole('button', { name: `Let the runs of ${name} stand in the history again` }).click();
  await expect(page.getByText('In the history', { exact: true })).toBeVisible();
  await page.goto(runsUrl);
  await expect(page.getByRole('row').filter({ hasText: name })).toHaveCount(1);
});

test('a file that is not brought in is thrown away, and who only reads cannot send one', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  const name = `Thrown away by a test ${Date.now()}`;
  await page.goto('/agents/imports');
  await page.getByRole('button', { name: 'Import history' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import history' });
  await dialog.getByLabel('Whose backups').selectOption({ label: CLIENT });
  await dialog.getByLabel('Where the history comes from').fill(name);
  await dialog.getByLabel('File').setInputFiles({
    name: 'export.xlsx',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from('PK\u{3}\u{4}\0\0'),
  });
  await dialog.getByRole('button', { name: 'Send and explain' }).click();
  await expect(dialog.getByText(/a spreadsheet has to be saved as CSV first/)).toBeVisible();
  await dialog.getByLabel('File').setInputFiles({
    name: 'export.json',
    mimeType: 'application/json',
    buffer: Buffer.from('[{"host":"sql-01","status":"ok","start":1700000000}]'),
  });
  await dialog.getByRole('button', { name: 'Send and explain' }).click();
  await expect(page.getByText('Still to say:')).toBeVisible();
  await page.getByRole('button', { name: 'Throw away' }).click();
  await page.getByRole('button', { name: 'Throw the file away' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Imported history' })).toBeVisible();
  await expect(page.getByText(name, { exact: true })).toHaveCount(0);

  const reader = await pageOf('read-only');
  await reader.goto('/agents/imports');
  await expect(reader.getByText('Backup Radar').first()).toBeVisible();
  await expect(reader.getByRole('button', { name: 'Import history' })).toHaveCount(0);
});
