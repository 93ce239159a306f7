import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Download, Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { mailTo, tokenIn } from './mails';
import { isOfFirstMsp } from './running-system';
import { signInByForm } from './sign-in-form';
import { expect, test } from './signed-in-page';

const CLIENT = 'Tindalworth Logistics';

test('a leader’s month: the mail, are we protected, what is being done, the report, and nothing of anybody else', async ({
  browser,
  access,
  pageOf,
}) => {
  test.setTimeout(240_000);
  const rosalind = access.users.find(
    (user) => user.role === 'leader' && isOfFirstMsp(access, user) && user.clientNames?.includes(CLIENT),
  );
  if (!rosalind) throw new Error(`demo:access lists no leader of ${CLIENT}`);
  const owner = await pageOf('owner');
  const context = await browser.newContext({
    baseURL: access.webUrl,
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  const mailbox = `rosalind-${Date.now()}@tindalworth.example`;
  let fromMail = '';
  try {
    await test.step('The MSP has the report of last month made, and sends it', async () => {
      await sendReport(owner, mailbox);
      await expect.poll(() => tokenIn(mailTo(mailbox), 'shared-document')).not.toBe('');
    });

    await test.step('She opens the link of the mail, without an account, and takes the report', async () => {
      await page.goto(`/shared-document#${tokenIn(mailTo(mailbox), 'shared-document')}`);
      await page.getByRole('button', { name: 'Open it' }).click();
      await expect(page.getByText(CLIENT).first()).toBeVisible();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: /^Download the PDF/ }).click(),
      ]);
      fromMail = await sha256Of(file);
    });

    await test.step('From there she signs in, and is where her question is answered', async () => {
      await page.getByRole('link', { name: 'sign in', exact: true }).click();
      await signInByForm(page, rosalind);
      await expect(page).toHaveURL(/\/portal$/);
      await expect(page.getByText('Are we protected?')).toBeInViewport();
      const answer = page.getByRole('heading', { level: 1 });
      await expect(answer).toHaveText(/^(Yes|Not|No|Nobody)/);
      await expect(answer).toContainText(/your \d+ systems|your only system|All \d+/);
      await expect(answer).toBeInViewport({ ratio: 1 });
      await expect(page.getByText(/The newest report arrived/)).toBeVisible();
    });

    await test.step('No word there needs a technician', async () => {
      const said = await page.getByRole('main').innerText();
      for (const word of [
        'RPO',
        'rpo-exceeded',
        'offsite-missing',
        'causeKey',
        'snapshot',
        'null',
        'undefined',
      ])
        expect(said.toLowerCase(), word).not.toContain(word.toLowerCase());
      expect(await violationsOf(page)).toEqual([]);
    });

    await test.step('How it went over the months, what is open and who has it, and what was really restored', async () => {
      const changed = page.getByRole('region', { name: 'What changed this month' });
      await expect(changed.getByRole('figure')).toContainText(/\d+\/\d+/);
      const open = page.getByRole('region', { name: 'Open points' }).getByRole('listitem');
      for (const point of await open.all()) await expect(point).toContainText(/since/);
      const proofs = page.getByRole('region', { name: 'Last restore tests, and what they proved' });
      await expect(proofs.getByRole('listitem').first()).toContainText(/Level \d|never/);
    });

    await test.step('The report stands among the documents, and is the one that was mailed', async () => {
      const documents = page.getByRole('region', { name: 'Documents' });
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        documents.getByRole('link', { name: /PDF/ }).first().click(),
      ]);
      expect(await sha256Of(file)).toBe(fromMail);
    });

    await test.step('Of no other client she sees a name, a page or a file', async () => {
      const others = await clientsOf(owner);
      expect(others.length).toBeGreaterThan(3);
      const content = await page.content();
      for (const { name } of others) expect(content, name).not.toContain(name);
      for (const { href } of others.slice(0, 3)) expect((await page.goto(href))?.status(), href).toBe(404);
      await page.goto('/portal');
      const own =
        (await page
          .getByRole('region', { name: 'Documents' })
          .getByRole('link', { name: /PDF/ })
          .first()
          .getAttribute('href')) ?? '';
      expect((await page.request.get(own)).status()).toBe(200);
      const foreign = await foreignDocument(owner);
      const address = own.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, foreign);
      expect(address).not.toBe(own);
      expect((await page.request.get(address)).status(), 'a document of another client').toBe(404);
    });
  } finally {
    await context.close();
  }
});

/** The executive report of the client's last month, mailed with a link. */
async function sendReport(page: Page, email: string): Promise<void> {
  await page.goto(`/reports?q=${CLIENT}&kind=executive-report`);
  const row = page.getByRole('row').filter({ hasText: 'Executive report' }).filter({ hasText: CLIENT });
  const before = await row.count();
  await page.getByRole('button', { name: 'Make a document' }).first().click();
  const making = page.getByRole('dialog', { name: 'Make a document' });
  await making.getByLabel('Client').selectOption({ label: CLIENT });
  await making.getByRole('button', { name: 'Make it' }).click();
  await expect(making).toBeHidden();
  await expect(row).toHaveCount(before + 1);
  await expect(row.first()).toContainText('Ready', { timeout: 90_000 });
  await row
    .first()
    .getByRole('button', { name: /^Send Executive report/ })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('To').fill(email);
  await dialog.getByRole('button', { name: 'Send it' }).click();
  await expect(page.getByText('1 mail will go out.')).toBeVisible();
}

async function sha256Of(file: Download): Promise<string> {
  const bytes = await readFile(await file.path());
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  return createHash('sha256').update(bytes).digest('hex');
}

/** The other clients of the MSP, as its own people see them. */
async function clientsOf(page: Page): Promise<{ name: string; href: string }[]> {
  await page.goto('/');
  await expect(page.locator('main [data-row-link]').first()).toBeVisible();
  const links = await page
    .locator('main [data-row-link]')
    .evaluateAll((all) =>
      all.map((link) => ({ name: link.textContent ?? '', href: link.getAttribute('href') ?? '' })),
    );
  return links.filter(({ name }) => name !== CLIENT);
}

/** The id of a document of another client. */
async function foreignDocument(page: Page): Promise<string> {
  await page.goto('/reports');
  const row = page.getByRole('row').filter({ hasText: 'SHA-256' }).filter({ hasNotText: CLIENT }).first();
  const href = (await row.getByRole('link', { name: /PDF/ }).getAttribute('href')) ?? '';
  return /[0-9a-f-]{36}/.exec(href)?.[0] ?? '';
}
