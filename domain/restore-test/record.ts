import type { Instant } from '../time/instant';

/** How much a check proves, L0 to L5 of `evidence-and-frameworks.md`. Only L4 and L5 are called a restore test. */
export const PROOF_LEVELS = ['L0', 'L1', 'L2', 'L3', 'L4', 'L5'] as const;
export type ProofLevel = (typeof PROOF_LEVELS)[number];

/** Whether a check of this level is a restore test: data really brought back and compared. */
export function isRestoreTest(level: ProofLevel): boolean {
  return level === 'L4' || level === 'L5';
}

export const RECORD_RESULTS = ['passed', 'partial', 'failed', 'error', 'skipped'] as const;
export type RecordResult = (typeof RECORD_RESULTS)[number];

/** One thing that was to be seen, fixed before the test, and what was seen. */
export interface RecordCheck {
  readonly criterion: string;
  readonly isMet: boolean | null;
  /** Counts, hashes, rows or services, in words. */
  readonly seen: string | null;
}

/**
 * A restore-test record: what an auditor gets of one test, a copy of the facts that needs nothing else to be read. The
 * numbers are the fields 1 to 18 of `evidence-and-frameworks.md`. Instants are milliseconds since 1970; durations seconds.
 * null: not known, which a document has to say.
 */
export interface RestoreRecord {
  readonly recordId: string;
  readonly version: 1;
  /** 1 */
  readonly client: { readonly id: string; readonly name: string; readonly timeZone: string };
  readonly policy: { readonly versionId: string; readonly name: string; readonly version: number } | null;
  readonly cadenceDays: number | null;
  readonly dueAt: Instant | null;
  readonly isOnTime: boolean | null;
  /** 2 */
  readonly system: {
    readonly id: string;
    readonly name: string;
    readonly owner: string | null;
    readonly criticality: string | null;
    readonly dataClass: string | null;
  };
  /** 3 */
  readonly copy: {
    readonly repositoryId: string;
    readonly repository: string;
    readonly location: string | null;
    readonly media: string | null;
    readonly isOffsite: boolean | null;
    readonly product: string | null;
    readonly productVersion: string | null;
    readonly job: string | null;
    readonly pointId: string | null;
    readonly point: string | null;
    readonly takenAt: Instant | null;
    readonly isEncrypted: boolean | null;
    readonly immutableUntil: Instant | null;
  };
  /** 4 */
  readonly selection: {
    readonly how: 'scheduled' | 'random' | 'risk' | 'request';
    readonly population: number | null;
    readonly seed: string | null;
    readonly rule: string | null;
  };
  /** 5 */
  readonly method: string;
  readonly level: ProofLevel;
  readonly scope: string;
  /** 6 */
  readonly target: { readonly environment: string; readonly isIsolated: boolean | null };
  /** 7 */
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly timeZone: string;
  readonly phases: readonly { readonly name: string; readonly seconds: number }[];
  readonly recovery: {
    readonly seconds: number | null;
    readonly targetSeconds: number | null;
    readonly basis: 'measured' | 'extrapolated' | null;
    readonly forecastSeconds: number | null;
    readonly bytesRestored: number | null;
  };
  readonly dataAge: { readonly seconds: number | null; readonly targetSeconds: number | null };
  /** 8 */
  readonly checks: readonly RecordCheck[];
  readonly files: {
    readonly selected: number | null;
    readonly matched: number | null;
    readonly mismatched: number | null;
    readonly missing: number | null;
    readonly unverifiable: number | null;
  } | null;
  readonly manifest: { readonly origin: string; readonly sha256: string | null } | null;
  /** 9 */
  readonly result: RecordResult;
  readonly anomalies: readonly string[];
  /** 10 */
  readonly performer:
    | { readonly kind: 'person'; readonly id: string; readonly name: string }
    | { readonly kind: 'agent'; readonly id: string; readonly name: string; readonly version: string | null };
  /** 12: what is shown of each file; its bytes lie with the record. */
  readonly attachments: readonly {
    readonly name: string;
    readonly mediaType: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly capturedAt: Instant | null;
    readonly origin: string | null;
  }[];
  /** 13 */
  readonly failure: {
    readonly ticket: string | null;
    readonly cause: string | null;
    readonly correctiveAction: string | null;
    readonly owner: string | null;
    readonly closedAt: Instant | null;
    readonly retestRecordId: string | null;
  } | null;
  /** 14 */
  readonly malwareScan: { readonly tool: string; readonly result: string; readonly at: Instant } | null;
  /** 15 */
  readonly exceptions: readonly string[];
  /** 16 */
  readonly lessons: string | null;
  /** 17: where it came from; what was said later stands in `RecordAmendment`. */
  readonly provenance: {
    readonly createdAt: Instant;
    readonly rawReportId: string | null;
    readonly rawReportSha256: string | null;
  };
  /** 18: as it was when the record was made; `keepUntil` of `domain/evidence` says how it is now. */
  readonly keepUntil: Instant;
  /** Why until then; left out by records of before this was written down. */
  readonly keepBecause?: string | undefined;
  readonly isOnLegalHold: boolean;
}

/** 11 and 17: what was said of a record after it was made; only ever added. */
export type RecordAmendment =
  | {
      readonly kind: 'review';
      readonly decision: 'accepted' | 'rejected';
      readonly by: { readonly id: string; readonly name: string };
      readonly at: Instant;
      readonly comment: string | null;
    }
  | {
      readonly kind: 'correction';
      readonly by: { readonly id: string; readonly name: string };
      readonly at: Instant;
      readonly reason: string;
      /** Which fields hold what instead; the record itself stays as it was. */
      readonly fields: Readonly<Record<string, unknown>>;
    };
