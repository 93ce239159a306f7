import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { violationsOf } from './accessibility';
import { DIALOG_COLOUR_SCHEMES } from './colour-schemes';
import { openQueue, queuedCauses, rowOf } from './queue';
import { expect, test } from './signed-in-page';

const notice = (page: Page, text: RegExp) =>
  page.getByRole('dialog', { name: 'Notice' }).filter({ hasText: text });

test('a queue is worked off by keyboard alone, and every change is taken back', async ({ pageOf }) => {
  test.setTimeout(180_000);
  const page = await pageOf('technician');
  const press = (key: string) => page.keyboard.press(key);
  await openQueue(page, '/findings');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('someone');
  const [first, second, third] = await queuedCauses(page);
  if (!first || !second || !third) throw new Error('the demo has at least three open causes');

  // Move, open, close: the place in the list stays.
  await press('j');
  await press('j');
  await expect(rowOf(page, second).locator('[data-row-link]')).toBeFocused();
  await press('Enter');
  await expect(page).toHaveURL(new RegExp(`cause=${second.causeId}`));
  const panel = page.getByRole('complementary', { name: second.title });
  await expect(panel.getByRole('heading', { name: 'What to do' })).toBeVisible();
  await expect(panel.getByRole('heading', { name: /^Timeline/ })).toContainText('/');
  await press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(rowOf(page, second).locator('[data-row-link]')).toBeFocused();

  // One cause: a comment, a ticket, to oneself.
  const comment = `Found by a test ${randomUUID().slice(0, 8)}`;
  await press('c');
  await expect(page.getByRole('dialog', { name: 'Comment' }).getByLabel('Comment')).toBeFocused();
  await page.keyboard.type(comment);
  await press('Tab');
  await press('Enter');
  await expect(notice(page, /comment added/)).toBeVisible();
  await expect(rowOf(page, second).locator('[data-row-link]')).toBeFocused();
  await press('t');
  await expect(page.getByRole('dialog', { name: 'Link a ticket' })).toBeVisible();
  await page.keyboard.type('T-4127');
  await press('Enter');
  await expect(rowOf(page, second)).toContainText('T-4127');
  await expect(rowOf(page, second).locator('[data-row-link]')).toBeFocused();
  await press('u');
  await expect(rowOf(page, second)).not.toContainText('T-4127');
  await press('s');
  await expect(page.getByRole('dialog', { name: 'Assign' }).getByLabel('To')).toBeFocused();
  await press('Tab');
  await press('Enter');
  await expect(rowOf(page, second).getByText(/^assigned to Mara/)).toBeVisible();
  await expect(rowOf(page, second).locator('[data-row-link]')).toBeFocused();
  await press('u');
  await expect(rowOf(page, second).getByText('assigned to nobody')).toBeVisible();

  // Two at once: acknowledged, then snoozed; the focus stays in the list.
  await expect(rowOf(page, second).locator('[data-row-link]')).toBeFocused();
  await press('x');
  await press('k');
  await press('x');
  await expect(page.getByRole('toolbar', { name: '2 selected' })).toBeVisible();
  await press('z');
  await expect(page.getByRole('dialog', { name: 'Snooze' })).toContainText('2 causes');
  await page.getByRole('dialog', { name: 'Snooze' }).getByLabel('Until', { exact: true }).press('Enter');
  await expect(rowOf(page, first)).toHaveCount(0);
  await expect(rowOf(page, second)).toHaveCount(0);
  await expect(rowOf(page, third).locator('[data-row-link]')).toBeFocused();
  await press('u');
  await expect(rowOf(page, first)).toHaveCount(1);
  await expect(rowOf(page, second)).toHaveCount(1);

  // Waived with a reason, a name and an end; it stands in its own part, and comes back.
  await rowOf(page, third).locator('[data-row-link]').focus();
  await press('w');
  const waive = page.getByRole('dialog', { name: 'Waive' });
  await expect(waive.getByLabel('Why')).toBeFocused();
  await page.keyboard.type('Replaced next week.');
  await press('Tab');
  await page.keyboard.type('Dr. Hale');
  await press('Enter');
  await expect(rowOf(page, third)).toHaveCount(0);
  await expect(page.locator('[data-row-link]:focus')).toHaveCount(1);
  await press('u');
  await expect(rowOf(page, third)).toHaveCount(1);

  await press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('acknowledge');
});

test('everything is acknowledged at once, and undone at once', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await openQueue(page, '/findings?tab=unassigned&severity=warning');
  await expect(page.locator('[data-cause-id]').first()).toBeVisible();
  await page.keyboard.press('X');
  await page.keyboard.press('a');
  await expect(page.locator('[data-cause-id]').filter({ hasText: 'New' })).toHaveCount(0);
  await notice(page, /acknowledged/)
    .getByRole('button', { name: 'Undo' })
    .click();
  await expect(page.locator('[data-cause-id]').filter({ hasText: 'New' })).not.toHaveCount(0);
});

test('what somebody else changed in the meantime is not overwritten', async ({ pageOf, access }) => {
  const page = await pageOf('technician');
  await openQueue(page, '/findings');
  const [first] = await queuedCauses(page);
  if (!first) throw new Error('the demo has an open cause');
  const answer = await page.request.post('/api/v1/findings/acknowledgements', {
    data: { causes: [{ causeId: first.causeId, version: null }] },
    headers: { origin: access.webUrl },
  });
  const { changeId } = (await answer.json()) as { changeId: string };
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await expect(notice(page, /not acknowledged\. Somebody else changed a cause/)).toBeVisible();
  await expect(rowOf(page, first)).toContainText('Acknowledged');
  await page.request.post('/api/v1/findings/undoings', {
    data: { changeId },
    headers: { origin: access.webUrl },
  });
});

test('a system leads to the causes of its findings, and a cause to its systems and reports', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  await openQueue(page, '/findings?q=Tindalworth');
  await page.locator('[data-row-link]').first().click();
  const panel = page.getByRole('complementary').filter({ has: page.getByRole('heading', { level: 2 }) });
  await panel.getByRole('group').first().locator('summary').click();
  const finding = panel.getByRole('group').first().getByRole('listitem').first();
  await finding.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/systems\//);
  await page.locator('#findings').getByRole('link').first().click();
  await expect(page).toHaveURL(/\/findings\?cause=/);
  await expect(page.getByRole('heading', { name: 'What to do' })).toBeVisible();
});

test('on a small screen a cause stands in place of the list, and gives the place back', async ({
  pageOf,
}) => {
  const page = await pageOf('technician', { width: 390 });
  await openQueue(page, '/findings');
  const [, second] = await queuedCauses(page);
  if (!second) throw new Error('the demo has two open causes');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 2, name: second.title })).toBeFocused();
  await expect(rowOf(page, second)).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(rowOf(page, second).locator('[data-row-link]')).toBeFocused();
});

test('a reader looks and touches nothing', async ({ pageOf }) => {
  const page = await pageOf('read-only');
  await openQueue(page, '/findings');
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await page.keyboard.press('w');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'What to do' })).toBeVisible();
  await expect(page.getByRole('checkbox')).toHaveCount(0);
  await expect(page.getByRole('button', { name: /Acknowledge|Assign|Snooze|Waive|Ticket|Undo/ })).toHaveCount(
    0,
  );
});

test('a view of the queue is kept, and the queue taken along as CSV', async ({ pageOf }) => {
  const page = await pageOf('technician');
  const name = `Critical ${Date.now()}`;
  await page.goto('/findings?severity=critical&group=client');
  await page.getByRole('button', { name: 'Keep view' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('button', { name: 'Keep this view' }).click();
  const views = page.getByRole('navigation', { name: 'Your views' });
  await expect(views.getByRole('link', { name })).toHaveAttribute('aria-current', 'true');
  const csv = await page.request.get('/api/v1/findings/csv?severity=critical');
  const lines = (await csv.text()).trim().split('\r\n');
  expect(lines[0]).toContain('Severity,Cause,Client');
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.slice(1).every((line) => line.startsWith('critical,'))).toBe(true);
  await views.getByRole('button', { name: 'Remove' }).click();
  await expect(views.getByRole('link', { name })).toHaveCount(0);
});

for (const colorScheme of DIALOG_COLOUR_SCHEMES)
  test(`the queue, an open cause and each dialog are accessible and fit (${colorScheme})`, async ({
    pageOf,
  }) => {
    test.setTimeout(180_000);
    const page = await pageOf('technician', { colorScheme });
    const problemsAt = async (width: number) => {
      await page.setViewportSize({ width, height: 900 });
      const violations = await violationsOf(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      return [...violations, ...(overflow > 0 ? [`wider than ${width}`] : [])];
    };
    await page.goto('/findings');
    const [first] = await queuedCauses(page);
    const views = [
      '/findings',
      '/findings?group=client',
      '/findings?q=no-such-cause',
      '/findings?tab=snoozed',
      `/findings?cause=${first?.causeId}`,
    ];
    for (const address of views) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(address);
      for (const width of [1440, 390]) expect(await problemsAt(width), `${address} at ${width}`).toEqual([]);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await openQueue(page, '/findings');
    for (const key of ['s', 'z', 't', 'w', 'c']) {
      await page.keyboard.press('j');
      await page.keyboard.press('x');
      await page.keyboard.press(key);
      await expect(page.getByRole('dialog')).toBeVisible();
      for (const width of [1440, 390]) expect(await problemsAt(width), `${key} at ${width}`).toEqual([]);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
  });
