import type { Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { COLOUR_SCHEMES } from './colour-schemes';
import { mailTo, tokenIn } from './mails';
import { freshCode, signedInContext } from './sign-in';
import { expect, test } from './signed-in-page';

const WIDTHS = [390, 768, 1024, 1440] as const;

for (const screen of ['/people', '/people/sign-ins', '/account'])
  for (const colorScheme of COLOUR_SCHEMES)
    test(`${screen} fits every width and reads well in ${colorScheme} colours`, async ({ pageOf }) => {
      const page = await pageOf('owner', { colorScheme });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(screen);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        const isWider = await page.evaluate(
          () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
        );
        expect(isWider, `${width} px`).toBe(false);
      }
      expect(await violationsOf(page)).toEqual([]);
    });

test('an owner limits a technician to some clients, and they see no other from their next page on', async ({
  pageOf,
}) => {
  const owner = await pageOf('owner');
  const technician = await pageOf('technician', { isLimited: true });
  await technician.goto('/');
  await expect(technician.getByRole('main').getByText('Kettlesby Farms').first()).toBeVisible();
  await expect(technician.getByRole('navigation', { name: 'Main' }).getByText('People')).toHaveCount(0);
  await expect(technician.getByRole('button', { name: 'Add a client' })).toHaveCount(0);
  await expect(technician.getByText('Ulverby Marine')).toHaveCount(0);

  await owner.goto('/people');
  await change(owner, ['Kettlesby Farms', 'Harrowmere Dental Group', 'Ulverby Marine']);
  await technician.goto('/');
  await expect(technician.getByRole('main').getByText('Ulverby Marine').first()).toBeVisible();
  await change(owner, ['Kettlesby Farms', 'Harrowmere Dental Group']);
  await technician.goto('/');
  await expect(technician.getByText('Ulverby Marine')).toHaveCount(0);
});

/** Lets the limited technician see exactly these clients. */
async function change(page: Page, clients: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Change what Isla Bram may do' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('checkbox').first()).toBeVisible(); // it comes when it is opened
  for (const box of await dialog.getByRole('checkbox').all())
    await box.setChecked(clients.includes((await box.getAttribute('aria-label')) ?? ''));
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
}

test('who is invited joins by the link in the mail and signs in', async ({ pageOf, browser, access }) => {
  const owner = await pageOf('owner');
  const email = `guest-${Date.now()}@quillmark.example`;
  await owner.goto('/people');
  await owner.getByRole('button', { name: 'Invite somebody' }).click();
  const dialog = owner.getByRole('dialog');
  await dialog.getByLabel('Email').fill(email);
  await dialog.getByLabel('Role').selectOption('read-only');
  await dialog.getByRole('button', { name: 'Send invitation' }).click();
  await expect(owner.getByRole('cell', { name: email, exact: true })).toBeVisible();

  const guest = await (await browser.newContext({ baseURL: access.webUrl })).newPage();
  await expect.poll(() => tokenIn(mailTo(email), 'invitation')).not.toBe('');
  await owner.reload();
  await expect(owner.getByRole('row', { name: new RegExp(email) }).getByText('In a file')).toBeVisible();
  await guest.goto(`/invitation#${tokenIn(mailTo(email), 'invitation')}`);
  await guest.getByRole('button', { name: 'Open the invitation' }).click();
  await expect(guest.getByText(email)).toBeVisible();
  expect(await violationsOf(guest)).toEqual([]);
  const password = 'five quiet kestrels hover';
  await guest.getByLabel('Your name').fill('Gwen Guest');
  await guest.getByLabel('Password', { exact: true }).fill(password);
  const totpSecret = (await guest.locator('code').textContent())?.replaceAll(' ', '') ?? '';
  const codes = { email, role: 'read-only', password, totpSecret, clientNames: null } as const;
  await guest.getByLabel('One-time code').fill(await freshCode(codes));
  await guest.getByRole('button', { name: 'Join' }).click();
  await guest.waitForURL(/\/sign-in/);
  const context = await signedInContext(access.webUrl, codes);
  expect((await context.get(`${access.webUrl}/account`)).ok()).toBe(true);

  await owner.reload();
  await owner.getByRole('button', { name: 'Deactivate Gwen Guest' }).click();
  await expect(owner.getByRole('button', { name: 'Let Gwen Guest in again' })).toBeVisible();
  expect((await context.get(`${access.webUrl}/account`, { maxRedirects: 0 })).status()).toBe(307);
});

test('a recovery code signs in once, and its owner is told by mail', async ({ pageOf, browser, access }) => {
  const user = access.users.find(({ clientNames }) => clientNames !== null);
  if (!user) throw new Error('demo:access lists nobody who sees some clients only');
  const page = await pageOf('technician', { isLimited: true });
  await page.goto('/account');
  await page.getByRole('button', { name: /^Make (new )?recovery codes$/ }).click();
  await page.getByLabel('Current password').fill(user.password);
  await page.getByRole('dialog').getByRole('button', { name: /^Make/ }).click();
  const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await expect(codes).toHaveCount(10);
  expect(await violationsOf(page)).toEqual([]);
  const code = (await codes.first().textContent()) ?? '';

  const other = await (await browser.newContext({ baseURL: access.webUrl })).newPage();
  await other.goto('/sign-in');
  await other.getByLabel('Email').fill(user.email);
  await other.getByLabel('Password').fill(user.password);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.getByRole('button', { name: 'Use a recovery code' }).click();
  await other.getByLabel('Recovery code').fill(code);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.waitForURL(`${access.webUrl}/`);
  await other.goto('/account');
  await expect(other.getByText('9 left')).toBeVisible();
  await expect.poll(() => mailTo(user.email)).toContain('9 codes are left');
});
