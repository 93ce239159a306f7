import type { StanzaInfo } from '@/agent/restore-test/pgbackrest-info';
import type { RestoreLimits } from '@/agent/restore-test/restore-tool';
import type { RunningPostgres } from '@/agent/restore-test/run-postgres';

/** How far a restored database has replayed the archived log. */
export interface ReplayedLog {
  /** Bytes since the beginning of the log, as a number in words: beyond what JSON readers keep exactly. */
  end_position: string;
  /** When the last transaction that it holds was made; null: none came after the backup. */
  last_transaction_at: string | null;
  /** The newest segment that the archive held when the test began. */
  archive_end: string;
  /** Whether it came to the end of that segment's log. */
  is_whole: boolean;
}

/** PostgreSQL keeps saying it after its recovery has ended; one before version 10 has other names for it. */
const QUESTION = `select pg_last_wal_replay_lsn() - '0/0'::pg_lsn, pg_size_bytes(current_setting('wal_segment_size')),
  to_char(pg_last_xact_replay_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * Asks a database that was restored to the end of its archived log how far it came. PostgreSQL takes a segment that is missing or broken for
 * the end of the log and says nothing, so where it stopped is held against the newest segment of the archive.
 * @returns null: the archive holds no log, or PostgreSQL does not say
 */
export async function askReplayed(
  postgres: RunningPostgres,
  { logEnd }: Pick<StanzaInfo, 'logEnd'>,
  limits: RestoreLimits,
): Promise<ReplayedLog | null> {
  if (logEnd === null) return null;
  const answer = await postgres.ask({ name: 'replayed log', database: 'postgres', sql: QUESTION }, limits);
  if (!('value' in answer)) return null;
  const [position = '', segmentBytes = '', lastAt = ''] = answer.value.split('|');
  if (!/^\d+$/.test(position) || !/^\d+$/.test(segmentBytes)) return null;
  return {
    end_position: position,
    last_transaction_at: lastAt === '' ? null : lastAt,
    archive_end: logEnd,
    is_whole: isWhole(BigInt(position), BigInt(segmentBytes), logEnd),
  };
}

/** A log that ends with a segment ends where the next one begins. */
function isWhole(position: bigint, segmentBytes: bigint, logEnd: string): boolean {
  const segmentsInFile = 0x1_0000_0000n / segmentBytes;
  const newest = BigInt(`0x${logEnd.slice(8, 16)}`) * segmentsInFile + BigInt(`0x${logEnd.slice(16)}`);
  return position > 0n && (position - 1n) / segmentBytes >= newest;
}
