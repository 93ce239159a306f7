import type {
  CaptureKind,
  ImmutabilityKind,
  LocationKind,
  RepositoryProblemCode,
} from '../../contract/report';
import type { RunSize } from '../anomaly/job-anomaly';
import type { CapacityForecast } from '../capacity/forecast';
import type { ToolRetention } from '../retention/rule-effect';
import type { Outage } from '../schedule/deadline';
import type { Expectation, ScheduledRun } from '../schedule/expected-runs';
import type { Instant } from '../time/instant';
import type { VerificationDepth } from './policy';

/** Where a fact can be looked up: the report that said it, the declaration of a person, or their record of a restore test. */
export type FactOrigin =
  | { kind: 'report'; reportId: string; receivedAt: Instant }
  | { kind: 'declaration'; declarationId: string; by: string; at: Instant; until: Instant | null }
  /** `at`: since when it counts. */
  | { kind: 'record'; recordId: string; at: Instant }
  | { kind: 'preset' };

/** Every attribute carries its source; only a tool's report, a probe or a declaration may raise a claim (domain.md). */
export type AttributeSource = 'tool-reported' | 'probed' | 'inferred' | 'declared';

/**
 * A value with its source. `until` is when a declaration expires: from then on the attribute falls back to `otherwise`
 * (what tool or probe said beside the declaration; null: nothing did).
 */
export interface Attribute<T> {
  value: T;
  source: AttributeSource;
  origin: FactOrigin;
  until: Instant | null;
  otherwise: Attribute<T> | null;
}

export type MediaClass =
  'disk' | 'nas' | 'removable' | 'tape' | 'optical' | 'object-storage' | 'cloud-service';

export type SystemKind = 'server' | 'workstation' | 'vm' | 'database' | 'nas' | 'saas';

export interface Place {
  siteId: string;
  siteName: string;
  /** Degrees; null where unknown. */
  latitude: number | null;
  longitude: number | null;
}

export interface SystemFacts {
  id: string;
  name: string;
  kind: SystemKind;
  /** null: nobody said where it stands, so nothing can be offsite of it. */
  site: Attribute<Place> | null;
  /** The system's own failure domain; a repository in it never counts. */
  failureDomain: string;
  /** Declared medium of production; null: the preset of its kind. */
  media: Attribute<MediaClass> | null;
  /** When the system itself was last seen alive, for systems that travel. */
  lastSeenAt: Instant | null;
}

export interface DataSetFacts {
  id: string;
  name: string;
  capture: CaptureKind;
  /** The whole source set: a point with a strict subset of it is rejected. Empty: not known by path. */
  sources: readonly string[];
  /** Data sets that a person declared to be the same data: a point that is whole under one of these names is whole. */
  otherNames: readonly OtherName[];
}

/** A data set that is counted as one with another: the same data under another name, and who said so. */
export interface OtherName {
  dataSetId: string;
  name: string;
  /** Its whole source set, not empty. */
  sources: readonly string[];
  by: string;
  since: Instant;
}

/** How the run that made a point ended, or that nobody saw it, or that only a message claims the point. */
export type PointOutcome = 'success' | 'warning' | 'failed' | 'cancelled' | 'not-seen' | 'claimed';

export interface RestoreTestFacts {
  endedAt: Instant;
  level: 'L1' | 'L2' | 'L3' | 'L4' | 'L5';
  result: 'passed' | 'failed' | 'error' | 'skipped';
  /** How much it brought back in how long, both above zero; null: it does not say. */
  restored: { bytes: number; seconds: number } | null;
  origin: FactOrigin;
}

export interface PointFacts {
  id: string;
  /** The tool's own id, for people. */
  key: string;
  /** Start of the run, already corrected for the reporter's clock (a correction only makes a point older). */
  takenAt: Instant;
  sources: readonly string[];
  /** What the tool says of it. */
  state: 'complete' | 'partial' | 'incomplete' | 'waiting' | 'corrupt' | 'unknown';
  capture: CaptureKind | null;
  outcome: PointOutcome;
  /** Whether the repository's newest complete listing contains it (false: it was there and is gone). */
  isListed: boolean;
  /** When the listing was made that lacked it; null: it is listed. */
  goneAt: Instant | null;
  /** The least lock over all objects it needs; null: none known. */
  immutableUntil: Instant | null;
  restoreTests: readonly RestoreTestFacts[];
  sizeBytes: number | null;
  origin: FactOrigin;
}

export interface VerificationFacts {
  endedAt: Instant;
  depth: VerificationDepth;
  result: 'ok' | 'problems' | 'error';
  origin: FactOrigin;
}

export interface Immutability {
  kind: ImmutabilityKind;
  until: Instant | null;
  /** For deduplicating repositories: whether tool or probe shows that locks are extended with each backup. */
  areLocksExtended: boolean;
}

export interface RepositoryFacts {
  id: string;
  name: string;
  tool: string;
  locationKind: LocationKind;
  media: Attribute<MediaClass> | null;
  failureDomain: Attribute<string>;
  site: Attribute<Place> | null;
  isEncrypted: Attribute<boolean> | null;
  immutability: Attribute<Immutability> | null;
  /** What was signed off of who reaches it, expired or not; null: nobody did. */
  access: Attribute<AccessAttestation> | null;
  /** What was signed off of where its key is; null: nobody did. */
  keyCustody: Attribute<KeyCustody> | null;
  /** restic, borg and the like share objects between points, so a lock on one object proves nothing (domain.md). */
  isDeduplicating: boolean;
  /** A rotating drive: since when it is carried offsite and offline, and when it came back (null: still out). */
  takenOut: {
    takenOutAt: Instant;
    broughtBackAt: Instant | null;
    place: Place | null;
    origin: FactOrigin;
  } | null;
  /** The newest attempt to read it; null: nobody tried. */
  lastAttempt: { at: Instant; problem: RepositoryProblemCode | null; origin: FactOrigin } | null;
  /** When its newest complete listing was made; null: never listed whole. */
  lastListingAt: Instant | null;
  /** Its points of this data set, in any order. */
  points: readonly PointFacts[];
  /** Verifications of the whole repository, in any order. */
  verifications: readonly VerificationFacts[];
  /** How full it is; null: nobody measured it. */
  capacity: CapacityFacts | null;
  /** What machines say their tools keep in it; null: nothing is known. */
  toolRetention: ToolRetention | null;
  /** When a tool last said that it could not remove points that are too old; null: none did. */
  retentionRefused: ToldProblem | null;
}

/** What a named person signed off about who can reach a repository. */
export interface AccessAttestation {
  /** Who answers for it, and is asked when it is due again. */
  owner: string;
  /** Who may delete backups or reach the repository. */
  deletableBy: string;
  /** Whether reaching it needs a second factor. */
  hasSecondFactor: boolean;
  /** Whether its credentials are none that the protected machines or their domain have. */
  hasSeparateCredentials: boolean;
}

/** What a named person signed off about the key of a repository. */
export interface KeyCustody {
  owner: string;
  /** Where the key, or a recovery key, is kept. */
  keptAt: string;
  /** Who holds it beside the machine that backs up. */
  heldBy: string;
}

/** What a repository is, without what it holds and how it fills. */
export type DescribedRepositoryFacts = Omit<
  RepositoryFacts,
  'points' | 'verifications' | 'capacity' | 'toolRetention' | 'retentionRefused'
>;

/** The newest measurement of a repository. Bytes. */
interface CapacityFacts {
  at: Instant;
  freeBytes: number;
  totalBytes: number;
  forecast: CapacityForecast;
  origin: FactOrigin;
}

/** A problem that a machine told of itself or its tools, when it last did. */
export interface ToldProblem {
  at: Instant;
  message: string;
  origin: FactOrigin;
}

export interface JobFacts {
  id: string;
  name: string;
  repositoryId: string | null;
  /** Its newest runs, in any order; three that ended are enough for the rules. */
  runs: readonly RunFacts[];
  /** What its runs that ended well read and wrote, in any order. */
  sizes: readonly RunSize[];
  /** What was promised of when it runs; null: it has no schedule, so nothing can be missed. */
  plan: JobPlan | null;
}

/** A job's schedule with what may excuse it, and the runs since its look-back began, in any order. */
export interface JobPlan {
  expectation: Expectation;
  runs: readonly ScheduledRun[];
}

export interface RunFacts {
  id: string;
  status: 'success' | 'warning' | 'failed' | 'cancelled' | 'running' | 'missed' | 'unknown';
  isPartial: boolean;
  at: Instant;
  message: string | null;
  /** Sources that the tool said it could not find in this run. */
  missingSources: readonly string[];
  /** Whether its machine said together with it that its repository could not be read. */
  isRepositoryUnread: boolean;
  origin: FactOrigin;
}

/** A way in (agent, ping, mail …) and when it was last heard for this system. */
export interface ChannelFacts {
  id: string;
  name: string;
  lastHeardAt: Instant | null;
  /** From when on its silence is its own, where it is expected at times of its own; left out: when the policy says so. */
  silentAt?: Instant;
  /** What is known of an agent; left out: the channel is none. */
  agent?: AgentFacts;
}

/** How an agent reports. */
export interface AgentFacts {
  /** Nothing is expected of it any more. */
  isRevoked: boolean;
  /** How far its clock was behind ours when it last delivered; negative: ahead. null: not known. */
  clockSkewMs: number | null;
  /** Outages of our own since it was heard, merged: it could not be heard while they lasted. */
  outages: readonly Outage[];
  /** Numbers that never arrived although later ones did, [from, to] with both ends, and when that was noticed. */
  missingReports: readonly { from: number; to: number; noticedAt: Instant }[];
  /** That a tool it reads hides errors; null: none does. */
  untrustedTool: ToldProblem | null;
}

interface Waiver {
  rule: string;
  subjectId: string;
  until: Instant | null;
}

/** Everything that is known about one data set. */
export interface ProtectionFacts {
  system: SystemFacts;
  dataSet: DataSetFacts;
  repositories: readonly RepositoryFacts[];
  jobs: readonly JobFacts[];
  channels: readonly ChannelFacts[];
  waivers: readonly Waiver[];
  /** What its promise of retention is held against; null: none was made, or what was kept is not known. */
  kept: KeptFacts | null;
}

/** The whole history of a data set's points and good runs. Points and runs in any order. */
export interface KeptFacts {
  /** From when on the promise holds. */
  since: Instant;
  /** The site's. */
  timeZone: string;
  /** When backups began that succeeded and that a later listing of their repository would show: one of each hour or day is enough. */
  succeeded: readonly Instant[];
  /** The same of those that ended with warnings. */
  warned: readonly Instant[];
  points: readonly KeptPoints[];
}

/** Listed points of one repository that are alike in all that decides whether they can be restored from. */
export interface KeptPoints extends Pick<PointFacts, 'state' | 'outcome' | 'capture' | 'sources'> {
  repositoryId: string;
  isTestFailed: boolean;
  takenAt: readonly Instant[];
}
