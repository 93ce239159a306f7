import { expect, test } from '@playwright/test';
import { violationsOf } from './accessibility';
import { isOfFirstMsp, readAccess, type User } from './running-system';
import { fillCode, fillPassword } from './sign-in-form';

const access = readAccess();

test.describe.configure({ mode: 'serial' });

test('a page that was asked for waits behind password and code, and signing out ends the session', async ({
  page,
  context,
}) => {
  const user = personOf('admin');
  await page.goto(`${access.webUrl}/`);
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page).toHaveTitle(/Sign in/);
  expect(await violationsOf(page)).toEqual([]);

  await fillPassword(page, user.email, 'wrong password');
  await expect(page.getByText('E-mail or password is wrong.')).toBeVisible();
  await expect(page.getByLabel('Email')).toHaveValue(user.email);

  await fillPassword(page, user.email, user.password);
  await expect(page.getByLabel('One-time code')).toBeFocused();
  expect(await violationsOf(page)).toEqual([]);
  await fillCode(page, user);
  await expect(page).toHaveURL(`${access.webUrl}/`);

  const stolen = await context.cookies();
  expect(stolen.filter(({ httpOnly, sameSite }) => httpOnly && sameSite === 'Lax')).toHaveLength(
    stolen.length,
  );
  await page.evaluate(async () => {
    await fetch('/api/v1/sign-out', { method: 'POST' });
  });
  await context.addCookies(stolen);
  await page.goto(`${access.webUrl}/`);
  await expect(page).toHaveURL(/\/sign-in/);
});

test('signing out everywhere ends the person’s other sessions at their next request', async ({ browser }) => {
  const user = colleagueElsewhere();
  const [here, there] = await Promise.all([browser.newContext(), browser.newContext()]);
  const pages = [await here.newPage(), await there.newPage()] as const;
  for (const page of pages) {
    await page.goto(`${access.webUrl}/sign-in`);
    await fillPassword(page, user.email, user.password);
    await fillCode(page, user);
    await expect(page).toHaveURL(`${access.webUrl}/`);
  }
  await pages[0].evaluate(async () => {
    await fetch('/api/v1/sign-out-everywhere', { method: 'POST' });
  });
  await pages[1].reload();
  await expect(pages[1]).toHaveURL(/\/sign-in/);
  await Promise.all([here.close(), there.close()]);
});

test('sign-in leads back to where one wanted to go, and never to another site', async ({ page }) => {
  const user = personOf('read-only');
  await page.goto(`${access.webUrl}/sign-in?callbackUrl=${encodeURIComponent('//evil.example/x')}`);
  await fillPassword(page, user.email, user.password);
  await fillCode(page, user);
  await expect(page).toHaveURL(`${access.webUrl}/`);
  await page.goto(`${access.webUrl}/sign-in?callbackUrl=${encodeURIComponent('/?status=at-risk')}`);
  await expect(page).toHaveURL(`${access.webUrl}/?status=at-risk`);
});

function personOf(role: User['role']): User {
  const user = access.users.find((each) => each.role === role && isOfFirstMsp(access, each));
  if (!user) throw new Error(`demo:access lists no ${role}`);
  return user;
}

/** Sign-out everywhere would end the sessions of tests that use the same person: no other test signs in as this one. */
function colleagueElsewhere(): User {
  const user = access.users.find((each) => each.role === 'technician' && !isOfFirstMsp(access, each));
  if (!user) throw new Error('demo:access lists no technician of another MSP');
  return user;
}
