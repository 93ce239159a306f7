import { randomUUID } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { openTicketService, type TicketService } from '../server/notify/testing/ticket-service';
import { violationsOf } from './accessibility';
import { DIALOG_COLOUR_SCHEMES } from './colour-schemes';
import { openQueue } from './queue';
import { expect, test } from './signed-in-page';
import { fillDesk, removeDesk } from './ticket-desk';

const SCREEN = '/settings/tickets';

let service: TicketService;
test.beforeEach(async () => {
  service = await openTicketService();
});
test.afterEach(() => service.close());

const rowOf = (page: Page, section: string, name: string): Locator =>
  page.locator(`#${section}`).getByRole('row').filter({ hasText: name });

/** Adds a plain ticket system that is this test's service. */
async function addSystem(page: Page, name: string): Promise<void> {
  const { dialog, fill } = await fillDesk(page, name, service.url);
  await fill('Open a ticket: body', '{"title": "{{sumary}}", "text": "{{description}}"}');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await expect(dialog.getByRole('alert')).toContainText('There is no placeholder {{sumary}} here.');
  await fill(
    'Open a ticket: body',
    '{"title": "{{summary}}", "text": "{{description}}", "company": "{{companyId:number}}", "key": "{{key}}"}',
  );
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Add' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(rowOf(page, 'systems', name)).toContainText(service.url);
}

async function systemId(page: Page, name: string): Promise<string> {
  const row = rowOf(page, 'systems', name);
  return (await row.getAttribute('data-ticket-system-id')) ?? '';
}

test('a ticket system is set up and tested, a ticket opened by keyboard, held up, and sent once its company is there', async ({
  pageOf,
}) => {
  test.setTimeout(150_000);
  const page = await pageOf('owner');
  const name = `Desk ${randomUUID().slice(0, 8)}`;
  await addSystem(page, name);

  // The test shows the real answer.
  await page.getByRole('button', { name: `Send a test to ${name}` }).click();
  const testing = page.getByRole('dialog', { name: `A test to ${name}` });
  await expect(testing).toContainText('HTTP 200', { timeout: 20_000 });
  await expect(testing.getByLabel('The receiver’s answer')).toContainText('"may":["open","close"]');
  await page.keyboard.press('Escape');
  service.trouble = { on: /me/, status: 401, answer: 'this key was revoked' };
  await page.getByRole('button', { name: `Send a test to ${name}` }).click();
  await expect(testing).toContainText('this key was revoked', { timeout: 20_000 });
  await page.keyboard.press('Escape');
  service.trouble = null;

  // By keyboard, from the queue: without a company it is held up, and says so.
  await openQueue(page, '/findings');
  const causeRow = page.locator('[data-cause-id]').filter({ hasText: 'New' }).first();
  const causeId = (await causeRow.getAttribute('data-cause-id')) ?? '';
  const row = page.locator(`[data-cause-id="${causeId}"]`);
  await row.locator('[data-row-link]').focus();
  await page.keyboard.press('t');
  const dialog = page.getByRole('dialog', { name: 'Ticket' });
  await expect(dialog.getByLabel('Where')).toBeFocused();
  await dialog.getByLabel('Where').selectOption({ label: `Open in ${name}` });
  await dialog.getByLabel('Where').press('Tab');
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(row).toContainText('Ticket blocked', { timeout: 30_000 });
  await row.locator('[data-row-link]').focus();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('complementary').filter({ has: page.locator('#cause-title') });
  await expect(panel).toContainText('The client has no company in the ticket system yet.');
  await panel.getByRole('link', { name: /^Company of/ }).click();

  // The mapping mended, it goes out by itself.
  await expect(page.locator('#stuck')).toContainText('The client has no company');
  const field = page.locator('#companies').getByRole('textbox').first();
  const clientName = ((await field.getAttribute('aria-label')) ?? '').replace('Company of ', '');
  await field.fill('4711');
  await field.press('Enter');
  await expect(page.getByText(`${clientName} is 4711.`)).toBeVisible();
  await expect.poll(() => service.tickets.length, { timeout: 30_000 }).toBe(1);
  // The answer is kept a moment after the service gave it.
  await expect(async () => {
    await page.goto(`/findings?cause=${causeId}`);
    await expect(row).toContainText('1001', { timeout: 2000 });
  }).toPass({ timeout: 30_000 });
  const number = panel.getByRole('link', { name: '1001' }).first();
  await expect(number).toHaveAttribute('href', 'https://desk.example/t/1001');
  await expect(panel).toContainText(`Ticket 1001 opened in ${name}`);
  expect(await violationsOf(page)).toEqual([]);
  const csv = await page.request.get('/api/v1/findings/csv');
  expect(await csv.text()).toContain('https://desk.example/t/1001');

  // Taken back, it is closed there.
  await panel.getByRole('button', { name: 'Take the ticket back' }).click();
  await expect.poll(() => service.tickets[0]?.status, { timeout: 30_000 }).toBe('done');
  await expect(row).not.toContainText('1001');
  await removeDesk(page, name);
});

test('companies are entered one after the other by keyboard, found again, and taken back', async ({
  pageOf,
}) => {
  const page = await pageOf('owner');
  const name = `Desk ${randomUUID().slice(0, 8)}`;
  await addSystem(page, name);
  await page.goto(`${SCREEN}?system=${await systemId(page, name)}&show=missing`);
  const fields = page.locator('#companies').getByRole('textbox', { name: /^Company of/ });
  const [first, second] = [
    await fields.nth(0).getAttribute('aria-label'),
    await fields.nth(1).getAttribute('aria-label'),
  ];
  const count = await fields.count();
  await page.getByLabel(first ?? '', { exact: true }).fill('  Acme-1 ');
  await page.getByLabel(first ?? '', { exact: true }).press('Enter');
  await expect(page.getByLabel(second ?? '', { exact: true })).toBeFocused();
  await expect(fields).toHaveCount(count - 1);
  await expect(rowOf(page, 'systems', name)).toContainText(`${count - 1} clients missing`);
  await expect(page.getByLabel(second ?? '', { exact: true })).toBeFocused();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(fields).toHaveCount(count);
  await page.getByLabel('Filter clients').fill('no such client');
  await expect(page.getByText('No client fits this filter.')).toBeVisible();
  await removeDesk(page, name);
});

test('who works on findings opens tickets, but neither sees nor changes where', async ({ pageOf }) => {
  const page = await pageOf('technician');
  expect((await page.goto(SCREEN))?.status()).toBe(404);
  await page.goto('/');
  await expect(page.getByRole('navigation', { name: 'Main' }).getByText('Tickets')).toHaveCount(0);
  await openQueue(page, '/findings');
  await page.locator('[data-row-link]').first().focus();
  await page.keyboard.press('t');
  await expect(page.getByRole('dialog', { name: /ticket/i })).toBeVisible();
});

test('ConnectWise Manage says that nobody has tried it', async ({ pageOf }) => {
  const page = await pageOf('admin');
  await page.goto(SCREEN);
  await page.getByRole('button', { name: 'New ticket system' }).click();
  const dialog = page.getByRole('dialog', { name: 'New ticket system' });
  await dialog.getByLabel('Kind').selectOption('connectwise');
  await expect(dialog).toContainText('From its public documentation, never tried against the real service.');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Enter the private key.');
});

for (const colorScheme of DIALOG_COLOUR_SCHEMES)
  test(`the screen fits every width and reads well in ${colorScheme} colours`, async ({ pageOf }) => {
    test.setTimeout(120_000);
    const page = await pageOf('owner', { colorScheme });
    const name = `Desk ${colorScheme} ${randomUUID()} ${'with a long name '.repeat(2)}`.trim();
    await addSystem(page, name);
    for (const width of [390, 768, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(SCREEN);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const isWider = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      );
      expect(isWider, `${width} px`).toBe(false);
      expect(await violationsOf(page)).toEqual([]);
    }
    await removeDesk(page, name);
  });
