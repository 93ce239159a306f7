import os from 'node:os';
import {
  agentReport,
  recoveryPoint,
  type ReportedPoint,
  type ReportedRepository,
  type ReportedVerification,
} from '@/contract/report';
import type { AgentConfig, StanzaCheckSettings, TestedStanza } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import { makeRedact, secretsOfEnvironment, type Redact } from '@/agent/redact';
import { EMPTY_COLLECTION, mergeCollections, type Collection } from '@/agent/report/collection';
import { beginningOf } from '@/agent/report/shorten';
import { reportedTest, type RestoreEvidence } from '@/agent/restore-test/evidence';
import {
  readStanzaListing,
  stanzaKey,
  type StanzaBackup,
  type StanzaInfo,
} from '@/agent/restore-test/pgbackrest-info';
import { checkStanza, VERIFY_ARGS } from '@/agent/restore-test/stanza-check';
import { optionsOf, userOf } from '@/agent/restore-test/stanza-program';
import type { Memory } from '@/agent/state/memory';
import { runProgram, type ProgramOutcome } from '@/agent/tools/run-program';

/** A stanza that the configuration names, as it was read just now. */
export interface StanzaAnswer {
  stanza: TestedStanza;
  repositoryKey: string;
}

export interface CollectedStanzas {
  collection: Collection;
  learnt: Pick<Memory, 'repositories' | 'checks'>;
  answers: readonly StanzaAnswer[];
}

/**
 * Lists the backups of every stanza that the configuration names, one after the other, and verifies those that could be
 * listed and whose time has come. The databases are not asked.
 * @param checkFor which check to make of a stanza now; null for none
 */
export async function collectStanzas(
  { restore_tests: { postgres }, limits }: Pick<AgentConfig, 'restore_tests' | 'limits'>,
  env: Environment,
  memory: Pick<Memory, 'repositories'>,
  checkFor: (stanza: TestedStanza, repositoryKey: string) => StanzaCheckSettings | null,
): Promise<CollectedStanzas> {
  const answers: StanzaAnswer[] = [];
  const collections: Collection[] = [];
  const learnt: Record<string, string> = {};
  const checks: Record<string, string> = {};
  for (const stanza of postgres) {
    const place = placeOf(stanza);
    const found = await listStanza(stanza, env, limits.command_seconds).catch((error: unknown) =>
      // Such as a user that is not there: what else the machine has to tell must not be lost by it.
      error instanceof Error ? error.message : String(error),
    );
    if (typeof found === 'string') {
      const repositoryKey = memory.repositories[place] ?? unreadStanzaKey(stanza);
      answers.push({ stanza, repositoryKey });
      collections.push(stanzaListing(found, repositoryKey, stanza.stanza, os.hostname()));
    } else {
      const repositoryKey = stanzaKey(found, stanza.stanza);
      learnt[place] = repositoryKey;
      answers.push({ stanza, repositoryKey });
      const listing = stanzaListing(found, repositoryKey, stanza.stanza, os.hostname());
      const check = checkFor(stanza, repositoryKey);
      const verifications = check ? [await verifyStanza(stanza, repositoryKey, env, check)] : [];
      for (const { ended_at } of verifications) checks[repositoryKey] = ended_at;
      collections.push({ ...listing, verifications });
    }
  }
  return {
    answers,
    collection: mergeCollections(collections),
    learnt: { repositories: learnt, checks },
  };
}

/** Stands in for the key of a stanza that was never read. */
export function unreadStanzaKey({ stanza }: TestedStanza): string {
  return `pgbackrest:unread:${os.hostname()}:${stanza}`;
}

/** Two configuration files may name stanzas alike. */
const placeOf = ({ stanza, config }: TestedStanza): string => `pgbackrest\n${config ?? ''}\n${stanza}`;

/** @returns why it cannot be told what the stanza holds, in a sentence */
async function listStanza(
  stanza: TestedStanza,
  env: Environment,
  timeLimitSeconds: number,
): Promise<StanzaInfo | string> {
  const told = await askPgbackrest(stanza, ['info', '--output=json'], env, timeLimitSeconds);
  return readStanzaOutcome(told, stanza.stanza, makeRedact(secretsOfEnvironment(env)));
}

function verifyStanza(
  stanza: TestedStanza,
  repositoryKey: string,
  env: Environment,
  { time_limit_minutes }: StanzaCheckSettings,
): Promise<ReportedVerification> {
  const ask = () => askPgbackrest(stanza, VERIFY_ARGS, env, time_limit_minutes * 60);
  return checkStanza(ask, stanza.stanza, repositoryKey, makeRedact(secretsOfEnvironment(env)));
}

function askPgbackrest(
  stanza: TestedStanza,
  args: readonly string[],
  env: Environment,
  timeLimitSeconds: number,
): Promise<ProgramOutcome> {
  const user = userOf(stanza);
  return runProgram({
    program: stanza.pgbackrest,
    args: [...optionsOf(stanza), ...args],
    env: { ...env, HOLDFAST_TOKEN: undefined, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    // One that every user may enter.
    cwd: '/',
    ...(user && { user }),
    timeLimitSeconds,
  });
}

/**
 * What `pgbackrest info --output=json` told of a stanza. From real output of 2.45 and 2.55.
 * @returns why it cannot be told what the stanza holds, in a sentence
 */
export function readStanzaOutcome(told: ProgramOutcome, stanza: string, redact: Redact): StanzaInfo | string {
  if (told.startError !== null) return redact(`pgBackRest could not be started: ${told.startError}.`);
  if (told.hasTimedOut) return 'pgBackRest did not answer within limits.command_seconds.';
  if (told.exitCode !== 0)
    return redact(beginningOf(told.stderr.trim() || told.stdout.trim() || 'pgBackRest did not answer.'));
  const found = readStanzaListing(told.stdout, stanza);
  return typeof found === 'string' ? redact(found) : found;
}

/** A listing as the report holds it; of a stanza that could not be read, that alone. */
export function stanzaListing(
  found: StanzaInfo | string,
  repositoryKey: string,
  stanza: string,
  host: string,
): Collection {
  const place = { repository_key: repositoryKey, location: `stanza ${stanza}` };
  if (typeof found === 'string') {
    const problem = { code: 'unreadable', message: beginningOf(found) };
    return { ...EMPTY_COLLECTION, repositories: [repositoryOf({ ...place, reachable: false, problem })] };
  }
  const { backups, cipher } = found;
  const encryption = cipher !== null && { value: cipher !== 'none', mode: cipher, source: 'tool_reported' };
  return {
    ...EMPTY_COLLECTION,
    completeFor: [`recovery_points:${repositoryKey}`],
    repositories: [repositoryOf({ ...place, reachable: true, ...(encryption && { encryption }) })],
    recovery_points: backups.map((one) => pointOf(one, repositoryKey, stanza, host)),
  };
}

function repositoryOf(said: object): ReportedRepository {
  const [one] = agentReport.shape.repositories.parse([
    { tool: 'pgbackrest', location_kind: 'unknown', ...said },
  ]);
  if (!one) throw new Error('a list of one has one');
  return one;
}

const LEVELS = { full: 'full', diff: 'differential', incr: 'incremental' } as const;

function pointOf(
  { label, type, error, timestamp, info }: StanzaBackup,
  repositoryKey: string,
  stanza: string,
  host: string,
): ReportedPoint {
  return recoveryPoint.parse({
    ...streamOf(host, stanza),
    point_key: label,
    repository_key: repositoryKey,
    taken_at: new Date(timestamp.stop * 1000).toISOString(),
    // Pages whose checksum is wrong were backed up as they are.
    state: error ? 'corrupt' : 'complete',
    bytes: { logical: info.size, stored: info.repository?.delta ?? null },
    level: type ? LEVELS[type] : null,
  });
}

/** By which the server knows what is backed up: the same for a listing and for a test. */
function streamOf(host: string, stanza: string) {
  return {
    job_key: `pgbackrest:${host}:${stanza}`,
    source_host: host,
    source_paths: [`postgresql:${stanza}`],
    capture: 'database',
  };
}

/** A test of a stanza with the repository and the backup that it speaks of, which may be gone from the next listing. */
export function stanzaCollection(evidence: RestoreEvidence, stanza: string): Collection {
  const { repository, point } = evidence;
  const found = { ...EMPTY_COLLECTION, restore_tests: [reportedTest(evidence)] };
  if (!point) return found;
  return {
    ...found,
    repositories: [
      repositoryOf({ repository_key: repository.key, location: repository.location, reachable: true }),
    ],
    recovery_points: [
      recoveryPoint.parse({
        ...streamOf(point.host, stanza),
        point_key: point.key,
        repository_key: repository.key,
        taken_at: point.taken_at,
        state: 'complete',
        bytes: { logical: point.bytes },
      }),
    ],
  };
}
