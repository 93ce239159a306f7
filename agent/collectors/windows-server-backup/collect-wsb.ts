import os from 'node:os';
import type { RepositoryProblemCode } from '@/contract/report';
import {
  problemMessage,
  startProblemCode,
  type RepositoryProblem,
} from '@/agent/collectors/repository-problem';
import {
  collectionOf,
  readWsbDocument,
  wsbRepository,
} from '@/agent/collectors/windows-server-backup/wsb-document';
import { POWERSHELL_ARGUMENTS } from '@/agent/collectors/windows-server-backup/wsb-script';
import type { LimitSettings, WsbSettings } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import { makeRedact, secretsOfEnvironment, type Redact } from '@/agent/redact';
import { EMPTY_COLLECTION, type Collection } from '@/agent/report/collection';
import { beginningOf } from '@/agent/report/shorten';
import type { Memory } from '@/agent/state/memory';
import { runProgram, type ProgramOutcome } from '@/agent/tools/run-program';

export interface WsbRequest {
  settings: WsbSettings;
  limits: Pick<LimitSettings, 'command_seconds'>;
  env: Environment;
  memory: Pick<Memory, 'repositories'>;
}

export interface CollectedWsb {
  collection: Collection;
  learnt: Pick<Memory, 'repositories'>;
}

/** Asks Windows Server Backup of this machine what it has. From documentation. */
export async function collectWsb({ settings, limits, env, memory }: WsbRequest): Promise<CollectedWsb> {
  const hostname = os.hostname();
  const known = knownTargets(memory);
  const { HOLDFAST_TOKEN: _token, ...left } = env;
  const outcome = await runProgram({
    program: settings.powershell,
    args: POWERSHELL_ARGUMENTS,
    env: { ...left, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    timeLimitSeconds: limits.command_seconds,
  });
  const redact = makeRedact(secretsOfEnvironment(env));
  const isWell = outcome.exitCode === 0 && !outcome.hasTimedOut;
  const told = isWell ? readWsbDocument(outcome.stdout, redact) : null;
  if (told) {
    const collection = collectionOf(told, hostname, known);
    const learnt = collection.repositories.map((one) => [`${PLACE}${one.location}`, one.repository_key]);
    return { collection, learnt: { repositories: Object.fromEntries(learnt) as Memory['repositories'] } };
  }
  const problem = problemOf(outcome, redact);
  const places = known.size > 0 ? [...known] : [[`wsb:${hostname}`, 'Windows Server Backup'] as const];
  const repositories = places.map(([key, name]) => wsbRepository(key, name, problem));
  return { collection: { ...EMPTY_COLLECTION, repositories }, learnt: { repositories: {} } };
}

const PLACE = 'wsb\n';

function knownTargets({ repositories }: Pick<Memory, 'repositories'>): Map<string, string> {
  return new Map(
    Object.entries(repositories).flatMap(([place, key]) =>
      place.startsWith(PLACE) ? [[key, place.slice(PLACE.length)] as const] : [],
    ),
  );
}

/** In whatever language Windows speaks, the identifiers of its errors stay English. */
const CODE_OF_TEXT: ReadonlyArray<readonly [RegExp, RepositoryProblemCode]> = [
  [/CommandNotFoundException|is not recognized as/i, 'tool_missing'],
  [
    /UnauthorizedAccess|access is denied|0x80070005|not (?:running|logged on) as|Backup Operators/i,
    'permission',
  ],
];

function problemOf(outcome: ProgramOutcome, redact: Redact): RepositoryProblem {
  const { exitCode, startError, hasTimedOut, stderr } = outcome;
  if (exitCode === 0 && !hasTimedOut)
    return {
      code: 'unsupported_version',
      exit_code: 0,
      message: 'PowerShell answered with something else than the agent asked for.',
    };
  const said = stderr.trim();
  const byText = CODE_OF_TEXT.find(([pattern]) => pattern.test(said))?.[1] ?? 'unreadable';
  const byEnd = hasTimedOut ? 'timeout' : byText;
  const code = startError === null ? byEnd : startProblemCode(startError);
  const words = { finalMessage: said || null, firstLine: said.split('\n')[0] };
  return {
    code,
    exit_code: exitCode,
    message: beginningOf(redact(problemMessage('PowerShell', outcome, code, words))),
  };
}
