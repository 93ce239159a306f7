import os from 'node:os';
import path from 'node:path';
import { collectBarman } from '@/agent/collectors/barman/collect-barman';
import { borgAccess } from '@/agent/collectors/borg/borg-command';
import { collectBorg } from '@/agent/collectors/borg/collect-borg';
import type { PlacedRetention } from '@/agent/collectors/borgmatic/prune-call';
import { collectDuplicity } from '@/agent/collectors/duplicity/collect-duplicity';
import type { JobStream } from '@/agent/collectors/job-stream';
import { plainAccess } from '@/agent/collectors/plain-tool';
import { collectRdiffBackup } from '@/agent/collectors/rdiff-backup/collect-rdiff-backup';
import type { RepositoryAnswer, RepositoryQuestion } from '@/agent/collectors/repository-answer';
import { readLocation } from '@/agent/collectors/repository-location';
import { collectRestic } from '@/agent/collectors/restic/collect-restic';
import { resticAccess } from '@/agent/collectors/restic/restic-command';
import { collectRsnapshot } from '@/agent/collectors/rsnapshot/collect-rsnapshot';
import type {
  AgentConfig,
  CheckSettings,
  RepositorySettings,
  StanzaCheckSettings,
} from '@/agent/config/agent-config';
import type { Environment } from '@/agent/places';
import { withAppendOnlyProbe } from '@/agent/probes/append-only';
import { withProbes } from '@/agent/probes/probe-repositories';
import { mergeCollections, type Collection } from '@/agent/report/collection';
import { NOTHING_LEARNT, type Memory } from '@/agent/state/memory';

export interface CollectRequest {
  config: AgentConfig;
  repositories: readonly RepositorySettings[];
  /** What configurations say is kept, by place. */
  retention?: readonly PlacedRetention[];
  env: Environment;
  /** For what tools keep of their own, such as borg's cache. */
  stateDir: string;
  memory: Memory;
  /** Which check to make of a repository now; null for none. */
  checkFor: (settings: RepositorySettings, repositoryKey: string | null) => CheckSettings | null;
}

export interface Collected {
  collection: Collection;
  toolVersion: string | null;
  /** What was learnt; the caller keeps it or not. */
  learnt: Memory;
  answers: readonly RepositoryAnswer[];
}

/** Reads every repository, one after the other: backups may be running on this machine. */
export async function collectRepositories(request: CollectRequest): Promise<Collected> {
  const answers: RepositoryAnswer[] = [];
  let learnt = NOTHING_LEARNT;
  for (const settings of request.repositories) {
    const answer = withRetention(await collectOne(request, settings), settings, request.retention ?? []);
    learnt = withAnswer(learnt, settings, answer);
    answers.push(answer);
  }
  return {
    answers,
    learnt,
    collection: mergeCollections(answers.map(({ collection }) => collection)),
    toolVersion: commonVersion(answers),
  };
}

/** What was said of the place is said of the repository that was found there. */
function withRetention(
  answer: RepositoryAnswer,
  { repo }: RepositorySettings,
  retention: readonly PlacedRetention[],
): RepositoryAnswer {
  const rules = retention
    .filter((one) => one.location === repo)
    .map(({ rule }) => ({ ...rule, repository_key: answer.repositoryKey }));
  const own = answer.collection.retention;
  return { ...answer, collection: { ...answer.collection, retention: [...own, ...rules] } };
}

/** null when there are several: a report has room for one. */
function commonVersion(answers: readonly RepositoryAnswer[]): string | null {
  const versions = new Set(answers.flatMap(({ toolVersion }) => toolVersion ?? []));
  return versions.size === 1 ? ([...versions][0] ?? null) : null;
}

async function collectOne(request: CollectRequest, settings: RepositorySettings): Promise<RepositoryAnswer> {
  const { config, env, stateDir, memory, checkFor } = request;
  const knownKey = memory.repositories[placeOf(settings)] ?? null;
  const question = {
    hostname: os.hostname(),
    knownKey,
    knownStreams: streamsIn(memory, knownKey),
    check: checkFor(settings, knownKey),
    withStats: settings.stats,
  };
  switch (settings.tool) {
    case 'restic': {
      const access = resticAccess(config.restic, settings, config.limits, env);
      const answer = await collectProbed(collectRestic, { ...question, access });
      return settings.probe_append_only === true ? withAppendOnlyProbe(answer, access) : answer;
    }
    case 'borg': {
      const workFolder = path.join(stateDir, 'borg');
      return collectProbed(collectBorg, {
        ...question,
        access: borgAccess(config.borg, settings, config.limits, env, workFolder),
      });
    }
    case 'rsnapshot':
    case 'rdiff-backup':
    case 'duplicity':
    case 'barman':
      return collectProbed(PLAIN_COLLECTORS[settings.tool], {
        ...question,
        access: plainAccess(config[settings.tool], settings, config.limits, env),
      });
  }
}

/** Of tools that the agent only asks what there is. */
const PLAIN_COLLECTORS = {
  rsnapshot: collectRsnapshot,
  'rdiff-backup': collectRdiffBackup,
  duplicity: collectDuplicity,
  barman: collectBarman,
} as const;

async function collectProbed(
  collect: (question: RepositoryQuestion) => Promise<RepositoryAnswer>,
  question: RepositoryQuestion,
): Promise<RepositoryAnswer> {
  const answer = await collect(question);
  return {
    ...answer,
    collection: await withProbes(answer.collection, answer.repositoryKey, question.access),
  };
}

function streamsIn(memory: Memory, repositoryKey: string | null): JobStream[] {
  return Object.values(memory.jobs).filter((job) => job.repository_key === repositoryKey);
}

function withAnswer(learnt: Memory, settings: RepositorySettings, answer: RepositoryAnswer): Memory {
  const { repositoryKey, isKeyTold, collection } = answer;
  const endedAt = collection.verifications[0]?.ended_at;
  return {
    ...learnt,
    ...(isKeyTold && { repositories: { ...learnt.repositories, [placeOf(settings)]: repositoryKey } }),
    ...(endedAt !== undefined && { checks: { ...learnt.checks, [repositoryKey]: endedAt } }),
  };
}

const placeOf = (settings: RepositorySettings): string => readLocation(settings, new Date()).location;

/** The configured check when its time has come. */
export function dueCheck<Check extends StanzaCheckSettings>(
  settings: { readonly check?: Check | undefined },
  repositoryKey: string | null,
  memory: Pick<Memory, 'checks'>,
  now: Date,
): Check | null {
  if (!settings.check) return null;
  const last = repositoryKey === null ? undefined : memory.checks[repositoryKey];
  const agoHours = last === undefined ? Infinity : (now.getTime() - Date.parse(last)) / 3_600_000;
  // One that lies ahead was made under a clock that has been put right since.
  return agoHours >= settings.check.every_hours || agoHours < 0 ? settings.check : null;
}
