import { cutText } from '@/domain/text/cut-text';
import type { LocationKind } from '@/contract/report';

/** Folder names that tell nothing of what is in them. */
const COMMON_FOLDERS =
  /^(restic|borg|repo|repos|repository|backup|backups|restic-repo|borg-repo|volume\d+|data|share)$/i;
const NAME_MAX = 200;

/** What a repository is called until somebody gives it a better name. */
export interface RepositoryName {
  /** Short: the bucket, the machine and a telling folder, or the path. */
  readonly name: string;
  /** The location without scheme and account, where the short one is taken. */
  readonly fullName: string;
}

/** Names a repository after its location, `sftp:backup@nas-02:/volume1/restic` being nas-02; without any, by its key. */
export function nameRepository(location: string, kind: LocationKind, key: string): RepositoryName {
  const bare = location
    .replace(/^[a-z0-9]+:(?!\\)(\/\/)?/i, '')
    .replace(/^https?:\/\//i, '')
    .replace(/^[^/@]*@/, '')
    .replace(/\/+$/, '');
  const fullName = cutText(bare || location || key, NAME_MAX);
  return { name: cutText(shortName(bare, kind) || fullName, NAME_MAX), fullName };
}

function shortName(bare: string, kind: LocationKind): string {
  switch (kind) {
    case 's3':
      return folders(bare.replace(/^[^/]*/, '')).join('/');
    case 'b2':
    case 'azure':
    case 'gcs':
    case 'swift':
      return folders(bare.replaceAll(':', '/')).join('/');
    case 'sftp':
    case 'ssh':
    case 'rest':
    case 'webdav':
    case 'smb':
    case 'nfs':
      return onMachine(bare);
    case 'local':
    case 'rclone':
    case 'tape':
    case 'vendor_cloud':
    case 'unknown':
      return bare;
  }
}

function onMachine(bare: string): string {
  const [, host = '', path = ''] = /^(\[[^\]]+\]|[^/:]+)(?::\d+(?=\/))?:?(.*)$/.exec(bare) ?? [];
  const last = folders(path).at(-1);
  return last === undefined || COMMON_FOLDERS.test(last) ? host : `${host}/${last}`;
}

const folders = (path: string): string[] => path.split('/').filter(Boolean);
