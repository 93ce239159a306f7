import path from 'node:path';
import { boundedKey } from '@/agent/collectors/job-stream';
import type { RepositoryLocation } from '@/agent/collectors/repository-location';
import type { ToolName } from '@/agent/config/agent-config';
import { hideCredentials } from '@/agent/redact';

/** The key of a repository that has no id of its own, readable or not: its tool and its place. A folder is another one on every machine. */
export function placeKey(
  tool: ToolName,
  { location, kind }: Pick<RepositoryLocation, 'location' | 'kind'>,
  hostname: string,
): string {
  return boundedKey(`${tool}:${kind === 'local' ? `${hostname}:` : ''}${location}`);
}

/** A folder of this machine, such as the configuration file of a tool. */
export function folderLocation(folder: string): RepositoryLocation {
  return { location: path.resolve(folder), kind: 'local', media: null };
}

/** `user@host::/folder`, as rdiff-backup has it, or a folder. */
export function doubleColonLocation(repo: string): RepositoryLocation {
  const isRemote = /^[^/]+::/.test(repo);
  if (isRemote) return { location: hideCredentials(repo), kind: 'ssh', media: null };
  return folderLocation(repo);
}
