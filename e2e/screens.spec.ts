import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './signed-in-page';

/** Every screen of the MSP, reached as a technician reaches it. */
const SCREENS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  fleet: (page) => open(page, '/'),
  'fleet with an open client': async (page) => {
    await open(page, '/');
    const href = await page.locator('[data-toggle]').first().getAttribute('href');
    await open(page, href ?? '');
  },
  'fleet that finds nothing': (page) => open(page, '/?q=no-such-client-anywhere'),
  client: async (page) => open(page, await firstHref(page, '/', '/clients/')),
  system: async (page) => open(page, await systemHref(page)),
  'system with its explanation': async (page) => open(page, `${await systemHref(page)}?why=open`),
  'runs of a system': async (page) => open(page, `${await systemHref(page)}/runs`),
  'recovery points of a system': async (page) => open(page, `${await systemHref(page)}/points`),
  'raw report': async (page) => open(page, await firstHref(page, await systemHref(page), '/raw-reports/')),
  'what does not exist': (page) => open(page, '/systems/0198c4f2-0000-7000-8000-00000000dead', 404),
};

async function open(page: Page, path: string, status = 200): Promise<void> {
  const response = await page.goto(path);
  expect(response?.status(), path).toBe(status);
}

async function firstHref(page: Page, from: string, prefix: string): Promise<string> {
  await open(page, from);
  return (await page.locator(`main a[href^="${prefix}"]`).first().getAttribute('href')) ?? '';
}

async function systemHref(page: Page): Promise<string> {
  const client = await firstHref(page, '/', '/clients/');
  return firstHref(page, client.replace(/\?.*/, ''), '/systems/');
}

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1440, 390] as const)
    test(`every screen is accessible and fits its window (${width} px, ${colorScheme})`, async ({
      pageOf,
    }) => {
      test.setTimeout(180_000);
      const page = await pageOf('technician', { width, colorScheme });
      const problems: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' && !/404/.test(message.text())) problems.push(message.text());
      });
      page.on('pageerror', (error) => problems.push(error.message));
      for (const [name, reach] of Object.entries(SCREENS)) {
        await reach(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(
          violations.map(({ id, nodes }) => [id, nodes.map((node) => node.target.join(' '))]),
          name,
        ).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${name} is wider than its window`).toBeLessThanOrEqual(0);
      }
      expect(problems).toEqual([]);
    });

test('pages and answers carry the headers that protect them', async ({ pageOf, access }) => {
  const page = await pageOf('technician');
  const response = await page.goto('/');
  const headers = response?.headers() ?? {};
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['content-security-policy']).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic'(;|$)/);
  expect(headers['cache-control']).toContain('no-store');
  const facts = await page.request.get(`${access.webUrl}/api/health`);
  for (const given of [headers, facts.headers()])
    expect(given).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'strict-transport-security': expect.stringContaining('max-age'),
    });
});
