import type { LocationKind, ReportedRepository } from '@/contract/report';
import { readBorgLocation } from '@/agent/collectors/borg/borg-location';
import { readResticLocation } from '@/agent/collectors/restic/restic-location';
import type { RepositorySettings } from '@/agent/config/agent-config';

/** Where a repository lies, as its address tells. */
export interface RepositoryLocation {
  /** As given to the tool, without password or key. */
  location: string;
  kind: LocationKind;
  media: NonNullable<ReportedRepository['media']> | null;
}

/** Reads the address of a repository as its tool does. */
export function readLocation({ tool, repo }: RepositorySettings, observedAt: Date): RepositoryLocation {
  return tool === 'borg' ? readBorgLocation(repo) : readResticLocation(repo, observedAt);
}
