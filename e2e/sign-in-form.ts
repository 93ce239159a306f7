import type { Page } from '@playwright/test';
import type { User } from './running-system';
import { freshCode } from './sign-in';

/** Signs in by the form that stands open, with a code where the user has an authenticator. */
export async function signInByForm(page: Page, user: User): Promise<void> {
  await fillPassword(page, user.email, user.password);
  await fillCode(page, user);
}

export async function fillPassword(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** For who has an authenticator; others are in already. */
export async function fillCode(page: Page, user: User): Promise<void> {
  if (user.totpSecret === null) return;
  // A run shortly before may have used codes that this one holds fresh.
  for (let tries = 0; tries < 4; tries++) {
    await page.getByLabel('One-time code').fill(await freshCode(user));
    const [answer] = await Promise.all([
      page.waitForResponse(/callback\/credentials/),
      page.getByRole('button', { name: 'Sign in' }).click(),
    ]);
    if (answer.ok()) return;
  }
}
