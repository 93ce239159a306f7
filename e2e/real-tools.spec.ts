import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { type AgentProgram, installAgent } from '../agent/testing/agent-program';
import { startBacula } from '../agent/testing/bacula-lab';
import { hasPgbackrest, makePgbackrestLab, pagesOf } from '../agent/testing/pgbackrest-lab';
import { requireTool } from '../test/require-tool';
import { expect, test } from './signed-in-page';

// Real runs of real tools, by the agent to the page of their system (`real-restic.spec.ts` does it with restic).
const hasBacula = ['bacula-dir', 'bacula-fd', 'bacula-sd', 'bconsole', 'sqlite3'].every((program) =>
  requireTool(program, ['-?']),
);
let folder: string;

test.beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-e2e-tools-'));
});
test.afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

test.describe('pgBackRest', () => {
  test.skip(!hasPgbackrest(), 'pgBackRest or PostgreSQL is not installed');

  test('has its backup listed and verified; one flipped byte is a finding, though `verify` ends with 0', async ({
    pageOf,
  }) => {
    test.setTimeout(240_000);
    const lab = makePgbackrestLab(folder, 20_000);
    await asMachine(await pageOf('technician'), 'pgBackRest lab', async ({ page, clientPath, report }) => {
      const stanza = {
        stanza: 'main',
        queries: [{ name: 'alive', sql: 'select 1' }],
        check: { every_hours: 0.0001 },
      };
      await report({ restore_tests: { postgres: [{ ...stanza, config: lab.configOf('good') }] } });
      await reachSystem(page, clientPath, os.hostname());
      const sentence = page.getByTestId('verdict-sentence');
      await expect(sentence).not.toHaveText(/^Protected/);
      await expect(page.locator('#findings')).not.toContainText('found problems');
      const flipped = lab.damaged('flipped', (repo) => fs.appendFileSync(pagesOf(repo), 'x'));
      await report({ restore_tests: { postgres: [{ ...stanza, config: lab.configOf(flipped) }] } });
      await expect(async () => {
        await page.reload();
        await expect(page.locator('#findings')).toContainText('found problems', { timeout: 1000 });
      }).toPass({ timeout: 60_000 });
    });
  });
});

test.describe('Bacula', () => {
  test.skip(!hasBacula, 'Bacula is not installed');

  test('tells of a job that left files out and of one that failed, by its catalogue', async ({ pageOf }) => {
    test.setTimeout(240_000);
    const lab = await startBacula(folder, 'Europe/Berlin');
    try {
      for (const job of ['BackupDocs', 'BackupMissing', 'BackupScript'])
        lab.console(`run job=${job} yes`, 'wait');
      await asMachine(await pageOf('technician'), 'Bacula lab', async ({ page, clientPath, report }) => {
        await report({ bacula_catalogs: [{ sqlite: lab.catalogue }] });
        await page.goto(clientPath);
        const systems = page.locator('#systems');
        await expect(async () => {
          await page.reload();
          await expect(systems.getByRole('link', { name: /files01/ }).first()).toBeVisible({ timeout: 1000 });
        }).toPass({ timeout: 60_000 });
        await systems
          .getByRole('link', { name: /files01/ })
          .first()
          .click();
        const runs = page.locator('#runs');
        for (const job of ['BackupDocs', 'BackupMissing', 'BackupScript'])
          await expect(runs).toContainText(job);
        for (const word of ['Success', 'Warning', 'Failed']) await expect(runs).toContainText(word);
        await expect(page.getByTestId('verdict-sentence')).not.toHaveText(/^Protected/);
      });
    } finally {
      await lab.stop();
    }
  });
});

interface Machine {
  readonly page: Page;
  readonly clientPath: string;
  /** Lets the agent report with this configuration. */
  readonly report: (config: object) => Promise<void>;
}

/** Connects a real agent to a client of its own by the line that the screen shows. */
async function asMachine(
  page: Page,
  client: string,
  use: (machine: Machine) => Promise<void>,
): Promise<void> {
  const clientPath = await newClient(page, client);
  await page.getByRole('button', { name: 'Connect a machine' }).click();
  const line = await page.getByLabel('Line that connects the machine').textContent();
  const [, url = '', token = ''] = /enrol (\S+) (\S+)/.exec(line ?? '') ?? [];
  await page.keyboard.press('Escape');
  const agent: AgentProgram = await installAgent();
  try {
    const enrolled = await agent.run(['enrol', url, token]);
    expect(enrolled.exitCode, enrolled.stderr).toBe(0);
    const configFile = path.join(folder, 'agent.jsonc');
    await use({
      page,
      clientPath,
      report: async (config) => {
        fs.writeFileSync(configFile, JSON.stringify(config));
        const reported = await agent.run(['report'], { HOLDFAST_CONFIG: configFile });
        expect(reported.exitCode, reported.stderr).toBe(0);
      },
    });
  } finally {
    agent.remove();
  }
}

/** @returns the path of the page of a new client, which is open */
async function newClient(page: Page, name: string): Promise<string> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Add a client' }).click();
  await page.getByLabel('Name').fill(`${name} ${Date.now()}`);
  await page.getByRole('button', { name: 'Add client' }).click();
  await page.waitForURL(/\/clients\//);
  return new URL(page.url()).pathname;
}

async function reachSystem(page: Page, clientPath: string, name: string): Promise<void> {
  const link = page.locator('#systems').getByRole('link', { name, exact: true });
  await expect(async () => {
    await page.goto(clientPath);
    await expect(link).toHaveCount(1, { timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  await link.click();
  await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
}
