import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from './signed-in-page';

test('an owner takes the log along, anybody checks it offline, and one changed byte shows where', async ({
  pageOf,
}, { outputDir }) => {
  const page = await pageOf('owner');
  await page.goto('/audit');
  await expect(page.getByText(/Number \d+, .+: signed events 1 to \d/)).toBeVisible();
  await expect(page.getByText('Not yet time-stamped outside')).toBeVisible();
  const key = await page.locator('dd code').first().innerText();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the bundle' }).click();
  fs.mkdirSync(outputDir, { recursive: true });
  const bundle = path.join(outputDir, 'log.zip');
  await (await download).saveAs(bundle);
  for (const [program, file] of [
    [process.execPath, 'verify.mjs'],
    ['python3', 'verify.py'],
  ] as const) {
    const verifier = path.resolve('verify', file);
    const whole = spawnSync(program, [verifier, bundle, '--key', key], { encoding: 'utf8' });
    expect(whole.stdout).toMatch(/^whole: \d+ events\n/);
    expect(whole.status).toBe(0);
    const bytes = fs.readFileSync(bundle);
    const at = Math.floor(bytes.length / 3);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const changed = path.join(outputDir, 'changed.zip');
    fs.writeFileSync(changed, bytes);
    const broken = spawnSync(program, [verifier, changed, '--key', key], { encoding: 'utf8' });
    expect(broken.stdout).toMatch(/^broken, here:\n {2}\S+/);
    expect(broken.status).toBe(1);
  }
});

test("an owner lets somebody have the day's note, and holds a client's evidence", async ({ pageOf }) => {
  const page = await pageOf('owner');
  await page.goto('/audit');
  await page.getByText('Add somebody').click();
  const add = page.getByRole('button', { name: /^Send .+ the day’s note$/ }).first();
  const name = ((await add.getAttribute('aria-label')) ?? '').replace(/^Send (.+) the day’s note$/, '$1');
  await add.click();
  await expect(page.getByText(`${name} gets the day’s note.`)).toBeVisible();
  await page.getByRole('button', { name: `Send ${name} no more notes` }).click();
  await expect(page.getByRole('button', { name: `Send ${name} no more notes` })).toHaveCount(0);

  await page.getByRole('button', { name: 'Place a legal hold' }).click();
  const dialog = page.getByRole('dialog');
  const client = await dialog.getByLabel('Client').locator('option').first().innerText();
  await dialog.getByLabel('Why').fill('A claim that a test made up');
  await dialog.getByRole('button', { name: 'Place it' }).click();
  await expect(page.locator('dd').getByText('A claim that a test made up')).toBeVisible();
  await page.getByRole('button', { name: `Withdraw the legal hold of ${client}` }).click();
  await expect(page.getByText('The legal hold is withdrawn.')).toBeVisible();
  await page.goto('/audit?about=evidence');
  await expect(page.locator('tbody tr').first()).toContainText('Legal hold withdrawn');
});

test('a report of a day that is over is proved to be in its seal', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto('/agents');
  await page.locator('tbody a[href^="/agents/"]').first().click();
  const reports = page.locator('a[href^="/raw-reports/"]');
  await expect(reports.first()).toBeVisible();
  await page.goto((await reports.last().getAttribute('href')) ?? '');
  await expect(page.getByText('Sealed', { exact: true })).toBeVisible();
  await expect(page.getByText(/Proved just now: it is in event|Not yet sealed/)).toBeVisible();
});

test('an admin sees what proves the log, and changes nothing of it', async ({ pageOf }) => {
  const page = await pageOf('admin');
  await page.goto('/audit');
  await expect(page.getByRole('button', { name: 'Download the bundle' })).toBeVisible();
  for (const name of ['Place a legal hold', 'Erase a person’s values'])
    await expect(page.getByRole('button', { name })).toHaveCount(0);
});
