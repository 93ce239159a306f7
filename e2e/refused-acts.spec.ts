import type { Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { openQueue, queuedCauses, type QueuedCause, rowOf } from './queue';
import { expect, test } from './signed-in-page';
import { rowsOf } from './system-database';

// What is shown at once, and how it goes back when the server refuses, the session has ended or the connection is cut.

const ACKNOWLEDGEMENTS = '**/api/v1/findings/acknowledgements';
const SNOOZES = '**/api/v1/findings/snoozes';

const notice = (page: Page, text: RegExp) =>
  page.getByRole('dialog', { name: 'Notice' }).filter({ hasText: text });

/** Holds what the page next sends to an address until it is let go or cut off. */
async function hold(page: Page, address: string) {
  let decide: ((how: 'send' | 'cut') => void) | undefined;
  const decided = new Promise<'send' | 'cut'>((resolve) => {
    decide = resolve;
  });
  await page.route(
    address,
    async (route) => {
      if ((await decided) === 'send') await route.continue();
      else await route.abort('internetdisconnected');
    },
    { times: 1 },
  );
  return { letGo: () => decide?.('send'), cut: () => decide?.('cut') };
}

/** The first cause of the open queue that is still new. */
async function newCause(page: Page): Promise<QueuedCause> {
  const cause = (await queuedCauses(page)).find(({ state, isFree }) => state === 'New' && isFree);
  if (!cause) throw new Error('the demo has a new cause');
  return cause;
}

async function focusRow(page: Page, cause: QueuedCause): Promise<void> {
  await rowOf(page, cause).locator('[data-row-link]').focus();
}

test('a cut connection: the row says so at once, goes back with the reason beside it, and is tried again', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  await openQueue(page, '/findings');
  const cause = await newCause(page);
  const row = rowOf(page, cause);
  const held = await hold(page, ACKNOWLEDGEMENTS);
  await focusRow(page, cause);
  await page.keyboard.press('a');
  await expect(row).toContainText('Acknowledged');
  await expect(row.locator('[data-undone]')).toHaveCount(0);

  held.cut();
  await expect(row).toContainText('New');
  await expect(row.locator('[data-undone]')).toContainText('Not acknowledged: Holdfast did not answer');
  await expect(row.locator('[data-row-link]')).toBeFocused();
  // Readers hear it: the notices are a live region.
  const said = page.getByRole('region', { name: 'Notifications' });
  await expect(said).toHaveAttribute('aria-live', 'polite');
  await expect(said).toContainText('not acknowledged. Holdfast did not answer.');
  await expect(notice(page, /not acknowledged/).getByRole('button', { name: 'Try again' })).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);

  await row.getByRole('button', { name: /^Try again/ }).click();
  await expect(row).toContainText('Acknowledged');
  await expect(row.locator('[data-undone]')).toHaveCount(0);
  await notice(page, /: acknowledged/)
    .getByRole('button', { name: 'Undo' })
    .click();
  await expect(row).toContainText('New');
});

test('what somebody else changed meanwhile: the row that had left comes back, says why, and leaves once it is asked again', async ({
  pageOf,
  access,
}) => {
  const page = await pageOf('technician');
  const headers = { origin: access.webUrl };
  await openQueue(page, '/findings');
  const cause = await newCause(page);
  const row = rowOf(page, cause);
  const held = await hold(page, SNOOZES);
  await focusRow(page, cause);
  await page.keyboard.press('z');
  await page.getByRole('dialog', { name: 'Snooze' }).getByLabel('Until', { exact: true }).press('Enter');
  await expect(page.getByRole('dialog', { name: 'Snooze' })).toHaveCount(0);
  await expect(row).toHaveCount(0);
  await expect(page.locator('[data-row-link]:focus')).toHaveCount(1);

  const data = { causes: [{ causeId: cause.causeId, version: null }] };
  const other = await page.request.post('/api/v1/findings/acknowledgements', { data, headers });
  const { changeId } = (await other.json()) as { changeId: string };
  held.letGo();
  await expect(row.locator('[data-undone]')).toContainText('Not snoozed: it has changed since');
  await expect(row).toContainText('Acknowledged');
  await expect(notice(page, /not snoozed\. Somebody else changed a cause/)).toBeVisible();

  await row.getByRole('button', { name: /^Try again/ }).click();
  await expect(row).toHaveCount(0);
  await expect(notice(page, /: snoozed/)).toBeVisible();
  await page.keyboard.press('u');
  await expect(row).toContainText('Acknowledged');
  await page.request.post('/api/v1/findings/undoings', { data: { changeId }, headers });
});

test('a session that ended: nothing is left, and nothing has to be done anew after signing in', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  await openQueue(page, '/findings');
  const cause = await newCause(page);
  const row = rowOf(page, cause);
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await focusRow(page, cause);
  await page.keyboard.press('s');
  await page.getByRole('dialog', { name: 'Assign' }).getByLabel('To').press('Tab');
  await page.keyboard.press('Enter');
  await expect(row.locator('[data-undone]')).toContainText('Not assigned: you are signed out');
  await expect(row).toContainText('assigned to nobody');
  await expect(page).toHaveURL(/\/findings$/);

  await page.context().addCookies(cookies);
  await row.getByRole('button', { name: /^Try again/ }).click();
  await expect(row.getByText(/^assigned to Mara/)).toBeVisible();
  await page.keyboard.press('u');
  await expect(row).toContainText('assigned to nobody');
});

test('a choice that is refused is asked for again as it was made', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await openQueue(page, '/findings');
  const cause = await newCause(page);
  const row = rowOf(page, cause);
  await focusRow(page, cause);
  await page.keyboard.press('z');
  const dialog = page.getByRole('dialog', { name: 'Snooze' });
  const until = dialog.getByLabel('Until', { exact: true });
  await until.fill('2020-02-03T08:15');
  await until.press('Enter');
  await expect(row.locator('[data-undone]')).toContainText('Not snoozed: Choose a time in the future.');
  await row.getByRole('button', { name: /^Try again/ }).click();
  await expect(until).toHaveValue('2020-02-03T08:15');
  await expect(dialog.getByText('Choose a time in the future.')).toBeVisible();
  await page.keyboard.press('Escape');
  await row.getByRole('button', { name: /^Put this note away/ }).click();
  await expect(row.locator('[data-undone]')).toHaveCount(0);
});

test('a cause that closed by itself leaves the list, and the notice says what was not done', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  await openQueue(page, '/findings');
  const cause = await newCause(page);
  // No screen closes a cause: that is done by what was reported.
  const close = (at: string) =>
    rowsOf(`UPDATE app.finding_cause SET closed_at = ${at} WHERE cause_id = $1`, [cause.causeId]);
  await close('now()');
  try {
    await focusRow(page, cause);
    await page.keyboard.press('a');
    await expect(notice(page, /not acknowledged\. A cause of .+ has closed by itself/)).toBeVisible();
    await expect(rowOf(page, cause)).toHaveCount(0);
  } finally {
    await close('NULL');
  }
});

test('acts in quick succession meet what the one before left', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await openQueue(page, '/findings');
  const cause = await newCause(page);
  const row = rowOf(page, cause);
  const held = await hold(page, ACKNOWLEDGEMENTS);
  await focusRow(page, cause);
  await page.keyboard.press('a');
  await page.keyboard.press('s');
  await page.getByRole('dialog', { name: 'Assign' }).getByLabel('To').press('Tab');
  await page.keyboard.press('Enter');
  await expect(row).toContainText('Acknowledged');
  await expect(row.getByText(/^assigned to Mara/)).toBeVisible();
  held.letGo();
  await expect(notice(page, /: assigned/)).toBeVisible();
  await expect(row.locator('[data-undone]')).toHaveCount(0);
  await page.keyboard.press('u');
  await expect(row.getByText('assigned to nobody')).toBeVisible();
  // A change that another one followed is not taken back; other tests want it new.
  await rowsOf(
    `UPDATE app.finding_cause SET acknowledged_at = NULL, acknowledged_by = NULL, acknowledged_by_name = NULL
     WHERE cause_id = $1`,
    [cause.causeId],
  );
});

test('who makes the next restore test goes back, and motion is kept from whoever wants none', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/restore-tests');
  const select = page.getByRole('combobox', { name: /^Who makes the next test of/ }).first();
  const system = ((await select.getAttribute('aria-label')) ?? '').replace('Who makes the next test of ', '');
  const before = await select.inputValue();
  const held = await hold(page, '**/test-assignment');
  await select.selectOption({ index: before === '' ? 1 : 0 });
  await expect(select).not.toHaveValue(before);
  held.cut();
  await expect(select).toHaveValue(before);
  const cell = page.getByRole('cell').filter({ has: select });
  await expect(cell.locator('[data-undone]')).toContainText('Not assigned: Holdfast did not answer');
  await expect(notice(page, new RegExp(`next test of ${system}: not assigned`))).toBeVisible();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);

  await notice(page, /not assigned/)
    .getByRole('button', { name: 'Try again' })
    .click();
  await expect(select).not.toHaveValue(before);
  await notice(page, /makes the next test of/)
    .getByRole('button', { name: 'Undo' })
    .click();
  await expect(select).toHaveValue(before);
});
