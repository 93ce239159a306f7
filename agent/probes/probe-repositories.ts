import type { ReportedRepository, ReportProblem } from '@/contract/report';
import type { RepositoryAccess } from '@/agent/collectors/repository-access';
import type { Collection } from '@/agent/report/collection';
import { capacityOfFolder, capacityOfRclone } from '@/agent/probes/capacity';
import { isVolatile, probeLocalDevice } from '@/agent/probes/local-device';

/** Where it lies, as far as probing needs to know. */
interface ProbedPlace {
  settings: Pick<RepositoryAccess['settings'], 'repo'>;
  env: RepositoryAccess['env'];
}

/** Adds to what a tool told of its repository what the machine itself knows: the medium, and how much room is left. */
export async function withProbes(
  collection: Collection,
  repositoryKey: string,
  { settings, env }: ProbedPlace,
): Promise<Collection> {
  const own = collection.repositories.find((one) => one.repository_key === repositoryKey);
  if (!own || own.reachable !== true) return collection;
  const probed = await probe(own, settings.repo, env);
  return {
    ...collection,
    repositories: collection.repositories.map((one) => (one === own ? probed.repository : one)),
    problems: [...collection.problems, ...probed.problems],
  };
}

interface Probed {
  repository: ReportedRepository;
  problems: ReportProblem[];
}

async function probe(own: ReportedRepository, repo: string, env: RepositoryAccess['env']): Promise<Probed> {
  const now = new Date();
  if (own.location_kind === 'rclone') {
    const capacity = await capacityOfRclone(repo, env, now);
    return { repository: { ...own, capacity: own.capacity ?? capacity }, problems: [] };
  }
  if (own.location_kind !== 'local') return { repository: own, problems: [] };
  const { mount, media } = await probeLocalDevice(own.location, env, now);
  const capacity = await capacityOfFolder(own.location, now);
  return {
    repository: { ...own, media: own.media ?? media, capacity: withQuota(capacity, own.capacity) },
    problems: mount && isVolatile(mount) ? [onVolatile(own, mount.fstype)] : [],
  };
}

/** A quota that the tool told holds beside what the disk has. */
function withQuota(
  measured: ReportedRepository['capacity'],
  told: ReportedRepository['capacity'],
): ReportedRepository['capacity'] {
  if (!measured || !told) return measured ?? told;
  return { ...measured, quota: told.quota };
}

function onVolatile({ repository_key: key, location }: ReportedRepository, fstype: string): ReportProblem {
  return {
    code: 'volatile_storage',
    severity: 'critical',
    subject: `repository:${key}`.slice(0, 200),
    message:
      `${location} lies in a ${fstype}: it is gone when this machine or container is started anew.`.slice(
        0,
        2000,
      ),
  };
}
