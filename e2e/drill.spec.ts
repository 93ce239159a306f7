import { randomUUID } from 'node:crypto';
import os from 'node:os';
import type { Page } from '@playwright/test';
import { openReceiver } from '../server/notify/testing/receiver';
import { requireTool } from '../test/require-tool';
import { violationsOf } from './accessibility';
import { type BackedUpMachine, machineWith, restic } from './backed-up-machine';
import { expect, test } from './signed-in-page';

// A restored file is damaged on purpose, the agent notices it, the alarm of that goes out, and somebody says that it arrived.
test.skip(!requireTool('restic'), 'restic is not installed');

test('a drill goes from the button to the receiver, and proves that the alarm arrives', async ({
  pageOf,
  access,
}) => {
  test.setTimeout(360_000);
  const receiver = await openReceiver();
  const machine = await machineWith(restic, 'drill-vault');
  const owner = await pageOf('owner');
  const page = await pageOf('technician');
  const headers = { origin: access.webUrl };
  const clientId = await newClient(page, headers);
  const remove = await tellOnly(owner, headers, clientId, receiver.url);
  try {
    const system = await connect(page, clientId, machine);
    await page.goto(system);
    const drills = page.locator('#drills');
    await expect(drills).toContainText('nobody has tried whether damage would be noticed');
    // The agent asks for requests with its report, so it has been seen to take them.
    await drills.getByRole('button', { name: 'Start a drill' }).click();
    const dialog = page.getByRole('dialog', { name: 'Start a drill' });
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Start the drill' }).click();
    await expect(dialog).toBeHidden();
    await expect(drills).toContainText('Waiting for its machine');

    await machine.report();
    await expect(async () => {
      await page.goto(system);
      await expect(drills).toContainText('Message delivered', { timeout: 1000 });
    }).toPass({ timeout: 120_000 });
    await expect(drills).toContainText('Damage noticed: byte');
    expect(receiver.received[0]?.body).toContain('"isDrill":true');
    expect((JSON.parse(receiver.received[0]?.body ?? '{}') as { summary: string }).summary).toMatch(
      /^DRILL on/,
    );
    expect(await violationsOf(page)).toEqual([]);
    await expect(page.locator('#restore-tests')).toContainText('Never tested');

    await drills.getByRole('button', { name: 'Yes, it arrived' }).click();
    await expect(async () => {
      await page.goto(system);
      await expect(drills).toContainText('Arrived, by the word of', { timeout: 1000 });
    }).toPass({ timeout: 60_000 });
  } finally {
    await remove();
    machine.remove();
    await receiver.close();
  }
});

async function newClient(page: Page, headers: Record<string, string>): Promise<string> {
  const made = await page.request.post('/api/v1/clients', {
    headers,
    data: { name: `Drilled ${randomUUID().slice(0, 8)}`, timeZone: 'Europe/London' },
  });
  expect(made.status()).toBe(201);
  return ((await made.json()) as { clientId: string }).clientId;
}

/** A rule that tells a receiver of failed restore tests of one client; answers what removes it. */
async function tellOnly(page: Page, headers: Record<string, string>, clientId: string, address: string) {
  const name = `Drill ${randomUUID().slice(0, 8)}`;
  const channel = await page.request.post('/api/v1/notification-channels', {
    headers,
    data: { name, kind: 'webhook', address },
  });
  expect(channel.status(), await channel.text()).toBe(201);
  const { channelId } = (await channel.json()) as { channelId: string };
  const rule = await page.request.post('/api/v1/notification-rules', {
    headers,
    data: {
      name,
      channelId,
      escalationChannelId: null,
      terms: {
        severities: ['critical'],
        findingRules: ['restore-test-failed'],
        clientIds: [clientId],
        tells: ['opened'],
        digestHour: null,
        quiet: null,
        escalateAfterMinutes: null,
      },
    },
  });
  expect(rule.status(), await rule.text()).toBe(201);
  const { ruleId } = (await rule.json()) as { ruleId: string };
  return async (): Promise<void> => {
    for (const at of [`notification-rules/${ruleId}`, `notification-channels/${channelId}`])
      await page.request.put(`/api/v1/${at}/removal`, { headers });
  };
}

/** Connects a machine of the client and has it back up; the address of its system. */
async function connect(page: Page, clientId: string, machine: BackedUpMachine): Promise<string> {
  await page.goto(`/clients/${clientId}`);
  await page.getByRole('button', { name: 'Connect a machine' }).click();
  const line = await page.getByLabel('Line that connects the machine').innerText();
  await page.keyboard.press('Escape');
  await machine.runLine(line);
  await machine.backUp();
  await machine.report();
  const link = page.getByRole('main').getByRole('link', { name: os.hostname(), exact: true }).first();
  await expect(async () => {
    await page.goto(`/clients/${clientId}`);
    await expect(link).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 60_000 });
  return (await link.getAttribute('href')) ?? '';
}
