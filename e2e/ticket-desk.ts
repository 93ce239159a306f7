import { expect, type Page } from '@playwright/test';

const SCREEN = '/settings/tickets';

/** The addresses that a plain ticket system is asked by; `serviceUrl` is that of server/notify/testing/ticket-service.ts. */
const FIELDS = (serviceUrl: string) => ({
  'Headers of every request': 'Authorization: Bearer t0ken',
  'Open a ticket: address': `${serviceUrl}/tickets`,
  'Open a ticket: body':
    '{"title": "{{summary}}", "text": "{{description}}", "company": "{{companyId:number}}", "key": "{{key}}"}',
  'Open a ticket: where its number stands in the answer': 'ticket.id',
  'Open a ticket: where people see it': 'ticket.html_url',
  'Add a note: address': `${serviceUrl}/tickets/{{ticketId}}/notes`,
  'Add a note: body': '{"note": "{{note}}"}',
  'Close it: address': `${serviceUrl}/tickets/{{ticketId}}`,
  'Close it: body': '{"status": "done", "note": "{{note}}"}',
  'Open the same again: address': `${serviceUrl}/tickets/{{ticketId}}`,
  'Open the same again: body': '{"status": "open", "note": "{{note}}"}',
  'Test: address': `${serviceUrl}/me`,
});

/** Fills the form of a new plain ticket system, which stays open. */
export async function fillDesk(page: Page, name: string, serviceUrl: string) {
  await page.goto(SCREEN);
  await page.getByRole('button', { name: 'New ticket system' }).click();
  const dialog = page.getByRole('dialog', { name: 'New ticket system' });
  const fill = (label: string, text: string) => dialog.getByLabel(label, { exact: true }).fill(text);
  await fill('Name', name);
  for (const [label, text] of Object.entries(FIELDS(serviceUrl))) await fill(label, text);
  await dialog.getByLabel('Can tickets be looked up by a key?').selectOption('yes');
  await fill('Look a ticket up: address', `${serviceUrl}/tickets?key={{key}}`);
  await fill('Look a ticket up: where its number stands in the answer', 'results[0].id');
  return { dialog, fill };
}

/** Says by which number the ticket system knows a client; no other client has it. */
export async function nameCompany(
  page: Page,
  desk: string,
  client: string,
  companyId: string,
): Promise<void> {
  await page.goto(SCREEN);
  const row = page.locator('#systems').getByRole('row').filter({ hasText: desk });
  const systemId = (await row.getAttribute('data-ticket-system-id')) ?? '';
  await page.goto(`${SCREEN}?system=${systemId}&q=${encodeURIComponent(client)}`);
  const field = page.getByLabel(`Company of ${client}`, { exact: true });
  await field.fill(companyId);
  await field.press('Enter');
  await expect(page.getByText(`${client} is ${companyId}.`)).toBeVisible();
}

export async function removeDesk(page: Page, name: string): Promise<void> {
  await page.goto(SCREEN);
  await page.getByRole('button', { name: `Remove ${name}` }).click();
  await expect(page.getByRole('button', { name: `Remove ${name}` })).toHaveCount(0);
}
