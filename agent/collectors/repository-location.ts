import type { LocationKind, ReportedRepository } from '@/contract/report';
import { readBarmanLocation } from '@/agent/collectors/barman/collect-barman';
import { readBorgLocation } from '@/agent/collectors/borg/borg-location';
import { readDuplicityLocation } from '@/agent/collectors/duplicity/duplicity-location';
import { doubleColonLocation, folderLocation } from '@/agent/collectors/place-key';
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
  switch (tool) {
    case 'restic':
      return readResticLocation(repo, observedAt);
    case 'borg':
      return readBorgLocation(repo);
    case 'rsnapshot':
      return folderLocation(repo);
    case 'rdiff-backup':
      return doubleColonLocation(repo);
    case 'duplicity':
      return readDuplicityLocation(repo, observedAt);
    case 'barman':
      return readBarmanLocation(repo);
  }
}
