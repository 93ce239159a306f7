import path from 'node:path';
import { hideCredentials } from '@/agent/redact';
import type { RepositoryLocation } from '@/agent/collectors/repository-location';

/** Reads the address of a borg repository: a folder, `ssh://host/path`, or `user@host:path` as scp has it. */
export function readBorgLocation(repo: string): RepositoryLocation {
  if (/^ssh:\/\//i.test(repo)) return { location: hideCredentials(repo), kind: 'ssh', media: null };
  const folder = repo.replace(/^file:\/\//i, '');
  // borg takes what stands before a colon for a host, unless a slash comes first.
  if (folder === repo && /^[^/]*[^/:]:[^:]/.test(repo)) return { location: repo, kind: 'ssh', media: null };
  return { location: path.resolve(folder), kind: 'local', media: null };
}
