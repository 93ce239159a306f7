import { z } from 'zod';
import type { ReportedRepository } from '@/contract/report';
import { readBorgDocument } from '@/agent/collectors/borg/borg-output';
import { isEncrypted } from '@/agent/collectors/borg/borg-points';
import { readBorgLocation } from '@/agent/collectors/borg/borg-location';
import { reportedLocks, type BorgFolder } from '@/agent/collectors/borg/borg-folder';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import { isReachable, type RepositoryProblem } from '@/agent/collectors/repository-problem';
import { beginningOf } from '@/agent/report/shorten';

/** borg ended well, but not as the versions we know do. That says nothing about the repository. */
export const BORG_NOT_UNDERSTOOD: RepositoryProblem = {
  code: 'unsupported_version',
  exit_code: 0,
  message: 'borg answered with something that is not its usual JSON.',
};

const info = z.object({
  cache: z.object({ stats: z.object({ unique_csize: z.int().min(0), unique_size: z.int().min(0) }) }),
});

/** How much a repository holds, as `borg info --json` prints it; null when it is something else. */
export function readBorgBytes(stdout: string): ReportedRepository['bytes'] {
  const stats = readBorgDocument(info, stdout)?.cache.stats;
  return stats ? { stored: stats.unique_csize, logical: stats.unique_size } : null;
}

/** What borg's listing tells of encryption; null where it could not be read. */
export function borgEncryption(mode: string | null): ReportedRepository['encryption'] {
  return mode === null ? null : { value: isEncrypted(mode), mode, source: 'tool_reported' };
}

/** What can be said of a repository by its address, its folder and what came of reading it. */
export function borgRepositoryFacts(
  { settings, redact }: RepositoryAccess,
  key: string,
  problem: RepositoryProblem | null,
  folder: BorgFolder | null,
): ReportedRepository {
  const { location, kind } = readBorgLocation(settings.repo);
  return {
    repository_key: key,
    tool: 'borg',
    location: beginningOf(redact(location)),
    location_kind: kind,
    // A folder that is a repository is there, whatever borg makes of it.
    reachable: folder ? true : isReachable(problem),
    problem,
    media: null,
    site: null,
    offsite: null,
    encryption: null,
    immutability: folder?.isAppendOnly
      ? { kind: 'append_only', until: null, source: 'tool_reported', proven_at: null }
      : null,
    capacity: quotaOf(folder),
    bytes: null,
    locks: reportedLocks(folder?.locks ?? []),
    tool_format: null,
  };
}

function quotaOf(folder: BorgFolder | null): ReportedRepository['capacity'] {
  if (folder?.quotaBytes == null) return null;
  const unknown = { total: null, used: null, free: null };
  return { ...unknown, quota: folder.quotaBytes, method: 'tool', measured_at: new Date().toISOString() };
}
