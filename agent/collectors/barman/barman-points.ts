import type { ReportedPoint } from '@/contract/report';
import type { BarmanBackup, BarmanServer } from '@/agent/collectors/barman/barman-output';
import type { Collection } from '@/agent/report/collection';
import { beginningOf } from '@/agent/report/shorten';

/** By which the server knows what is backed up. */
export interface BarmanStream {
  host: string;
  server: string;
}

const barmanJobKey = ({ host, server }: BarmanStream): string => beginningOf(`barman:${host}:${server}`, 200);

/** The backups of a server as points, in barman's order: the newest first. */
export function barmanPoints(
  backups: readonly BarmanBackup[],
  repositoryKey: string,
  stream: BarmanStream,
): ReportedPoint[] {
  return backups.flatMap((one) => {
    const takenAt = one.end_time_timestamp ?? instantOfId(one.backup_id);
    if (takenAt === null) return [];
    return [
      {
        point_key: one.backup_id,
        repository_key: repositoryKey,
        job_key: barmanJobKey(stream),
        source_host: beginningOf(stream.host, 200),
        source_paths: [beginningOf(`postgresql:${stream.server}`, 4096)],
        tags: [],
        taken_at: takenAt,
        completed_at: one.end_time_timestamp ?? null,
        backdated: false,
        state: stateOf(one),
        bytes: one.size_bytes === undefined ? null : { logical: null, stored: one.size_bytes },
        files: null,
        level: one.backup_type === 'incremental' ? 'incremental' : 'full',
        capture: 'database',
        expires_at: null,
        retention_reasons: one.retention_status && one.retention_status !== '-' ? [one.retention_status] : [],
        encrypted: null,
        immutable_until: null,
        protected: false,
        last_verified_at: null,
        verified_depth: 'none',
        media_label: null,
      },
    ];
  });
}

/**
 * Only a backup that is done can be restored: one that waits for WAL is not consistent yet, though `check-backup` and `recover` of it
 * end with 0.
 */
function stateOf({ status }: BarmanBackup): ReportedPoint['state'] {
  switch (status) {
    case 'DONE':
      return 'complete';
    case 'WAITING_FOR_WALS':
      return 'waiting';
    case 'EMPTY':
    case 'STARTED':
    case 'SYNCING':
    case 'FAILED':
      return 'incomplete';
    default:
      return 'unknown';
  }
}

/** The id is the time of the start without a zone, in that of the machine; it is all that is told of a backup that is not done. */
function instantOfId(id: string): string | null {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/.exec(id) ?? [];
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

const DAYS = { DAYS: 1, WEEKS: 7, MONTHS: 31 } as const; // as barman counts them

/** `RECOVERY WINDOW OF 7 DAYS`, or `REDUNDANCY 3`; nothing when it is neither. */
export function barmanRetention(
  { retention_policy: policy }: BarmanServer,
  repositoryKey: string,
): Collection['retention'] {
  const window = /^RECOVERY WINDOW OF (\d{1,5}) (DAYS|WEEKS|MONTHS)$/i.exec(policy ?? '');
  const redundancy = /^REDUNDANCY (\d{1,5})$/i.exec(policy ?? '');
  if (!window && !redundancy) return [];
  const unit = (window?.[2] ?? 'DAYS').toUpperCase() as keyof typeof DAYS;
  return [
    {
      job_key: null,
      repository_key: repositoryKey,
      source: 'tool_config',
      archives: null,
      keep: {
        last: redundancy ? Number(redundancy[1]) : null,
        hourly: null,
        daily: null,
        weekly: null,
        monthly: null,
        yearly: null,
        within_days: window ? Number(window[1]) * DAYS[unit] : null,
      },
      observed_oldest_at: null,
      observed_count: null,
    },
  ];
}
