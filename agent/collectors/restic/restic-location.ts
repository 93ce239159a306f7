import path from 'node:path';
import type { LocationKind } from '@/contract/report';
import type { RepositoryLocation } from '@/agent/collectors/repository-location';
import { hideCredentials } from '@/agent/redact';
import { beginningOf } from '@/agent/report/shorten';

const KIND_OF_SCHEME: Readonly<Record<string, LocationKind>> = {
  sftp: 'sftp',
  rest: 'rest',
  s3: 's3',
  b2: 'b2',
  azure: 'azure',
  gs: 'gcs',
  swift: 'swift',
  rclone: 'rclone',
  local: 'local',
};

/** Hosts of public clouds: behind these addresses is an object store and nothing else. */
const PUBLIC_S3_HOST =
  /(^|\.)(amazonaws\.com(\.cn)?|wasabisys\.com|backblazeb2\.com|digitaloceanspaces\.com|r2\.cloudflarestorage\.com|storage\.googleapis\.com|scw\.cloud|your-objectstorage\.com|linodeobjects\.com)$/i;
const PUBLIC_SCHEMES: readonly LocationKind[] = ['b2', 'azure', 'gcs'];

export function readResticLocation(repo: string, observedAt: Date): RepositoryLocation {
  const given = hideCredentials(withoutParameters(repo));
  const scheme = /^([a-z0-9]+):(?!\\)/i.exec(given)?.[1]?.toLowerCase();
  const kind = scheme === undefined || scheme.length === 1 ? 'local' : (KIND_OF_SCHEME[scheme] ?? 'unknown');
  const location = kind === 'local' ? path.resolve(given.replace(/^local:/i, '')) : given;
  return { location, kind, media: mediaOf(location, kind, observedAt) };
}

/** rclone takes settings, passwords among them, in the name of the remote: `rclone:remote,name=value,…:path`. */
function withoutParameters(repo: string): string {
  return repo.replace(/^(rclone::?[^,:]*),(?:"[^"]*"|'[^']*'|[^:"'])*/i, '$1');
}

/** An S3 address may be a box in the next room: only a public cloud's own address tells what it is. */
function mediaOf(location: string, kind: LocationKind, observedAt: Date): RepositoryLocation['media'] {
  const isPublic = PUBLIC_SCHEMES.includes(kind) || (kind === 's3' && PUBLIC_S3_HOST.test(hostOf(location)));
  if (!isPublic) return null;
  return {
    value: 'object_storage',
    source: 'tool_reported',
    evidence: beginningOf(location, 500),
    observed_at: observedAt.toISOString(),
  };
}

function hostOf(location: string): string {
  const rest = location.replace(/^s3:/i, '').replace(/^https?:\/\//i, '');
  return (rest.split('/', 1)[0] ?? '').replace(/:\d+$/, '');
}

/** The region in the address of Amazon S3 (`s3.eu-central-1.amazonaws.com`), as the key of a site; null for others. */
export function cloudRegion(location: string): string | null {
  const region = /s3[.-]([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com/i.exec(location)?.[1];
  return region ? `aws:${region.toLowerCase()}` : null;
}
