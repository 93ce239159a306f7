import type { APIRequestContext, Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { machineAt } from './machine';
import { expect, test } from './signed-in-page';
import { rowsOf } from './system-database';

/** A client of its own with a machine that has reported. */
async function connectedClient(request: APIRequestContext, webUrl: string, ingestUrl: string, name: string) {
  const post = async (path: string, data?: object) => {
    const sent = { headers: { origin: webUrl }, ...(data && { data }) };
    const response = await request.post(`${webUrl}/api/v1/${path}`, sent);
    expect(response.status(), await response.text()).toBe(201);
    return (await response.json()) as Record<string, string>;
  };
  const { clientId = '' } = await post('clients', { name, timeZone: 'Europe/London' });
  const minted = await post(`clients/${clientId}/enrolment-tokens`);
  const machine = machineAt(ingestUrl, `fs-${Date.now()}`);
  await machine.runLine(JSON.stringify(minted));
  expect(await machine.report()).toBe(202);
  return { clientId, machine };
}

async function end(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `End the service for ${name}` }).click();
  const dialog = page.getByRole('dialog', { name: `End the service for ${name}?` });
  await dialog.getByLabel('Why').fill('Their contract ends with the year.');
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'End the service' }).click();
  await expect(page.getByText(`The service for ${name} has ended.`)).toBeVisible();
}

async function askForDeletion(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  const dialog = page.getByRole('dialog', { name: `Delete ${name}?` });
  await expect(dialog.getByRole('radio', { name: 'Keep the evidence' })).toBeChecked();
  await expect(dialog.getByText(/Goes:.*1 agent or channel/)).toBeVisible();
  await expect(dialog.getByText(/Stays:.*1 document.*kept until/)).toBeVisible();
  await expect(dialog.getByRole('radio', { name: 'Delete the evidence, too' })).toBeDisabled();
  await expect(dialog.getByText(/^Not before .*HIPAA/)).toBeVisible();
  await dialog.getByLabel(`Type ${name}`).fill('another client');
  await dialog.getByRole('button', { name: 'Delete it' }).click();
  await expect(dialog.getByText('This is not its name.').first()).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByLabel(`Type ${name}`).fill(name);
  await dialog.getByRole('button', { name: 'Delete it' }).click();
  await expect(page.getByText(/Will be deleted on .*, its evidence is kept/)).toBeVisible();
}

test('a client leaves, comes back, leaves for good, and its evidence stays', async ({ pageOf, access }) => {
  test.setTimeout(300_000);
  const name = `Ferrowick ${Date.now()}`;
  const page = await pageOf('owner');
  const { clientId, machine } = await connectedClient(page.request, access.webUrl, access.ingestUrl, name);
  const fleet = `/?q=${encodeURIComponent(name)}`;

  await page.goto(`/clients/${clientId}`);
  await end(page, name);
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByText('Everything is kept.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('heading', { name: 'Systems' })).toBeVisible();
  await page.goto(fleet);
  await expect(page.getByRole('link', { name }).first()).toBeVisible();
  expect(await machine.report()).toBe(202);

  await page.goto(`/clients/${clientId}`);
  await end(page, name);
  expect(await machine.report()).toBe(403);
  await page.goto(fleet);
  await expect(page.getByText('No client fits this view.')).toBeVisible();
  await page.goto('/clients/ended');
  expect(await violationsOf(page)).toEqual([]);
  const row = page.getByRole('row').filter({ hasText: name });
  await expect(row).toContainText('Everything is kept');
  await expect(row).toContainText('Their contract ends with the year.');
  await row.getByRole('link', { name }).click();

  await page.getByRole('button', { name: 'Make a document' }).click();
  const making = page.getByRole('dialog', { name: 'Make a document' });
  await expect(making.getByLabel('What')).toHaveValue('evidence-pack');
  const today = new Date().toISOString().slice(0, 10);
  await making.getByLabel('First day').fill(today);
  await making.getByLabel('Last day').fill(today);
  await making.getByRole('button', { name: 'Make it' }).click();
  const pdf = page.getByRole('link', { name: /^Download the PDF/ });
  await expect(pdf).toBeVisible({ timeout: 90_000 });

  await askForDeletion(page, name);
  await expect(page.getByText(/Asked for by/)).toBeVisible();
  await page.getByRole('button', { name: `Call off the deletion of ${name}` }).click();
  await expect(page.getByText('Everything is kept.')).toBeVisible();
  await askForDeletion(page, name);
  await rowsOf(
    "UPDATE app.ended_client SET deletion_due_at = now() - interval '1 second' WHERE client_id = $1",
    [clientId],
  );
  await expect(async () => {
    await page.reload();
    await expect(page.getByText(/^Deleted on .*, evidence kept until/)).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 120_000 });
  expect(await violationsOf(page)).toEqual([]);
  await expect(page.getByRole('button', { name: `Take ${name} back into service` })).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^Delete/ })).toHaveCount(0);
  const file = await page.request.get(`${access.webUrl}${(await pdf.getAttribute('href')) ?? ''}`);
  expect((await file.body()).subarray(0, 5).toString()).toBe('%PDF-');
  expect(await machine.report()).toBe(401);

  const technician = await pageOf('technician', { width: 390 });
  await technician.goto(`/clients/${clientId}`);
  await expect(technician.getByText(/^Deleted on .*, evidence kept until/)).toBeVisible();
  await expect(technician.getByRole('link', { name: /^Download the PDF/ })).toBeVisible();
  expect(await technician.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
});
