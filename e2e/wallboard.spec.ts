import type { Page } from '@playwright/test';
import type { BoardAnswer } from '@/components/wallboard/board-answer';
import { violationsOf } from './accessibility';
import { expect, test } from './signed-in-page';

const ANSWERS = '**/api/v1/wallboard';
const NEEDS = 'Needs somebody';

/** The board on a TV, once it knows something. */
async function openBoard(page: Page, query = ''): Promise<void> {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.goto(`/wallboard${query}`);
  await expect(page.getByRole('heading', { name: NEEDS })).toBeVisible();
}

/** The words of the four tiles, in order. */
function tileWords(page: Page): Promise<string[]> {
  return page.getByRole('list', { name: 'Clients by status' }).getByRole('listitem').allInnerTexts();
}

async function expectUnknown(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    'Whether clients are protected is not known.',
  );
  const words = await tileWords(page);
  expect(words).toHaveLength(4);
  for (const word of words) expect(word).toMatch(/^Unknown\s+\?/);
}

test('the fleet stands on a wall: counts, the worst with their reason, what changed, and as of when', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  await page.goto('/');
  const sentence = await page.getByRole('heading', { level: 1 }).innerText();
  const worst = await page.locator('[data-row-link]').first().innerText();
  await page.getByRole('link', { name: 'Wallboard' }).click();
  await expect(page).toHaveURL(/\/wallboard$/);
  await openBoard(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(sentence);
  expect(await tileWords(page)).toEqual([
    expect.stringMatching(/^Non-compliant\s+\d+/),
    expect.stringMatching(/^Unknown\s+\d+/),
    expect.stringMatching(/^At risk\s+\d+/),
    expect.stringMatching(/^Compliant\s+\d+/),
  ]);
  // It may have turned the page; the first one comes again.
  await expect(page.getByRole('region', { name: NEEDS })).toContainText(worst, { timeout: 30_000 });
  await expect(page.getByText(/^As of \d\d:\d\d:\d\d$/)).toBeVisible();
  await expect(page.getByRole('navigation')).toHaveCount(0);
});

for (const theme of ['dark', 'light'] as const)
  for (const size of [
    { width: 1920, height: 1080 },
    { width: 390, height: 844 },
  ])
    test(`the board is accessible and fits ${size.width} pixels (${theme})`, async ({ pageOf }) => {
      const page = await pageOf('technician');
      await openBoard(page, theme === 'dark' ? '' : '?theme=light');
      const ground = await page.locator('main').evaluate((main) => getComputedStyle(main).colorScheme);
      expect(ground).toBe(theme);
      await page.setViewportSize(size);
      expect(await violationsOf(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(size.width);
    });

test('it shouts and shows no status while Holdfast does not answer, and recovers by itself', async ({
  pageOf,
}) => {
  const page = await pageOf('technician');
  await page.clock.install();
  await openBoard(page);
  await page.route(ANSWERS, (route) => route.abort());
  await page.clock.fastForward(16_000);
  const shout = page.getByRole('alert').filter({ hasText: 'Stale' });
  await expect(shout).toContainText('Stale: Holdfast does not answer since');
  await expectUnknown(page);
  expect((await shout.locator('div').boundingBox())?.width).toBe(1920);

  await page.unroute(ANSWERS);
  await page.clock.fastForward(6_000);
  await expect(page.getByRole('heading', { name: NEEDS })).toBeVisible();
  await expect(shout).toBeHidden();
});

test('an answer that is an error, and a screen that slept, are no reason for green', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.clock.install();
  await openBoard(page);
  await page.route(ANSWERS, (route) => route.fulfill({ status: 500, body: '{}' }));
  await page.clock.fastForward(16_000);
  await expect(page.getByText('Stale: Holdfast does not answer since')).toBeVisible();
  await expectUnknown(page);
  await page.unroute(ANSWERS);
  await page.clock.fastForward(6_000);
  await expect(page.getByRole('heading', { name: NEEDS })).toBeVisible();

  await page.route(ANSWERS, () => undefined); // never answered
  await page.clock.fastForward(62_000);
  await expect(page.getByText('Stale: Holdfast does not answer since')).toBeVisible();
  await expectUnknown(page);
});

test('it shouts while our own data is old, though the server answers', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.clock.install();
  await page.route(ANSWERS, async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as BoardAnswer;
    const lag = { since: answer.at - 7 * 60_000, waitingReports: 3 };
    await route.fulfill({ response, json: { ...answer, lag } });
  });
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.goto('/wallboard');
  await expect(page.getByRole('alert').filter({ hasText: 'Stale' })).toContainText(
    'Stale: Holdfast is behind by 7 min3 reports wait to be processed',
  );
  await expectUnknown(page);
  await page.unroute(ANSWERS);
  await page.clock.fastForward(16_000);
  await expect(page.getByRole('heading', { name: NEEDS })).toBeVisible();
});

test('it shouts when its sign-in has ended, and shows no name any more', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.clock.install();
  await openBoard(page);
  const name = await page.getByRole('region', { name: NEEDS }).getByRole('listitem').first().innerText();
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await page.clock.fastForward(16_000);
  await expect(page.getByText('Signed out: this screen shows nothing any more')).toBeVisible();
  await expectUnknown(page);
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible();
  await expect(page.getByText(name.split('\n')[0] ?? '')).toHaveCount(0);
  await page.context().addCookies(cookies);
  await page.clock.fastForward(6_000);
  await expect(page.getByRole('heading', { name: NEEDS })).toBeVisible();
});

test('more clients than fit are turned page by page', async ({ pageOf }) => {
  const page = await pageOf('technician');
  await page.clock.install();
  await page.route(ANSWERS, async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as BoardAnswer;
    const [first] = answer.rows;
    const rows = Array.from({ length: 40 }, (_, index) => ({
      ...first,
      clientId: `made-${index}`,
      name: `Client ${index + 1} of forty`,
    }));
    const at = await page.evaluate(() => Date.now()); // pages are turned by the clock, which is wound here
    await route.fulfill({ response, json: { ...answer, at, rows, needsMe: 40 } });
  });
  await openBoard(page);
  const list = page.getByRole('region', { name: NEEDS });
  const seen = new Set<string>();
  const pageText = async (): Promise<string> => /page \d+ of \d+/.exec(await list.innerText())?.[0] ?? '';
  await expect.poll(pageText).not.toMatch(/ of (40)?$/); // once it knows how many fit
  for (let turn = 0; turn < 40 && seen.size < 40; turn++) {
    const shown = await pageText();
    for (const text of await list.getByText(/^Client \d+ of forty$/).allInnerTexts()) seen.add(text);
    await page.clock.runFor(12_000);
    await expect.poll(pageText).not.toBe(shown);
  }
  expect(seen.size).toBe(40);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a browser that does not run it shows no status at all', async ({ browser, access, pageOf }) => {
  const signedIn = await pageOf('technician');
  const context = await browser.newContext({
    storageState: await signedIn.context().storageState(),
    javaScriptEnabled: false,
    baseURL: access.webUrl,
  });
  const page = await context.newPage();
  await page.goto('/wallboard');
  await expectUnknown(page);
  await context.close();
});
