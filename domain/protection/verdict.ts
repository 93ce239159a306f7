import type { RepositoryProblemCode } from '../../contract/report';
import type { AnomalyVerdict } from '../anomaly/anomaly';
import type { SizeMeasure } from '../anomaly/job-anomaly';
import type { FindingRule } from '../findings/catalogue';
import type { ToldDrillOutcome } from '../restore-test/drill';
import type { Instant } from '../time/instant';
import type { FactOrigin, MediaClass, PointOutcome } from './facts';
import type { VerificationDepth } from './policy';

export const STATUSES = ['non-compliant', 'unknown', 'at-risk', 'compliant'] as const;
/** Status of a data set, system or client, worst first. */
export type Status = (typeof STATUSES)[number];

export const DIGITS = ['copies', 'media', 'locations', 'offsite', 'immutable', 'errors'] as const;
export type DigitName = (typeof DIGITS)[number];

/** One digit of the rule. `required` null: the rule asks nothing, and it passes. For `errors`, actual counts what is wrong. */
export interface Digit {
  required: number | null;
  actual: number;
  isPassed: boolean;
}

/** Why a repository is not a counted copy (its newest point, or the repository as a whole). */
export type RejectionReason =
  | { code: 'no-point' }
  | { code: 'stale'; takenAt: Instant; rpoSeconds: number; ageSeconds: number }
  | { code: 'future'; takenAt: Instant }
  | { code: 'incomplete'; state: string }
  | { code: 'run-not-accepted'; outcome: PointOutcome }
  | { code: 'restore-test-failed'; testedAt: Instant }
  | { code: 'verification-problems'; foundAt: Instant; depth: VerificationDepth }
  | { code: 'own-failure-domain'; failureDomain: string }
  | { code: 'shared-failure-domain'; failureDomain: string; countedRepositoryId: string }
  | { code: 'wrong-capture'; capture: string | null; required: string }
  | { code: 'sources-missing'; missing: readonly string[]; since: Instant }
  | { code: 'not-listed'; listedAt: Instant }
  | { code: 'unreadable'; problem: RepositoryProblemCode; attemptedAt: Instant };

/** Why a counted copy does not count for a further digit. */
export type ShortfallReason =
  | { code: 'media-unknown' }
  | { code: 'media-inferred'; value: MediaClass }
  | { code: 'site-unknown' }
  | { code: 'system-site-unknown' }
  | { code: 'same-site'; siteName: string }
  | { code: 'too-near'; distanceKm: number; distanceKmMin: number }
  | { code: 'not-immutable' }
  | { code: 'lock-too-short'; until: Instant; windowSeconds: number }
  | { code: 'lock-not-provable' }
  | { code: 'append-only-not-accepted' }
  | { code: 'not-verified'; depth: VerificationDepth; lastCleanAt: Instant | null };

/** A repository as the verdict sees it: through the point that counts, or the newest one with the reason it does not. */
export interface CopyVerdict {
  repositoryId: string;
  repositoryName: string;
  isCounted: boolean;
  /** Rejections, the deciding one first; empty when it counts. */
  rejections: readonly RejectionReason[];
  point: {
    id: string;
    key: string;
    takenAt: Instant;
    freshUntil: Instant;
    outcome: PointOutcome;
    origin: FactOrigin;
  } | null;
  /** The other name of the data set under which that point is whole; null: its own. */
  heldAs: string | null;
  /** Counts, but only a claim or a point whose run nobody saw stands behind it (drawn hollow). */
  isHollow: boolean;
  media: MediaClass | null;
  siteName: string | null;
  distanceKm: number | null;
  isOffsite: boolean;
  isImmutable: boolean;
  isVerified: boolean;
  isEncrypted: boolean | null;
  shortfalls: readonly ShortfallReason[];
}

export type Severity = 'critical' | 'warning' | 'note';

/** A gap between policy and reality that holds now. Identity: rule + subject. */
export interface OpenFinding {
  rule: FindingRule;
  severity: Severity;
  subject: {
    kind: 'data-set' | 'repository' | 'job' | 'agent' | 'machine' | 'system' | 'drill';
    id: string;
    name: string;
  };
  /** own outage > repository > agent > job > data set: one cause, one group. */
  causeKey: string;
  /** Since when the facts show it. */
  since: Instant;
  detail: FindingDetail;
  isWaived: boolean;
  origin: FactOrigin | null;
}

type FindingDetail =
  | { kind: 'digit'; digit: DigitName; required: number; actual: number }
  | { kind: 'failure-domain'; failureDomain: string; repositoryIds: readonly string[] }
  | { kind: 'age'; newestTakenAt: Instant | null; rpoSeconds: number }
  | { kind: 'run'; status: string; message: string | null; count: number; at: Instant }
  | { kind: 'missed'; count: number; dueAt: Instant; deadline: Instant }
  | { kind: 'sources'; missing: readonly string[]; since: Instant }
  | { kind: 'verification'; at: Instant; depth: VerificationDepth }
  | { kind: 'restore-test'; at: Instant }
  | { kind: 'unreadable'; problem: RepositoryProblemCode; at: Instant }
  | { kind: 'points'; count: number; at: Instant }
  | { kind: 'declaration'; attribute: string; until: Instant }
  /** `dueAt`, `owner`: of one that is or was; `lacks`: what was signed off and is not as it should be. */
  | {
      kind: 'attestation';
      what: 'access' | 'key-custody';
      standing: 'missing' | 'lacking' | 'due-soon' | 'overdue';
      dueAt: Instant | null;
      owner: string | null;
      lacks: readonly string[];
    }
  | { kind: 'stalled'; startedAt: Instant; secondsMax: number }
  | {
      kind: 'source-loss';
      measure: Exclude<SizeMeasure, 'changed-bytes'>;
      value: number;
      median: number;
      at: Instant;
    }
  /** `shallowerAt`: when a check that looked less deep was last clean; null: none was. */
  | { kind: 'unverified'; depth: VerificationDepth; lastCleanAt: Instant | null; shallowerAt: Instant | null }
  | { kind: 'untested'; lastTestAt: Instant | null }
  /** `expiresAt`: when it will be removed, or, `isGone`, when it was found to be. */
  | { kind: 'expiring'; takenAt: Instant; expiresAt: Instant; isGone: boolean; dueAt: Instant }
  | { kind: 'kept'; count: number; oldestTakenAt: Instant | null; message: string | null }
  /** `periods`: the newest of them, in words; `count`: how many there are. `missingOfLast`: of the newest points that were promised. */
  | {
      kind: 'not-kept';
      periods: readonly string[];
      count: number;
      oldestTakenAt: Instant | null;
      missingOfLast: number;
    }
  | { kind: 'too-old'; count: number; oldestTakenAt: Instant; ageDaysMax: number }
  | { kind: 'encryption'; isKnown: boolean }
  | { kind: 'capture'; required: string }
  | { kind: 'capacity'; freeBytes: number; totalBytes: number; at: Instant }
  /** `latestAt` null: growth may as well end. `count`: of the days it is drawn from. */
  | { kind: 'forecast'; fullAt: Instant; earliestAt: Instant; latestAt: Instant | null; count: number }
  | {
      kind: 'anomaly';
      measure: SizeMeasure;
      at: Instant;
      numbers: Extract<AnomalyVerdict, { value: number }>;
    }
  | { kind: 'silence'; lastHeardAt: Instant; silenceSeconds: number }
  | { kind: 'sequences'; count: number; from: number; to: number; noticedAt: Instant }
  /** Positive: behind ours. */
  | { kind: 'clock'; skewMs: number }
  | { kind: 'tool'; message: string; at: Instant }
  /** Whether anything was ever heard of the machine. */
  | { kind: 'not-covered'; isHeard: boolean }
  | { kind: 'unmanaged' }
  /** `path`: the file that was damaged on purpose; null: none was. */
  | { kind: 'drill'; outcome: ToldDrillOutcome; repositoryName: string; path: string | null; at: Instant }
  /** `seconds`: of a full restore, extrapolated where `isSample`. */
  | {
      kind: 'rto';
      rtoSeconds: number;
      seconds: number;
      sizeBytes: number;
      sampleBytes: number;
      sampleSeconds: number;
      isSample: boolean;
      repositoryName: string;
    }
  | { kind: 'rto-unknown'; rtoSeconds: number; lacks: 'never-timed' | 'size-unknown' };

/** A change that was tried with the same function, and what it would give. */
export interface CandidateChange {
  change:
    | { kind: 'fresh-point'; repositoryId: string; repositoryName: string }
    | { kind: 'repair-repository'; repositoryId: string; repositoryName: string }
    | { kind: 'clean-verification'; repositoryId: string; repositoryName: string; depth: VerificationDepth }
    | { kind: 'say-site'; subject: 'repository' | 'system'; subjectId: string; subjectName: string }
    | { kind: 'say-media'; repositoryId: string; repositoryName: string }
    | { kind: 'say-failure-domain'; repositoryId: string; repositoryName: string }
    | { kind: 'lock'; repositoryId: string; repositoryName: string; windowSeconds: number }
    | { kind: 'add-copy'; isOffsite: boolean }
    | { kind: 'restore-sources'; missing: readonly string[] }
    | { kind: 'restore-test' };
  digits: Readonly<Record<DigitName, Digit>>;
  /** Whether every digit passes after it. */
  isSufficient: boolean;
}

/** What decided the status, most important first. */
export type StatusReason =
  | { code: 'never-heard' }
  | { code: 'silent'; lastHeardAt: Instant; channelName: string }
  | { code: 'digit-fails'; digit: DigitName }
  | { code: 'critical-finding'; rule: FindingRule; subjectName: string }
  | { code: 'fails-soon'; failsAt: Instant; repositoryName: string | null }
  | { code: 'warning-finding'; rule: FindingRule; subjectName: string }
  | { code: 'claims-only' }
  | { code: 'outcome-not-seen' }
  | { code: 'all-pass' }
  | { code: 'counted-as-one'; name: string; by: string; since: Instant };

/** The verdict on one data set at `evaluatedAt`; constant until `changesAt` unless a new fact arrives. */
export interface Verdict {
  status: Status;
  reasons: readonly StatusReason[];
  digits: Readonly<Record<DigitName, Digit>>;
  production: { media: MediaClass; siteName: string | null };
  copies: readonly CopyVerdict[];
  findings: readonly OpenFinding[];
  evaluatedAt: Instant;
  /** The first instant at which a passing digit fails if nothing new arrives; null: never, or it fails already. */
  failsAt: Instant | null;
  /** The first instant at which digits, counted set or status differ if nothing new arrives; null: never. */
  changesAt: Instant | null;
  /** The newest time any channel was heard; null: never. */
  lastHeardAt: Instant | null;
  /** The smallest change that makes every digit pass; null when they pass or none was found. */
  smallestChange: CandidateChange | null;
  /** All changes that were tried, best first, for the Why drawer. */
  tried: readonly CandidateChange[];
}
