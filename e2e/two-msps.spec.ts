import { type APIResponse, type Browser, expect, type Page, test } from '@playwright/test';
import { requireTool } from '../test/require-tool';
import { type BackedUpMachine, type BackupTool, borg, machineWith, restic } from './backed-up-machine';
import { type EmptySystem, startEmptySystem } from './empty-system';
import type { User } from './running-system';
import { freshCode } from './sign-in';

// Two MSPs in one installation, each from nothing to its first real verdict, in two browsers side by side.
test.skip(!['restic', 'borg'].every((tool) => requireTool(tool)), 'restic or borg is not installed');
test.describe.configure({ mode: 'serial', timeout: 120_000 });

/** One of the two, as far as it has come. */
interface Side {
  readonly page: Page;
  readonly mspName: string;
  readonly ownerName: string;
  readonly user: User;
  readonly machine: BackedUpMachine;
  readonly clientName: string;
  readonly repositoryName: string;
  /** Of what it has, as its screens link to it. */
  readonly ids: Record<'client' | 'system' | 'agent' | 'repository' | 'report' | 'enrolment', string>;
}

let system: EmptySystem;
let anton: Side;
let berta: Side;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(240_000);
  system = await startEmptySystem();
  anton = await newSide(browser, 'Anton', restic);
  berta = await newSide(browser, 'Berta', borg);
});
test.afterAll(async () => {
  for (const side of [anton, berta].filter(Boolean)) {
    await side.page.context().close();
    side.machine.remove();
  }
  await system?.stop();
});

test('the first owner goes from an empty installation to a first real verdict with restic', async () => {
  const { page, mspName, ownerName, user } = anton;
  await page.goto('/');
  await expect(page).toHaveURL(/\/set-up$/);
  await page.getByLabel('Set-up code').fill(system.setupCode);
  await page.getByLabel('Your company').fill(mspName);
  await page.getByLabel('Your name').fill(ownerName);
  await page.getByLabel('Email').fill(user.email);
  await chooseSecrets(anton);
  await page.getByRole('button', { name: 'Create owner' }).click();
  await signIn(anton);
  await keepRecoveryCodes(anton);
  await takeFirstSteps(anton);
  await reachFirstVerdict(anton);
  await page.goto('/first-steps');
  await expect(page.getByText('The first report came from')).toBeVisible();
  await expect(page.getByText('3 of 4 done, the rest is left out')).toBeVisible();
});

test('a further MSP joins by the link that its operator printed, and gets there with borg', async () => {
  const { page, mspName, ownerName, user } = berta;
  const link = system.addMsp('--name', mspName, '--owner', user.email, '--time-zone', 'Europe/London');
  await page.goto(link);
  await page.getByRole('button', { name: 'Open the invitation' }).click();
  await expect(page.getByText(`You join ${mspName} as owner`)).toBeVisible();
  await page.getByLabel('Your name').fill(ownerName);
  await chooseSecrets(berta);
  await page.getByRole('button', { name: 'Join' }).click();
  await signIn(berta);
  await keepRecoveryCodes(berta);
  await reachFirstVerdict(berta);
});

test('set-up stays gone for strangers and for both owners', async ({ playwright }) => {
  const stranger = await playwright.request.newContext({ baseURL: system.webUrl });
  for (const request of [stranger, anton.page.request, berta.page.request]) {
    expect((await request.get('/set-up')).status()).toBe(404);
    const data = { setupCode: system.setupCode };
    const answer = await request.post('/api/v1/set-up', { data, headers: { origin: system.webUrl } });
    expect(answer.status()).toBe(404);
  }
  await stranger.dispose();
});

test('side by side, no screen shows one what is the other’s', async () => {
  for (const [mine, theirs] of pairs())
    for (const screen of [
      '/',
      `/?open=${mine.ids.client}`,
      '/agents',
      '/repositories',
      '/coverage',
      '/inbox',
      '/people',
    ]) {
      await mine.page.goto(screen);
      await expect(mine.page.getByRole('heading', { level: 1 })).toBeVisible();
      const content = await mine.page.content();
      expect(content, `${screen} is of ${mine.mspName}`).toContain(mine.ownerName);
      for (const mark of marksOf(theirs)) expect(content, `${screen} of ${mine.mspName}`).not.toContain(mark);
    }
});

test('the palette finds one’s own and nothing of the other', async () => {
  for (const [mine, theirs] of pairs()) {
    await mine.page.goto('/');
    await mine.page.keyboard.press('Control+k');
    const field = mine.page.getByRole('combobox', { name: /Name of a client/ });
    for (const name of [mine.clientName, mine.repositoryName]) {
      await field.fill(name);
      await expect(mine.page.getByRole('option', { name }).first()).toBeVisible();
    }
    for (const name of [theirs.clientName, theirs.repositoryName]) {
      await field.fill(name);
      await expect(mine.page.getByText(`Nothing is called “${name}”.`)).toBeVisible();
    }
    await mine.page.keyboard.press('Escape');
  }
});

test('what is downloaded holds one’s own rows and nothing of the other', async () => {
  for (const [mine, theirs] of pairs()) {
    const { page, ids } = mine;
    for (const [screen, link, own] of [
      ['/', 'the clients of this view', mine.clientName],
      [`/clients/${ids.client}`, 'these systems', 'non-compliant'],
      [`/systems/${ids.system}/runs`, 'these runs', mine.repositoryName],
      [`/systems/${ids.system}/points`, 'these recovery points', mine.repositoryName],
    ] as const) {
      await page.goto(screen);
      const text = await download(page, `Download ${link} as CSV`);
      expect(text, screen).toContain(own);
      for (const mark of marksOf(theirs)) expect(text, screen).not.toContain(mark);
    }
  }
});

test('the other’s addresses are pages that do not exist', async () => {
  for (const [mine, theirs] of pairs())
    for (const addressOf of PAGES) {
      const [own, foreign] = [addressOf(mine.ids), addressOf(theirs.ids)];
      expect((await mine.page.request.get(own)).status(), own).toBe(200);
      expect((await mine.page.goto(foreign))?.status(), foreign).toBe(404);
      await expect(mine.page.getByRole('heading', { name: 'There is nothing here.' })).toBeVisible();
      const content = await mine.page.content();
      for (const name of namesOf(theirs)) expect(content, foreign).not.toContain(name);
    }
});

test('the API answers 404 to whatever one asks of, or does to, what is the other’s', async () => {
  for (const [mine, theirs] of pairs()) {
    const { request } = mine.page;
    for (const addressOf of QUESTIONS) {
      const [own, foreign] = [addressOf(mine.ids), addressOf(theirs.ids)];
      expect((await request.get(own)).status(), own).toBe(200);
      await expectNothingThere(foreign, await request.get(foreign));
    }
    for (const [method, address, data] of deedsTo(theirs.ids)) {
      const headers = { origin: system.webUrl };
      await expectNothingThere(address, await request.fetch(address, { method, data, headers }));
    }
  }
});

test('after all that was tried, both machines still report and both owners are still signed in', async () => {
  for (const [mine] of pairs()) {
    await mine.machine.backUp();
    await expect(async () => {
      await mine.page.goto(`/systems/${mine.ids.system}/runs`);
      await expect(mine.page.getByRole('main').getByText('Success')).toHaveCount(2, { timeout: 1000 });
    }).toPass({ timeout: 30_000 });
  }
});

async function newSide(browser: Browser, called: string, tool: BackupTool): Promise<Side> {
  const repositoryName = `${called.toLowerCase()}s-vault`;
  const context = await browser.newContext({
    baseURL: system.webUrl,
    viewport: { width: 1440, height: 900 },
  });
  const mailbox = `${called.toLowerCase()}-${Date.now()}`;
  return {
    page: await context.newPage(),
    mspName: `${called} Systems`,
    ownerName: `${called} Oakes`,
    user: {
      role: 'owner',
      email: `${mailbox}@${called.toLowerCase()}.example`,
      password: 'four quiet herons wade',
      totpSecret: '',
      clientNames: null,
    },
    machine: await machineWith(tool, repositoryName),
    clientName: `${called}s Bakery`,
    repositoryName,
    ids: { client: '', system: '', agent: '', repository: '', report: '', enrolment: '' },
  };
}

/** The fields that are the same for whoever becomes somebody: a password and an authenticator that shows its first code. */
async function chooseSecrets({ page, user }: Side): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(user.password);
  user.totpSecret = (await page.locator('code').innerText()).replaceAll(' ', '');
  await page.getByLabel('One-time code').fill(await freshCode(user));
}

async function signIn({ page, user }: Side): Promise<void> {
  await page.waitForURL(/\/sign-in/);
  await page.getByLabel('Email').fill(user.email);
  await page.getByLabel('Password').fill(user.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('One-time code').fill(await freshCode(user));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${system.webUrl}/`);
}

async function keepRecoveryCodes({ page, user }: Side): Promise<void> {
  await page.goto('/account');
  await page.getByRole('button', { name: 'Make recovery codes' }).click();
  await page.getByLabel('Current password').fill(user.password);
  await page.getByRole('dialog').getByRole('button', { name: 'Make recovery codes' }).click();
  await expect(page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')).toHaveCount(10);
  await page.keyboard.press('Escape');
  await expect(page.getByText('10 left')).toBeVisible();
}

/** Of the first steps what needs no client: nobody is asked again for what was left out, and what was put away stays so. */
async function takeFirstSteps({ page, mspName, user }: Side): Promise<void> {
  await page.goto('/');
  const line = page.getByRole('complementary', { name: 'First steps' });
  await expect(line).toContainText('1 of 4 done. Next: a test of the mail.');
  await line.getByRole('link', { name: 'Go on' }).click();
  await page.getByRole('button', { name: 'Change name and time zone' }).click();
  await page.getByRole('combobox', { name: 'Time zone' }).selectOption('Europe/Dublin');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`${mspName}, times in Europe/Dublin`)).toBeVisible();
  await page.getByRole('button', { name: `Send a test to ${user.email}` }).click();
  await expect(page.getByText('No mail server is set')).toBeVisible();
  await page.getByRole('button', { name: 'Leave the mail out' }).click();
  await expect(
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Mail' }) }),
  ).toContainText('left out');
  await page.goto('/');
  await expect(line).toContainText('Next: the first client.');
  await line.getByRole('button').click();
  await expect(line).toHaveCount(0);
}

/** From a fleet without anything to a verdict with its reason, on the fleet's, the client's and the system's screens. */
async function reachFirstVerdict(side: Side): Promise<void> {
  const { page, clientName, repositoryName, ids } = side;
  await page.goto('/');
  await page.getByRole('button', { name: 'Add a client' }).first().click();
  await page.getByLabel('Name').fill(clientName);
  await page.getByRole('button', { name: 'Add client' }).click();
  await expect(page.getByRole('heading', { level: 1, name: clientName })).toBeVisible();
  await expect(page.getByText('No machine reports for this client yet.')).toBeVisible();
  ids.client = idIn(page.url());
  await connectMachine(side);

  const link = page.locator('#systems a[href^="/systems/"]').first();
  await expect(link).toBeVisible();
  const name = await link.innerText();
  const repository = page.locator('[data-repository]').filter({ hasText: repositoryName });
  await expect(repository).toHaveCount(1);
  ids.repository = (await repository.getAttribute('data-repository')) ?? '';
  await link.click();
  await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
  ids.system = idIn(page.url());
  await expect(page.getByTestId('verdict-sentence')).toHaveText(
    new RegExp(`^Not protected: \\S+/${repositoryName} stands or falls with the system itself`),
  );
  await expect(page.locator('#findings')).toContainText('1 of 3 copies');
  await page.goto('/');
  const row = page.getByRole('main').getByRole('row', { name: clientName });
  await expect(row).toContainText('Non-compliant');
  await expect(row).toContainText(`${repositoryName} stands or falls with the system itself`);
}

/** Runs the line that the dialog shows and then a backup, and watches both arrive. */
async function connectMachine({ page, machine, ids }: Side): Promise<void> {
  const [asked] = await Promise.all([
    page.waitForResponse((response) => response.url().endsWith('/enrolment-tokens')),
    page.getByRole('button', { name: 'Connect a machine' }).click(),
  ]);
  ids.enrolment = ((await asked.json()) as { enrolmentId: string }).enrolmentId;
  const dialog = page.getByRole('dialog');
  const arriving = dialog.getByRole('region', { name: 'First report' });
  await expect(arriving).toContainText('Waiting for the first report …');
  await machine.runLine(await dialog.getByLabel('Line that connects the machine').innerText());
  await expect(arriving).toContainText('Its first report comes with the next backup');
  await machine.backUp();
  await expect(arriving).toContainText('The first report arrived');
  await expect(arriving).toContainText('1 run, 1 recovery point, 1 repository');
  ids.agent = idIn((await arriving.locator('a[href^="/agents/"]').getAttribute('href')) ?? '');
  ids.report = idIn((await arriving.locator('a[href^="/raw-reports/"]').getAttribute('href')) ?? '');
  await machine.report();
  await page.keyboard.press('Escape');
}

function idIn(address: string): string {
  const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(address)?.[0];
  if (id === undefined) throw new Error(`${address} ends with no id`);
  return id;
}

function pairs(): [Side, Side][] {
  return [
    [anton, berta],
    [berta, anton],
  ];
}

function namesOf({ mspName, ownerName, user, clientName, repositoryName }: Side): string[] {
  return [mspName, ownerName, user.email, clientName, repositoryName];
}

/** All that gives it away; the machine's own name does not, both run on this one. */
function marksOf(side: Side): string[] {
  return [...namesOf(side), ...Object.values(side.ids)];
}

type Ids = Side['ids'];

const PAGES: readonly ((ids: Ids) => string)[] = [
  (ids) => `/clients/${ids.client}`,
  (ids) => `/systems/${ids.system}`,
  (ids) => `/systems/${ids.system}/runs`,
  (ids) => `/systems/${ids.system}/points`,
  (ids) => `/repositories/${ids.repository}`,
  (ids) => `/agents/${ids.agent}`,
  (ids) => `/raw-reports/${ids.report}`,
];

const QUESTIONS: readonly ((ids: Ids) => string)[] = [
  (ids) => `/api/v1/clients/${ids.client}/systems/csv`,
  (ids) => `/api/v1/systems/${ids.system}/runs/csv`,
  (ids) => `/api/v1/systems/${ids.system}/points/csv`,
  (ids) => `/api/v1/systems/${ids.system}/facts`,
  (ids) => `/api/v1/raw-reports/${ids.report}/body`,
  (ids) => `/api/v1/enrolments/${ids.enrolment}`,
];

/** What would change something of it. */
function deedsTo(ids: Ids): [method: string, address: string, data: object][] {
  const site = {
    name: 'Ours',
    ownerKind: 'client',
    timeZone: 'UTC',
    country: null,
    latitude: null,
    longitude: null,
  };
  const said = { attribute: 'media', value: 'tape' };
  const subject = { kind: 'repository', repositoryId: ids.repository };
  return [
    ['POST', `/api/v1/clients/${ids.client}/enrolment-tokens`, {}],
    ['POST', `/api/v1/clients/${ids.client}/sites`, site],
    ['POST', `/api/v1/agents/${ids.agent}/key-tokens`, {}],
    ['PUT', `/api/v1/agents/${ids.agent}/revocation`, {}],
    ['POST', '/api/v1/declarations', { subject, said, reason: 'because I can', validUntil: null }],
  ];
}

async function expectNothingThere(address: string, answer: APIResponse): Promise<void> {
  expect(answer.status(), `${address}: ${await answer.text()}`).toBe(404);
  expect(answer.headers()['content-type'], address).toContain('application/problem+json');
  expect(await answer.json()).toMatchObject({ status: 404 });
}

async function download(page: Page, name: string): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name, exact: true }).click(),
  ]);
  return (await (await file.createReadStream()).setEncoding('utf8').toArray()).join('');
}
