import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { DIALOG_COLOUR_SCHEMES } from './colour-schemes';
import { freshCode, signedInContext } from './sign-in';
import { expect, test } from './signed-in-page';

const WIDTHS = [390, 1440] as const;

/** No wider than its window, and nothing that axe objects to. */
async function readsWell(page: Page, screens: readonly string[]): Promise<void> {
  for (const screen of screens)
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      expect((await page.goto(screen))?.status(), screen).toBe(200);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const isWider = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      );
      expect(isWider, `${screen} at ${width} px`).toBe(false);
      expect(await violationsOf(page), `${screen} at ${width} px`).toEqual([]);
    }
}

for (const colorScheme of DIALOG_COLOUR_SCHEMES)
  test(`every screen of both rooms fits and reads well (${colorScheme})`, async ({ pageOf }) => {
    test.setTimeout(300_000);
    const leader = await pageOf('leader', { isLimited: true, colorScheme });
    await readsWell(leader, ['/portal', '/portal/account']);
    const auditor = await pageOf('auditor', { isLimited: true, colorScheme });
    await auditor.goto('/evidence');
    const client =
      (await auditor.getByRole('link', { name: 'Tindalworth Logistics' }).getAttribute('href')) ?? '';
    await readsWell(auditor, [
      '/evidence',
      client,
      `${client}?clause=pci-media`,
      `${client}/records?kind=runs`,
      `${client}/records?kind=restore-tests&q=no-such-system`,
      `${client}/records?kind=checks`,
      '/evidence/account',
    ]);
    const owner = await pageOf('owner', { colorScheme });
    await readsWell(owner, ['/settings/evidence']);
  });

test('a leader sees their own company, signs a risk that was accepted for it, and nothing of the MSP', async ({
  pageOf,
  access,
}) => {
  const technician = await pageOf('technician');
  const reason = `The scale house is switched off until spring ${Date.now()}`;
  await technician.goto('/findings?q=Tindalworth');
  const causeId = /findings\/([0-9a-f-]{36})|cause=([0-9a-f-]{36})/.exec(
    (await technician.locator('[data-row-link]').first().getAttribute('href')) ?? '',
  );
  const waived = await technician.request.post(`${access.webUrl}/api/v1/findings/waivers`, {
    headers: { origin: access.webUrl },
    data: {
      causes: [{ causeId: causeId?.[1] ?? causeId?.[2], version: null }],
      reason,
      approverName: 'Rosalind Tarn',
      until: new Date(Date.now() + 20 * 86_400_000).toISOString(),
    },
  });
  expect(waived.status(), await waived.text()).toBe(201);

  const leader = await pageOf('leader', { isLimited: true, width: 390 });
  await leader.goto('/');
  await expect(leader).toHaveURL(/\/portal$/);
  await expect(leader.getByRole('heading', { level: 1 })).toContainText(
    /your \d+ systems|your only system|All \d+/,
  );
  await expect(leader.getByText(/The newest report arrived/)).toBeVisible();
  const risk = leader.getByRole('listitem').filter({ hasText: reason });
  await expect(risk).toBeVisible();
  await risk.getByRole('button', { name: /^Read and sign/ }).click();
  await leader.getByRole('dialog').getByRole('button', { name: 'Sign with my name' }).click();
  await expect(leader.getByRole('region', { name: 'Risks that were decided' })).toContainText(
    'Signed by Rosalind Tarn',
  );
  await leader.goto('/portal');
  await leader.getByText('Rosalind Tarn', { exact: true }).first().click();
  await leader.getByRole('link', { name: 'Your account' }).click();
  await expect(leader.getByRole('heading', { level: 1 })).toHaveText('Your account');
  await leader.getByRole('button', { name: 'Change password' }).click();
  await expect(leader.getByRole('dialog').getByLabel('New password')).toBeVisible();
  for (const screen of ['/findings', '/people', '/evidence', '/settings/evidence', '/account'])
    expect((await leader.goto(screen))?.status(), screen).toBe(404);
});

test('an auditor is let in, draws a sample, asks and is answered; once revoked, the next click is the sign-in page', async ({
  pageOf,
  browser,
  access,
}) => {
  test.setTimeout(180_000);
  const email = `auditor-${Date.now()}@audit.example`;
  const owner = await pageOf('owner');
  await owner.goto('/settings/evidence');
  await owner.getByRole('button', { name: 'Let an auditor in' }).click();
  const form = owner.getByRole('dialog');
  await form.getByLabel('Name').fill('Nadia Voss');
  await form.getByLabel('Email').fill(email);
  await form.getByLabel('Purpose').fill('Type II report');
  await form.getByLabel('Tindalworth Logistics').check();
  expect(await violationsOf(owner)).toEqual([]);
  await form.getByRole('button', { name: 'Grant and invite' }).click();
  const row = owner.getByRole('row').filter({ hasText: email });
  await expect(row).toContainText('Invited');

  await expect.poll(() => invitationTokenFor(email)).not.toBe('');
  const guest = await (await browser.newContext({ baseURL: access.webUrl })).newPage();
  await guest.goto(`/invitation#${invitationTokenFor(email)}`);
  await guest.getByRole('button', { name: 'Open the invitation' }).click();
  const password = 'five quiet kestrels hover';
  await guest.getByLabel('Your name').fill('Nadia Voss');
  await guest.getByLabel('Password', { exact: true }).fill(password);
  const totpSecret = (await guest.locator('code').textContent())?.replaceAll(' ', '') ?? '';
  const user = { email, role: 'auditor', password, totpSecret, clientNames: null } as const;
  await guest.getByLabel('One-time code').fill(await freshCode(user));
  await guest.getByRole('button', { name: 'Join' }).click();
  await guest.waitForURL(/\/sign-in/);
  const signedIn = await signedInContext(access.webUrl, user);
  const context = await browser.newContext({
    storageState: await signedIn.storageState(),
    baseURL: access.webUrl,
  });
  const auditor = await context.newPage();

  await auditor.goto('/');
  await expect(auditor).toHaveURL(/\/evidence$/);
  await auditor.getByRole('link', { name: 'Tindalworth Logistics' }).click();
  await auditor.getByText('SOC 2', { exact: true }).click();
  await auditor.getByRole('link', { name: 'Recovery testing' }).click();
  await expect(auditor.getByRole('heading', { level: 1 })).toHaveText('Recovery testing');
  await auditor
    .getByRole('region', { name: 'Restore tests', exact: true })
    .getByRole('link', { name: /^All/ })
    .click();
  await auditor.getByRole('button', { name: 'Draw a sample' }).click();
  await auditor.getByLabel('Your seed').fill('1428');
  await auditor.getByLabel('How many').fill('2');
  await auditor.getByRole('button', { name: 'Log the seed and draw' }).click();
  const sample = auditor.getByRole('region', { name: 'Sample', exact: true });
  await expect(sample).toContainText('seed 1428');
  await expect(sample.getByRole('code')).toContainText('sha256sum');
  const csv = await auditor.request.get(
    (await sample.getByRole('link', { name: 'Sample as CSV' }).getAttribute('href')) ?? '',
  );
  expect((await csv.text()).trim().split('\n')).toHaveLength(3);
  await sample
    .getByRole('button', { name: /^Ask about record/ })
    .first()
    .click();
  await auditor.getByLabel('Question').fill('Who chose this copy?');
  await auditor.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
  await expect(auditor.getByRole('dialog', { name: /^Ask about/ })).toBeHidden();

  await owner.goto('/settings/evidence');
  await row.getByRole('link', { name: '1 waiting for an answer' }).click();
  await owner.getByRole('button', { name: /^Answer about/ }).click();
  await owner
    .getByRole('textbox', { name: 'Answer' })
    .fill('The schedule did: the newest point at the start.');
  await owner.getByRole('button', { name: 'Send the answer' }).click();
  await expect(owner.getByText('Answered', { exact: true })).toBeVisible();
  await expect(owner.getByRole('region', { name: 'What they opened' })).toContainText('Drew a sample');

  await auditor.getByRole('link', { name: /by clause$/ }).click();
  await expect(auditor.getByText('The schedule did: the newest point at the start.')).toBeVisible();
  expect((await auditor.request.get('/api/v1/change-mark')).status()).toBe(403);

  await owner.goto('/settings/evidence');
  await row.getByRole('button', { name: 'Revoke' }).click();
  await owner.getByRole('button', { name: 'Revoke it' }).click();
  await expect(row).toContainText('Revoked');
  await auditor.getByRole('link', { name: 'All clients' }).click();
  await auditor.waitForURL(/\/sign-in/);
  await auditor.getByLabel('Email').fill(email);
  await auditor.getByLabel('Password').fill(password);
  await auditor.getByRole('button', { name: 'Sign in' }).click();
  await auditor.getByLabel('One-time code').fill(await freshCode(user));
  await auditor.getByRole('button', { name: 'Sign in' }).click();
  await expect(auditor.getByRole('alert').filter({ hasText: 'has ended' })).toBeVisible();
});

test('a key of the evidence API is shown once, reads evidence, and is refused once revoked', async ({
  pageOf,
  access,
}) => {
  const owner = await pageOf('owner');
  const name = `GRC tool ${Date.now()}`;
  await owner.goto('/settings/evidence');
  await owner.getByRole('button', { name: 'Make a key' }).click();
  await owner.getByLabel('What it is for').fill(name);
  await owner.getByRole('button', { name: 'Make the key' }).click();
  const key = await owner.getByRole('dialog').locator('code').textContent();
  await owner.keyboard.press('Escape');
  const ask = (what: string) =>
    fetch(`${access.webUrl}/api/v1/evidence/${what}`, { headers: { authorization: `Bearer ${key}` } });
  for (const what of ['policies', 'verdicts?limit=2', 'restore-tests?limit=3']) {
    const answer = await ask(what);
    expect(answer.status, what).toBe(200);
    expect(((await answer.json()) as { data: unknown[] }).data.length, what).toBeGreaterThan(0);
  }
  expect((await ask('verdicts?as_of=soon')).status).toBe(400);
  await owner.reload();
  const row = owner.getByRole('row').filter({ hasText: name });
  await row.getByRole('button', { name: 'Revoke' }).click();
  await owner.getByRole('button', { name: 'Revoke it' }).click();
  await expect(row).toContainText('Revoked');
  expect((await ask('policies')).status).toBe(401);
});

/** Out of the file that the outbox holds. */
function invitationTokenFor(email: string): string {
  return /invitation#([\w-]+)/.exec(mailTo(email).replaceAll('=\r\n', ''))?.[1] ?? '';
}

/** The newest mail in the outbox to somebody. */
function mailTo(email: string): string {
  const folder = path.join(process.env['HOLDFAST_DATA_DIR'] ?? '.data', 'mail-outbox');
  const mails = readdirSync(folder)
    .filter((file) => file.endsWith('.eml'))
    .toSorted()
    .map((file) => readFileSync(path.join(folder, file), 'utf8'));
  return mails.findLast((one) => one.includes(`To: ${email}`)) ?? '';
}
