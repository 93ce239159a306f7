import type { PullCredentials, PullKind, PullSettings } from '@/domain/pull/pull-settings';
import type { Instant } from '@/domain/time/instant';
import type { SeenCertificate } from './ask';

/** One thing that a server told, as it is kept. */
export interface PulledItem {
  /** By which it is known again: a task's, a session's id, or what it says. At most 1000 characters. */
  readonly id: string;
  /** Where it was read: the path, without what follows a question mark. */
  readonly path: string;
  /** One JSON value. */
  readonly json: string;
}

/** Items that are kept together, and how far everything has been told with them. */
export interface PulledBatch {
  readonly items: readonly PulledItem[];
  /** What began before has been told; null: not to be said yet. */
  readonly cursorAt: Instant | null;
  /** Whether there is more to be asked for. */
  readonly hasMore: boolean;
}

/** How far a pull goes. */
export interface PullLimits {
  /** What began before need not be asked for; null: nothing was told yet. */
  readonly cursorAt: Instant | null;
  readonly now: Instant;
  /** Which of these were told already: what they hold is not asked for again. */
  readonly known: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
}

/** What a test reached. */
export interface ReachedServer {
  /** In plain words: `Proxmox Backup Server 3.2-1`. */
  readonly server: string;
  /** What it let see: `2 datastores`. */
  readonly facts: readonly string[];
  readonly certificate: SeenCertificate;
}

/** Asks one kind of server. */
export interface Connector {
  /** Changes nothing there. @throws PullFailure */
  test(): Promise<ReachedServer>;
  /**
   * Everything that ended since, oldest first as far as the server can say so. Ends early where its requests are used up: the last
   * batch's cursor says how far it came. @throws PullFailure
   */
  pull(limits: PullLimits): AsyncIterable<PulledBatch>;
}

/** Where a connector asks, and with what. */
export interface PullConnection {
  readonly baseUrl: string;
  readonly settings: PullSettings;
  readonly credentials: PullCredentials;
}

/** The first pull reads so far back. */
export const FIRST_PULL_DAYS = 7;
/** What began shortly before the cursor is asked for again: clocks differ, and lists are written late. */
export const OVERLAP_MS = 10 * 60_000;

/** A connection of one kind. */
export interface ConnectionOf<Kind extends PullKind> {
  readonly baseUrl: string;
  readonly settings: Extract<PullSettings, { kind: Kind }>;
  readonly credentials: Extract<PullCredentials, { kind: Kind }>;
}
