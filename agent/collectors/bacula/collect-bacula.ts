import fs from 'node:fs';
import os from 'node:os';
import type { z } from 'zod';
import type { ReportedRepository, ReportProblem, RepositoryProblemCode } from '@/contract/report';
import {
  catalogueRequest,
  JOBS_MAX,
  readRows,
  storageListing,
  toolOf,
  versionListing,
  type Query,
} from '@/agent/collectors/bacula/bacula-catalogue';
import { jobListing, readJobs, storageKey, type Catalogue } from '@/agent/collectors/bacula/bacula-jobs';
import { boundedKey } from '@/agent/collectors/job-stream';
import {
  problemMessage,
  startProblemCode,
  SYSTEM_ERRORS,
  type RepositoryProblem,
} from '@/agent/collectors/repository-problem';
import type { BaculaSettings, LimitSettings } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import { makeRedact, secretsOfEnvironment, secretsOfFile, type Redact } from '@/agent/redact';
import { UNTOLD_FACTS } from '@/agent/collectors/untold-facts';
import { EMPTY_COLLECTION, mergeCollections, type Collection } from '@/agent/report/collection';
import { beginningOf } from '@/agent/report/shorten';
import { userOf } from '@/agent/restore-test/stanza-program';
import type { Memory } from '@/agent/state/memory';
import { runProgram, type ProgramOutcome } from '@/agent/tools/run-program';

export interface BaculaRequest {
  catalogues: readonly BaculaSettings[];
  limits: Pick<LimitSettings, 'command_seconds'>;
  env: Environment;
  memory: Pick<Memory, 'repositories'>;
  now: Date;
}

export interface CollectedBacula {
  collection: Collection;
  learnt: Pick<Memory, 'repositories'>;
}

/**
 * Reads catalogues of Bacula and Bareos: how jobs ended, and what still lies on volumes. Each storage is a repository. Neither the
 * director nor a storage daemon is asked.
 */
export async function collectBacula(request: BaculaRequest): Promise<CollectedBacula> {
  const collections: Collection[] = [];
  const learnt: Record<string, string> = {};
  for (const settings of request.catalogues) {
    const access = accessOf(settings, request);
    const found = await readCatalogue(access, request.now).catch((error: unknown) =>
      // Such as a user that is not there: what else the machine has to tell must not be lost by it.
      problemOf('unreadable', error instanceof Error ? error.message : String(error)),
    );
    const known = knownStorages(request.memory, access.key);
    if ('code' in found) collections.push(unreadable(access, found, known));
    else {
      collections.push(collectionOf(found, known));
      for (const storage of storagesOf(found))
        learnt[placeOf(access.key, found.catalogue.tool, storage)] = storageKey(found.catalogue, storage);
    }
  }
  return { collection: mergeCollections(collections), learnt: { repositories: learnt } };
}

interface CatalogueAccess {
  settings: BaculaSettings;
  key: string;
  location: string;
  env: Environment;
  timeLimitSeconds: number;
  redact: Redact;
}

function accessOf(settings: BaculaSettings, { env, limits }: BaculaRequest): CatalogueAccess {
  const password = passwordOf(settings, env);
  const { sqlite, database, host } = settings;
  const name = settings.name ?? sqlite ?? database;
  return {
    settings,
    key: boundedKey(`bacula:${host ?? os.hostname()}:${name}`),
    location: `catalogue ${name}`,
    env: {
      ...env,
      HOLDFAST_TOKEN: undefined,
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      PGAPPNAME: 'holdfast-agent',
      PGCONNECT_TIMEOUT: '10',
      ...(password !== null && { PGPASSWORD: password }),
    },
    timeLimitSeconds: limits.command_seconds,
    redact: makeRedact([...secretsOfEnvironment(env), ...(password === null ? [] : [password])]),
  };
}

function passwordOf(
  { password_file: file, password_env: name }: BaculaSettings,
  env: Environment,
): string | null {
  if (name !== undefined) return env[name] ?? '';
  return secretsOfFile(file)[0] ?? null;
}

interface ReadCatalogue {
  catalogue: Catalogue;
  versionId: number;
  jobs: z.output<typeof jobListing>;
  storages: z.output<typeof storageListing>;
  now: Date;
}

async function readCatalogue(access: CatalogueAccess, now: Date): Promise<ReadCatalogue | RepositoryProblem> {
  const versions = await ask(access, 'version', versionListing);
  if ('code' in versions) return versions;
  const jobs = await ask(access, 'jobs', jobListing);
  if ('code' in jobs) return jobs;
  // After the jobs: a storage that came meanwhile has none.
  const storages = await ask(access, 'storages', storageListing);
  if ('code' in storages) return storages;
  const versionId = versions[0]?.VersionId;
  if (versionId === undefined) return NOT_UNDERSTOOD;
  return { catalogue: { tool: toolOf(versionId), key: access.key }, versionId, jobs, storages, now };
}

const NOT_UNDERSTOOD: RepositoryProblem = {
  code: 'unsupported_version',
  exit_code: 0,
  message: 'The catalogue answered with something else than the tables of Bacula and Bareos hold.',
};

async function ask<T extends z.ZodType>(
  { settings, env, timeLimitSeconds, redact }: CatalogueAccess,
  query: Query,
  listing: z.ZodArray<T>,
): Promise<z.output<T>[] | RepositoryProblem> {
  if (settings.sqlite !== undefined && !fs.existsSync(settings.sqlite))
    return problemOf('unreadable', `There is no catalogue ${settings.sqlite}.`);
  const user = settings.user === undefined ? undefined : userOf({ user: settings.user });
  const outcome = await runProgram({
    ...catalogueRequest(settings, query, env),
    ...(user && { user }),
    timeLimitSeconds,
  });
  return catalogueProblem(outcome, redact) ?? readRows(listing, outcome.stdout) ?? NOT_UNDERSTOOD;
}

/** That the catalogue cannot be read says nothing of the volumes: it is never called a missing repository. */
const CODE_OF_TEXT: ReadonlyArray<readonly [RegExp, RepositoryProblemCode]> = [
  [/password authentication failed|no password supplied/i, 'wrong_password'],
  [/database is locked/i, 'repository_locked'],
  [/no such (?:table|column)|(?:relation|column) .* does not exist/i, 'unsupported_version'],
  [/unable to open database file|peer authentication failed|no pg_hba\.conf entry/i, 'permission'],
  ...SYSTEM_ERRORS,
];

/** Why the catalogue did not answer; null when it did. */
export function catalogueProblem(outcome: ProgramOutcome, redact: Redact): RepositoryProblem | null {
  if (outcome.exitCode === 0 && !outcome.hasTimedOut && outcome.startError === null) return null;
  const said = outcome.stderr.trim();
  const byText = CODE_OF_TEXT.find(([pattern]) => pattern.test(said))?.[1] ?? 'unreadable';
  const byEnd = outcome.hasTimedOut || outcome.exitCode === null ? 'timeout' : byText;
  const code = outcome.startError === null ? byEnd : startProblemCode(outcome.startError);
  const words = { finalMessage: said || null, firstLine: said.split('\n')[0] };
  const message = beginningOf(
    redact(problemMessage('The program that reads the catalogue', outcome, code, words)),
  );
  return { code, exit_code: outcome.exitCode, message };
}

const problemOf = (code: RepositoryProblemCode, message: string): RepositoryProblem => ({
  code,
  exit_code: null,
  message: beginningOf(message),
});

const storagesOf = ({ storages }: ReadCatalogue): string[] => storages.map(({ Storage }) => Storage);

/** @param known storages that were there before: where all volumes of one were deleted, its points are gone */
function collectionOf(found: ReadCatalogue, known: readonly KnownStorage[]): Collection {
  const { catalogue, versionId, jobs, storages, now } = found;
  const { runs, points } = readJobs(jobs.slice(0, JOBS_MAX), catalogue, now);
  const bytesOf = new Map(storages.map(({ Storage, Bytes }) => [Storage, Bytes ?? null]));
  const named = [...new Set([...bytesOf.keys(), ...known.map(({ storage }) => storage)])];
  const keys = named.map((storage) => storageKey(catalogue, storage));
  const isCut = jobs.length > JOBS_MAX;
  return {
    ...EMPTY_COLLECTION,
    completeFor: isCut ? [] : keys.map((key) => `recovery_points:${key}`),
    repositories: named.map((storage) => ({
      ...repositoryFacts(storageKey(catalogue, storage), `storage ${storage}`, catalogue.tool, null),
      bytes: { stored: bytesOf.get(storage) ?? null, logical: null },
      tool_format: `catalogue ${versionId}`,
    })),
    recovery_points: points,
    runs,
    problems: isCut ? [truncated(catalogue)] : [],
  };
}

const truncated = ({ key }: Catalogue): ReportProblem => ({
  code: 'listing_truncated',
  severity: 'warning',
  subject: key,
  message: `The catalogue holds more than ${JOBS_MAX} jobs: only the newest were read.`,
});

/** All that is known of it is said to be out of sight. */
function unreadable(
  { key, location }: CatalogueAccess,
  problem: RepositoryProblem,
  known: readonly KnownStorage[],
): Collection {
  const repositories =
    known.length === 0
      ? [repositoryFacts(key, location, 'bacula', problem)]
      : known.map((one) => repositoryFacts(one.repositoryKey, `storage ${one.storage}`, one.tool, problem));
  return { ...EMPTY_COLLECTION, repositories };
}

/** A storage as it was read before. */
interface KnownStorage {
  storage: string;
  tool: Catalogue['tool'];
  repositoryKey: string;
}

const placeOf = (catalogue: string, tool: Catalogue['tool'], storage: string): string =>
  [PLACE, catalogue, tool, storage].join('\n');
const PLACE = 'bacula';

function knownStorages({ repositories }: Pick<Memory, 'repositories'>, key: string): KnownStorage[] {
  return Object.entries(repositories).flatMap(([place, repositoryKey]) => {
    const [kind, catalogue, tool, storage] = place.split('\n');
    if (kind !== PLACE || catalogue !== key || storage === undefined) return [];
    return [{ storage, tool: tool === 'bareos' ? 'bareos' : 'bacula', repositoryKey }];
  });
}

function repositoryFacts(
  key: string,
  location: string,
  tool: Catalogue['tool'],
  problem: RepositoryProblem | null,
): ReportedRepository {
  return {
    ...UNTOLD_FACTS,
    repository_key: key,
    tool,
    location: beginningOf(location),
    location_kind: 'unknown',
    reachable: problem === null,
    problem,
  };
}
