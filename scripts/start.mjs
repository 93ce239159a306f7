// `npm start`: from a fresh clone to a running system, with nothing but Node and npm. Also dev, build, stop and reset-demo.
// Nothing from node_modules may be imported before the packages are installed.
import { existsSync, mkdirSync, rmSync, cpSync } from 'node:fs';
import path from 'node:path';
import { bundleFile, nodeOptions, programOptions } from './bundle.mjs';
import { postgresStatus, stopPostgres } from './embedded-postgres.mjs';
import { explain, Failure } from './failure.mjs';
import { requireNode } from './install.mjs';
import { holderOf, tryLock, unlock, withLock } from './lock.mjs';
import { installAndBundle } from './prepare-programs.mjs';
import { runStep, say } from './progress.mjs';
import { fingerprint, readIfThere, ROOT, WEB_SOURCES, whenChanged, writePrivately } from './project.mjs';
import { endPrograms, isRunning, until } from './run-program.mjs';
import {
  choosePorts,
  DATA_DIR,
  decideDemo,
  DEMO_USERS_FILE,
  environments,
  readConfig,
  readSecrets,
} from './settings.mjs';
import { createSupervisor, stopProcess } from './supervisor.mjs';
import {
  databaseUrls,
  dropEmbedded,
  embeddedPort,
  embeddedUrl,
  isMigrated,
  POSTGRES_DIR,
  prepareDatabase,
  startEmbedded,
} from './system-database.mjs';
import { whenNpmEnds } from './when-npm-ends.mjs';

const LOCK_FILE = path.join(DATA_DIR, 'supervisor.lock');
const RUNTIME_FILE = path.join(DATA_DIR, 'runtime.json');
const SEEDED_FILE = path.join(DATA_DIR, 'seeded');
const LOGS_DIR = path.join(DATA_DIR, 'logs');
const SCRIPT = 'start.mjs';
const NEXT = path.join(ROOT, 'node_modules/next/dist/bin/next');
/**
 * In milliseconds, for Next. Longer than proxies and clients keep a connection that rests: of Node's own five seconds a request may meet one
 * that is being closed.
 */
const KEEP_ALIVE_TIMEOUT = '65000';
const STANDALONE = path.join(ROOT, '.next/standalone');
const WEB_STAMP = path.join(ROOT, '.next/holdfast-stamp');
const READY_TIMEOUT_MS = 60_000;
const POSTGRES_CHECK_MS = 1_000;

const supervisor = createSupervisor({ logsDir: LOGS_DIR, say });
let isStopping = false;
let impatientFrom = 0;
let hasEmbedded = false;
let isPostgresStarting = false;
/** Timers and watchers that must not start anything once we stop. */
const stopWatching = [];

const COMMANDS = { start, dev, build: buildAll, stop: stopRunning, 'reset-demo': resetDemo };
const command = process.argv[2] ?? 'start';

try {
  requireNode();
  if (!Object.hasOwn(COMMANDS, command))
    throw new Failure(`There is no command "${command}".`, `Known are: ${Object.keys(COMMANDS).join(', ')}.`);
  await COMMANDS[command]();
} catch (error) {
  if (!isStopping) {
    console.error(`\n${explain(error)}`);
    await leave(1);
  }
}

async function start() {
  await begin();
  const system = await plan();
  const isUnchanged = isAsLastTime(system);
  if (isUnchanged) supervisor.launch(webProgram(system)); // loads while Postgres comes up, asks nothing before a request
  await startDatabase(system);
  if (isUnchanged) launchWorkers(system);
  await migrate(system);
  await Promise.all([seed(system), buildWeb()]);
  if (!isUnchanged) {
    supervisor.launch(webProgram(system));
    launchWorkers(system);
  }
  await announce(system);
}

/** Whether neither migrations nor demo nor pages are to be made first, so that nobody has to wait for them. */
function isAsLastTime({ hasEmbedded: isOurs, isDemo }) {
  const isSeeded = !isDemo || existsSync(SEEDED_FILE);
  return isOurs && isMigrated() && isSeeded && readIfThere(WEB_STAMP) === fingerprint(WEB_SOURCES);
}

async function dev() {
  await begin();
  const system = await prepare();
  await seed(system);
  const { web } = system.env;
  const args = [NEXT, 'dev', '-H', system.config.host, '-p', String(system.ports.web)];
  supervisor.launch({ name: 'web', cwd: ROOT, args, env: { ...web, NODE_ENV: 'development' } });
  launchWorkers(system);
  await announce(system);
  await Promise.all(['worker', 'ingest'].map(watchProgram));
  say(`changes are taken up as you save them; logs: ${LOGS_DIR}`);
}

/** Makes what the processes run, and runs nothing: for the image. */
async function buildAll() {
  await installAndBundle();
  await buildWeb();
}

async function stopRunning() {
  const pid = holderOf(LOCK_FILE);
  const isUp = pid !== null && isRunning(pid, SCRIPT);
  if (isUp) await stopProcess(pid, SCRIPT);
  const hadPostgres = await stopPostgres({ dataDir: POSTGRES_DIR });
  console.log(isUp || hadPostgres ? 'Holdfast is stopped.' : 'Holdfast was not running.');
}

async function resetDemo() {
  if (process.env.DATABASE_URL)
    throw new Failure(
      'reset-demo removes a whole database, and only ever the embedded one.',
      'Unset DATABASE_URL, or empty your own database yourself.',
    );
  const pid = holderOf(LOCK_FILE);
  if (pid !== null && isRunning(pid, SCRIPT)) await stopProcess(pid, SCRIPT);
  await begin();
  await installAndBundle();
  const config = await readConfig();
  if (!decideDemo(config))
    throw new Failure('This data folder does not hold the demo.', 'Nothing was changed.');
  await dropEmbedded(await embedded(readSecrets(), await embeddedPort(config)));
  for (const file of [SEEDED_FILE, DEMO_USERS_FILE]) rmSync(file, { force: true });
  await seed(await prepare());
  say('the demo is as new; `npm start` runs it');
  await leave(0);
}

/** One system a data folder: takes its lock, and from then on leaves nothing behind when told to stop. */
async function begin() {
  mkdirSync(DATA_DIR, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  if (!tryLock(LOCK_FILE, SCRIPT) && !tryLock(LOCK_FILE, SCRIPT)) {
    const address = runtime()?.webUrl;
    throw new Failure(
      `Holdfast runs already on the data folder ${DATA_DIR} (process ${holderOf(LOCK_FILE)}${address ? `, ${address}` : ''}).`,
      'Use that one, end it with `npm run stop`, or choose another folder with HOLDFAST_DATA_DIR.',
    );
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void leave(0));
  whenNpmEnds(() => void leave(0));
}

function runtime() {
  const text = readIfThere(RUNTIME_FILE);
  return text ? JSON.parse(text) : null;
}

/** Everything up to a database of the newest version and the addresses of all processes. */
async function prepare() {
  const system = await plan();
  await startDatabase(system);
  await migrate(system);
  return system;
}

/** Programs, settings and the addresses of all processes; nothing runs yet. */
async function plan() {
  await installAndBundle();
  const config = await readConfig();
  const isDemo = decideDemo(config);
  const secrets = readSecrets();
  const ports = await choosePorts(config, isDemo);
  const isEmbedded = config.databaseUrl === null;
  const postgresPort = isEmbedded ? await embeddedPort(config) : null;
  const ownerUrl = isEmbedded ? embeddedUrl(secrets, postgresPort) : config.databaseUrl;
  const { urls, passwords } = databaseUrls({ ownerUrl, config, secrets });
  const env = environments({ config, secrets, ports, urls, isDemo });
  return { config, isDemo, ports, postgresPort, hasEmbedded: isEmbedded, ownerUrl, passwords, secrets, env };
}

async function startDatabase({ hasEmbedded: isOurs, secrets, postgresPort }) {
  if (isOurs) await embedded(secrets, postgresPort);
}

async function migrate(system) {
  system.databaseId = await prepareDatabase({ ...system, say });
}

async function embedded(secrets, postgresPort) {
  hasEmbedded = true;
  isPostgresStarting = true;
  const { ownerUrl, port, isNew } = await startEmbedded(secrets, postgresPort);
  isPostgresStarting = false;
  if (isNew) say(`Postgres made and started on port ${port}`);
  return ownerUrl;
}

async function seed({ isDemo, databaseId, env }) {
  if (!isDemo) return;
  await whenChanged(SEEDED_FILE, databaseId, async () => {
    say('filling the demo …');
    await runStep('filling the demo', process.execPath, ['--enable-source-maps', bundleFile('seed')], {
      cwd: ROOT,
      env: env.owner,
      logFile: path.join(LOGS_DIR, 'seed.log'),
    });
    say('demo filled');
  });
}

async function buildWeb() {
  await withLock(path.join(ROOT, '.data/build.lock'), () =>
    whenChanged(WEB_STAMP, fingerprint(WEB_SOURCES), async () => {
      say('building the web pages (about half a minute) …');
      const { PATH, HOME, TMPDIR } = process.env; // a build must not take in settings
      await runStep('building the web pages', process.execPath, [NEXT, 'build'], {
        cwd: ROOT,
        env: { PATH, HOME, ...(TMPDIR && { TMPDIR }), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
        logFile: path.join(LOGS_DIR, 'build.log'),
      });
      completeStandalone();
      say('web pages built');
    }),
  );
}

/** Next leaves it to us to put the static files beside its standalone server. */
function completeStandalone() {
  if (!existsSync(STANDALONE)) return;
  cpSync(path.join(ROOT, '.next/static'), path.join(STANDALONE, '.next/static'), { recursive: true });
  if (existsSync(path.join(ROOT, 'public')))
    cpSync(path.join(ROOT, 'public'), path.join(STANDALONE, 'public'), { recursive: true });
  for (const name of ['verify.mjs', 'verify.py'])
    cpSync(path.join(ROOT, 'verify', name), path.join(STANDALONE, 'verify', name));
}

function webProgram({ config, ports, env }) {
  const server = path.join(STANDALONE, 'server.js');
  const args = existsSync(server) ? [server] : [NEXT, 'start', '-H', config.host, '-p', String(ports.web)];
  return { name: 'web', cwd: ROOT, args, env: { KEEP_ALIVE_TIMEOUT, ...env.web } };
}

function launchWorkers(system) {
  for (const name of ['ingest', 'worker'])
    supervisor.launch({
      name,
      cwd: ROOT,
      args: [...nodeOptions(name), bundleFile(name)],
      env: system.env[name],
    });
  if (!hasEmbedded) return;
  keepPostgres(system);
  if (system.config.backupAt) supervisor.launch(backupProgram());
}

/** With the environment as we have it: what tells of backups, and where they lie, is nobody else's. */
function backupProgram() {
  const args = [path.join(import.meta.dirname, 'backup-keeper.mjs')];
  return { name: 'backup', cwd: ROOT, args, env: { ...process.env, HOLDFAST_DATA_DIR: DATA_DIR } };
}

/** Postgres is no child of ours: look every second whether it is there, and start it again where it was. */
function keepPostgres({ secrets, postgresPort }) {
  let starting = null;
  const timer = setInterval(() => {
    if (starting || isStopping || postgresStatus({ dataDir: POSTGRES_DIR })) return;
    starting = bringBackPostgres(secrets, postgresPort).finally(() => (starting = null));
  }, POSTGRES_CHECK_MS);
  stopWatching.push(() => clearInterval(timer));
}

async function bringBackPostgres(secrets, postgresPort) {
  say('Postgres ended; starting it again');
  try {
    await embedded(secrets, postgresPort);
    say('Postgres is back');
  } catch (error) {
    say(explain(error)); // and again in a second
  }
}

async function watchProgram(name) {
  const { context } = await import('esbuild');
  let isFirst = true;
  const restartAfterBuild = {
    name: 'restart',
    setup: (build) =>
      build.onEnd(async ({ errors }) => {
        for (const { text, location } of errors) say(`${name}: ${location?.file}:${location?.line} ${text}`);
        if (errors.length === 0 && !isFirst)
          await supervisor.restart(name).then(() => say(`${name} restarted`));
        isFirst = false;
      }),
  };
  const watched = await context({ ...programOptions(name), plugins: [restartAfterBuild] });
  await watched.watch();
  stopWatching.push(() => watched.dispose());
}

async function announce(system) {
  const { env, ports, config, isDemo } = system;
  const healthUrls = {
    web: `http://${hostFor(config.host)}:${ports.web}/readyz`,
    ingest: `http://${hostFor(config.host)}:${ports.ingest}/readyz`,
    worker: `http://127.0.0.1:${ports.worker}/healthz`,
  };
  const setupCode = isDemo ? '' : createSetupCode(env.owner);
  await Promise.all(Object.entries(healthUrls).map(([name, url]) => becomesReady(name, url)));
  writePrivately(RUNTIME_FILE, {
    pid: process.pid,
    webUrl: env.web.APP_ORIGIN,
    ingestUrl: env.web.INGEST_ORIGIN,
    healthUrls,
    pids: {
      ...supervisor.pids(),
      postgres: hasEmbedded ? postgresStatus({ dataDir: POSTGRES_DIR })?.pid : null,
    },
    environment: ownSettings(env.owner),
  });
  say('ready');
  const forMails = ports.smtp ? `\n  for mails    smtp://${hostFor(config.host)}:${ports.smtp}` : '';
  console.log(`\n  Holdfast     ${env.web.APP_ORIGIN}\n  for agents   ${env.web.INGEST_ORIGIN}${forMails}\n`);
  console.log(isDemo ? logins() : firstSteps(await setupCode, env.web.APP_ORIGIN));
  if (hasEmbedded && !isDemo && !config.backupAt)
    console.log(
      `\n  Holdfast itself is NOT BACKED UP by itself: set HOLDFAST_BACKUP_AT (docs/operations.md).`,
    );
  console.log(`\n  Ctrl-C stops it. Logs: ${LOGS_DIR}\n`);
}

/** How this machine itself reaches the address that the web listens on. */
function hostFor(host) {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** What other commands (demo:access) need to speak to this very system; the rest of the environment is not ours to keep. */
function ownSettings(environment) {
  const ours = /^(HOLDFAST_(?!EVIDENCE_)|DATABASE_URL|QUEUE_URL|NEXTAUTH_|APP_ORIGIN|INGEST_ORIGIN)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => ours.test(name)));
}

async function becomesReady(name, url) {
  const isUp = await until(async () => {
    if (supervisor.failures(name) >= 4) throw doesNotStart(name);
    return fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
      (response) => response.ok,
      () => false,
    );
  }, READY_TIMEOUT_MS);
  if (!isUp) throw doesNotStart(name);
}

function doesNotStart(name) {
  const lastLines =
    readIfThere(supervisor.logFile(name))?.trimEnd().split('\n').slice(-12).join('\n    ') ?? '';
  return new Failure(
    `The process "${name}" does not become ready. The last lines of its log:\n    ${lastLines}`,
    `The whole log is ${supervisor.logFile(name)}.`,
  );
}

async function createSetupCode(environment) {
  const output = await runStep('making a set-up code', process.execPath, [bundleFile('create-setup-code')], {
    cwd: ROOT,
    env: environment,
    logFile: path.join(LOGS_DIR, 'set-up.log'),
  });
  return output.trim();
}

function firstSteps(setupCode, appOrigin) {
  if (!setupCode) return '  Sign in with your own account.';
  return `  Nobody has an account yet. Open ${appOrigin}/set-up and enter this code:\n\n      ${setupCode}`;
}

function logins() {
  const users = JSON.parse(readIfThere(DEMO_USERS_FILE) ?? '[]');
  const width = Math.max(0, ...users.map(({ email }) => email.length));
  const lines = users.map(
    ({ role, email, password, totpSecret, clientNames }) =>
      `  ${role.padEnd(12)} ${email.padEnd(width)}  ${password}${totpSecret ? `  TOTP ${totpSecret}` : ''}${clientNames ? `  sees ${clientNames.join(', ')}` : ''}`,
  );
  return ['  Sign in as', ...lines].join('\n');
}

/** Ends everything we started; called again by somebody impatient, it kills. */
async function leave(exitCode) {
  if (isStopping) {
    if (performance.now() < impatientFrom) return; // npm passes on a Ctrl-C that the terminal has given us already
    supervisor.kill();
    endPrograms('SIGKILL');
    return;
  }
  isStopping = true;
  impatientFrom = performance.now() + 1_000;
  if (exitCode === 0) say('stopping …');
  for (const stopOne of stopWatching) await stopOne();
  endPrograms();
  await supervisor.stop();
  if (hasEmbedded) await endPostgres();
  if (holderOf(LOCK_FILE) === process.pid) rmSync(RUNTIME_FILE, { force: true });
  unlock(LOCK_FILE);
  process.exit(exitCode);
}

/** One that is just being started has detached itself already, but cannot be stopped before it is up. */
async function endPostgres() {
  if (isPostgresStarting) await until(() => postgresStatus({ dataDir: POSTGRES_DIR }), 3_000);
  await stopPostgres({ dataDir: POSTGRES_DIR });
}
