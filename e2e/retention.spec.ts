import { v7 } from 'uuid';
import { violationsOf } from './accessibility';
import { isOfFirstMsp } from './running-system';
import { expect, test } from './signed-in-page';
import { rowsOf } from './system-database';

test('an owner sees what a shorter term deletes before it is saved, and a deleted report says so', async ({
  pageOf,
  access,
}) => {
  const owner = await pageOf('owner');
  await owner.goto('/');
  await owner.getByRole('link', { name: 'Retention', exact: true }).click();
  await expect(owner.getByRole('heading', { level: 1 })).toHaveText('Retention');
  const mails = owner.getByRole('row').filter({ hasText: 'Mails' }).first();
  await expect(mails).toContainText('13 months');

  // Two mails of four months ago, as their records are kept.
  const email = access.users.find((user) => user.role === 'owner' && isOfFirstMsp(access, user))?.email;
  const [msp] = await rowsOf(
    'SELECT m.msp_id::text AS id FROM identity.membership m JOIN identity.person p USING (person_id) WHERE p.email = $1',
    [email],
  );
  const mspId = msp?.['id'];
  for (const at of ['4 months', '4 months 1 second'])
    await rowsOf(
      `INSERT INTO app.mail_outbox (msp_id, mail_id, kind, state, created_at, give_up_at, finished_at)
        VALUES ($1, $2, 'sign-in-locked', 'withdrawn', now() - $3::interval, now(), now())`,
      [mspId, v7(), at],
    );
  try {
    await owner.reload();
    await mails.getByRole('button', { name: 'Change how long is kept: Mails' }).click();
    const dialog = owner.getByRole('dialog');
    await dialog.getByLabel('Months').fill('3');
    await expect(dialog).toContainText(/2 mails \(.*\) from before \d{4}-\d{2} will be deleted for good/);
    expect(await violationsOf(owner)).toEqual([]);
    await dialog.getByRole('button', { name: 'Keep so long, and delete' }).click();
    await expect(dialog.getByRole('alert')).toContainText('removes 2 next, and 0 were agreed to');
    await dialog.getByLabel('Delete these 2 mails').check();
    await dialog.getByRole('button', { name: 'Keep so long, and delete' }).click();
    await expect(dialog).toBeHidden();
    await expect(mails).toContainText('3 months');
    await expect(mails).toContainText('2 mails');
  } finally {
    await rowsOf('DELETE FROM app.keep_term WHERE msp_id = $1', [mspId]);
    await rowsOf(
      "DELETE FROM app.mail_outbox WHERE msp_id = $1 AND state = 'withdrawn' AND give_up_at <= now()",
      [mspId],
    );
  }

  const [report] = await rowsOf(
    `SELECT r.raw_report_id::text AS id, encode(r.body_sha256, 'hex') AS sha, encode(r.body, 'base64') AS body FROM app.raw_report r
      JOIN app.agent a USING (msp_id, agent_id) WHERE r.msp_id = $1 AND a.channel = 'agent' AND r.body_deleted_at IS NULL
      ORDER BY r.received_at LIMIT 1`,
    [mspId],
  );
  const id = report?.['id'];
  await rowsOf(
    `UPDATE app.raw_report SET body_bytes = octet_length(body), body_kept_months = 13, body_deleted_at = '2026-11-01T02:00:00Z', body = ''
      WHERE msp_id = $1 AND raw_report_id = $2`,
    [mspId, id],
  );
  try {
    await owner.goto(`/raw-reports/${String(id)}`);
    await expect(owner.getByRole('main')).toContainText(
      /Deleted on .* by the retention of 13 months; its hash is/,
    );
    await expect(owner.getByRole('main')).toContainText(String(report?.['sha']));
    await expect(owner.getByRole('main')).not.toContainText('Does not fit');
    await expect(owner.getByRole('link', { name: 'Exact bytes' })).toHaveCount(0);
    expect((await owner.request.get(`/api/v1/raw-reports/${String(id)}/body`)).status()).toBe(404);
    expect(await violationsOf(owner)).toEqual([]);
  } finally {
    await rowsOf(
      `UPDATE app.raw_report SET body = decode($3, 'base64'), body_bytes = NULL, body_kept_months = NULL, body_deleted_at = NULL
        WHERE msp_id = $1 AND raw_report_id = $2`,
      [mspId, id, report?.['body']],
    );
  }

  const technician = await pageOf('technician');
  expect((await technician.goto('/settings/retention'))?.status()).toBe(404);
});

test('the frameworks that an MSP works by come first where one is chosen', async ({ pageOf }) => {
  const owner = await pageOf('owner');
  await owner.goto('/settings/frameworks');
  const box = owner.getByRole('checkbox', { name: 'DORA' });
  await box.check();
  await owner.getByRole('button', { name: 'Save' }).click();
  try {
    await expect(owner.getByRole('main')).toContainText('You work by DORA');
    await expect(owner.locator('summary').first()).toContainText('DORA');
    await owner.locator('summary').first().click();
    await expect(owner.getByRole('main')).toContainText('Continuity tests');
    expect(await violationsOf(owner)).toEqual([]);
    await owner.goto('/reports');
    await owner
      .getByRole('main')
      .getByRole('button', { name: /document|Make/ })
      .first()
      .click();
    await owner.getByRole('dialog').getByLabel('What').selectOption('evidence-pack');
    await expect(owner.getByRole('dialog').getByLabel('Framework')).toHaveValue('DORA');
    await owner.goto('/policies');
    await owner.getByRole('button', { name: 'New policy' }).click();
    await expect(owner.getByRole('checkbox', { name: 'It is bound by DORA' })).toBeChecked();
  } finally {
    await owner.goto('/settings/frameworks');
    await owner.getByRole('checkbox', { name: 'DORA' }).uncheck();
    await owner.getByRole('button', { name: 'Save' }).click();
    await expect(owner.getByRole('main')).toContainText('Nobody said yet');
  }
});

test('each way in is tried over the wire', async ({ pageOf }) => {
  const technician = await pageOf('technician');
  await technician.goto('/agents');
  await technician.getByRole('link', { name: 'Inbound addresses' }).click();
  for (const name of ['Agents', 'Pings', 'Webhooks', 'Mails over HTTP']) {
    await technician.getByRole('button', { name: `Test: ${name}`, exact: true }).click();
    const way = technician
      .getByRole('listitem')
      .filter({ has: technician.getByRole('heading', { name, exact: true }) });
    await expect(way.getByRole('status')).toContainText(/Our ingestion answered in \d+ ms/);
  }
  expect(await violationsOf(technician)).toEqual([]);
});
