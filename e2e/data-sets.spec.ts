import { createHash, randomUUID } from 'node:crypto';
import { violationsOf } from './accessibility';
import { lineFromAgents, machineAt } from './machine';
import { expect, test } from './signed-in-page';

/** A night's backup of one path into a repository of its own. */
function nightOf(hostname: string, repository: string, sourcePath: string) {
  const at = new Date(Date.now() - 3_600_000).toISOString();
  return {
    recovery_points: [
      {
        point_key: createHash('sha256').update(`${hostname} ${repository}`).digest('hex'),
        repository_key: repository,
        source_host: hostname,
        source_paths: [sourcePath],
        taken_at: at,
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

test('two names of the same data are counted as one, by whose word is said, and are two again', async ({
  pageOf,
  access,
}) => {
  test.setTimeout(240_000);
  const hostname = `renamed-${randomUUID().slice(0, 8)}`;
  const page = await pageOf('technician');
  const machine = machineAt(process.env['HOLDFAST_E2E_INGEST_URL'] ?? access.ingestUrl, hostname);
  await machine.runLine(await lineFromAgents(page));
  const [old, now] = [
    nightOf(hostname, `${hostname}-old`, '/srv/shop'),
    nightOf(hostname, `${hostname}-new`, '/data/shop'),
  ];
  const facts = {
    recovery_points: [...old.recovery_points, ...now.recovery_points],
    repositories: [...old.repositories, ...now.repositories],
  };
  expect(await machine.report(undefined, facts)).toBe(202);
  let systemId = '';
  await expect(async () => {
    const response = await page.request.get(`/api/v1/named-things?q=${hostname}`);
    const { things } = (await response.json()) as { things: { id: string; kind: string; name: string }[] };
    systemId = things.find((one) => one.kind === 'system' && one.name === hostname)?.id ?? '';
    expect(systemId).not.toBe('');
  }).toPass({ timeout: 60_000 });

  await page.goto(`/systems/${systemId}`);
  const tabs = page.getByRole('navigation', { name: 'Data sets' });
  await tabs.getByRole('link', { name: '/srv/shop' }).click();
  await page.getByRole('button', { name: 'Merge /srv/shop into another data set' }).click();
  const dialog = page.getByRole('dialog', { name: 'Merge /srv/shop' });
  await expect(dialog).toContainText('A copy of /srv/shop will then count as a copy of the other');
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByLabel('Which data set it is').selectOption({ label: '/data/shop' });
  await dialog.getByLabel('Why').fill('the shop moved to the new disk');
  await dialog.getByRole('button', { name: 'Merge data set' }).click();
  await expect(dialog).toBeVisible(); // nobody ticked that it is the same data
  await dialog.getByLabel('Both are the same data under two names.').check();
  await dialog.getByRole('button', { name: 'Merge data set' }).click();
  await expect(dialog).toBeHidden();

  const merges = page.getByRole('list', { name: 'Data sets counted as one' });
  await expect(merges).toContainText('/srv/shop and /data/shop are counted as one data set');
  await expect(merges).toContainText('the shop moved to the new disk');
  await expect(tabs).toHaveCount(0);
  await page.getByRole('link', { name: 'Why?' }).click();
  await expect(
    page.getByText('copies of /srv/shop count as copies of it: the same data by the word of'),
  ).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);

  await merges.getByRole('button', { name: 'Split /srv/shop from /data/shop' }).click();
  await expect(merges).toHaveCount(0);
  await expect(tabs.getByRole('link')).toHaveCount(2);
});
