import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { requireTool } from '../test/require-tool';
import { type BackedUpMachine, machineWith, restic } from './backed-up-machine';
import { certificateOf, makePack, takeHome, today, verdictOf, withOneByteChanged } from './evidence-pack';
import { expect, test } from './signed-in-page';

// From a backup to proof that needs nobody's word: an agent restores, somebody reviews, the client's leader sees it, an auditor takes
// the bundle home, and a program without network says whether anybody has changed it since.
test.skip(!requireTool('restic'), 'restic is not installed');

const CLIENT = 'Tindalworth Logistics';

test('what an agent restored is reviewed, shown to the leader, and proved to an auditor offline', async ({
  pageOf,
}) => {
  test.setTimeout(360_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-proof-'));
  const machine = await machineWith(restic, 'proof-vault');
  try {
    const technician = await pageOf('technician');
    const system = await connect(technician, machine);
    await askForTest(technician, system);
    await machine.report();
    await accept(technician);

    const leader = await pageOf('leader', { isLimited: true, width: 390 });
    await leader.goto('/portal');
    const proofs = leader.getByRole('region', { name: 'Last restore tests, and what they proved' });
    await expect(proofs).toContainText(os.hostname());

    await makePack(technician, CLIENT, today());
    const auditor = await pageOf('auditor', { isLimited: true });
    const bundle = await takeHome(auditor, CLIENT, folder);
    expect(verdictOf(bundle)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^whole/im) });
    const certificate = path.join(folder, 'certificate.pem');
    fs.writeFileSync(certificate, await certificateOf(auditor));
    expect(verdictOf(bundle, '--certificate', certificate)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/the bundle is signed by .*, which you gave/),
    });
    await dropped(auditor, bundle);
    await expect(
      auditor.getByRole('heading', { name: /Genuine: signed by this installation/ }),
    ).toBeVisible();
    await expect(auditor.getByText('Its signed checkpoints hold')).toBeVisible();
    await dropped(auditor, withOneByteChanged(bundle));
    await expect(auditor.getByRole('heading', { name: 'Not genuine.' })).toBeVisible();
    await expect(
      auditor.getByText(/^The evidence log is broken, here: log\/events.jsonl, event \d+: /),
    ).toBeVisible();
    expect(verdictOf(withOneByteChanged(bundle))).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/broken, here/i),
    });
  } finally {
    machine.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

/** Connects a machine of the client and has it back up; the address of its system. */
async function connect(page: Page, machine: BackedUpMachine): Promise<string> {
  await page.goto('/?q=Tindalworth');
  await page.getByRole('main').getByRole('link', { name: CLIENT, exact: true }).first().click();
  await page.getByRole('button', { name: 'Connect a machine' }).click();
  const line = await page.getByLabel('Line that connects the machine').innerText();
  await page.keyboard.press('Escape');
  await machine.runLine(line);
  await machine.backUp();
  await machine.report();
  const client = page.url();
  const link = page.getByRole('main').getByRole('link', { name: os.hostname(), exact: true }).first();
  await expect(async () => {
    await page.goto(client);
    await expect(link).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 60_000 });
  return (await link.getAttribute('href')) ?? '';
}

async function askForTest(page: Page, system: string): Promise<void> {
  await page.goto(system);
  await page.getByRole('button', { name: 'Test a restore now' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Test a restore now' });
  await dialog.getByRole('button', { name: 'Ask for the test' }).click();
  await expect(dialog).toBeHidden();
}

/** Somebody other than the agent, which performed it; the certificate says so. */
async function accept(page: Page): Promise<void> {
  const record = page.locator('main a[href^="/restore-tests/0"]').first();
  await expect(async () => {
    await page.goto(`/restore-tests?q=${os.hostname()}`);
    await expect(record).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 60_000 });
  await record.click();
  await page.getByRole('button', { name: 'Accept', exact: true }).click();
  await expect(page.getByText('It counts as a passed restore test.').first()).toBeVisible();
  await page.getByRole('button', { name: 'Make the certificate of this test' }).click();
  await expect(page.getByRole('link', { name: 'Certificate (PDF)' })).toBeVisible({ timeout: 60_000 });
}

async function dropped(page: Page, bundle: string): Promise<void> {
  await page.goto('/verify');
  await page.getByLabel('The document').setInputFiles(bundle);
}
