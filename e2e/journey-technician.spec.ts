import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { openTicketService } from '../server/notify/testing/ticket-service';
import { queuedCauses, type QueuedCause, rowOf, untilKeysAreHeard } from './queue';
import { isOfFirstMsp } from './running-system';
import { signInByForm } from './sign-in-form';
import { expect, test } from './signed-in-page';
import { fillDesk, nameCompany, removeDesk } from './ticket-desk';

const notice = (page: Page, text: RegExp) =>
  page.getByRole('dialog', { name: 'Notice' }).filter({ hasText: text });

/** Counts what hands do. */
function handsOn(page: Page) {
  const done = { clicks: 0, keys: 0 };
  return {
    click: async (locator: ReturnType<Page['locator']>) => {
      done.clicks++;
      await locator.click();
    },
    press: async (...keys: readonly string[]) => {
      for (const key of keys) {
        done.keys++;
        await page.keyboard.press(key);
      }
    },
    /** Clicks and keys since it was last asked. */
    spent: () => {
      const spent = { ...done };
      Object.assign(done, { clicks: 0, keys: 0 });
      return spent;
    },
  };
}

/** What the person changed, by which it is taken back afterwards: other tests look at the same queue. */
async function changesOf(page: Page): Promise<string[]> {
  const changeIds: string[] = [];
  await page.route('**/api/v1/findings/*', async (route) => {
    const response = await route.fetch();
    if (response.status() === 201) {
      const { changeId } = (await response.json()) as { changeId: string };
      changeIds.push(changeId);
    }
    await route.fulfill({ response });
  });
  return changeIds;
}

async function openCount(page: Page): Promise<number> {
  return Number.parseInt(await page.getByRole('heading', { level: 1 }).innerText(), 10);
}

test('a technician’s morning: from what changed to a smaller queue, by keyboard', async ({
  browser,
  access,
  pageOf,
}) => {
  const mara = access.users.find((user) => user.role === 'technician' && isOfFirstMsp(access, user));
  if (!mara) throw new Error('demo:access lists no technician');
  const desk = `Desk ${randomUUID().slice(0, 8)}`;
  const service = await openTicketService();
  const owner = await pageOf('owner');
  const context = await browser.newContext({
    baseURL: access.webUrl,
    viewport: { width: 1440, height: 900 },
  });
  const page = await context.newPage();
  const hands = handsOn(page);
  const changeIds = await changesOf(page);
  try {
    await test.step('The MSP has a ticket system', async () => {
      const { dialog } = await fillDesk(owner, desk, service.url);
      await dialog.getByRole('button', { name: 'Add' }).click();
      await expect(dialog).toHaveCount(0);
    });

    await test.step('She signs in and reads, above the fold, how it stands and what changed since yesterday', async () => {
      await page.goto('/');
      await signInByForm(page, mara);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^\d+ of \d+ clients/);
      const changed = page.getByRole('region', { name: 'Changed since yesterday' });
      await expect(changed).toBeInViewport({ ratio: 1 });
      await expect(changed).toContainText(/\d+ worse, \d+ better|Nothing: every client is as it was/);
    });

    const red = page.getByRole('row').filter({ hasText: 'Non-compliant' }).first();
    await test.step('From the red row she is at the cause and its cure in two clicks', async () => {
      await hands.click(red.locator('a[href^="/findings?client="]'));
      await expect(page.getByRole('heading', { level: 1 })).toContainText(/causes? needs? someone/);
      await untilKeysAreHeard(page);
      await hands.click(page.locator('[data-row-link]').first());
      const panel = page.getByRole('complementary').filter({ has: page.locator('#cause-title') });
      await expect(panel.getByRole('heading', { name: 'What to do' })).toBeInViewport();
      expect(hands.spent()).toEqual({ clicks: 2, keys: 0 });
    });

    await test.step('A system of it says why, and a number there leads to the report that it came from, in two more', async () => {
      const panel = page.getByRole('complementary').filter({ has: page.locator('#cause-title') });
      await hands.click(panel.locator('a[href^="/systems/"]').first());
      await expect(page.getByTestId('verdict-sentence')).toBeInViewport();
      await hands.click(page.getByRole('main').locator('a[href^="/raw-reports/"]').first());
      await expect(page).toHaveURL(/\/raw-reports\//);
      await expect(page.getByText(/^received /)).toBeVisible();
      await expect(page.getByRole('link', { name: 'Exact bytes' })).toBeVisible();
      expect(hands.spent()).toEqual({ clicks: 2, keys: 0 });
    });

    await test.step('The queue is one click away from anywhere, and no cause stands there twice', async () => {
      await hands.click(
        page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Findings/ }),
      );
      await expect(page).toHaveURL(/\/findings$/);
      await untilKeysAreHeard(page);
      expect(hands.spent()).toEqual({ clicks: 1, keys: 0 });
      const causes = await queuedCauses(page);
      // data-sets.spec.ts has a system whose two data sets lack the same: two causes, and a title names no data set.
      const told = causes
        .filter(({ title }) => !title.startsWith('renamed-'))
        .map(({ title, clientName }) => `${title} at ${clientName}`);
      expect(new Set(causes.map(({ causeId }) => causeId)).size).toBe(causes.length);
      expect(told.filter((one, at) => told.indexOf(one) !== at)).toEqual([]);
      expect(told.every((one) => /\S at \S/.test(one))).toBe(true);
    });

    const before = await openCount(page);
    const fresh = (await queuedCauses(page)).filter(({ state, isFree }) => state === 'New' && isFree);
    const [first, second, third, fourth] = fresh;
    if (!first || !second || !third || !fourth) throw new Error('the demo has at least four new causes');
    await nameCompany(owner, desk, third.clientName, '4711');
    /** j, until the cause has the focus. */
    const goTo = async (cause: QueuedCause) => {
      const link = rowOf(page, cause).locator('[data-row-link]');
      for (let steps = 0; steps < 60; steps++) {
        if (await link.evaluate((each) => each === document.activeElement)) return;
        await page.keyboard.press('j');
      }
      throw new Error(`j does not lead to ${cause.title}`);
    };

    await test.step('She acknowledges one by one key, and takes it back by one', async () => {
      await goTo(first);
      await hands.press('a');
      await expect(rowOf(page, first)).toContainText('Acknowledged');
      await hands.press('u');
      await expect(rowOf(page, first)).toContainText('New');
      expect(hands.spent()).toEqual({ clicks: 0, keys: 2 });
    });

    await test.step('She takes the next one herself, by one key', async () => {
      await goTo(second);
      await hands.press('m');
      await expect(rowOf(page, second).getByText(/^assigned to Mara/)).toBeVisible();
      await expect(notice(page, /: assigned/)).toBeVisible();
      expect(hands.spent()).toEqual({ clicks: 0, keys: 1 });
    });

    await test.step('She opens a ticket for the third, by three keys, and its number comes by itself', async () => {
      // What a page offers it knows from when it was made.
      await page.reload();
      await untilKeysAreHeard(page);
      await goTo(third);
      await hands.press('t');
      await expect(page.getByRole('dialog', { name: 'Ticket' }).getByLabel('Where')).toBeFocused();
      await hands.press('Tab', 'Enter');
      await expect.poll(() => service.tickets.length, { timeout: 30_000 }).toBe(1);
      await expect(rowOf(page, third)).toContainText('1001', { timeout: 30_000 });
      expect(hands.spent()).toEqual({ clicks: 0, keys: 3 });
    });

    await test.step('She snoozes the fourth until tomorrow by two keys; it is gone, and the next one has the focus', async () => {
      await goTo(fourth);
      await hands.press('z');
      await expect(page.getByRole('dialog', { name: 'Snooze' })).toBeVisible();
      await hands.press('Enter');
      await expect(rowOf(page, fourth)).toHaveCount(0);
      await expect(page.locator('[data-row-link]:focus')).toHaveCount(1);
      expect(hands.spent()).toEqual({ clicks: 0, keys: 2 });
    });

    await test.step('The queue is smaller, says so, and what she took stands under Mine', async () => {
      await expect.poll(() => openCount(page)).toBe(before - 1);
      await hands.click(page.getByRole('link', { name: /^Mine/ }));
      await expect(page).toHaveURL(/tab=mine/);
      await expect(rowOf(page, second)).toBeVisible();
      await expect(notice(page, /undone/i)).toHaveCount(0);
    });
  } finally {
    const headers = { origin: access.webUrl };
    for (const changeId of changeIds.toReversed())
      await page.request.post('/api/v1/findings/undoings', { data: { changeId }, headers });
    await removeDesk(owner, desk);
    await context.close();
    await service.close();
  }
});
