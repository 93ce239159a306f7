import type { ImmutabilityKind, RepositoryProblemCode } from '@/contract/report';
import type { Role } from '@/domain/access/permissions';
import type { MediaClass, SystemKind } from '@/domain/protection/facts';
import type { PolicyOverrides } from '@/domain/policy/policy-overrides';

/** How long before the installation of the demo, in days: 2.5 is two and a half days before it. */
export type DaysBefore = number;

/** A named policy, and what it sets. */
export interface DemoPolicy {
  readonly name: string;
  readonly overrides: PolicyOverrides;
}

/** An MSP of the demo, with everybody and everything in it. */
export interface DemoMsp {
  readonly name: string;
  readonly timeZone: string;
  /** E-mail domain of its people. */
  readonly domain: string;
  readonly people: readonly DemoPerson[];
  /** Its default. */
  readonly policy: DemoPolicy;
  readonly clients: readonly DemoClient[];
}

export interface DemoPerson {
  readonly role: Role;
  readonly name: string;
  readonly mailbox: string;
  /** Signs in with a code from an authenticator too. */
  readonly hasCodes: boolean;
  /** Names of the clients they see; left out: all. */
  readonly sees?: readonly string[];
}

/** One client and its one agent, which reports for all its machines. */
export interface DemoClient {
  readonly name: string;
  readonly timeZone: string;
  readonly sites: readonly DemoSite[];
  /** Hour of day (client's zone) at which the nightly backups start. */
  readonly startHour: number;
  readonly systems: readonly DemoSystem[];
  readonly repositories: readonly DemoRepository[];
  /** What it was promised instead; clients with policies of one name share it. Left out: the MSP's default. */
  readonly policy?: DemoPolicy;
  readonly restoreTests?: readonly DemoRestoreTests[];
  /** What people declared later than with the first report. */
  readonly declarations?: readonly DemoDeclaration[];
  readonly events: readonly DemoEvent[];
  /** By what else its backups tell of themselves; left out: by nothing. */
  readonly channels?: readonly DemoChannel[];
  /** What its RMM exports; left out: nobody imported it. */
  readonly inventory?: DemoInventory;
}

/** A channel of pings, mails or webhooks. */
export interface DemoChannel {
  readonly kind: 'ping' | 'mail' | 'webhook';
  readonly name: string;
  /** The system that it tells of. */
  readonly host: string;
  /** Into which repository the host's agent reports the same runs; left out: nothing else tells of them. */
  readonly repository?: string;
  readonly product?: string;
  readonly capture?: 'image';
  readonly slug?: string;
  readonly since: DaysBefore;
  /** In the night after it, it says failed where the agent says how it was. */
  readonly failedAt?: DaysBefore;
}

/** The machines of a client by another list than the reports. */
export interface DemoInventory {
  /** Behind each name. */
  readonly domain: string;
  /** Hosts that report and are not in it. */
  readonly lacks: readonly string[];
  /** Machines that never reported. */
  readonly also: readonly Pick<DemoSystem, 'host' | 'kind'>[];
  readonly excluded: readonly {
    readonly name: string;
    readonly ownerName: string;
    readonly reason: string;
    /** From the installation on. */
    readonly days: number;
  }[];
}

/** The first site of a client is where its systems stand, unless they say otherwise. */
export interface DemoSite {
  readonly key: string;
  readonly name: string;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
  /** Left out: the client itself. */
  readonly owner?: 'msp' | 'provider';
}

export interface DemoSystem {
  readonly host: string;
  readonly kind: SystemKind;
  readonly paths: readonly string[];
  readonly sizeGiB: number;
  readonly capture?: 'mailboxes';
  /** Entered in the inventory so long before, and nothing reports of it yet; left out: it reports. */
  readonly awaitedSince?: DaysBefore;
}

export interface DemoRepository {
  readonly key: string;
  readonly location: string;
  readonly locationKind: 'sftp' | 's3' | 'rest';
  /** What a technician declared of it when it was first seen; what is left out nobody has said. */
  readonly declared: DemoDeclared;
  /** Hosts that write to it; left out: all. */
  readonly hosts?: readonly string[];
  /** Minutes after the start hour. */
  readonly offsetMinutes: number;
  /** The agent checks a tenth of its data each Sunday. */
  readonly isChecked: boolean;
}

export interface DemoDeclared {
  readonly media?: MediaClass;
  /** Key of a site of the client. */
  readonly site?: string;
  readonly failureDomain?: string;
  readonly immutability?: ImmutabilityKind;
  /** When a declaration ran out that nobody renewed; the others are good for a year. */
  readonly expired?: Partial<Record<'media' | 'site', DaysBefore>>;
}

/** Something that a person said of a repository later on. */
interface DemoDeclaration {
  readonly at: DaysBefore;
  readonly by: string;
  readonly repository: string;
  readonly declared: Pick<DemoDeclared, 'media' | 'site' | 'failureDomain'>;
  readonly reason: string;
}

/** Restore tests that the agent makes by itself: each host in its turn, every so many nights. */
export interface DemoRestoreTests {
  readonly repository: string;
  /** Left out: every host that writes to the repository. */
  readonly hosts?: readonly string[];
  readonly everyNights: number;
  readonly files: number;
}

interface During {
  readonly from: DaysBefore;
  /** Left out: it goes on. */
  readonly to?: DaysBefore;
}
interface OfRuns extends During {
  readonly repository: string;
  /** Left out: every host that writes to the repository. */
  readonly hosts?: readonly string[];
  readonly message: string;
}

/** What goes wrong. */
export type DemoEvent =
  /** The repository cannot be read, and what should be written to it fails. */
  | (During & {
      readonly kind: 'repository-problem';
      readonly repository: string;
      readonly code: RepositoryProblemCode;
      readonly message: string;
    })
  | (OfRuns & { readonly kind: 'runs-fail' | 'runs-warn' })
  /** The night's backup goes well, and a second one right after it does not. */
  | (OfRuns & { readonly kind: 'second-run-fails' })
  /** The agent sees what the repository lists, and not how the runs ended. */
  | (During & { readonly kind: 'runs-unseen'; readonly repository: string })
  | (During & { readonly kind: 'source-missing'; readonly host: string; readonly path: string })
  | (During & { readonly kind: 'check-finds-damage'; readonly repository: string })
  | (During & {
      readonly kind: 'restore-tests-fail';
      readonly host: string;
      readonly repository: string;
      readonly filesWrong: number;
    })
  /** A slip of the hand: the points of so many nights are gone from the first listing after `at` on, that night's too. */
  | {
      readonly kind: 'points-deleted';
      readonly repository: string;
      readonly at: DaysBefore;
      readonly nights: number;
    }
  | (During & { readonly kind: 'silent' });
