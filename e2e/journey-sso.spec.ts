import type { Browser, Page } from '@playwright/test';
import { openOpenIdProvider } from '../test/open-id-provider';
import { violationsOf } from './accessibility';
import { COLOUR_SCHEMES } from './colour-schemes';
import { mailTo } from './mails';
import { type Access, isOfFirstMsp, type User } from './running-system';
import { signInByForm } from './sign-in-form';
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

test('who runs the MSP has its people in by single sign-on alone: set up, tried, enforced, survived a broken provider, and ended', async ({
  pageOf,
  browser,
  access,
}) => {
  test.setTimeout(240_000);
  const [conor, niamh] = [personOf(access, 'owner'), personOf(access, 'technician')];
  const owner = await pageOf('owner', { isOtherMsp: true });
  const technician = await pageOf('technician', { isOtherMsp: true });
  await owner.goto('/settings/single-sign-on');
  const redirectAddress = (await owner.getByLabel('Redirect address').textContent()) ?? '';
  const signInAddress = (await owner.getByLabel('Sign-in address of your MSP').textContent()) ?? '';
  const provider = await openOpenIdProvider(redirectAddress);
  const visitors: Page[] = [];
  const visit = async () => {
    const page = await visitor(browser, access.webUrl);
    visitors.push(page);
    return page;
  };
  const [nia, sol] = [`nia-${Date.now()}`, `sol-${Date.now()}`];
  provider.accounts.set(nia, { email: `${nia}@sso.example`, name: 'Nia Newe', groups: ['Backup techs'] });
  provider.accounts.set(sol, { email: `${sol}@sso.example`, name: 'Sol Strange', groups: ['Accounting'] });
  let ownDomain = '';
  try {
    await test.step('The owner names the provider and which of its groups is which role', async () => {
      await owner.getByLabel('Issuer').fill(provider.issuer);
      await owner.getByLabel('Client ID').fill(provider.clientId);
      await owner.getByLabel('Client secret').fill(provider.clientSecret);
      await owner.getByLabel('Scopes').fill('openid email profile groups');
      await owner.getByLabel('Group 1', { exact: true }).fill('Backup techs');
      await owner.getByLabel('Role of group 1').selectOption('technician');
      const domain = owner.getByRole('checkbox').first();
      ownDomain = (await domain.getAttribute('value')) ?? '';
      await domain.check();
      await owner.getByRole('button', { name: 'Save' }).click();
    });

    await test.step('Nothing is switched on before it was tested', async () => {
      await expect(owner.getByText('Not tested yet')).toBeVisible();
      await expect(owner.getByRole('button', { name: 'Switch single sign-on on' })).toHaveCount(0);
      await owner.getByRole('button', { name: 'Test the connection' }).click();
      await expect(owner.getByText('The provider answers')).toBeVisible();
      await readsWell(owner);
      await owner.getByRole('button', { name: 'Switch single sign-on on' }).click();
      await expect(owner.getByText(/^On since/)).toBeVisible();
    });

    const guest = await visit();
    await test.step('Somebody of the group comes in, with its role', async () => {
      await guest.goto(signInAddress);
      await readsWell(guest);
      await signOn(guest, nia);
      await guest.waitForURL(`${access.webUrl}/`);
      await guest.goto('/account');
      await expect(guest.getByText(/^Nia Newe, .*technician of Northgate/)).toBeVisible();
      await expect(guest.getByRole('button', { name: 'Change password' })).toHaveCount(0);
      await readsWell(guest);
      await owner.goto('/people');
      await expect(
        owner.getByRole('row', { name: new RegExp(nia) }).getByText('Single sign-on'),
      ).toBeVisible();
    });

    await test.step('Somebody of no group that was named is refused, in plain words', async () => {
      const stranger = await visit();
      await stranger.goto('/sign-in?callbackUrl=%2Ffindings');
      await stranger.getByRole('link', { name: 'Sign in with single sign-on' }).click();
      await stranger.getByLabel('Work email').fill(`anybody@${ownDomain}`);
      await stranger.getByRole('button', { name: 'Continue', exact: true }).click();
      await expect(stranger.getByRole('button', { name: /single sign-on of Northgate/ })).toBeVisible();
      await readsWell(stranger);
      await signOn(stranger, sol);
      await expect(stranger.getByText(/none of your groups there may use Holdfast/)).toBeVisible();
      await readsWell(stranger);
    });

    await test.step('Enforced, the page says who is the one exception and who has not linked yet', async () => {
      await owner.goto('/settings/single-sign-on');
      await owner.getByRole('button', { name: 'Enforce single sign-on' }).click();
      await expect(owner.getByText(/The one exception is Conor/)).toBeVisible();
      await expect(owner.getByText(/Not linked yet: Niamh/)).toBeVisible();
      await readsWell(owner);
    });

    await test.step('A session that was open, and a password, open nothing but the way to link', async () => {
      await technician.goto('/findings');
      await expectsToLink(technician);
      await readsWell(technician);
      expect((await technician.request.get('/api/v1/change-mark')).status()).toBe(401);
      const anew = await visit();
      await anew.goto('/sign-in?callbackUrl=%2Ffindings');
      await signInByForm(anew, niamh);
      await expectsToLink(anew);
      expect((await anew.request.get('/api/v1/findings/csv')).status()).toBe(401);
    });

    await test.step('The provider is down: the one owner gets in, all owners hear of it, and it is on the record', async () => {
      await provider.close();
      const emergency = await visit();
      await emergency.goto('/sign-in');
      await signInByForm(emergency, conor);
      await emergency.waitForURL(`${access.webUrl}/`);
      await expect.poll(() => mailTo(conor.email)).toContain('The emergency account was used to sign in');
      await emergency.goto('/audit');
      await expect(emergency.getByText('Emergency account used to sign in').first()).toBeVisible();

      await emergency.goto('/settings/single-sign-on');
      await emergency.getByRole('button', { name: 'End enforcement of single sign-on' }).click();
      await expect(emergency.getByText('Passwords work again.')).toBeVisible();
      await technician.goto('/findings');
      await expect(technician.getByRole('heading', { level: 1 })).toContainText(/someone|nobody|anybody/);
    });

    await test.step('Switched off, whom the provider had let in is out, and the rest goes on as before', async () => {
      await owner.goto('/settings/single-sign-on');
      await owner.getByRole('button', { name: 'Switch off' }).click();
      await owner.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
      await expect(owner.getByText(/^On since/)).toHaveCount(0);
      await guest.goto('/findings');
      await expect(guest).toHaveURL(/\/sign-in\?/);
      await owner.goto('/people/sign-ins');
      await expect(
        owner.getByRole('row', { name: new RegExp(nia) }).getByText('Single sign-on'),
      ).toBeVisible();
      await readsWell(owner);
      await owner.goto('/audit');
      for (const what of ['Single sign-on switched off', 'Single sign-on no longer enforced'])
        await expect(owner.getByText(what).first()).toBeVisible();
    });
  } finally {
    const headers = { origin: access.webUrl };
    await owner.request.delete('/api/v1/single-sign-on/activation', { headers });
    for (const page of visitors) await page.context().close();
    await provider.close();
  }
});

/** Of the MSP that no other test signs on to. */
function personOf(access: Access, role: User['role']): User {
  const user = access.users.find((each) => each.role === role && !isOfFirstMsp(access, each));
  if (!user) throw new Error(`demo:access lists no ${role} of another MSP`);
  return user;
}

async function expectsToLink(page: Page): Promise<void> {
  await expect(page.getByText(/lets its people in through its single sign-on only/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Link single sign-on' })).toBeVisible();
}

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
