import type { Instant } from '../time/instant';

/** What waits within Holdfast: reports to be processed, verdicts to be reached, mail and notifications to be sent. */
export const OWN_QUEUES = ['reports', 'verdicts', 'mail', 'notifications'] as const;
export type OwnQueue = (typeof OWN_QUEUES)[number];

/** One of them, over all MSPs. */
export interface QueueFact {
  /** Since when the oldest waits; null: nothing does. */
  readonly oldestAt: Instant | null;
  /** Of those that failed and are tried again, the oldest's arrival; null: none failed. */
  readonly failingSince: Instant | null;
  /** How many wait; null: not for whoever reads this. */
  readonly waiting: number | null;
  /** How many of them failed at least once; null: not for whoever reads this. */
  readonly failing: number | null;
}

/** The backup of Holdfast itself. `elsewhere`: the Postgres is somebody's own, and so is its backup. */
export type OwnBackupFact =
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'unreadable' }
  | {
      readonly kind: 'here';
      /** When the newest finished backup was begun; null: there is none. */
      readonly takenAt: Instant | null;
      /** Whether it is taken every day by itself. */
      readonly isPlanned: boolean;
      /** Whether it lies on the machine of the database, in the data folder. */
      readonly isBeside: boolean;
      /** The newest drill; null: none was ever made. */
      readonly drill: { readonly at: Instant; readonly isGood: boolean } | null;
    };

/** What a certificate is for. */
export type CertificateUse = 'documents' | 'browsers' | 'agents' | 'time-stamps';

/** `endsAt` null: it could not be read. */
export interface CertificateFact {
  readonly of: CertificateUse;
  readonly endsAt: Instant | null;
}

/**
 * Why the watchdog did not bite: nobody took its message, what it had said before was not forgotten when it said that all was well, or its failure
 * did not become a finding and a verdict.
 */
export const WATCHDOG_FAILURES = ['not-taken', 'not-cleared', 'no-verdict'] as const;
export type WatchdogFailure = (typeof WATCHDOG_FAILURES)[number];

/**
 * What the worker measured of the installation, once a minute.
 * What is null could not be measured, unless said otherwise.
 */
export interface OwnFacts {
  readonly measuredAt: Instant;
  /** When the worker's sweep last got on; null: it has just begun. */
  readonly sweptAt: Instant | null;
  /** When the ingestion process last said that it can hear. */
  readonly heardAt: Instant | null;
  readonly queues: Readonly<Record<OwnQueue, QueueFact>> | null;
  readonly backup: OwnBackupFact;
  /** `elsewhere`: the database lies on another machine. */
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number } | 'elsewhere' | null;
  /** null: not for whoever reads this, too. */
  readonly databaseBytes: number | null;
  /** Since when the key signs that signs checkpoints now; null: none does. */
  readonly evidenceKeySince: Instant | null;
  /** Whether an authority is asked, and since when a checkpoint waits for its stamp; null: none waits. */
  readonly timeStamps: { readonly isAsked: boolean; readonly waitsSince: Instant | null };
  readonly certificates: readonly CertificateFact[];
  /** Whether something is sent that has to fail, and when it last did; `failure` null: it failed as it has to. `last` null: not yet. */
  readonly watchdog: {
    readonly isOn: boolean;
    readonly last: { readonly at: Instant; readonly failure: WatchdogFailure | null } | null;
  };
  /** Whether a monitor outside is told that we work, and whether it took the last word; null: nothing was said yet. */
  readonly outside: { readonly isTold: boolean; readonly lastTold: boolean | null };
}

/** The same without what counts rows of every MSP together: for people of one of them. */
export function withoutFigures(facts: OwnFacts): OwnFacts {
  return {
    ...facts,
    databaseBytes: null,
    queues: facts.queues && {
      reports: bare(facts.queues.reports),
      verdicts: bare(facts.queues.verdicts),
      mail: bare(facts.queues.mail),
      notifications: bare(facts.queues.notifications),
    },
  };
}

function bare(queue: QueueFact): QueueFact {
  return { ...queue, waiting: null, failing: null };
}
