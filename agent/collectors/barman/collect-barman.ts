import type { ReportedRepository } from '@/contract/report';
import {
  readBarmanBackups,
  readBarmanServer,
  readBarmanVersion,
  type BarmanServer,
} from '@/agent/collectors/barman/barman-output';
import { barmanPoints, barmanRetention } from '@/agent/collectors/barman/barman-points';
import { barmanProblemOf } from '@/agent/collectors/barman/barman-problem';
import { boundedKey } from '@/agent/collectors/job-stream';
import { askPlain } from '@/agent/collectors/plain-tool';
import {
  unreadAnswer,
  type RepositoryAnswer,
  type RepositoryQuestion,
} from '@/agent/collectors/repository-answer';
import type { RepositoryLocation } from '@/agent/collectors/repository-location';
import { isReachable, type RepositoryProblem } from '@/agent/collectors/repository-problem';
import { UNTOLD_FACTS } from '@/agent/collectors/untold-facts';
import { EMPTY_COLLECTION } from '@/agent/report/collection';
import { beginningOf } from '@/agent/report/shorten';
import type { ProgramOutcome } from '@/agent/tools/run-program';

/**
 * Reads the backups of one server of barman. barman itself becomes its own user when root starts it. While it counts WAL files it holds
 * its lock on their list, as each of its commands does.
 */
export async function collectBarman(question: RepositoryQuestion): Promise<RepositoryAnswer> {
  const { access } = question;
  const version = await askPlain(access, ['--version']);
  const toolVersion = readBarmanVersion(version.stdout);
  if (version.startError !== null)
    return unread(question, toolVersion, barmanProblemOf(version, access.redact));
  const outcome = await askBarman(question, 'list-backups');
  const problem = barmanProblemOf(outcome, access.redact);
  const backups = problem ? null : readBarmanBackups(outcome.stdout, access.settings.repo);
  if (!backups) return unread(question, toolVersion, problem ?? NOT_UNDERSTOOD);
  const told = await askBarman(question, 'show-servers');
  const server = told.exitCode === 0 ? readBarmanServer(told.stdout, access.settings.repo) : null;
  const key = keyOf(question);
  const host = access.settings.jobs[0]?.host ?? question.hostname;
  const points = barmanPoints(backups, key, { host, server: access.settings.repo });
  return {
    toolVersion,
    repositoryKey: key,
    isKeyTold: true,
    points: points.map((one) => ({
      id: one.point_key,
      stream: { tool: 'barman', host, paths: one.source_paths },
      takenAt: one.taken_at,
    })),
    collection: {
      ...EMPTY_COLLECTION,
      completeFor: [`recovery_points:${key}`],
      recovery_points: points,
      repositories: [repositoryFacts(question, key, null, server)],
      retention: server ? barmanRetention(server, key) : [],
    },
  };
}

/** The address of a repository of barman is the name of its server. */
export function readBarmanLocation(server: string): RepositoryLocation {
  return { location: `barman server ${server}`, kind: 'unknown', media: null };
}

const NOT_UNDERSTOOD: RepositoryProblem = {
  code: 'unsupported_version',
  exit_code: 0,
  message: 'barman answered with something that is not its usual JSON.',
};

function askBarman({ access }: RepositoryQuestion, command: string): Promise<ProgramOutcome> {
  const { config, repo } = access.settings;
  const given = config === undefined ? [] : ['-c', config];
  return askPlain(access, [...given, '-f', 'json', command, '--', repo]);
}

function keyOf({ access, hostname }: RepositoryQuestion): string {
  const { config, repo } = access.settings;
  // Two configurations may name servers alike.
  return boundedKey(`barman:${hostname}:${config === undefined ? '' : `${config}:`}${repo}`);
}

/** @param server null: barman did not say where its backups lie */
function repositoryFacts(
  { access }: RepositoryQuestion,
  key: string,
  problem: RepositoryProblem | null,
  server: BarmanServer | null,
): ReportedRepository {
  const folder = server?.backup_directory ?? null;
  return {
    ...UNTOLD_FACTS,
    repository_key: key,
    tool: 'barman',
    location: beginningOf(access.redact(folder ?? readBarmanLocation(access.settings.repo).location)),
    location_kind: folder === null ? 'unknown' : 'local',
    reachable: isReachable(problem),
    problem,
  };
}

function unread(
  question: RepositoryQuestion,
  toolVersion: string | null,
  problem: RepositoryProblem | null,
): RepositoryAnswer {
  return unreadAnswer(toolVersion, repositoryFacts(question, keyOf(question), problem, null));
}
