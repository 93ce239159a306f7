import type { CDPSession, Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { freshCode } from './sign-in';
import { expect, test } from './signed-in-page';

test('somebody adds a passkey, signs in with it alone and after their password, and removes it', async ({
  browser,
  access,
}) => {
  // Removing ends the person's other sessions: no other test signs in as this one.
  const user = access.users.findLast(({ role }) => role === 'leader');
  if (!user) throw new Error('demo:access lists no leader');
  // Browsers make passkeys for names, not for IP addresses.
  const url = new URL(access.webUrl);
  url.hostname = 'localhost';
  const context = await browser.newContext({ baseURL: url.origin });
  const page = await context.newPage();
  const name = `Work laptop ${Date.now()}`;
  const authenticator = await plugIn(page);

  await fillPassword(page, user.email, user.password);
  await page.getByLabel('One-time code').fill(await freshCode(user));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${url.origin}/portal`);
  await page.goto('/portal/account');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Current password').fill(user.password);
  await authenticator.verifies(false);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog.getByRole('alert')).toContainText('it was cancelled');
  await readsWell(page);
  await authenticator.verifies(true);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await expect(dialog.getByLabel('Name')).toHaveValue(/^Chrome on /);
  await readsWell(page);
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Save the name' }).click();
  const row = page.getByRole('row', { name: new RegExp(name) });
  await expect(row.getByText('on one device')).toBeVisible();
  await expect(row.getByText('not used yet')).toBeVisible();
  await readsWell(page);

  await signOut(page);
  await page.goto('/sign-in?callbackUrl=%2Fportal%2Faccount');
  await readsWell(page);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL(`${url.origin}/portal/account`);
  await expect(row.getByText('not used yet')).toHaveCount(0);
  const newest = page.getByRole('region', { name: 'Sign-in history' }).getByRole('row').nth(1);
  await expect(newest.getByRole('cell', { name: 'Passkey', exact: true })).toBeVisible();

  await signOut(page);
  await fillPassword(page, user.email, user.password);
  await page.getByRole('button', { name: 'Use a passkey instead' }).click();
  await page.waitForURL(`${url.origin}/portal`);
  await page.goto('/portal/account');
  await expect(newest.getByText('Password and passkey')).toBeVisible();

  // A browser that offers passkeys beside the e-mail: this one's owner takes it at once.
  await offers(page, true);
  await signOut(page);
  await page.goto('/sign-in?callbackUrl=%2Fportal%2Faccount');
  await page.waitForURL(`${url.origin}/portal/account`);
  await offers(page, false);

  await remove(page, name, user.password);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toBeVisible();
  await remove(page, name, user.password);
  await expect(row).toHaveCount(0);
  await signOut(page);
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByText(/^This passkey opens nothing here/)).toBeVisible();
  await readsWell(page);
  await page.evaluate(() => Reflect.deleteProperty(window, 'PublicKeyCredential'));
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByText('This browser has no passkeys')).toBeVisible();

  await page.goto(`${access.webUrl}/sign-in`);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByText(`Passkeys work at ${url.origin} only`)).toBeVisible();
  await context.close();
});

/** An authenticator of the device itself, as Chromium pretends to have one. */
async function plugIn(page: Page) {
  const chromium: CDPSession = await page.context().newCDPSession(page);
  await chromium.send('WebAuthn.enable');
  const { authenticatorId } = await chromium.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.addInitScript(() => {
    if (sessionStorage.getItem('offers') !== 'true')
      PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
  });
  return {
    verifies: (isUserVerified: boolean) =>
      chromium.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
}

/** Whether the browser offers passkeys from its next page on. */
async function offers(page: Page, does: boolean): Promise<void> {
  await page.evaluate((value) => sessionStorage.setItem('offers', value), String(does));
}

async function fillPassword(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function remove(page: Page, name: string, password: string): Promise<void> {
  await page.getByRole('button', { name: `Remove ${name}` }).click();
  // A notice is a dialog, too.
  const dialog = page.getByRole('dialog', { name: `Remove ${name}` });
  await dialog.getByLabel('Current password').fill(password);
  await dialog.getByRole('button', { name: 'Remove passkey' }).click();
  await expect(dialog).toBeHidden();
}

async function signOut(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await fetch('/api/v1/sign-out', { method: 'POST' });
  });
}

async function readsWell(page: Page): Promise<void> {
  expect(await violationsOf(page)).toEqual([]);
}
