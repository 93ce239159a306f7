import type { Browser, Page } from '@playwright/test';
import { openOpenIdProvider } from '../test/open-id-provider';
import { violationsOf } from './accessibility';
import { COLOUR_SCHEMES } from './colour-schemes';
import { expect, test } from './signed-in-page';

const WIDTHS = [390, 768, 1440] as const;

for (const colorScheme of COLOUR_SCHEMES)
  test(`the settings fit every width and read well in ${colorScheme} colours`, async ({ pageOf }) => {
    const page = await pageOf('owner', { colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto('/settings/single-sign-on');
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(await isTooWide(page), `${width} px`).toBe(false);
    }
    await readsWell(page);
  });

test('an owner sets single sign-on up; who is in a group that is named comes in with its role, and who is in none is refused; enforced, passwords are for linking only', async ({
  pageOf,
  browser,
  access,
}) => {
  test.setTimeout(180_000);
  const owner = await pageOf('owner', { isOtherMsp: true });
  const technician = await pageOf('technician', { isOtherMsp: true });
  await owner.goto('/settings/single-sign-on');
  const redirectAddress = (await owner.getByLabel('Redirect address').textContent()) ?? '';
  const signInAddress = (await owner.getByLabel('Sign-in address of your MSP').textContent()) ?? '';
  const provider = await openOpenIdProvider(redirectAddress);
  try {
    const [nia, sol] = [`nia-${Date.now()}`, `sol-${Date.now()}`];
    provider.accounts.set(nia, { email: `${nia}@sso.example`, name: 'Nia Newe', groups: ['Backup techs'] });
    provider.accounts.set(sol, { email: `${sol}@sso.example`, name: 'Sol Strange', groups: ['Accounting'] });

    await owner.getByLabel('Issuer').fill(provider.issuer);
    await owner.getByLabel('Client ID').fill(provider.clientId);
    await owner.getByLabel('Client secret').fill(provider.clientSecret);
    await owner.getByLabel('Scopes').fill('openid email profile groups');
    await owner.getByLabel('Group 1', { exact: true }).fill('Backup techs');
    await owner.getByLabel('Role of group 1').selectOption('technician');
    const domain = owner.getByRole('checkbox').first();
    const ownDomain = await domain.getAttribute('value');
    await domain.check();
    await owner.getByRole('button', { name: 'Save' }).click();
    await expect(owner.getByText('Not tested yet')).toBeVisible();
    await expect(owner.getByRole('button', { name: 'Switch single sign-on on' })).toHaveCount(0);
    await owner.getByRole('button', { name: 'Test the connection' }).click();
    await expect(owner.getByText('The provider answers')).toBeVisible();
    await readsWell(owner);
    await owner.getByRole('button', { name: 'Switch single sign-on on' }).click();
    await expect(owner.getByText(/^On since/)).toBeVisible();

    const guest = await visitor(browser, access.webUrl);
    await guest.goto(signInAddress);
    await readsWell(guest);
    await signOn(guest, nia);
    await guest.waitForURL(`${access.webUrl}/`);
    await guest.goto('/account');
    await expect(guest.getByText(/^Nia Newe, .*technician of Northgate/)).toBeVisible();
    await expect(guest.getByRole('button', { name: 'Change password' })).toHaveCount(0);
    await readsWell(guest);

    const stranger = await visitor(browser, access.webUrl);
    await stranger.goto('/sign-in?callbackUrl=%2Ffindings');
    await stranger.getByRole('link', { name: 'Sign in with single sign-on' }).click();
    const somebody = `anybody@${ownDomain}`;
    await stranger.getByLabel('Work email').fill(somebody);
    await stranger.getByRole('button', { name: 'Continue', exact: true }).click();
    await expect(stranger.getByRole('button', { name: /single sign-on of Northgate/ })).toBeVisible();
    await readsWell(stranger);
    await signOn(stranger, sol);
    await expect(stranger.getByText(/none of your groups there may use Holdfast/)).toBeVisible();
    await readsWell(stranger);

    await owner.goto('/people');
    await expect(owner.getByRole('row', { name: new RegExp(nia) }).getByText('Single sign-on')).toBeVisible();

    await owner.goto('/settings/single-sign-on');
    await owner.getByRole('button', { name: 'Enforce single sign-on' }).click();
    await expect(owner.getByText(/The one exception is Conor/)).toBeVisible();
    await readsWell(owner);
    await technician.goto('/findings');
    await expect(technician.getByText(/lets its people in through its single sign-on only/)).toBeVisible();
    await expect(technician.getByRole('button', { name: 'Link single sign-on' })).toBeVisible();
    await readsWell(technician);
    expect((await technician.request.get('/api/v1/change-mark')).status()).toBe(401);
    await owner.getByRole('button', { name: 'Switch off' }).click();
    await owner.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
    await expect(owner.getByText(/^On since/)).toHaveCount(0);
    await guest.goto('/findings');
    await expect(guest).toHaveURL(/\/sign-in\?/);
    await technician.goto('/findings');
    await expect(technician).toHaveURL(/\/findings/);
    await owner.goto('/people/sign-ins');
    await expect(owner.getByRole('row', { name: new RegExp(nia) }).getByText('Single sign-on')).toBeVisible();
    await readsWell(owner);
    await owner.goto('/audit');
    await expect(owner.getByText('Single sign-on switched off').first()).toBeVisible();
  } finally {
    const headers = { origin: access.webUrl };
    await owner.request.delete('/api/v1/single-sign-on/activation', { headers });
    await provider.close();
  }
});

/** Somebody who is not signed in. The provider's own page asks for a font of the internet. */
async function visitor(browser: Browser, baseURL: string): Promise<Page> {
  const context = await browser.newContext({ baseURL });
  await context.route(/fonts\.googleapis\.com/, (route) => route.abort());
  return context.newPage();
}

/** Goes to the provider and signs in on its page. */
async function signOn(page: Page, subject: string): Promise<void> {
  await page.getByRole('button', { name: /single sign-on of Northgate/ }).click();
  await page.getByPlaceholder('Enter any login').fill(subject);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
}

async function readsWell(page: Page): Promise<void> {
  expect(await violationsOf(page)).toEqual([]);
}

function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
