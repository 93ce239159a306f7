import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { restoreTime, type RestoreTrouble } from '@/domain/restore-test/judge-restore';
import { SYSTEM_ERRORS } from '@/agent/collectors/repository-problem';
import type { RestoreRequest } from '@/contract/restore-request';
import type { AgentConfig, QuerySettings, TestedStanza } from '@/agent/config/agent-config';
import type { Environment, Places } from '@/agent/places';
import { makeRedact, secretsOfEnvironment } from '@/agent/redact';
import { endOf } from '@/agent/report/shorten';
import type { RestoreEvidence } from '@/agent/restore-test/evidence';
import { readStanzaInfo, stanzaKey, type StanzaBackup } from '@/agent/restore-test/pgbackrest-info';
import { askReplayed } from '@/agent/restore-test/replayed-log';
import {
  startPostgres,
  type PostgresSettings,
  type RunningPostgres,
} from '@/agent/restore-test/run-postgres';
import { unreadStanzaKey } from '@/agent/restore-test/stanza-collection';
import { optionsOf, userOf } from '@/agent/restore-test/stanza-program';
import { scratchRootOf } from '@/agent/restore-test/test-files';
import { beginTest, rounded, type TestSession } from '@/agent/restore-test/test-session';
import { runProgram, type ProgramOutcome } from '@/agent/tools/run-program';

/** A stanza of pgBackRest to test. */
export interface StanzaTest {
  stanza: TestedStanza;
  /** The label of a backup, or `newest`. */
  point: string;
  testKey: string;
  trigger: RestoreEvidence['trigger'];
  /** What Holdfast asked for; null: nobody asked. */
  request: Pick<RestoreRequest, 'request_id' | 'repository_key' | 'known_point_key' | 'rto_seconds'> | null;
}

interface Context {
  config: AgentConfig;
  env: Environment;
  places: Places;
}

/**
 * Restores a backup of a stanza into a scratch folder, replays its archived log (to its end, unless the configuration says otherwise), starts it
 * with a socket only, asks the configured queries, and removes it. The database that was backed up is neither asked nor touched.
 */
export async function testPostgres(
  asked: StanzaTest,
  { config, env, places }: Context,
): Promise<RestoreEvidence> {
  const { stanza, request } = asked;
  const redact = makeRedact(secretsOfEnvironment(env));
  const session = beginTest(
    {
      testKey: asked.testKey,
      requestId: request?.request_id ?? null,
      isDrill: false,
      trigger: asked.trigger,
      tool: 'pgbackrest',
      location: `stanza ${stanza.stanza}`,
      repositoryKey: request?.repository_key ?? unreadStanzaKey(stanza),
      askedPointKey: request?.known_point_key ?? null,
      limits: config.restore_tests,
      scratchRoot: scratchRootOf(config.restore_tests.scratch, places.stateDir),
      rtoSeconds: rtoOf(asked),
      redact,
    },
    'database_start',
  );
  session.evidence.level = 'L3';
  try {
    return await testWithin(asked, session, env);
  } catch (error) {
    return session.end('error', error instanceof Error ? error.message : String(error));
  }
}

async function testWithin(
  asked: StanzaTest,
  session: TestSession,
  given: Environment,
): Promise<RestoreEvidence> {
  const { stanza, point, request } = asked;
  const { evidence, limits } = session;
  if (limits.bandwidthKibPerSecond !== null)
    return session.end(
      'skipped',
      'pgBackRest cannot limit what it reads; leave bandwidth_kib_per_second out to test it.',
    );
  const user = userOf(stanza);
  const scratch = session.scratch();
  if (user) for (const one of [scratch.folder, scratch.data]) fs.chownSync(one, user.uid, user.gid);
  const unreachable = user ? whoBars(scratch.folder, user) : null;
  if (unreachable !== null)
    return session.end(
      'skipped',
      `${unreachable} cannot be entered by the user that runs PostgreSQL: give restore_tests.scratch another folder.`,
    );
  const env = { ...given, HOLDFAST_TOKEN: undefined, HOME: scratch.data, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  const ask = async (what: string, args: readonly string[]): Promise<ProgramOutcome> => {
    const outcome = await runProgram({
      program: stanza.pgbackrest,
      args: [...optionsOf(stanza), ...args],
      env,
      cwd: scratch.folder,
      ...(user && { user }),
      timeLimitSeconds: limits.secondsLeft(),
      onStart: limits.onStart,
    });
    limits.onEnd(what, outcome);
    return outcome;
  };
  const version = await runProgram({
    program: stanza.pgbackrest,
    args: ['version'],
    env,
    timeLimitSeconds: limits.secondsLeft(),
  });
  limits.onEnd('version', version);
  if (version.startError !== null)
    return session.end('error', `pgBackRest could not be started: ${version.startError}.`);
  evidence.tool_version = /(\d+\.\S+)/.exec(version.stdout)?.[1] ?? null;
  const told = await ask('info', ['info', '--output=json']);
  if (told.exitCode !== 0)
    return session.end('error', troubleOf(told)?.message ?? 'pgBackRest did not answer.');
  const info = readStanzaInfo(told.stdout, stanza.stanza);
  if (typeof info === 'string') return session.end('error', info);
  const key = stanzaKey(info, stanza.stanza);
  if (request !== null && request.repository_key !== key)
    return session.end('skipped', `The stanza ${stanza.stanza} is that of another database by now.`);
  evidence.repository.key = key;
  const backup = chooseBackup(info.backups, point);
  if (!backup) return session.end('error', `The stanza ${stanza.stanza} holds no backup ${point}.`);
  describeBackup(evidence, backup, stanza);
  const lack = session.lacksRoom(backup.info.size);
  if (lack !== null) return session.end('skipped', lack);
  const data = path.join(scratch.data, 'pg');
  fs.mkdirSync(data, { mode: 0o700 });
  if (user) fs.chownSync(data, user.uid, user.gid);
  const startedTick = performance.now();
  const restored = await ask('restore', restoreArguments(stanza, backup, data, scratch.data));
  evidence.exit_code = restored.exitCode;
  const trouble = troubleOf(restored);
  measureFiles(evidence, data);
  if (trouble) return session.end(trouble.kind === 'damage' ? 'failed' : 'error', trouble.message);
  const settings: PostgresSettings = {
    bin: stanza.bin ?? `/usr/lib/postgresql/${info.version}/bin`,
    data,
    folder: scratch.data,
    restoreCommand: restoreCommandOf(stanza, data),
    databaseUser: stanza.database_user,
    user,
    env,
  };
  const started = await startPostgres(settings, limits);
  const answeredTick = performance.now();
  if ('trouble' in started) return session.end(started.hasEnded ? 'failed' : 'error', started.trouble);
  evidence.restore_seconds = rounded((answeredTick - startedTick) / 1000);
  try {
    if (stanza.replay === 'archive') evidence.replayed = await askReplayed(started, info, limits);
    await askQueries(started, stanza.queries, session);
  } finally {
    await started.stop();
  }
  evidence.verify_seconds = rounded((performance.now() - answeredTick) / 1000);
  tellRate(evidence, rtoOf(asked));
  return judge(session);
}

/** The first folder on the way that somebody may not enter; null: they can. */
function whoBars(folder: string, user: { uid: number; gid: number }): string | null {
  for (let at = path.dirname(folder); at !== path.dirname(at); at = path.dirname(at))
    if ((fs.statSync(at).mode & entryBit(fs.statSync(at), user)) === 0) return at;
  return null;
}

function entryBit(of: fs.Stats, { uid, gid }: { uid: number; gid: number }): number {
  if (of.uid === uid) return 0o100;
  return of.gid === gid ? 0o010 : 0o001;
}

/** Into an empty folder of ours, tablespaces too; no option lets it write over anything. */
function restoreArguments(
  { replay }: TestedStanza,
  { label }: StanzaBackup,
  data: string,
  folder: string,
): string[] {
  return [
    `--pg1-path=${data}`,
    `--lock-path=${path.join(folder, 'lock')}`,
    `--tablespace-map-all=${path.join(folder, 'tablespaces')}`,
    '--log-level-console=warn',
    `--set=${label}`,
    ...(replay === 'archive' ? ['--type=default'] : ['--type=immediate', '--target-action=promote']),
    'restore',
  ];
}

/** The spool of an asynchronous archive belongs to the real database. */
function restoreCommandOf(stanza: TestedStanza, data: string): string {
  const words = [
    stanza.pgbackrest,
    ...optionsOf(stanza),
    `--pg1-path=${data}`,
    '--no-archive-async',
    'archive-get',
  ];
  return `${words.map(quoted).join(' ')} %f "%p"`;
}

const quoted = (word: string): string => `'${word.replaceAll('%', '%%').replaceAll("'", `'"'"'`)}'`;

function chooseBackup(backups: readonly StanzaBackup[], point: string): StanzaBackup | null {
  if (point !== 'newest') return backups.find(({ label }) => label === point) ?? null;
  return backups.toSorted((a, b) => b.timestamp.stop - a.timestamp.stop)[0] ?? null;
}

function describeBackup(evidence: RestoreEvidence, backup: StanzaBackup, { stanza }: TestedStanza): void {
  const takenAt = new Date(backup.timestamp.stop * 1000);
  evidence.point = {
    key: backup.label,
    taken_at: takenAt.toISOString(),
    host: os.hostname(),
    paths: [stanza],
    age_seconds: Math.round((Date.parse(evidence.started_at) - takenAt.getTime()) / 1000),
    files: null,
    bytes: backup.info.size,
  };
}

function measureFiles(evidence: RestoreEvidence, data: string): void {
  let bytes = 0;
  let onDisk = 0;
  for (const entry of fs.readdirSync(data, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const stat = fs.statSync(path.join(entry.parentPath, entry.name));
    bytes += stat.size;
    onDisk += stat.blocks * 512;
  }
  evidence.bytes_restored = bytes;
  evidence.bytes_on_disk = onDisk;
}

async function askQueries(
  postgres: RunningPostgres,
  queries: readonly QuerySettings[],
  { evidence, limits }: TestSession,
): Promise<void> {
  const asked: RestoreEvidence['queries'][number][] = [];
  for (const query of queries) {
    const answer = await postgres.ask(query, limits);
    const value = 'value' in answer ? answer.value : null;
    asked.push({
      name: query.name,
      expected: expectationOf(query),
      answer: value,
      is_met: isMet(query, value),
    });
    if ('trouble' in answer)
      evidence.problems = [...evidence.problems, `${query.name}: ${endOf(answer.trouble, 500)}`];
  }
  evidence.queries = asked;
  const text = JSON.stringify(asked.map(({ name, expected, answer }) => [name, expected, answer]));
  evidence.manifest = {
    origin: 'application',
    origins: {},
    sha256: createHash('sha256').update(text).digest('hex'),
  };
}

/** Whether an answer of a restored database is held against something, without which a test proves no more than that it starts. */
export function expectsContents({ queries }: TestedStanza): boolean {
  return queries.some((query) => expectationOf(query) !== null);
}

function expectationOf({ at_least: atLeast, equals }: QuerySettings): string | null {
  if (atLeast !== undefined) return `at least ${atLeast}`;
  return equals === undefined ? null : `equals ${equals}`;
}

/** null: nothing was expected but an answer. */
function isMet({ at_least: atLeast, equals }: QuerySettings, value: string | null): boolean | null {
  if (value === null) return false;
  if (atLeast !== undefined) return value !== '' && Number(value) >= atLeast;
  return equals === undefined ? null : value === equals;
}

/** That of Holdfast's policy, else that of the configuration. */
function rtoOf({ stanza: { rto_minutes: minutes }, request }: StanzaTest): number | null {
  return request?.rto_seconds ?? (minutes === undefined ? null : minutes * 60);
}

function tellRate(evidence: RestoreEvidence, target: number | null): void {
  const { bytes_restored: bytes, bytes_on_disk: onDisk, restore_seconds: seconds } = evidence;
  if (bytes === null || onDisk === null || seconds === null || seconds === 0) return;
  const counted = Math.min(bytes, onDisk);
  evidence.bytes_per_second = Math.round(counted / seconds);
  const time = restoreTime(counted, { bytes: counted, seconds }, target);
  evidence.rto = time && {
    target_seconds: target,
    ...time,
    from_bytes: counted,
    of_bytes: counted,
  };
}

/**
 * pgBackRest compares each file with the checksum of the backup as it restores, and the database answered; what it holds was compared
 * only where an answer was expected.
 */
function judge(session: TestSession): RestoreEvidence {
  const { queries, replayed } = session.evidence;
  const unmet = queries.filter((one) => one.is_met === false);
  if (queries.some((one) => one.is_met === true)) session.evidence.level = 'L4';
  if (replayed?.is_whole === false)
    return session.end(
      'failed',
      `The archived log ends ${replayed.last_transaction_at === null ? 'before any later transaction' : `after ${replayed.last_transaction_at}`}, though the archive holds segments up to ${replayed.archive_end}: one before it is missing or broken.`,
    );
  if (unmet.length === 0) return session.end('passed', null);
  const said = unmet.map(
    ({ name, expected, answer }) =>
      `${name}: ${answer === null ? 'no answer' : `${answer || 'nothing'}, expected ${expected ?? 'an answer'}`}`,
  );
  return session.end('failed', `The restored database does not hold what was expected. ${said.join('; ')}`);
}

const DAMAGE =
  /checksum|invalid page|\[FormatError\]|data error|\[0?29\]|unable to open missing file|\[FileMissingError\]|does not match|corrupt/i;

function troubleOf(outcome: ProgramOutcome): RestoreTrouble | null {
  const { exitCode, hasTimedOut, stderr, stdout } = outcome;
  if (exitCode === 0 && !hasTimedOut) return null;
  const said = `${stderr}\n${stdout}`;
  const line = said.split('\n').findIndex((one) => one.includes('ERROR:'));
  const lines = said.split('\n').slice(Math.max(0, line));
  const message = endOf(lines.slice(0, 4).join('\n').trim(), 1000) || 'pgBackRest did not end well.';
  const obstacle = SYSTEM_ERRORS.some(([pattern]) => pattern.test(said));
  if (hasTimedOut)
    return { kind: 'obstacle', message: `pgBackRest was stopped at the time limit. ${message}` };
  if (!obstacle && DAMAGE.test(said)) return { kind: 'damage', message };
  return { kind: 'obstacle', message };
}
