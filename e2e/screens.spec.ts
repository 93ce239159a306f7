import type { Page } from '@playwright/test';
import { COLOUR_RULES, violationsOf } from './accessibility';
import { expect, test } from './signed-in-page';
import { isThorough } from '../test/thorough';

/** Where every screen of the MSP is found, by following links as a technician does, from what is worst. */
async function screensFrom(page: Page): Promise<Readonly<Record<string, string>>> {
  await open(page, '/');
  const openClient = (await page.locator('[data-toggle]').first().getAttribute('href')) ?? '';
  const client = await firstHref(page, '/clients/');
  await open(page, client);
  const system = await firstHref(page, '/systems/');
  await open(page, system);
  // Other tests bring systems in that have no past.
  await open(page, '/?q=Tindalworth');
  await open(page, await hrefOf(page, 'Tindalworth Logistics'));
  const withPastClient = new URL(page.url()).pathname;
  const withPast = await hrefOf(page, 'sql-01');
  await open(page, '/repositories');
  const repository = await firstHref(page, '/repositories/');
  await open(page, '/findings');
  const cause = (await page.locator('[data-row-link]').first().getAttribute('href')) ?? '';
  await open(page, '/restore-tests?q=Harrowmere');
  const record = await firstHref(page, '/restore-tests/0');
  await open(page, '/restore-tests?q=sql-01');
  const toRecord =
    (await page.locator('main a[href^="/restore-tests/new?point="]').first().getAttribute('href')) ?? '';
  await open(page, '/agents');
  const agent = await firstHref(page, '/agents/0');
  await open(page, '/agents/channels?q=Tindalworth&sort=-name');
  const mailed = await firstHref(page, '/agents/channels/0');
  const message = await firstHref(page, '/raw-reports/');
  await open(page, '/agents/channels?q=dump');
  const pinged = await firstHref(page, '/agents/channels/0');
  const rawReport = await firstHref(page, '/raw-reports/');
  await open(page, '/agents/imports');
  const imported = await firstHref(page, '/agents/imports/');
  const toConnect = `/connect?client=${withPastClient.replace('/clients/', '')}`;
  const screens = {
    inbox: '/inbox',
    'rules for new systems': '/policies/rules',
    'ended clients': '/clients/ended',
    coverage: '/coverage',
    reports: '/reports',
    'service review': '/reports/service-review',
    deliveries: '/reports/deliveries',
    'schedules of reports': '/reports/schedules',
    'templates of reports': '/reports/templates',
    'verify a document': '/verify',
    repositories: '/repositories',
    repository,
    agents: '/agents',
    agent,
    channels: '/agents/channels',
    'keys of pings': '/agents/channels/keys',
    'channel of pings': pinged,
    'channel of mails': mailed,
    'message of a channel': message,
    'a rule to make from a message': `${message}/rule`,
    'rules for messages': '/agents/channels/rules',
    'imported history': '/agents/imports',
    'a file of history': imported,
    'a backup to connect': '/connect',
    'a backup to connect, with its client': toConnect,
    'a connected backup': `/connect?channel=${pinged.replace('/agents/channels/', '')}`,
    'restore tests': '/restore-tests',
    'record of a restore test': record,
    'a restore test to record': toRecord,
    fleet: '/',
    'keys of the API': '/settings/api-keys',
    'reference of the API': '/api-reference',
    findings: '/findings',
    'a cause of findings': cause,
    client,
    system,
    'system with its explanation': `${system}?why=open`,
    'history of a system': `${system}/history`,
    'history of a system with a day': `${withPast}/history?day=${yesterday()}`,
    'runs of a system': `${system}/runs`,
    'recovery points of a system': `${system}/points`,
    'raw report': rawReport,
    'what does not exist': NOT_THERE,
  };
  if (!isThorough) return screens;
  // the same screens by other addresses
  return {
    ...screens,
    'coverage that finds nothing': '/coverage?q=no-such-machine-anywhere',
    'reports that find nothing': '/reports?q=no-such-document-anywhere',
    'repositories with declarations due': '/repositories?state=due',
    'agents that were never heard': '/agents?state=never-heard',
    'channels that find nothing': '/agents/channels?q=no-such-channel-anywhere',
    'a backup to connect, with its product': `${toConnect}&product=proxmox`,
    'a backup to connect by a ping': `${toConnect}&product=script&way=ping`,
    'a server to ask': `${toConnect}&product=pbs&way=pull`,
    'a backup to connect by an agent': `${toConnect}&product=restic&way=agent`,
    'a connected backup that does not fit': `/connect?channel=${mailed.replace('/agents/channels/', '')}`,
    'restore tests that find nothing': '/restore-tests?q=no-such-system-anywhere',
    'restore tests of another month': '/restore-tests?month=2026-02',
    'a restore test of nothing yet': '/restore-tests/new',
    'findings that were waived': '/findings?tab=waived',
    'fleet with an open client': openClient,
    'fleet that finds nothing': '/?q=no-such-client-anywhere',
    'client with 13 months': `${client}?trend=year`,
  };
}

const NOT_THERE = '/systems/0198c4f2-0000-7000-8000-00000000dead';

function yesterday(): string {
  return new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
}

async function open(page: Page, path: string): Promise<void> {
  const response = await page.goto(path);
  expect(response?.status(), path).toBe(path === NOT_THERE ? 404 : 200);
  // What took its time stands behind a skeleton until then.
  await expect(page.locator('h1:visible').first()).toBeVisible();
}

async function firstHref(page: Page, prefix: string): Promise<string> {
  const href = await page.locator(`main a[href^="${prefix}"]`).first().getAttribute('href');
  return (href ?? '').replace(/[?#].*/, '');
}

async function hrefOf(page: Page, name: string): Promise<string> {
  const href = await page
    .getByRole('main')
    .getByRole('link', { name, exact: true })
    .first()
    .getAttribute('href');
  return (href ?? '').replace(/[?#].*/, '');
}

/** Those of them that technicians have no way to. */
const OWNERS_SCREENS = {
  branding: '/settings/branding',
  'a new template of reports': '/reports/templates/new',
  'first steps': '/first-steps',
  policies: '/policies',
  notifications: '/settings/notifications',
  tickets: '/settings/tickets',
  'single sign-on': '/settings/single-sign-on',
  'sign-ins': '/people/sign-ins',
  retention: '/settings/retention',
  frameworks: '/settings/frameworks',
  'inbound addresses': '/settings/inbound',
  export: '/settings/export',
  health: '/settings/health',
  audit: '/audit',
  wallboard: '/wallboard',
};

test('every screen is accessible and fits its window', async ({ pageOf }) => {
  test.setTimeout(900_000);
  const technician = await pageOf('technician');
  const owner = await pageOf('owner');
  await readWell(technician, await screensFrom(technician));
  await readWell(owner, OWNERS_SCREENS);
});

async function readWell(page: Page, screens: Readonly<Record<string, string>>): Promise<void> {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !/404/.test(message.text())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  for (const [name, path] of Object.entries(screens)) {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await open(page, path);
    // From the narrowest phone to a wall screen.
    for (const width of [360, 768, 1024, 1440, 2560]) {
      await page.setViewportSize({ width, height: width === 2560 ? 1440 : 900 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${name} is wider than a window of ${width} px`).toBeLessThanOrEqual(0);
      // Only with all the time there is, what hinders people is looked for on phones and in the dark, too; colours differ at no width.
      if (width === 360 && isThorough)
        expect(await violationsOf(page, { without: COLOUR_RULES }), `${name} at ${width} px`).toEqual([]);
    }
    expect(await movingIn(page), `${name} moves though nobody wants motion`).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(await violationsOf(page), name).toEqual([]);
    if (!isThorough) continue;
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violationsOf(page, { rules: COLOUR_RULES }), `${name} in the dark`).toEqual([]);
  }
  expect(problems).toEqual([]);
}

/** What would move, by its tag and classes. */
function movingIn(page: Page): Promise<string[]> {
  return page.locator('body *').evaluateAll((elements) =>
    elements
      .filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return animationName !== 'none' || transitionDuration.split(', ').some((each) => each !== '0s');
      })
      .map((element) => `${element.tagName} ${element.getAttribute('class')}`)
      .slice(0, 5),
  );
}

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
