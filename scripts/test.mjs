// `npm test`: everything, from a fresh clone: types, lint and layers, dead code, format, unit, integration, browser.
// One stage alone: node scripts/test.mjs types|lint|dead-code|format|unit|integration|browser|storm; several at once by `check`
// (the first four) and `long` (what `npm run test:long` adds). More arguments go to vitest or Playwright.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { explain, Failure } from './failure.mjs';
import { installPackages, requireNode } from './install.mjs';
import { freePort } from './ports.mjs';
import { runStep, say } from './progress.mjs';
import { fingerprint, readIfThere, ROOT, whenChanged } from './project.mjs';
import { endPrograms, isRunning, runProgram, signalGroup, until } from './run-program.mjs';
import { whenNpmEnds } from './when-npm-ends.mjs';

const TEST_DIR = path.join(ROOT, '.test-data');
const SYSTEM_DIR = path.join(TEST_DIR, 'system');
const LOGS_DIR = path.join(TEST_DIR, 'logs');
const START_TIMEOUT_MS = 5 * 60_000;

/** @typedef {{ passed: number, failed: number, skipped: number, output: string }} Outcome */

const CHECKS = {
  // what the last run remembered has hidden that an export was gone
  types: () => check(bin('typescript/bin/tsc'), ['--noEmit', '--incremental', 'false', '-p', '.']),
  lint: () => check(bin('oxlint/bin/oxlint'), ['--deny-warnings', '.']),
  'dead-code': () => check(bin('knip/bin/knip.js'), ['--no-progress']),
  format: () => check(bin('prettier/bin/prettier.cjs'), ['--check', '--log-level', 'warn', '.']),
};
const STAGES = {
  ...CHECKS,
  unit: () => vitest('unit'),
  integration: () => vitest('integration'),
  browser: inBrowser,
  storm: () => vitest('storm'),
  long: () => vitest('long'),
};
const ALL = [...Object.keys(CHECKS), 'unit', 'build', 'integration', 'storm', 'browser'];
/** A browser waits for nearly half of its time: these have it meanwhile, one after the other. */
const BESIDE_BROWSER = ['integration', 'storm'];
const PLANS = { all: ALL, check: Object.keys(CHECKS), long: [...ALL, 'long'] };

const [wanted = 'all', ...more] = process.argv.slice(2);
let system = null;
let isGivenUp = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, giveUp);
whenNpmEnds(giveUp);

try {
  requireNode();
  const plan = PLANS[wanted] ?? (Object.hasOwn(STAGES, wanted) ? [wanted] : null);
  if (!plan)
    throw new Failure(
      `There is no stage "${wanted}".`,
      `Known are: ${Object.keys({ ...PLANS, ...STAGES }).join(', ')}.`,
    );
  mkdirSync(LOGS_DIR, { recursive: true });
  if (wanted === 'long') process.env.HOLDFAST_THOROUGH = 'all';
  if (wanted === 'all') say('left out, since it takes long: what `npm run test:long` adds');
  await prepare(plan);
  await runPlan(plan);
} catch (error) {
  console.error(`\n${explain(error)}`);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}

/** Ends what is under way; the stages that follow then fail at once, and the last line says so. */
function giveUp() {
  isGivenUp = true;
  endPrograms();
  signalGroup(system?.pid, 'SIGTERM');
}

async function prepare(plan) {
  await installPackages();
  const key = fingerprint(['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json']);
  await whenChanged(path.join(ROOT, 'prisma/generated/.stamp'), key, async () => {
    await runNode('generating the database client', [bin('prisma/build/index.js'), 'generate'], 'generate');
  });
  // next-env.d.ts and the types of the routes are not kept in the repository
  if (plan.includes('types') && existsSync(path.join(ROOT, 'app')))
    await runNode('generating the types of the routes', [bin('next/dist/bin/next'), 'typegen'], 'typegen');
}

async function runPlan(plan) {
  const outcomes = [];
  const checks = plan.filter((name) => Object.hasOwn(CHECKS, name)).values();
  const runAll = async (names) => {
    for (const name of names) {
      if (isGivenUp) break;
      outcomes.push(await runStage(name));
    }
  };
  // checks share nothing and use a core each
  await Promise.all([runAll(checks), runAll(checks)]);
  const rest = plan.filter((name) => !Object.hasOwn(CHECKS, name));
  const beside = rest.filter((name) => BESIDE_BROWSER.includes(name));
  await runAll(rest.filter((name) => !['browser', 'long', ...beside].includes(name)));
  await Promise.all([runAll(beside), runAll(rest.filter((name) => name === 'browser'))]);
  if (rest.includes('long')) await runAll(['long']);
  await stopSystem();
  const sum = (of) => outcomes.reduce((total, outcome) => total + outcome[of], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') > 0 || isGivenUp ? 1 : 0;
}

async function runStage(name) {
  const beganAt = performance.now();
  const outcome = await outcomeOf(name);
  if (name === 'browser') await stopSystem();
  const seconds = ((performance.now() - beganAt) / 1000).toFixed(1);
  const skipped = outcome.skipped ? `, ${outcome.skipped} skipped` : '';
  if (outcome.failed > 0) console.log(`\n${outcome.output.trim()}\n`);
  say(
    `${outcome.failed > 0 ? 'FAILED' : 'ok    '} ${name}: ${outcome.passed} passed, ${outcome.failed} failed${skipped} (${seconds} s)`,
  );
  for (const line of outcome.output.split('\n'))
    if (/^(SKIPPED|FLAKY):/.test(line)) console.log(`         ${line}`);
  return outcome;
}

/** @returns {Promise<Outcome>} */
async function outcomeOf(name) {
  try {
    return name === 'build' ? await build() : await STAGES[name]();
  } catch (error) {
    return { passed: 0, failed: 1, skipped: 0, output: explain(error) };
  }
}

function bin(file) {
  return path.join(ROOT, 'node_modules', file);
}

async function runNode(what, args, logName) {
  await runStep(what, process.execPath, args, { cwd: ROOT, logFile: path.join(LOGS_DIR, `${logName}.log`) });
}

/** @returns {Promise<Outcome>} */
async function check(program, args) {
  const { code, output } = await runProgram(process.execPath, [program, ...args], { cwd: ROOT });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, output };
}

/**
 * @param {string} project names the stage
 * @returns {Promise<Outcome>}
 */
async function vitest(project) {
  const resultFile = path.join(TEST_DIR, `${project}.json`);
  rmSync(resultFile, { force: true });
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${resultFile}`];
  const args = [bin('vitest/vitest.mjs'), 'run', '--project', project, ...reporters, ...more];
  const { code, output } = await runProgram(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: '1', NODE_ENV: 'test' },
    logFile: path.join(LOGS_DIR, `${project}.log`),
  });
  const result = JSON.parse(readIfThere(resultFile) ?? 'null');
  if (!result) return { passed: 0, failed: 1, skipped: 0, output };
  // a file that cannot be loaded has no test that fails
  const unloadable = result.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failed = result.numFailedTests + unloadable.length;
  return {
    passed: result.numPassedTests,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: result.numPendingTests + result.numTodoTests,
    output,
  };
}

/** Starts a whole system as `npm start` does, on free ports and a data folder of its own. */
async function build() {
  await startSystem();
  return { passed: 1, failed: 0, skipped: 0, output: '' };
}

async function startSystem() {
  if (system) return;
  rmSync(path.join(SYSTEM_DIR, 'runtime.json'), { force: true });
  const taken = new Set();
  const ports = {};
  for (const name of ['WEB', 'INGEST', 'WORKER', 'POSTGRES']) {
    const port = await freePort(3_900, taken);
    taken.add(port);
    ports[`HOLDFAST_${name}_PORT`] = String(port);
  }
  const ours = /^(HOLDFAST_(?!REQUIRE_TOOLS)|DATABASE_URL|QUEUE_URL|NEXTAUTH_|APP_ORIGIN|INGEST_ORIGIN)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
  await stopPrevious(env);
  const log = path.join(LOGS_DIR, 'system.log');
  system = await launchSystem(
    {
      ...env,
      ...ports,
      HOLDFAST_DATA_DIR: SYSTEM_DIR,
      HOLDFAST_DEMO: 'on',
      HOLDFAST_NOTIFY_LOOPBACK: 'on',
      HOLDFAST_PULL_NETWORKS: '127.0.0.0/8',
    },
    log,
  );
  const isUp = await until(() => system.exitCode !== null || runtime(), START_TIMEOUT_MS);
  if (!isUp || system.exitCode !== null)
    throw new Failure(
      `The system for the browser tests did not start:\n${readIfThere(log)}`,
      `See ${SYSTEM_DIR}/logs.`,
    );
}

/** Of a run that was killed. */
async function stopPrevious(env) {
  const args = [path.join(ROOT, 'scripts/start.mjs'), 'stop'];
  await runProgram(process.execPath, args, { cwd: ROOT, env: { ...env, HOLDFAST_DATA_DIR: SYSTEM_DIR } });
  rmSync(SYSTEM_DIR, { recursive: true, force: true });
  rmSync(path.join(TEST_DIR, 'test-results'), { recursive: true, force: true });
}

async function launchSystem(env, logFile) {
  const { openSync, closeSync } = await import('node:fs');
  const log = openSync(logFile, 'w');
  const args = [path.join(ROOT, 'scripts/start.mjs')];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return child;
}

function runtime() {
  return JSON.parse(readIfThere(path.join(SYSTEM_DIR, 'runtime.json')) ?? 'null');
}

async function stopSystem() {
  if (!system || system.exitCode !== null) return;
  signalGroup(system.pid, 'SIGTERM');
  await until(() => !isRunning(system.pid, 'start.mjs'), 30_000);
}

/** @returns {Promise<Outcome>} */
async function inBrowser() {
  await startSystem();
  const { webUrl, ingestUrl, environment } = runtime();
  const resultFile = path.join(TEST_DIR, 'browser.json');
  const accessFile = path.join(TEST_DIR, 'access.json');
  rmSync(resultFile, { force: true });
  writeFileSync(accessFile, await demoAccess(), { mode: 0o600 });
  const args = [bin('@playwright/test/cli.js'), 'test', '--reporter=line,json', ...more];
  const { code, output } = await runProgram(process.execPath, args, {
    cwd: ROOT,
    env: {
      ...process.env,
      HOLDFAST_DATA_DIR: SYSTEM_DIR,
      HOLDFAST_E2E_WEB_URL: webUrl,
      HOLDFAST_E2E_INGEST_URL: ingestUrl,
      HOLDFAST_E2E_DATABASE_URL: environment.DATABASE_URL,
      HOLDFAST_E2E_ACCESS: accessFile,
      PLAYWRIGHT_JSON_OUTPUT_FILE: resultFile,
      NO_COLOR: '1',
      FORCE_COLOR: undefined,
    },
    logFile: path.join(LOGS_DIR, 'browser.log'),
  });
  const stats = JSON.parse(readIfThere(resultFile) ?? 'null')?.stats;
  if (!stats) return { passed: 0, failed: 1, skipped: 0, output };
  const failed = stats.unexpected;
  return {
    passed: stats.expected + stats.flaky,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: stats.skipped,
    // one line a test says nothing about the failed ones
    output: `${output.replaceAll(/^\[\d+\/\d+\].*\n/gm, '')}\n${flakyIn(output)}`,
  };
}

/** What passed only when it was tried again, a line each. */
function flakyIn(output) {
  const [, listed = ''] = /^ {2}\d+ flaky\n((?: {4}.*\n)+)/m.exec(output) ?? [];
  return listed.replaceAll(/^ +/gm, 'FLAKY: ').trimEnd();
}

async function demoAccess() {
  return runStep('reading demo:access', process.execPath, [path.join(ROOT, 'scripts/demo-access.mjs')], {
    cwd: ROOT,
    env: { ...process.env, HOLDFAST_DATA_DIR: SYSTEM_DIR },
    logFile: path.join(LOGS_DIR, 'access.log'),
  });
}
