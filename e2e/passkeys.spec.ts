import type { CDPSession, Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { isOfFirstMsp } from './running-system';
import { freshCode } from './sign-in';
import { expect, test } from './signed-in-page';

test('somebody adds a passkey, signs in with it alone and after their password, and removes it', async ({
  browser,
  access,
}) => {
  const user = access.users.find((each) => each.role === 'admin' && isOfFirstMsp(access, each));
  if (!user) throw new Error('demo:access lists no admin');
  // Browsers make passkeys for names, not for IP addresses.
  const url = new URL(access.webUrl);
  url.hostname = 'localhost';
  const context = await browser.newContext({ baseURL: url.origin });
  const page = await context.newPage();
  const authenticator = await plugIn(page);

  await fillPassword(page, user.email, user.password);
  await page.getByLabel('One-time code').fill(await freshCode(user));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${url.origin}/`);
  await page.goto('/account');
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
  await dialog.getByLabel('Name').fill('Work laptop');
  await dialog.getByRole('button', { name: 'Save the name' }).click();
  const row = page.getByRole('row', { name: /Work laptop/ });
  await expect(row.getByText('on one device')).toBeVisible();
  await expect(row.getByText('not used yet')).toBeVisible();
  await readsWell(page);

  await signOut(page);
  await page.goto('/sign-in?callbackUrl=%2Faccount');
  await readsWell(page);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL(`${url.origin}/account`);
  await expect(row.getByText('not used yet')).toHaveCount(0);
  const newest = page.getByRole('region', { name: 'Sign-in history' }).getByRole('row').nth(1);
  await expect(newest.getByRole('cell', { name: 'Passkey', exact: true })).toBeVisible();

  await signOut(page);
  await fillPassword(page, user.email, user.password);
  await page.getByRole('button', { name: 'Use a passkey instead' }).click();
  await page.waitForURL(`${url.origin}/`);
  await page.goto('/account');
  await expect(newest.getByText('Password and passkey')).toBeVisible();

  await remove(page, user.password);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toBeVisible();
  await remove(page, user.password);
  await expect(row).toHaveCount(0);
  await signOut(page);
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('alert')).toContainText('This passkey opens nothing here');

  await page.goto(`${access.webUrl}/sign-in`);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('alert')).toContainText(`Passkeys work at ${url.origin} only`);
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
  return {
    verifies: (isUserVerified: boolean) =>
      chromium.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
}

async function fillPassword(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function remove(page: Page, password: string): Promise<void> {
  await page.getByRole('button', { name: 'Remove Work laptop' }).click();
  const dialog = page.getByRole('dialog');
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
