import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { requireTool } from '../test/require-tool';
import { violationsOf } from './accessibility';
import { certificateOf, makePack, takeHome, today, verdictOf, withOneByteChanged } from './evidence-pack';
import { mailTo, tokenIn } from './mails';
import type { User } from './running-system';
import { freshCode } from './sign-in';
import { signInByForm } from './sign-in-form';
import { expect, test } from './signed-in-page';
import { rowsOf } from './system-database';

const CLIENT = 'Tindalworth Logistics';
const HAS_OPENSSL = requireTool('openssl');
const HAS_PDFSIG = requireTool('pdfsig', ['-v']);
const DAY_MS = 86_400_000;

test('an auditor’s request: let in for a period, draws, reads, takes the pack home, checks it alone, and is shut out in the end', async ({
  pageOf,
  browser,
  access,
}) => {
  test.setTimeout(240_000);
  const email = `auditor-${Date.now()}@audit.example`;
  const owner = await pageOf('owner');
  const row = owner.getByRole('row').filter({ hasText: email });
  const context = await browser.newContext({ baseURL: access.webUrl });
  const auditor = await context.newPage();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-auditor-'));
  try {
    await test.step('The MSP lets her in: one client, one period, until a day', async () => {
      await owner.goto('/settings/evidence');
      await owner.getByRole('button', { name: 'Let an auditor in' }).click();
      const form = owner.getByRole('dialog');
      await form.getByLabel('Name').fill('Nadia Voss');
      await form.getByLabel('Email').fill(email);
      await form.getByLabel('Purpose').fill('Type II report');
      await form.getByLabel(CLIENT).check();
      await form.getByLabel('First day of the period').fill(dayBefore(20));
      await form.getByLabel('Last day of the period').fill(today());
      expect(await violationsOf(owner)).toEqual([]);
      await form.getByRole('button', { name: 'Grant and invite' }).click();
      await expect(row).toContainText('Invited');
    });

    let nadia: User | null = null;
    await test.step('She enters by the link of the mail, with a password and an authenticator of her own', async () => {
      await expect.poll(() => tokenIn(mailTo(email), 'invitation')).not.toBe('');
      nadia = await join(auditor, tokenIn(mailTo(email), 'invitation'), email);
      await signInByForm(auditor, nadia);
      await expect(auditor).toHaveURL(/\/evidence$/);
      await expect(auditor.getByRole('region', { name: 'Clients' }).getByRole('listitem')).toHaveCount(1);
    });

    await test.step('From a clause she comes to the whole list of what was restored, and draws by her own seed', async () => {
      await auditor.getByRole('link', { name: CLIENT }).click();
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
    });

    await test.step('She asks about one that was drawn, and is answered in the same place', async () => {
      const sample = auditor.getByRole('region', { name: 'Sample', exact: true });
      await sample
        .getByRole('button', { name: /^Ask about record/ })
        .first()
        .click();
      await auditor.getByLabel('Question').fill('Who chose this copy?');
      await auditor.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
      await expect(auditor.getByRole('dialog', { name: /^Ask about/ })).toBeHidden();
      const answer = 'The schedule did: the newest point at the start.';
      await owner.goto('/settings/evidence');
      await row.getByRole('link', { name: '1 waiting for an answer' }).click();
      await owner.getByRole('button', { name: /^Answer about/ }).click();
      await owner.getByRole('textbox', { name: 'Answer' }).fill(answer);
      await owner.getByRole('button', { name: 'Send the answer' }).click();
      await expect(owner.getByText('Answered', { exact: true })).toBeVisible();
      await expect(owner.getByRole('region', { name: 'What they opened' })).toContainText('Drew a sample');
      await auditor.getByRole('link', { name: /by clause$/ }).click();
      await expect(auditor.getByText(answer)).toBeVisible();
    });

    await test.step('Nothing but the room is hers', async () => {
      expect((await auditor.request.get('/api/v1/change-mark')).status()).toBe(403);
      for (const screen of ['/', '/findings', '/portal', '/audit'])
        await auditor.goto(screen).then(async (response) => {
          if (screen === '/') await expect(auditor).toHaveURL(/\/evidence$/);
          else expect(response?.status(), screen).toBe(404);
        });
    });

    let bundle = '';
    await test.step('The MSP has the pack of the period made; she takes it home', async () => {
      await makePack(owner, CLIENT, today());
      bundle = await takeHome(auditor, CLIENT, folder);
      fs.writeFileSync(path.join(folder, 'certificate.pem'), await certificateOf(auditor));
    });

    await test.step('At home, the program in the bundle says that it is whole, and by whom', () => {
      const given = ['--certificate', path.join(folder, 'certificate.pem')];
      expect(verdictOf(bundle, ...given)).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^whole: \d+ events[^]*signed by .*, which you gave/),
      });
      const own = unpack(bundle, path.join(folder, 'whole'));
      const alone = spawnSync(process.execPath, ['verify/verify.mjs', bundle], {
        cwd: own,
        env: { PATH: '', NODE_ENV: 'test' },
        encoding: 'utf8',
      });
      expect(alone).toMatchObject({ status: 0, stdout: expect.stringMatching(/^whole: /) });
    });

    await test.step('So do tools that nobody of Holdfast wrote', () => {
      const own = path.join(folder, 'whole');
      if (HAS_OPENSSL) expect(openssl(own)).toBe(0);
      if (HAS_PDFSIG) expect(pdfsig(own)).toContain('Signature is Valid.');
    });

    await test.step('A copy with one byte changed is refused by each of them', () => {
      const changed = withOneByteChanged(bundle);
      expect(verdictOf(changed)).toMatchObject({ status: 1, stdout: expect.stringMatching(/broken, here/i) });
      const own = unpack(bundle, path.join(folder, 'changed'));
      changeOneByte(path.join(own, 'META-INF/ASiCManifest001.xml'));
      changeOneByte(path.join(own, 'document.pdf'));
      if (HAS_OPENSSL) expect(openssl(own)).not.toBe(0);
      if (HAS_PDFSIG) expect(pdfsig(own)).not.toContain('Signature is Valid.');
    });

    await test.step('When the grant has ended, the next click is the sign-in page, which says so', async () => {
      await auditor.goto('/evidence');
      // No screen ends a grant in the past.
      await rowsOf('UPDATE identity.evidence_grant SET expires_at = now() WHERE email = $1', [email]);
      await auditor.getByRole('link', { name: CLIENT }).click();
      await auditor.waitForURL(/\/sign-in/);
      if (nadia) await signInByForm(auditor, nadia);
      await expect(auditor.getByRole('alert').filter({ hasText: 'has ended' })).toBeVisible();
      expect((await auditor.request.get('/evidence', { maxRedirects: 0 })).status()).not.toBe(200);
    });

    await test.step('The MSP sees that it ended, and what she did', async () => {
      await owner.goto('/settings/evidence');
      await expect(row).toContainText('Ended');
      await row.getByRole('link', { name: 'Nadia Voss' }).click();
      await expect(owner.getByRole('region', { name: 'What they opened' })).toContainText('Downloaded');
    });
  } finally {
    await context.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

/** Takes the invitation: who she is from then on. */
async function join(page: Page, token: string, email: string): Promise<User> {
  const password = 'five quiet kestrels hover';
  await page.goto(`/invitation#${token}`);
  await page.getByRole('button', { name: 'Open the invitation' }).click();
  await page.getByLabel('Your name').fill('Nadia Voss');
  await page.getByLabel('Password', { exact: true }).fill(password);
  const totpSecret = (await page.locator('code').textContent())?.replaceAll(' ', '') ?? '';
  const user = { email, role: 'auditor', password, totpSecret, clientNames: null } as const;
  await page.getByLabel('One-time code').fill(await freshCode(user));
  await page.getByRole('button', { name: 'Join' }).click();
  await page.waitForURL(/\/sign-in/);
  return user;
}

/** `2026-11-28`, so many days before today. */
function dayBefore(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
}

/** The files of a bundle in a folder, which it answers. */
function unpack(bundle: string, folder: string): string {
  for (const [name, bytes] of Object.entries(unzipSync(fs.readFileSync(bundle)))) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, bytes);
  }
  return folder;
}

/** How OpenSSL ends over the signature of an unpacked bundle; 0: it holds. */
function openssl(folder: string): number | null {
  const args = ['cms', '-verify', '-inform', 'DER', '-binary', '-purpose', 'any'];
  const files = ['-in', 'META-INF/signature001.p7s', '-content', 'META-INF/ASiCManifest001.xml'];
  const signer = ['-CAfile', 'certificate.pem', '-out', os.devNull];
  return spawnSync('openssl', [...args, ...files, ...signer], { cwd: folder, timeout: 60_000 }).status;
}

/** What Poppler says of the signature in an unpacked document. */
function pdfsig(folder: string): string {
  const args = ['-nocert', 'document.pdf'];
  return spawnSync('pdfsig', args, { cwd: folder, encoding: 'utf8', timeout: 60_000 }).stdout;
}

function changeOneByte(file: string): void {
  const bytes = fs.readFileSync(file);
  const at = Math.floor(bytes.length / 3);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  fs.writeFileSync(file, bytes);
}
