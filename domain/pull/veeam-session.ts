/** What a session of Veeam Backup & Replication does, as far as it is told of. */
export type VeeamSessionKind = 'backup' | 'replication';

/**
 * What a session is by its type (`sessionType`); null: it makes no copy of anything (restores, rescans, the server's own configuration).
 */
export function veeamSessionKind(sessionType: string): VeeamSessionKind | null {
  if (/^Configuration/i.test(sessionType)) return null;
  if (/(?:Copy|Replica|Replication)(?:Job)?$/i.test(sessionType)) return 'replication';
  return /Backup(?:Job|Policy)?$/i.test(sessionType) && !/SureBackup/i.test(sessionType) ? 'backup' : null;
}
