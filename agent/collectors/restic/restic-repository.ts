import { z } from 'zod';
import type { ReportedRepository } from '@/contract/report';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import { isReachable, type RepositoryProblem } from '@/agent/collectors/repository-problem';
import { cloudRegion, readResticLocation } from '@/agent/collectors/restic/restic-location';
import { readResticDocument } from '@/agent/collectors/restic/restic-output';
import { beginningOf } from '@/agent/report/shorten';

const config = z.object({ version: z.int(), id: z.string().min(8).max(200) });
export type ResticConfig = z.output<typeof config>;

/** The `config` file of a repository, as `restic cat config` prints it; null when it is something else. */
export function readResticConfig(stdout: string): ResticConfig | null {
  return readResticDocument(config, stdout);
}

export const formatName = ({ version }: ResticConfig): string => `restic v${version}`;

const stats = z.object({ total_size: z.int().min(0), total_uncompressed_size: z.int().min(0).optional() });

/** How much a repository holds, as `restic stats --mode raw-data` prints it; null when it is something else. */
export function readStoredBytes(stdout: string): ReportedRepository['bytes'] {
  const told = readResticDocument(stats, stdout);
  return told && { stored: told.total_size, logical: told.total_uncompressed_size ?? null };
}

/** restic ended well, but not as the versions we know do. That says nothing about the repository. */
export const NOT_UNDERSTOOD: RepositoryProblem = {
  code: 'unsupported_version',
  exit_code: 0,
  message: 'restic answered with something that is not its usual JSON.',
};

/** What can be said of a repository by its address and by what came of reading it. */
export function repositoryFacts(
  { settings, redact }: RepositoryAccess,
  key: string,
  problem: RepositoryProblem | null,
): ReportedRepository {
  const { location, kind, media } = readResticLocation(settings.repo, new Date());
  const region = cloudRegion(location);
  return {
    repository_key: key,
    tool: 'restic',
    location: beginningOf(redact(location)),
    location_kind: kind,
    reachable: isReachable(problem),
    problem,
    media,
    site: region ? { value: region, source: 'tool_reported' } : null,
    offsite: null,
    encryption: { value: true, mode: 'AES-256-CTR-Poly1305', source: 'tool_inherent' },
    immutability: null,
    capacity: null,
    bytes: null,
    locks: [],
    tool_format: null,
  };
}
