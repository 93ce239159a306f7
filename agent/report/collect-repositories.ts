import os from 'node:os';
import { collectRestic, type ResticAnswer } from '@/agent/collectors/restic/collect-restic';
import { resticAccess } from '@/agent/collectors/restic/restic-command';
import type { ResticStream } from '@/agent/collectors/restic/restic-job';
import { readResticLocation } from '@/agent/collectors/restic/restic-location';
import type { AgentConfig, CheckSettings, RepositorySettings } from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import { mergeCollections, type Collection } from '@/agent/report/collection';
import { NOTHING_LEARNT, type Memory } from '@/agent/state/memory';

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
  learnt: Memory;
  answers: readonly ResticAnswer[];
}

/** Reads every repository, one after the other: backups may be running on this machine. */
export async function collectRepositories(request: CollectRequest): Promise<Collected> {
  const answers: ResticAnswer[] = [];
  let learnt = NOTHING_LEARNT;
  for (const settings of request.repositories) {
    const answer = await collectOne(request, settings);
    learnt = withAnswer(learnt, settings, answer);
    answers.push(answer);
  }
  return {
    answers,
    learnt,
    collection: mergeCollections(answers.map(({ collection }) => collection)),
    toolVersion: answers.find(({ toolVersion }) => toolVersion !== null)?.toolVersion ?? null,
  };
}

function collectOne(
  { config, env, memory, checkFor }: CollectRequest,
  settings: RepositorySettings,
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

function withAnswer(learnt: Memory, settings: RepositorySettings, answer: ResticAnswer): Memory {
  const { repositoryKey, isKeyTold, collection } = answer;
  const endedAt = collection.verifications[0]?.ended_at;
  return {
    ...learnt,
    ...(isKeyTold && { repositories: { ...learnt.repositories, [placeOf(settings)]: repositoryKey } }),
    ...(endedAt !== undefined && { checks: { ...learnt.checks, [repositoryKey]: endedAt } }),
  };
}

const placeOf = ({ repo }: RepositorySettings): string => readResticLocation(repo, new Date()).location;

/** The configured check when its time has come. */
export function dueCheck(
  settings: RepositorySettings,
  repositoryKey: string | null,
  memory: Memory,
  now: Date,
): CheckSettings | null {
  if (!settings.check) return null;
  const last = repositoryKey === null ? undefined : memory.checks[repositoryKey];
  const agoHours = last === undefined ? Infinity : (now.getTime() - Date.parse(last)) / 3_600_000;
  // One that lies ahead was made under a clock that has been put right since.
  return agoHours >= settings.check.every_hours || agoHours < 0 ? settings.check : null;
}
