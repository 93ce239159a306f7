import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { type AgentProgram, installAgent } from '../agent/testing/agent-program';
import { startBacula } from '../agent/testing/bacula-lab';
import { hasPgbackrest, makePgbackrestLab, pagesOf } from '../agent/testing/pgbackrest-lab';
import { requireTool } from '../test/require-tool';
import { expect, test } from './signed-in-page';

// Real runs of real tools, each through its own way in to the page of its system (`real-restic.spec.ts` does it with restic).
const hasBacula = ['bacula-dir', 'bacula-fd', 'bacula-sd', 'bconsole', 'sqlite3'].every((program) =>
  requireTool(program, ['-?']),
);
let folder: string;

test.beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-e2e-tools-'));
});
test.afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

test.describe('borgmatic', () => {
  test.skip(!requireTool('borgmatic'), 'borgmatic is not installed');

  test('pings the address that the screen shows: a night that went well, and one that did not', async ({
    pageOf,
  }) => {
    test.setTimeout(180_000);
    const page = await pageOf('technician');
    const clientPath = await newClient(page, 'borgmatic lab');
    const made = await page.request.post(`/api/v1${clientPath}/channels`, {
      data: { kind: 'ping', name: 'borgmatic of lab-fs', hostname: 'lab-fs', product: 'borgmatic' },
      headers: { origin: new URL(page.url()).origin },
    });
    expect(made.status(), await made.text()).toBe(201);
    const { channelId } = (await made.json()) as { channelId: string };
    await page.goto(`/connect?channel=${channelId}`);
    const line = await page.getByRole('region', { name: 'Paste this' }).locator('pre').first().innerText();
    const [, address = ''] = /(https?:\/\/\S+\/ping\/[0-9a-f-]{36})/.exec(line) ?? [];

    fs.mkdirSync(path.join(folder, 'source'));
    fs.writeFileSync(path.join(folder, 'source/a.txt'), 'a');
    const env = { ...process.env, BORG_PASSPHRASE: 'lab', BORG_BASE_DIR: path.join(folder, 'home') };
    execFileSync('borg', ['init', '-e', 'repokey', path.join(folder, 'repo')], { env, stdio: 'ignore' });
    const backUp = async (repository: string): Promise<boolean> => {
      const file = path.join(folder, 'config.yaml');
      const config = `location:
    source_directories: [${path.join(folder, 'source')}]
    repositories: [${path.join(folder, repository)}]
hooks:
    healthchecks:
        ping_url: ${address}
`;
      fs.writeFileSync(file, config);
      return promisify(execFile)('borgmatic', ['--config', file, 'create'], { env }).then(
        () => true,
        () => false,
      );
    };
    expect(await backUp('repo')).toBe(true);
    await reachSystem(page, clientPath, 'lab-fs');
    await expect(page.locator('#runs')).toContainText('Success');
    expect(await backUp('not-there')).toBe(false);
    await expect(async () => {
      await page.reload();
      await expect(page.locator('#runs')).toContainText('Failed', { timeout: 1000 });
    }).toPass({ timeout: 60_000 });
    // A claim about a run is no copy.
    await expect(page.getByTestId('verdict-sentence')).not.toHaveText(/^Protected/);
  });
});

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
