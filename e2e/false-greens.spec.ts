import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { z } from 'zod';
import { CASES } from '../test/false-green-cases';
import { machineAt } from './machine';
import { expect, test } from './signed-in-page';

const MAILS = path.resolve(import.meta.dirname, '../test/samples/mail');
const run = randomUUID().slice(0, 8);

const sample = (file: string): string => readFileSync(path.join(MAILS, file), 'utf8');

/** What comes to an address of ours, as products send it. */
const MESSAGES = [
  {
    name: '13 Bacula mails ‘OK -- with warnings’',
    kind: 'mail',
    raw: sample('bacula-backup-ok.eml').replaceAll('Backup OK', 'Backup OK -- with warnings'),
    host: 'srv-files01-fd',
    opens: 'run-incomplete',
  },
  {
    name: '14 Backup Exec completed successfully, however with exceptions',
    kind: 'mail',
    raw: sample('backupexec-success.eml').replace(
      'Completed Successfully.',
      'The job completed successfully. However, the following conditions were encountered:',
    ),
    host: 'SEA-MAIL',
    opens: 'run-incomplete',
  },
  {
    name: '15 vzdump: one guest failed and the others did not',
    kind: 'mail',
    raw: sample('proxmox-vzdump-failed-html.eml'),
    host: 'mc-node',
    opens: 'run-failed',
  },
  {
    name: '16 Zerobyte sends its failure to the address of its success',
    kind: 'webhook',
    raw: sample('zerobyte-webhook-post.json').replace('"warning"', '"error"'),
    host: null,
    opens: 'run-failed',
  },
] as const;

const TYPES = { mail: ['mail', 'message/rfc822'], webhook: ['hook', 'application/json'] } as const;

/** The page of the only system of this name that was seen in this run. */
async function open(page: Page, host: string): Promise<void> {
  await page.goto(`/?q=${encodeURIComponent(host)}`);
  await page.getByRole('link', { name: host, exact: true }).first().click({ timeout: 2000 });
  await expect(page.getByRole('heading', { level: 1, name: host })).toBeVisible();
}

/** What the system's page says, once what was sent has been judged: why it is not green. */
async function expectFound(page: Page, host: string, rule: string): Promise<void> {
  await expect(async () => {
    await open(page, host);
    await expect(page.locator('#findings code', { hasText: rule }).first()).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  await expect(page.getByTestId('verdict-sentence')).not.toHaveText(/^Protected/);
}

/** The first client of the fleet that the technician sees, by its id. */
async function firstClient(page: Page): Promise<string> {
  await page.goto('/');
  const href = (await page.locator('a[href^="/clients/"]').first().getAttribute('href')) ?? '';
  return href.replace('/clients/', '');
}

test('what tools call a success ends as what it is, from their output to the screen', async ({
  pageOf,
  access,
}) => {
  test.setTimeout(300_000);
  const page = await pageOf('owner');
  const ingestUrl = process.env['HOLDFAST_E2E_INGEST_URL'] ?? access.ingestUrl;
  const headers = { origin: access.webUrl };
  const clientId = await firstClient(page);
  const tokens = `${access.webUrl}/api/v1/clients/${clientId}/enrolment-tokens`;
  const told = new Map<string, string>();
  for (const [index, { name, reports, opens }] of CASES.entries())
    await test.step(`${name} is reported`, async () => {
      const hostname = `green-${index}-${run}`;
      const machine = machineAt(ingestUrl, hostname);
      await machine.runLine(await (await page.request.post(tokens, { headers })).text());
      for (const [, facts] of reports({ hostname })) {
        // Each case has a repository of its own: they are all of one client here.
        const own: unknown = JSON.parse(JSON.stringify(facts).replaceAll('nas', `nas-${index}-${run}`));
        expect(await machine.report(undefined, own as object)).toBe(202);
      }
      told.set(hostname, opens);
    });
  for (const [hostname, opens] of told)
    await test.step(`${hostname} shows ${opens}`, () => expectFound(page, hostname, opens));
});

for (const { name, kind, raw, host, opens } of MESSAGES)
  test(`what a message calls a success ends as what it is: ${name}`, async ({ pageOf, access }) => {
    test.setTimeout(120_000);
    const page = await pageOf('owner');
    const ingestUrl = process.env['HOLDFAST_E2E_INGEST_URL'] ?? access.ingestUrl;
    const hostname = host ?? `zerobyte-${run}`;
    const made = await page.request.post(
      `${access.webUrl}/api/v1/clients/${await firstClient(page)}/channels`,
      { data: { kind, name, hostname }, headers: { origin: access.webUrl } },
    );
    const { address } = z.object({ address: z.string() }).parse(await made.json());
    const [folder, type] = TYPES[kind];
    const sent = await fetch(`${ingestUrl}/${folder}/${address}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: raw,
    });
    expect(sent.ok).toBe(true);
    await expectFound(page, hostname, opens);
  });
