import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { requireTool } from '@/test/require-tool';

/** Where Debian puts the newest PostgreSQL. */
const VERSIONS = '/usr/lib/postgresql';
const version = fs.existsSync(VERSIONS) ? fs.readdirSync(VERSIONS).toSorted().at(-1) : undefined;
export const POSTGRES_BIN = path.join(VERSIONS, version ?? 'none', 'bin');
export const hasPgbackrest = (): boolean =>
  requireTool('pgbackrest') && requireTool(path.join(POSTGRES_BIN, 'postgres'));
export const PGBACKREST_CIPHER = 'c1pher-c4n4ry-pass';

/** A real PostgreSQL, stopped, that a real pgBackRest has backed up into the repository `repo` as stanza `main`. */
export interface PgbackrestLab {
  /** The folder of everything that belongs to `postgres`. */
  owned: string;
  /** The configuration file of that name. */
  configOf: (name: string) => string;
  writeConfig: (name: string, repo: string, cipher?: string) => void;
  /** Damages a copy of the good repository. @returns the name of its configuration */
  damaged: (name: string, damage: (repo: string) => void) => string;
}

/** @param rows of the table `ledger`; behind the backup lie three segments of log, each with a table */
export function makePgbackrestLab(folder: string, rows: number): PgbackrestLab {
  const owned = path.join(folder, 'pg');
  const configOf = (name: string): string => path.join(folder, `${name}.conf`);
  const writeConfig = (name: string, repo: string, cipher = PGBACKREST_CIPHER): void => {
    fs.writeFileSync(configOf(name), configuration(owned, repo, cipher));
    fs.chmodSync(configOf(name), 0o644);
  };
  fs.chmodSync(folder, 0o755);
  fs.mkdirSync(owned);
  if (process.getuid?.() === 0) execFileSync('chown', ['postgres:', owned]);
  writeConfig('good', 'repo');
  const pgbackrest = `pgbackrest --config=${configOf('good')} --stanza=main`;
  asPostgres(`${POSTGRES_BIN}/initdb -D ${owned}/data -A trust -U postgres >/dev/null`);
  asPostgres(`cat >> ${owned}/data/postgresql.conf <<'END'
listen_addresses = ''
unix_socket_directories = '${owned}'
archive_mode = on
archive_command = '${pgbackrest} archive-push %p'
END`);
  asPostgres(`${POSTGRES_BIN}/pg_ctl -D ${owned}/data -l ${owned}/log -w start >/dev/null`);
  asPostgres(`${pgbackrest} stanza-create`);
  asPostgres(
    `${POSTGRES_BIN}/psql -h ${owned} -q -c "create table ledger as select g as id, md5(g::text) as entry from generate_series(1, ${rows}) g" postgres`,
  );
  asPostgres(`${pgbackrest} --type=full backup`);
  // Log behind the backup, in segments of their own.
  for (const name of ['late_one', 'late_two', 'late_three'])
    asPostgres(
      `${POSTGRES_BIN}/psql -h ${owned} -q -c "create table ${name} as select 1 as id" -c "select pg_switch_wal()" postgres >/dev/null`,
    );
  asPostgres(`${POSTGRES_BIN}/pg_ctl -D ${owned}/data -m fast -w stop >/dev/null`);
  return {
    owned,
    configOf,
    writeConfig,
    damaged: (name, damage) => {
      const at = path.join(owned, name);
      asPostgres(`cp -a ${path.join(owned, 'repo')} ${at}`);
      damage(at);
      writeConfig(name, name);
      return name;
    },
  };
}

const configuration = (owned: string, repo: string, cipher: string): string => `[global]
repo1-path=${owned}/${repo}
repo1-cipher-type=aes-256-cbc
repo1-cipher-pass=${cipher}
log-path=${owned}/logs
lock-path=${owned}/lock
spool-path=${owned}/spool
start-fast=y
compress-type=none
[main]
pg1-path=${owned}/data
pg1-socket-path=${owned}
`;

/** PostgreSQL refuses to run as root. @returns what the line of the shell printed */
export function asPostgres(command: string): string {
  const isRoot = process.getuid?.() === 0;
  const [program, ...args] = isRoot
    ? ['runuser', '-u', 'postgres', '--', 'sh', '-ec', command]
    : ['sh', '-ec', command];
  return execFileSync(program ?? '', args, {
    cwd: '/',
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The largest file of the backed up tables. */
export function pagesOf(repo: string): string {
  return asPostgres(`find ${repo}/backup/main/*F/pg_data/base -type f -size +900k | head -1`).trim();
}
