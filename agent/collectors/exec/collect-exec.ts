import os from 'node:os';
import { execKey, execRepository, readAnswer } from '@/agent/collectors/exec/exec-answer';
import { startProblemCode, type RepositoryProblem } from '@/agent/collectors/repository-problem';
import type { ExecSettings } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import { makeRedact, type Redact } from '@/agent/redact';
import { EMPTY_COLLECTION, mergeCollections, type Collection } from '@/agent/report/collection';
import { beginningOf, endOf } from '@/agent/report/shorten';
import type { Memory } from '@/agent/state/memory';
import { runProgram, type ProgramOutcome } from '@/agent/tools/run-program';
import { whyUnsafe } from '@/agent/tools/unsafe-program';

const OUTPUT_BYTES_MAX = 8 * 1024 * 1024;
const STDERR_LENGTH_MAX = 500;

export interface ExecRequest {
  collectors: readonly ExecSettings[];
  env: Environment;
  memory: Pick<Memory, 'repositories'>;
  now: Date;
}

export interface CollectedExec {
  collection: Collection;
  learnt: Pick<Memory, 'repositories'>;
}

/** Asks programs of the user's own what they know of backups. Their word is taken whole or not at all. */
export async function collectExec({ collectors, env, memory, now }: ExecRequest): Promise<CollectedExec> {
  const collections: Collection[] = [];
  const learnt: Record<string, string> = {};
  for (const settings of collectors) {
    const found = await askProgram(settings, env, now);
    if ('code' in found) collections.push(refused(settings, found, memory));
    else {
      collections.push(found);
      for (const { repository_key: key, location } of found.repositories)
        learnt[placeOf(settings, location)] = key;
    }
  }
  return { collection: mergeCollections(collections), learnt: { repositories: learnt } };
}

async function askProgram(
  settings: ExecSettings,
  env: Environment,
  now: Date,
): Promise<Collection | RepositoryProblem> {
  const unsafe = whyUnsafe(settings.program, 'program');
  if (unsafe !== null) return { code: 'permission', exit_code: null, message: beginningOf(unsafe) };
  const handedOn = settings.hand_on.map((name) => [name, env[name]] as const);
  const redact = makeRedact(handedOn.flatMap(([, value]) => value ?? []));
  const chunks: Buffer[] = [];
  let size = 0;
  const outcome = await runProgram({
    program: settings.program,
    args: settings.args,
    cwd: '/',
    env: {
      PATH: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
      HOME: env['HOME'],
      // Windows starts little without it.
      SystemRoot: env['SystemRoot'],
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      ...Object.fromEntries(handedOn),
    },
    timeLimitSeconds: settings.time_limit_seconds,
    onStdout: (chunk) => {
      size += chunk.length;
      if (size <= OUTPUT_BYTES_MAX) chunks.push(chunk);
    },
  });
  const why = whyFailed(outcome, size, redact);
  if (why) return why;
  const text = decode(Buffer.concat(chunks));
  const read =
    text === null
      ? 'it printed something that is not UTF-8'
      : readAnswer(text, { name: settings.name, hostname: os.hostname() }, now, redact);
  return typeof read === 'string' ? unreadable(outcome, `What it printed is refused: ${read}.`) : read;
}

/** How it ended counts before what it printed. */
function whyFailed(outcome: ProgramOutcome, size: number, redact: Redact): RepositoryProblem | null {
  const { startError, hasTimedOut, exitCode, signal, stderr } = outcome;
  if (startError !== null)
    return {
      code: startProblemCode(startError),
      exit_code: null,
      message: `It could not be started: ${startError}.`,
    };
  if (hasTimedOut)
    return { code: 'timeout', exit_code: exitCode, message: 'It was stopped at its time limit.' };
  if (exitCode !== 0) {
    const said = redact(endOf(stderr.trim(), STDERR_LENGTH_MAX));
    return unreadable(
      outcome,
      `It ended with ${exitCode ?? signal ?? 'nothing'}${said === '' ? '.' : `: ${said}`}`,
    );
  }
  if (size > OUTPUT_BYTES_MAX)
    return unreadable(outcome, `It printed more than ${OUTPUT_BYTES_MAX / 1024 / 1024} MiB.`);
  return null;
}

const unreadable = ({ exitCode }: ProgramOutcome, message: string): RepositoryProblem => ({
  code: 'unreadable',
  exit_code: exitCode,
  message: beginningOf(message),
});

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** What it told before is out of sight now; what it told never is the program itself. */
function refused(
  settings: ExecSettings,
  problem: RepositoryProblem,
  { repositories }: Pick<Memory, 'repositories'>,
): Collection {
  const before = placeOf(settings, '');
  const known = Object.entries(repositories).flatMap(([place, key]) =>
    place.startsWith(before) ? [[key, place.slice(before.length)] as const] : [],
  );
  const sayer = { name: settings.name, hostname: os.hostname() };
  const all =
    known.length > 0 ? [...new Map(known)] : [[execKey(sayer, ''), `script ${settings.name}`] as const];
  return {
    ...EMPTY_COLLECTION,
    repositories: all.map(([key, location]) => ({
      ...execRepository(settings.name, key, beginningOf(location)),
      reachable: false,
      problem,
    })),
    problems: [
      {
        code: 'exec_collector_failed',
        severity: 'warning',
        subject: settings.name,
        message: beginningOf(`The script ${settings.name} told nothing. ${problem.message ?? ''}`),
      },
    ],
  };
}

const placeOf = ({ name }: ExecSettings, location: string): string => `exec\n${name}\n${location}`;
