import { createHash, randomUUID } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { signWebhook } from '../server/notify/sign-webhook';
import { openReceiver, type Receiver } from '../server/notify/testing/receiver';
import { violationsOf } from './accessibility';
import { DIALOG_COLOUR_SCHEMES } from './colour-schemes';
import { lineFromAgents, machineAt } from './machine';
import { expect, test } from './signed-in-page';

const SCREEN = '/settings/notifications';

let receiver: Receiver;
test.beforeEach(async () => {
  receiver = await openReceiver();
});
test.afterEach(() => receiver.close());

const row = (page: Page, section: string, name: string): Locator =>
  page.locator(`#${section}`).getByRole('row').filter({ hasText: name });

/** Adds a webhook to the receiver of this test; answers its signing secret. */
async function addWebhook(page: Page, name: string): Promise<string> {
  await page.goto(SCREEN);
  await page.getByRole('button', { name: 'New channel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Kind').selectOption('webhook');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Address').fill('http://10.1.2.3/hook');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await expect(dialog.getByText('begins with https://')).toBeVisible();
  await dialog.getByLabel('Address').fill(receiver.url);
  await dialog.getByRole('button', { name: 'Add' }).click();
  const secret = await dialog.getByLabel('Signing secret').innerText();
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(row(page, 'channels', name)).toContainText(new URL(receiver.url).origin);
  await expect(row(page, 'channels', name)).not.toContainText('/hook');
  return secret;
}

async function addRule(page: Page, name: string, channel: string, fill?: (dialog: Locator) => Promise<void>) {
  await page.getByRole('button', { name: 'New rule' }).click();
  const dialog = page.getByRole('dialog', { name: 'New rule' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Tell', { exact: true }).selectOption({ label: channel });
  await fill?.(dialog);
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Add' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(row(page, 'rules', name)).toBeVisible();
}

/** Removes what a test added, so that the demo stays as it was. */
async function remove(page: Page, rule: string, channel: string): Promise<void> {
  await page.goto(SCREEN);
  await page.getByRole('button', { name: `Remove ${rule}` }).click();
  await expect(row(page, 'rules', rule)).toHaveCount(0);
  await page.getByRole('button', { name: `Remove ${channel}` }).click();
  await expect(row(page, 'channels', channel)).toHaveCount(0);
}

test('a test shows what the receiver really answered, and is signed with the secret that was shown', async ({
  pageOf,
}) => {
  const page = await pageOf('owner');
  const name = `Webhook ${randomUUID()}`;
  const secret = await addWebhook(page, name);
  const send = page.getByRole('button', { name: `Send a test to ${name}` });
  await send.click();
  const dialog = page.getByRole('dialog', { name: `A test to ${name}` });
  await expect(dialog).toContainText('HTTP 200', { timeout: 20_000 });
  await expect(dialog.getByLabel('The receiver’s answer')).toHaveText('thanks');
  const [request] = receiver.received;
  const header = String(request?.headers['holdfast-signature']);
  const seconds = Number(/^t=(\d+),/.exec(header)?.[1]);
  expect(header).toBe(signWebhook(request?.body ?? '', secret, seconds * 1000));
  await page.keyboard.press('Escape');
  await expect(send).toBeFocused();

  receiver.status = 410;
  receiver.answer = 'this hook was deleted';
  await send.click();
  await expect(dialog).toContainText('Given up', { timeout: 20_000 });
  await expect(dialog).toContainText('HTTP 410');
  await expect(dialog).toContainText('this hook was deleted');
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.locator('#told').getByRole('row').nth(1)).toContainText('this hook was deleted');

  await page.getByRole('button', { name: `Remove ${name}` }).click();
  await expect(row(page, 'channels', name)).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row(page, 'channels', name)).toHaveCount(1);
  await page.getByRole('button', { name: `Remove ${name}` }).click();
  await expect(row(page, 'channels', name)).toHaveCount(0);
});

test('a rule is added, changed, undone and removed', async ({ pageOf }) => {
  const page = await pageOf('admin');
  const [channel, rule] = [`Webhook ${randomUUID()}`, `Nights ${randomUUID()}`];
  await addWebhook(page, channel);
  await addRule(page, rule, channel, async (dialog) => {
    await dialog.getByRole('checkbox', { name: 'Warning' }).uncheck();
    await dialog.getByLabel('Quiet hours').selectOption('yes');
    await dialog.getByLabel('From').fill('20:00');
    await dialog.getByLabel('If nobody acknowledges it').selectOption('yes');
  });
  const line = row(page, 'rules', rule);
  await expect(line).toContainText('Critical, when it opens, it gets worse, it is settled; all clients');
  await expect(line).toContainText('quiet 20:00–07:00, critical passes');
  await expect(line).toContainText('not acknowledged in 30 min');
  await page.getByRole('button', { name: `Change ${rule}` }).click();
  const dialog = page.getByRole('dialog', { name: `Change ${rule}` });
  await expect(dialog.getByLabel('From')).toHaveValue('20:00');
  await dialog.getByLabel('How soon').selectOption('7');
  await dialog.getByRole('checkbox', { name: 'it opens' }).uncheck();
  await dialog.getByRole('checkbox', { name: 'it gets worse' }).uncheck();
  await dialog.getByRole('checkbox', { name: 'it is settled' }).uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Choose what is told.');
  await dialog.getByRole('checkbox', { name: 'it opens' }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(line).toContainText('Once a day at 07:00');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(line).toContainText('As it happens');
  await remove(page, rule, channel);
});

test('what is wrong with a machine reaches a receiver, each cause once', async ({ pageOf, access }) => {
  test.setTimeout(180_000);
  const page = await pageOf('owner');
  const [channel, rule] = [`Webhook ${randomUUID()}`, `All ${randomUUID()}`];
  const hostname = `told-${randomUUID().slice(0, 8)}`;
  const machine = machineAt(process.env['HOLDFAST_E2E_INGEST_URL'] ?? access.ingestUrl, hostname);
  await machine.runLine(await lineFromAgents(page));
  await addWebhook(page, channel);
  await addRule(page, rule, channel);
  expect(await machine.report(undefined, factsOfNeglect(hostname))).toBe(202);
  const told = () => receiver.received.filter(({ body }) => body.includes(hostname));
  await expect.poll(() => told().length, { timeout: 120_000 }).toBeGreaterThan(0);
  const bodies = told().map(
    ({ body }) => JSON.parse(body) as { type: string; causes: { causeId: string }[] },
  );
  expect(bodies.every(({ type }) => type === 'findings')).toBe(true);
  const causes = bodies.flatMap((body) => body.causes.map(({ causeId }) => causeId));
  expect(new Set(causes).size).toBe(causes.length);
  await page.goto(SCREEN);
  await expect(page.locator('#told')).toContainText(rule);
  await remove(page, rule, channel);
});

/** One copy alone, four days old. */
function factsOfNeglect(hostname: string): object {
  const repository = `${hostname}-cloud`;
  return {
    recovery_points: [
      {
        point_key: createHash('sha256').update(hostname).digest('hex'),
        repository_key: repository,
        source_host: hostname,
        source_paths: ['/srv'],
        taken_at: new Date(Date.now() - 4 * 24 * 3_600_000).toISOString(),
        state: 'complete',
        capture: 'files',
        encrypted: true,
      },
    ],
    repositories: [
      {
        repository_key: repository,
        tool: 'restic',
        location: `s3:https://s3.eu-west-2.amazonaws.com/${repository}`,
        location_kind: 's3',
        reachable: true,
      },
    ],
  };
}

test('who does not run the MSP neither sees the screen nor the way there', async ({ pageOf }) => {
  const page = await pageOf('technician');
  const response = await page.goto(SCREEN);
  expect(response?.status()).toBe(404);
  await page.goto('/');
  await expect(page.getByRole('navigation', { name: 'Main' }).getByText('Notifications')).toHaveCount(0);
});

for (const colorScheme of DIALOG_COLOUR_SCHEMES)
  test(`the screen fits every width and reads well in ${colorScheme} colours`, async ({ pageOf }) => {
    const page = await pageOf('owner', { colorScheme });
    const name = `Webhook ${colorScheme} ${randomUUID()} ${'with a long name '.repeat(2)}`.trim();
    const rule = `Rule of ${name}`;
    await addWebhook(page, name);
    await addRule(page, rule, name);
    await page.setViewportSize({ width: 390, height: 900 });
    await page.getByRole('button', { name: 'New rule' }).click();
    const box = await page.getByRole('dialog', { name: 'New rule' }).boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
    await page.keyboard.press('Escape');
    for (const width of [390, 768, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(SCREEN);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const isWider = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      );
      expect(isWider, `${width} px`).toBe(false);
      expect(await violationsOf(page)).toEqual([]);
    }
    await remove(page, rule, name);
  });
