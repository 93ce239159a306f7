import type { Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { DIALOG_COLOUR_SCHEMES } from './colour-schemes';
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
