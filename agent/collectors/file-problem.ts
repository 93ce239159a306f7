import type { RepositoryProblem } from '@/agent/collectors/repository-problem';
import { beginningOf } from '@/agent/report/shorten';

const CODES: Readonly<Record<string, RepositoryProblem['code']>> = {
  ENOENT: 'repository_missing',
  ENOTDIR: 'repository_missing',
  EACCES: 'permission',
  EPERM: 'permission',
  ESTALE: 'network',
  EHOSTDOWN: 'network',
  ETIMEDOUT: 'timeout',
};

/** Why a repository that is a folder could not be read, by the error of the file system. */
export function fileProblemOf(error: unknown): RepositoryProblem {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return { code: CODES[code] ?? 'unreadable', exit_code: null, message: beginningOf(message) };
}
