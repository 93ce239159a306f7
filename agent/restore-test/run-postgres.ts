import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { QuerySettings } from '@/agent/config/agent-config';
import type { RestoreLimits } from '@/agent/restore-test/restore-tool';
import { runProgram, type ProgramOutcome } from '@/agent/tools/run-program';

/** How a restored database is started: reached by nobody but us, and reaching nobody. */
export interface PostgresSettings {
  /** Where `postgres` and `psql` are. */
  bin: string;
  data: string;
  /** Its own, for the socket and the settings; nobody else may enter it. */
  folder: string;
  /** How it gets the log that its backup needs. */
  restoreCommand: string;
  databaseUser: string;
  user: { uid: number; gid: number } | undefined;
  env: Readonly<Record<string, string | undefined>>;
}

export interface RunningPostgres {
  /** The first value of the answer, or why there is none. */
  ask: (query: QuerySettings, limits: RestoreLimits) => Promise<{ value: string } | { trouble: string }>;
  stop: () => Promise<void>;
}

/** Only names a file of the socket: no port is opened. */
const PORT = 5432;
/** The name of a socket may be no longer than 107 bytes; its own part is `/.s.PGSQL.5432`. */
const FOLDER_BYTES_MAX = 90;
const POLL_MILLISECONDS = 200;

/**
 * Starts a restored database and waits until it takes queries.
 * @returns a sentence when it does not: what it said, and whether it ended by itself
 */
export async function startPostgres(
  settings: PostgresSettings,
  limits: RestoreLimits,
): Promise<RunningPostgres | { trouble: string; hasEnded: boolean }> {
  const { bin, folder, user, env } = settings;
  if (Buffer.byteLength(folder) > FOLDER_BYTES_MAX)
    return {
      trouble: `${folder} is too long a name for a socket: give another scratch folder.`,
      hasEnded: false,
    };
  const configFile = writeSettings(settings);
  let pid = 0;
  let ended: ProgramOutcome | null = null;
  const running = runProgram({
    program: path.join(bin, 'postgres'),
    args: ['-D', settings.data, '-c', `config_file=${configFile}`, ...overrides(settings)],
    env,
    cwd: folder,
    ...(user && { user }),
    timeLimitSeconds: limits.secondsLeft(),
    onStart: (started) => {
      pid = started;
      limits.onStart(started);
    },
  }).then((outcome) => {
    ended = outcome;
    limits.onEnd('postgres', outcome);
  });
  const ask: RunningPostgres['ask'] = (query, within) => askPsql(settings, query, within);
  const stop = async (): Promise<void> => {
    // Immediate: what is thrown away need not be written out.
    if (ended === null && pid > 0) process.kill(pid, 'SIGQUIT');
    await running;
  };
  while (limits.secondsLeft() > 0) {
    if (ended !== null) return { trouble: lastWords(ended), hasEnded: true };
    const answer = await ask({ name: 'ready', database: 'postgres', sql: 'select 1' }, quiet(limits));
    if ('value' in answer) return { ask, stop };
    await pause(POLL_MILLISECONDS);
  }
  await stop();
  return { trouble: 'PostgreSQL did not take queries within the time limit.', hasEnded: false };
}

/** Asked again and again: only what matters stands in the evidence. */
const quiet = (limits: RestoreLimits): RestoreLimits => ({ ...limits, onEnd: () => {} });

function writeSettings({ folder, user }: PostgresSettings): string {
  const file = path.join(folder, 'settings.conf');
  const accessFile = path.join(folder, 'access.conf');
  fs.writeFileSync(file, '# everything is said on the command line\n', { mode: 0o600 });
  // The folder keeps everybody else out.
  fs.writeFileSync(accessFile, 'local all all trust\n', { mode: 0o600 });
  if (user) for (const one of [file, accessFile]) fs.chownSync(one, user.uid, user.gid);
  return file;
}

/** Stronger than the settings that lie in the restored data: it must archive nothing, replicate nothing and run no job. */
function overrides({ folder, restoreCommand }: PostgresSettings): string[] {
  const values: Readonly<Record<string, string>> = {
    hba_file: path.join(folder, 'access.conf'),
    ident_file: path.join(folder, 'access.conf'),
    listen_addresses: '',
    port: String(PORT),
    unix_socket_directories: folder,
    unix_socket_permissions: '0700',
    archive_mode: 'off',
    archive_command: '',
    primary_conninfo: '',
    hot_standby: 'off',
    max_logical_replication_workers: '0',
    shared_preload_libraries: '',
    autovacuum: 'off',
    ssl: 'off',
    fsync: 'off',
    logging_collector: 'off',
    log_destination: 'stderr',
    external_pid_file: '',
    restore_command: restoreCommand,
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function askPsql(
  { bin, folder, databaseUser, user, env }: PostgresSettings,
  { database, sql }: QuerySettings,
  limits: RestoreLimits,
): Promise<{ value: string } | { trouble: string }> {
  const outcome = await runProgram({
    program: path.join(bin, 'psql'),
    args: ['-X', '-A', '-t', '-h', folder, '-p', String(PORT), '-U', databaseUser, '-d', database, '-c', sql],
    env,
    cwd: folder,
    ...(user && { user }),
    timeLimitSeconds: limits.secondsLeft(),
    onStart: limits.onStart,
  });
  limits.onEnd('query', outcome);
  if (outcome.exitCode === 0) return { value: outcome.stdout.trim() };
  return { trouble: outcome.startError ?? outcome.stderr.trim() };
}

const SHOWN_LINES = 5;

function lastWords({ stderr, startError }: ProgramOutcome): string {
  if (startError !== null) return `PostgreSQL could not be started: ${startError}.`;
  const lines = stderr.trim().split('\n');
  const fatal = lines.filter((line) => /\b(?:FATAL|PANIC|HINT):/.test(line));
  return `PostgreSQL ended by itself: ${(fatal.length > 0 ? fatal : lines).slice(-SHOWN_LINES).join('\n')}`;
}
