import type { Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { DIALOG_COLOUR_SCHEMES } from './colour-schemes';
import { lineFromAgents, machineAt } from './machine';
import { expect, test } from './signed-in-page';

const RULES = '/policies/rules';

/** A policy that sets nothing; answers its name. */
async function newPolicy(page: Page, name: string): Promise<string> {
  const origin = new URL(page.url()).origin;
  const made = await page.request.post('/api/v1/policies', {
    data: { name, overrides: { rpoSeconds: 90 * 3600 } },
    headers: { origin },
  });
  expect(made.status()).toBe(201);
  return name;
}

/** Opens the editor of a new rule that asks for a host name. */
async function beginRule(page: Page, name: string, hosts: string) {
  await page.getByRole('button', { name: 'New rule' }).click();
  const dialog = page.getByRole('dialog', { name: 'New rule' });
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByLabel('Host name like').fill(hosts);
  return dialog;
}

/** A machine that is new, with last night's backup; the rules meet it in the transaction of its report. */
async function reportNewMachine(page: Page, ingestUrl: string, host: string): Promise<void> {
  const machine = machineAt(ingestUrl, host);
  await machine.runLine(await lineFromAgents(page));
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const [repository_key, job_key, point_key] = [`cloud of ${host}`, 'nightly', `point of ${host}`];
  const status = await machine.report(undefined, {
    scope: { complete_for: [`recovery_points:${repository_key}`] },
    repositories: [
      {
        repository_key,
        tool: 'restic',
        location: `s3:https://s3.eu-central-1.amazonaws.com/${host}`,
        location_kind: 's3',
        reachable: true,
      },
    ],
    runs: [
      {
        run_key: `run of ${host}`,
        job_key,
        kind: 'backup',
        status: 'success',
        source_host: host,
        repository_key,
        started_at: at,
        ended_at: at,
        point_keys: [point_key],
      },
    ],
    recovery_points: [
      {
        point_key,
        repository_key,
        job_key,
        source_host: host,
        source_paths: ['/srv'],
        taken_at: at,
        completed_at: at,
        state: 'complete',
        capture: 'files',
      },
    ],
  });
  expect(status).toBe(202);
}

/** Opens the system that a rule has met, once it has. */
async function openMetSystem(page: Page, rule: string, host: string): Promise<void> {
  await expect(async () => {
    await page.goto(RULES);
    await page.getByRole('button', { name: `Systems and history of ${rule}`, exact: true }).click();
    await page.getByRole('dialog', { name: rule }).getByRole('link', { name: host }).click({ timeout: 3000 });
  }).toPass({ timeout: 40_000 });
  await expect(page.getByRole('heading', { level: 1, name: host })).toBeVisible();
}

test('a rule meets a machine when it is first seen; where two contradict each other, a person decides', async ({
  pageOf,
  access,
}) => {
  test.setTimeout(180_000);
  const page = await pageOf('admin');
  const mark = Date.now();
  const [host, rule, other] = [`e2e${mark}-ledger`, `Databases ${mark}`, `All of ${mark}`];
  await page.goto('/policies');
  const [gold, silver] = [await newPolicy(page, `Gold ${mark}`), await newPolicy(page, `Silver ${mark}`)];
  await page.getByRole('link', { name: 'Rules for new systems' }).click();

  const editor = await beginRule(page, rule, `no-such-${mark} e2e${mark}-*`);
  await expect(editor.getByText('Say what it gives: tags, a policy, or both.')).toBeVisible();
  await expect(editor.getByRole('button', { name: 'Add' })).toBeDisabled();
  await editor.getByLabel('Holds').selectOption('some');
  await expect(editor.getByText('Choose what it holds, or anything.')).toBeVisible();
  await editor.getByLabel('files', { exact: true }).check();
  await editor.getByLabel('Gives tags').fill(`-no`);
  await expect(editor.getByText('Use letters, digits and single dashes')).toBeVisible();
  await editor.getByLabel('Gives tags').fill(`db-${mark}`);
  await editor.getByLabel('Assigns the policy').selectOption({ label: gold });
  await expect(editor.getByText('None of your systems meets it now.')).toBeVisible();
  await expect(editor.getByRole('checkbox', { name: /now, too/ })).toHaveCount(0);
  await editor.getByRole('button', { name: 'Add' }).click();
  await expect(editor).toHaveCount(0);
  const row = page.locator('tr', { hasText: rule });
  await expect(row).toContainText('holds files');
  await expect(row).toContainText('0 systems');

  await reportNewMachine(page, access.ingestUrl, host);
  await openMetSystem(page, rule, host);
  const policy = page.locator('#policy');
  await expect(policy).toContainText(`Its own policy was assigned by the rule ‘${rule}’`);
  await expect(policy).toContainText(`db-${mark} (‘${rule}’)`);
  await expect(policy).toContainText(`${gold}, version 1 (system ${host}`);

  await page.goto(RULES);
  const second = await beginRule(page, other, `e2e${mark}-*`);
  await second.getByLabel('Assigns the policy').selectOption({ label: silver });
  await expect(second.getByText('1 system meets it now.')).toBeVisible();
  await expect(second.getByText('Conflicts: nothing changes until somebody decides (1)')).toBeVisible();
  await expect(second).toContainText(`‘${other}’ says ${silver}`);
  await second.getByLabel('Do this to this system now, too').check();
  await second.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByText(`${other}: 1 conflict to decide.`)).toBeVisible();
  const conflict = page.locator('#conflicts tr', { hasText: host });
  await expect(conflict).toContainText(`‘${rule}’ says ${gold}`);
  await expect(page.getByRole('navigation', { name: 'Policies and rules' })).toContainText(/\d+ conflicts?/);

  await conflict.getByRole('link', { name: host }).click();
  await expect(policy).toContainText('Rules contradict each other');
  await expect(policy).toContainText(`‘${other}’ says ${silver}, ‘${rule}’ says ${gold}`);
  await policy.getByRole('button', { name: `Decide what holds for ${host}` }).click();
  const decision = page.getByRole('dialog', { name: `What holds for ${host}?` });
  await expect(decision.getByRole('button', { name: 'Decide' })).toBeDisabled();
  await decision.getByLabel(silver).check();
  await expect(decision.getByText('Systems under it')).toBeVisible();
  await decision.getByRole('button', { name: 'Decide' }).click();
  await expect(policy).toContainText(`${silver}, version 1 (system ${host}`);
  await expect(policy).not.toContainText('Rules contradict each other');
  await expect(policy).toContainText(`‘${rule}’ would say ${gold}`);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(policy).toContainText('Rules contradict each other');
  await expect(policy).toContainText(`${gold}, version 1 (system ${host}`);
  await policy.getByRole('button', { name: `Decide what holds for ${host}` }).click();
  await decision.getByLabel('None of them').check();
  await decision.getByRole('button', { name: 'Decide' }).click();
  await expect(policy).not.toContainText('Rules contradict each other');
  await page.goto(RULES);
  for (const name of [rule, other]) {
    await page.getByRole('button', { name: `Remove ${name}`, exact: true }).click();
    await expect(page.locator('#rules tr', { hasText: name })).toHaveCount(0);
  }
});

test('systems that are there are touched only after a preview; rules are switched off, removed and brought back', async ({
  pageOf,
}) => {
  const page = await pageOf('owner');
  const mark = Date.now();
  const name = `Maps ${mark}`;
  await page.goto(RULES);
  const editor = await beginRule(page, name, 'planning-gis');
  await editor.getByLabel('Gives tags').fill(`gis-${mark}`);
  await expect(editor.getByText('1 system meets it now.')).toBeVisible();
  await expect(editor.getByText('1 system would get tags.')).toBeVisible();
  await editor.getByLabel('Do this to this system now, too').check();
  await expect(editor.getByText('Nothing: all 1 system under it keep their status.')).toBeVisible();
  await editor.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByText(`${name}: 1 system tagged.`)).toBeVisible();
  const row = page.locator('tr', { hasText: name });
  await expect(row).toContainText('1 system');

  await row.getByRole('button', { name: `Switch ${name} off` }).click();
  await expect(row).toContainText('switched off');
  await row.getByRole('button', { name: `Switch ${name} on` }).click();
  await expect(row).not.toContainText('switched off');

  await row.getByRole('button', { name: `Change ${name}` }).click();
  const change = page.getByRole('dialog', { name: `Change ${name}` });
  await expect(change.getByLabel('Host name like')).toHaveValue('planning-gis');
  await change.getByLabel('Host name like').fill('planning-g*');
  await change.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('planning-g*');

  await row.getByRole('button', { name: `Remove ${name}` }).click();
  await expect(row).toHaveCount(0);
  await page
    .getByLabel('Notice')
    .filter({ hasText: `${name} is removed` })
    .getByRole('button', { name: 'Undo' })
    .click();
  await expect(row).toHaveCount(1);
  await row.getByRole('button', { name: `Systems and history of ${name}` }).click();
  const story = page.getByRole('dialog', { name });
  await expect(story.getByRole('region', { name: 'What was done to it' }).getByRole('listitem')).toHaveCount(
    6,
  );
  await story.getByRole('link', { name: 'planning-gis' }).click();
  await expect(page.locator('#policy')).toContainText(`gis-${mark} (‘${name}’)`);
  await page.goto(RULES);
  await row.getByRole('button', { name: `Remove ${name}` }).click();
  await expect(row).toHaveCount(0);
});

test('what the same rules contradict each other about is one question, for all or some of its systems', async ({
  pageOf,
}) => {
  const page = await pageOf('admin');
  const mark = Date.now();
  const names = [`Left ${mark}`, `Right ${mark}`] as const;
  await page.goto(RULES);
  for (const name of names) {
    await newPolicy(page, name);
    await page.reload();
    const editor = await beginRule(page, name, 'sql-0*');
    await editor.getByLabel('Assigns the policy').selectOption({ label: name });
    await expect(editor.getByText('3 systems meet it now.')).toBeVisible();
    // The first would be the policy of all three: only the second is asked of them, and finds that the first says otherwise.
    if (name === names[1]) await editor.getByLabel('Do this to these 3 systems now, too').check();
    await editor.getByRole('button', { name: 'Add' }).click();
    await expect(editor).toHaveCount(0);
  }
  const question = page.locator('#conflicts tr', { hasText: names[0] });
  await expect(question).toContainText('sql-01 of Harrowmere Dental Group');
  await question.getByRole('button', { name: 'Decide what holds for 3 systems' }).click();
  const decision = page.getByRole('dialog', { name: 'What holds for 3 systems?' });
  await decision.getByLabel(names[1]).check();
  await expect(decision.getByText('Systems under it')).toBeVisible({ timeout: 30_000 });
  await decision.getByLabel('sql-01 of Harrowmere Dental Group').uncheck();
  await decision.getByLabel('None of them').check();
  await decision.getByRole('button', { name: 'Decide' }).click();
  await expect(page.getByText('Decided for 2 systems.')).toBeVisible();
  await expect(question).not.toContainText('sql-02');
  await expect(question).toContainText('sql-01 of Harrowmere Dental Group');
  await page
    .getByLabel('Notice')
    .filter({ hasText: 'Decided for 2 systems' })
    .getByRole('button', { name: 'Undo' })
    .click();
  await expect(question).toContainText('sql-02');
  for (const name of names) {
    await page.getByRole('button', { name: `Remove ${name}` }).click();
    await expect(page.locator('#rules tr', { hasText: name })).toHaveCount(0);
  }
  await expect(question).toHaveCount(0);
});

test('a technician reads rules and changes none', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.goto(RULES);
  await expect(page.getByRole('heading', { level: 1, name: 'Policies' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'New rule' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^(Change|Remove|Decide)/ })).toHaveCount(0);
});

for (const colorScheme of DIALOG_COLOUR_SCHEMES)
  test(`the rules’ screen is accessible and fits its window (${colorScheme})`, async ({ pageOf }) => {
    const page = await pageOf('owner', { colorScheme });
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(RULES);
      expect(await violationsOf(page)).toEqual([]);
      const editor = await beginRule(page, 'Looked at', '*');
      await editor.getByLabel('Client').selectOption('some');
      await editor.getByLabel('Gives tags').fill('looked-at');
      await editor.getByLabel('Client').selectOption('all');
      await expect(editor.getByText(/systems meet it now/)).toBeVisible();
      await editor.getByRole('checkbox', { name: /now, too/ }).check();
      await expect(editor.getByText(/Nothing: all/)).toBeVisible({ timeout: 30_000 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      expect(await violationsOf(page)).toEqual([]);
    }
  });
