import os from 'node:os';
import { collectRestic, type ResticAnswer } from '@/agent/collectors/restic/collect-restic';
import { resticAccess } from '@/agent/collectors/restic/restic-command';
import type { ResticStream } from '@/agent/collectors/restic/restic-job';
import type { AgentConfig, CheckSettings, RepositorySettings } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import { hideCredentials } from '@/agent/redact';
import { mergeCollections, type Collection } from '@/agent/report/collection';
import type { Memory } from '@/agent/state/memory';

export interface CollectRequest {
  config: AgentConfig;
  repositories: readonly RepositorySettings[];
  env: Environment;
  memory: Memory;
  /** Which check to make of a repository now; null for none. */
  checkFor: (settings: RepositorySettings, repositoryKey: string | null) => CheckSettings | null;
}

export interface Collected {
  collection: Collection;
  toolVersion: string | null;
  /** What was learnt; the caller keeps it or not. */
  memory: Memory;
  answers: readonly ResticAnswer[];
}

/** Reads every repository, one after the other: backups may be running on this machine. */
export async function collectRepositories(request: CollectRequest): Promise<Collected> {
  const answers: ResticAnswer[] = [];
  let { memory } = request;
  for (const settings of request.repositories) {
    const answer = await collectOne(request, settings, memory);
    memory = remembering(memory, settings, answer);
    answers.push(answer);
  }
  return {
    answers,
    memory,
    collection: mergeCollections(answers.map(({ collection }) => collection)),
    toolVersion: answers.find(({ toolVersion }) => toolVersion !== null)?.toolVersion ?? null,
  };
}

function collectOne(
  { config, env, checkFor }: CollectRequest,
  settings: RepositorySettings,
  memory: Memory,
): Promise<ResticAnswer> {
  const knownKey = memory.repositories[placeOf(settings)] ?? null;
  return collectRestic({
    access: resticAccess(config.restic, settings, config.limits, env),
    hostname: os.hostname(),
    knownKey,
    knownStreams: streamsIn(memory, knownKey),
    check: checkFor(settings, knownKey),
    withStats: settings.stats,
  });
}

function streamsIn(memory: Memory, repositoryKey: string | null): ResticStream[] {
  return Object.values(memory.jobs).filter((job) => job.repository_key === repositoryKey);
}

function remembering(memory: Memory, settings: RepositorySettings, answer: ResticAnswer): Memory {
  const [verification] = answer.collection.verifications;
  return {
    ...memory,
    repositories: answer.snapshots
      ? { ...memory.repositories, [placeOf(settings)]: answer.repositoryKey }
      : memory.repositories,
    checks: verification
      ? { ...memory.checks, [answer.repositoryKey]: verification.ended_at }
      : memory.checks,
  };
}

const placeOf = ({ repo }: RepositorySettings): string => hideCredentials(repo);

/** The configured check when its time has come. */
export function dueCheck(
  settings: RepositorySettings,
  repositoryKey: string | null,
  memory: Memory,
  now: Date,
): CheckSettings | null {
  if (!settings.check) return null;
  const last = repositoryKey === null ? undefined : memory.checks[repositoryKey];
  const isDue =
    last === undefined || now.getTime() - Date.parse(last) >= settings.check.every_hours * 3_600_000;
  return isDue ? settings.check : null;
}
