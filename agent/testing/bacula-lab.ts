import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A real Bacula with a catalogue in SQLite: ordinary processes on the loopback, nothing outside its folder. */
export interface BaculaLab {
  catalogue: string;
  /** Files of its own that every job backs up. */
  source: string;
  /** Says the lines to the director. @returns what it answered */
  console: (...lines: readonly string[]) => string;
  /** The part of a machine that hands out its files goes down. */
  stopClient: () => Promise<void>;
  stop: () => Promise<void>;
}

const CLIENT = 'files01-fd';
/** Where Debian puts the script that makes the tables. */
const BACULA_TABLES = '/usr/share/bacula-director/make_sqlite3_tables';
export const BACULA_PASSWORD = 'c4n4ry-bacula';

/** @param zone of the director, such as `America/New_York`; its catalogue keeps times in it */
export async function startBacula(folder: string, zone: string): Promise<BaculaLab> {
  for (const name of ['work', 'volumes', 'copies', 'source']) fs.mkdirSync(path.join(folder, name));
  const source = path.join(folder, 'source');
  for (let number = 1; number <= 20; number++)
    fs.writeFileSync(path.join(source, `doc${number}.txt`), `document ${number}\n`);
  const ports = { dir: await freePort(), fd: await freePort(), sd: await freePort() };
  for (const [name, text] of Object.entries(configurations(folder, ports)))
    fs.writeFileSync(path.join(folder, `${name}.conf`), text);
  const work = path.join(folder, 'work');
  makeTables(work);
  const env = { ...process.env, TZ: zone };
  const start = (program: string, name: string): ChildProcess =>
    spawn(program, ['-f', '-c', path.join(folder, `${name}.conf`)], { env, stdio: 'ignore' });
  const client = start('bacula-fd', 'fd');
  const daemons = [start('bacula-sd', 'sd'), client, start('bacula-dir', 'dir')];
  await Promise.all(Object.values(ports).map(waitForPort));
  return {
    catalogue: path.join(work, 'bacula.db'),
    source,
    console: (...lines) =>
      spawnSync('bconsole', ['-c', path.join(folder, 'bc.conf')], {
        input: `${lines.join('\n')}\n`,
        encoding: 'utf8',
        timeout: 60_000,
        env,
      }).stdout,
    stopClient: () => stopped(client),
    stop: async () => {
      await Promise.all(daemons.map(stopped));
    },
  };
}

async function stopped(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const end = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill('SIGTERM');
  const late = setTimeout(() => daemon.kill('SIGKILL'), 5000);
  await end;
  clearTimeout(late);
}

/** Debian's script makes them where its package wants them. */
function makeTables(work: string): void {
  const script = fs
    .readFileSync(BACULA_TABLES, 'utf8')
    .replace(/^cd \/var\/lib\/bacula$/m, `cd '${work}'`)
    .replace('XXX_DBNAME_XXX', 'bacula');
  execFileSync('sh', ['-c', script], { stdio: 'ignore' });
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function waitForPort(port: number): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
      socket.once('close', () => socket.destroy());
      socket.once('connect', () => socket.end());
    });
    if (isOpen) return;
    await pause(50);
  }
  throw new Error(`nothing listens on ${port}`);
}

interface Ports {
  dir: number;
  fd: number;
  sd: number;
}

/** A closing brace in the line of a value is taken for a part of it: it stands in a line of its own. */
const resource = (kind: string, lines: readonly string[]): string =>
  `${kind} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
const address = (name: string, port: number): string =>
  `${name} = { ip = { addr = 127.0.0.1; port = ${port}; } }`;
const job = (name: string, ...more: readonly string[]): string =>
  resource('Job', [`Name = ${name}`, 'JobDefs = Own', ...more]);
const files = (name: string, paths: readonly string[]): string =>
  resource('FileSet', [
    `Name = ${name}`,
    'Include {\n Options {\n signature = MD5\n }',
    ...paths.map((one) => `File = "${one}"`),
    '}',
  ]);
const pool = (name: string, ...more: readonly string[]): string =>
  resource('Pool', [`Name = ${name}`, 'Pool Type = Backup', `Label Format = "${name}-"`, ...more]);
const storage = (name: string, media: string, port: number): string =>
  resource('Storage', [
    `Name = ${name}`,
    'Address = 127.0.0.1',
    `SDPort = ${port}`,
    PASSWORD,
    `Device = ${media}`,
    `Media Type = ${media}`,
  ]);
const device = (media: string, folder: string): string =>
  resource('Device', [
    `Name = ${media}`,
    `Media Type = ${media}`,
    `Archive Device = "${folder}"`,
    'LabelMedia = yes',
    'Random Access = yes',
    'AutomaticMount = yes',
    'RemovableMedia = no',
    'AlwaysOpen = no',
  ]);

const PASSWORD = `Password = "${BACULA_PASSWORD}"`;
const DIRECTOR = resource('Director', ['Name = lab-dir', PASSWORD]);
const TOLD = resource('Messages', ['Name = Told', 'director = lab-dir = all']);

function configurations(folder: string, { dir, fd, sd }: Ports): Record<string, string> {
  const work = path.join(folder, 'work');
  const own = [`WorkingDirectory = "${work}"`, `PidDirectory = "${work}"`];
  const source = path.join(folder, 'source');
  return {
    dir: [
      resource('Director', [
        'Name = lab-dir',
        'QueryFile = "/dev/null"',
        ...own,
        'Maximum Concurrent Jobs = 4',
        PASSWORD,
        'Messages = Told',
        address('DirAddresses', dir),
      ]),
      resource('JobDefs', [
        'Name = Own',
        'Type = Backup',
        'Level = Full',
        `Client = ${CLIENT}`,
        'FileSet = Docs',
        'Storage = Disk',
        'Pool = Default',
        'Messages = Told',
      ]),
      job('BackupDocs'),
      job('BackupMissing', 'FileSet = Missing'),
      job('BackupOther', 'Pool = Other'),
      job(
        'BackupScript',
        'RunScript {\n Command = "/bin/false"\n RunsWhen = Before\n RunsOnClient = no\n Fail Job On Error = yes\n }',
      ),
      job('VerifyDocs', 'Type = Verify', 'Level = VolumeToCatalog', 'Verify Job = BackupDocs'),
      job('CopyDocs', 'Type = Copy', 'Selection Type = PoolUncopiedJobs'),
      files('Docs', [source]),
      files('Missing', [source, path.join(folder, 'not-there')]),
      resource('Client', [
        `Name = ${CLIENT}`,
        'Address = 127.0.0.1',
        `FDPort = ${fd}`,
        'Catalog = Own',
        PASSWORD,
      ]),
      storage('Disk', 'DiskFile', sd),
      storage('Second', 'SecondFile', sd),
      resource('Catalog', ['Name = Own', 'dbname = "bacula"', 'dbuser = ""', 'dbpassword = ""']),
      resource('Messages', ['Name = Told', `append = "${work}/log" = all, !skipped`]),
      pool('Default', 'Next Pool = Copies'),
      pool('Other', 'Maximum Volume Jobs = 1'),
      pool('Copies', 'Storage = Second'),
    ].join('\n'),
    sd: [
      resource('Storage', ['Name = lab-sd', ...own, address('SDAddresses', sd)]),
      DIRECTOR,
      device('DiskFile', path.join(folder, 'volumes')),
      device('SecondFile', path.join(folder, 'copies')),
      TOLD,
    ].join('\n'),
    fd: [
      resource('FileDaemon', [`Name = ${CLIENT}`, ...own, address('FDAddresses', fd)]),
      DIRECTOR,
      TOLD,
    ].join('\n'),
    bc: resource('Director', ['Name = lab-dir', `DIRport = ${dir}`, 'Address = 127.0.0.1', PASSWORD]),
  };
}
