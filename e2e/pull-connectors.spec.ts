import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { type FakePbs, fakeTask, openFakePbs, PBS_TOKEN } from '@/server/pull/testing/fake-servers';
import { violationsOf } from './accessibility';
import { expect, test } from './signed-in-page';

const HOUR = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR);

let pbs: FakePbs;
test.beforeAll(async () => {
  pbs = await openFakePbs();
});
test.afterAll(() => pbs.close());

/** Opens the form of Proxmox Backup Server and fills it in, with `secret` as the token's. */
async function fillIn(page: Page, name: string, secret: string): Promise<void> {
  await page.goto('/connect');
  await page.getByLabel('Client').selectOption({ label: await clientName(page) });
  await expect(page).toHaveURL(/client=/);
  await page.getByRole('link', { name: /^Proxmox Backup Server/ }).click();
  const ways = page.getByRole('region', { name: 'By which way does it tell?' });
  await expect(ways).toContainText('put together from documents');
  await ways.getByRole('link', { name: 'Pull' }).click();
  const form = page.getByRole('region', { name: 'Which server is asked?' });
  await form.getByLabel('What it tells of').fill(name);
  await form.getByLabel('System').fill(name);
  await form.getByLabel('Server', { exact: true }).fill(pbs.url);
  await form.getByLabel('API token').fill(PBS_TOKEN.tokenId);
  await form.getByLabel('Secret of the token').fill(secret);
}

/** Of the client that other tests of connecting use, too. */
async function clientName(page: Page): Promise<string> {
  const names = await page.getByLabel('Client').locator('option').allInnerTexts();
  return names.find((one) => one.startsWith('Kett')) ?? '';
}

test('a backup server is tried out, connected, asked, paused and closed', async ({ pageOf }) => {
  test.setTimeout(120_000);
  const name = `pulled-${randomUUID().slice(0, 8)}`;
  pbs.tasks.push(
    fakeTask(ago(30), { id: `store1:host/${name}` }),
    fakeTask(ago(6), { id: `store1:host/${name}`, status: 'connection error: timed out' }),
  );
  const page = await pageOf('technician');
  await fillIn(page, name, PBS_TOKEN.secret);
  const result = page.getByRole('region', { name: 'Test of the connection' });
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(result).toContainText('signed by nobody who is known');
  await expect(result).toContainText(pbs.fingerprint);
  expect(pbs.seen).toEqual([]);
  expect(await violationsOf(page)).toEqual([]);
  await result.getByRole('button', { name: 'Yes, pin this certificate' }).click();
  await expect(result).toContainText('Holdfast is let in');
  await expect(result).toContainText('2 datastores that this token may see: store1, offsite');

  await page.getByRole('button', { name: 'Dry run' }).click();
  const dry = page.getByRole('region', { name: 'Dry run' });
  await expect(dry).toContainText('2 in the last seven days, of which 2 make runs. Nothing is kept.');
  await expect(dry.getByRole('row')).toHaveCount(3);
  await expect(dry.getByRole('row').nth(1)).toContainText('Failed');
  expect(await violationsOf(page)).toEqual([]);

  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  const arriving = page.getByRole('region', { name: 'First message' });
  await expect(arriving).toContainText(`${name} has reported`, { timeout: 30_000 });
  await expect(page.getByRole('region', { name: 'It is connected' })).toContainText('nothing to paste');
  expect(await violationsOf(page)).toEqual([]);
  const systemLink = arriving.getByRole('link', { name: `Open ${name}` });
  const systemPath = await systemLink.getAttribute('href');

  await page.getByRole('link', { name: 'The channel' }).click();
  const pulls = page.getByRole('region', { name: 'Pulls' });
  await expect(pulls).toContainText('went well');
  await expect(page.locator('main')).toContainText('this one alone');
  await expect(page.locator('main')).not.toContainText(PBS_TOKEN.secret);
  await pulls.getByRole('button', { name: 'Test connection' }).click();
  await expect(pulls).toContainText('Holdfast is let in');
  await pulls.getByRole('button', { name: `Pause the pulls of ${name}` }).click();
  await expect(page.locator('main')).toContainText('paused since');
  expect(await violationsOf(page)).toEqual([]);
  await pulls.getByRole('button', { name: `Have ${name} pull again` }).click();
  await expect(async () => {
    await page.reload();
    await expect(pulls.getByRole('row')).toHaveCount(3, { timeout: 2000 });
  }).toPass({ timeout: 30_000 });

  await page.getByRole('button', { name: 'Close channel' }).click();
  await page.getByRole('button', { name: `Close ${name}` }).click();
  await expect(page.getByText('Closed', { exact: true }).first()).toBeVisible();
  // Other tests look at what is worst: a system without copies would be that.
  const ignored = await page.request.put(`/api/v1${systemPath}/inbox-decision`, {
    data: { verb: 'ignored', reason: 'made by a test' },
    headers: { origin: new URL(page.url()).origin },
  });
  expect(ignored.status()).toBe(204);
});

test('credentials that are refused, and what is not filled in, say so beside the form', async ({
  pageOf,
}) => {
  const page = await pageOf('technician', { width: 390 });
  await fillIn(page, 'refused', 'a wrong secret');
  const result = page.getByRole('region', { name: 'Test of the connection' });
  await page.getByRole('button', { name: 'Test connection' }).click();
  await result.getByRole('button', { name: 'Yes, pin this certificate' }).click();
  await expect(result).toContainText('The server does not know these credentials.');
  await expect(result).toContainText('It answered 401.');
  await expect(result).not.toContainText('a wrong secret');
  await page.getByLabel('Server', { exact: true }).fill('https://10.1.2.3:8007');
  await page.getByRole('button', { name: 'Dry run' }).click();
  await expect(page.getByText('This address is private.')).toBeVisible();
  await page.getByLabel('API token').fill('root@pam');
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByText('Write it as user@realm!name.')).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
});
