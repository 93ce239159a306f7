import type { RunStatus } from '@/contract/report';
import type { KeptRun } from '../data/report-runs';

/** As many points as one report may name of a run; a run that is told again and again must not grow without end. */
const POINT_KEYS_MAX = 1000;
/** As many missing sources of a run as anybody reads. */
export const MISSING_SOURCES_MAX = 100;

/** How strongly a status stands: what ended stands above what runs, and of two ends the worse one. */
const STRENGTH: Readonly<Record<RunStatus, number>> = {
  unknown: 0,
  running: 1,
  missed: 2,
  success: 3,
  warning: 4,
  cancelled: 5,
  failed: 6,
};

/**
 * One run told twice. A worse status wins over a better one, an end over a run that was still running, and a missing field
 * never overwrites a known one. When it happened is never moved.
 */
export function mergeRun(known: KeptRun, told: KeptRun): KeptRun {
  return {
    ...told,
    runId: known.runId,
    occurredAt: known.occurredAt,
    status: STRENGTH[told.status] >= STRENGTH[known.status] ? told.status : known.status,
    isPartial: known.isPartial || told.isPartial,
    timeQuality: known.timeQuality === 'exact' ? 'exact' : told.timeQuality,
    startedAt: told.startedAt ?? known.startedAt,
    endedAt: told.endedAt ?? known.endedAt,
    durationSeconds: told.durationSeconds ?? known.durationSeconds,
    sourceBytes: told.sourceBytes ?? known.sourceBytes,
    readBytes: told.readBytes ?? known.readBytes,
    transferredBytes: told.transferredBytes ?? known.transferredBytes,
    storedBytes: told.storedBytes ?? known.storedBytes,
    filesTotal: told.filesTotal ?? known.filesTotal,
    filesFailed: told.filesFailed ?? known.filesFailed,
    errors: told.errors ?? known.errors,
    warnings: told.warnings ?? known.warnings,
    exitCode: told.exitCode ?? known.exitCode,
    errorCode: told.errorCode ?? known.errorCode,
    message: told.message ?? known.message,
    missingSources: union(known.missingSources, told.missingSources, MISSING_SOURCES_MAX),
    pointKeys: union(known.pointKeys, told.pointKeys, POINT_KEYS_MAX),
    isRepositoryUnread: known.isRepositoryUnread || told.isRepositoryUnread,
  };
}

function union(known: readonly string[], told: readonly string[], lengthMax: number): readonly string[] {
  const all = new Set(known);
  for (const one of told) if (all.size < lengthMax) all.add(one);
  return all.size === known.length ? known : [...all].toSorted();
}

/** Whether two tellings of a run say the same. */
export function isSameRun(a: KeptRun, b: KeptRun): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));
}

function inOrder(run: KeptRun): unknown {
  return Object.entries(run).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
