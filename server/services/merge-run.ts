import type { RunStatus } from '@/contract/report';
import type { KeptRun, RunTrust } from '../data/report-runs';

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

/** How strongly evidence stands: an agent's signature above a secret in a URL above a mail. */
const EVIDENCE: Readonly<Record<RunTrust, number>> = {
  declared: 0,
  unverified: 1,
  verified_mail: 2,
  token: 3,
  signed: 4,
};

const hasEnded = ({ status }: KeptRun): boolean => STRENGTH[status] >= STRENGTH.success;

/**
 * One run told twice. Of the same evidence a worse status wins over a better one; stronger evidence of an end wins over weaker, whose
 * words stay beside it where they differ; an end wins over a run that was still running, and a missing field never overwrites a known
 * one. When it happened is never moved.
 */
export function mergeRun(known: KeptRun, told: KeptRun): KeptRun {
  const { status, disagreement } = statusOf(known, told);
  return {
    ...told,
    runKey: known.runKey,
    systemId: known.systemId,
    trust: EVIDENCE[told.trust] > EVIDENCE[known.trust] ? told.trust : known.trust,
    disagreement,
    runId: known.runId,
    occurredAt: known.occurredAt,
    status,
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

function statusOf(known: KeptRun, told: KeptRun): Pick<KeptRun, 'status' | 'disagreement'> {
  const isStronger = EVIDENCE[told.trust] > EVIDENCE[known.trust];
  const isWeaker = EVIDENCE[told.trust] < EVIDENCE[known.trust];
  if (!(isStronger || isWeaker) || !hasEnded(known) || !hasEnded(told)) {
    const status = STRENGTH[told.status] >= STRENGTH[known.status] ? told.status : known.status;
    return { status, disagreement: known.disagreement?.status === status ? null : known.disagreement };
  }
  const [strong, weak] = isStronger ? [told, known] : [known, told];
  if (strong.status === weak.status) return { status: strong.status, disagreement: known.disagreement };
  return { status: strong.status, disagreement: { status: weak.status, trust: weak.trust } };
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
