import path from 'node:path';
import type { LocationKind } from '@/contract/report';
import type { RepositoryLocation } from '@/agent/collectors/repository-location';
import { hideCredentials } from '@/agent/redact';
import { beginningOf } from '@/agent/report/shorten';

const KIND_OF_SCHEME: Readonly<Record<string, LocationKind>> = {
  file: 'local',
  sftp: 'sftp',
  scp: 'ssh',
  ssh: 'ssh',
  s3: 's3',
  b2: 'b2',
  azure: 'azure',
  gs: 'gcs',
  swift: 'swift',
  webdav: 'webdav',
  webdavs: 'webdav',
  rclone: 'rclone',
  dpbx: 'vendor_cloud',
  gdocs: 'vendor_cloud',
  gdrive: 'vendor_cloud',
  mega: 'vendor_cloud',
  megav2: 'vendor_cloud',
  onedrive: 'vendor_cloud',
  pydrive: 'vendor_cloud',
};
/** Behind these is an object store and nothing else; behind `s3:` may be a box in the next room. */
const PUBLIC_STORES: readonly LocationKind[] = ['b2', 'azure', 'gcs'];

/** Reads the address of a duplicity repository: `scheme://…`, or `par2+scheme://…`, `boto3+s3://…`. */
export function readDuplicityLocation(url: string, observedAt: Date): RepositoryLocation {
  const location = hideCredentials(url);
  const folder = localFolderOf(url);
  if (folder !== null) return { location: folder, kind: 'local', media: null };
  const scheme =
    /^(?:(?:par2|boto3)\+)*([a-z0-9]+)(?:\+[a-z0-9]+)*:\/\//i.exec(location)?.[1]?.toLowerCase() ?? '';
  const kind = KIND_OF_SCHEME[scheme] ?? 'unknown';
  if (!PUBLIC_STORES.includes(kind)) return { location, kind, media: null };
  return {
    location,
    kind,
    media: {
      value: 'object_storage',
      source: 'tool_reported',
      evidence: beginningOf(location, 500),
      observed_at: observedAt.toISOString(),
    },
  };
}

/** The folder of `file:///folder`; null: it is no folder of this machine. */
export function localFolderOf(url: string): string | null {
  const folder = /^(?:par2\+)?file:\/\/(.*)$/i.exec(url)?.[1];
  return folder === undefined ? null : path.resolve('/', folder);
}

/** The address without the password that stands in it, and the password, decoded as duplicity does. */
export function withoutPassword(url: string): { url: string; password: string | null } {
  const [, scheme = '', user = '', password, rest = ''] =
    /^([^/]+:\/\/)([^/@:]*):([^/]*)@(.*)$/s.exec(url) ?? [];
  if (password === undefined) return { url, password: null };
  return { url: `${scheme}${user}@${rest}`, password: decoded(password) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
