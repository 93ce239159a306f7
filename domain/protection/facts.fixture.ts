import { DAY, HOUR, type Instant } from '../time/instant';
import type {
  Attribute,
  FactOrigin,
  JobFacts,
  Place,
  PointFacts,
  ProtectionFacts,
  RepositoryFacts,
  RestoreTestFacts,
  RunFacts,
  VerificationFacts,
} from './facts';

/** Tue 17 Nov 2026, 09:42 UTC: 'now' of the cases. */
export const NOW: Instant = Date.UTC(2026, 10, 17, 9, 42);

export const ORIGIN: FactOrigin = { kind: 'report', reportId: 'rpt-1', receivedAt: NOW - HOUR };

export const LEEDS: Place = { siteId: 'leeds', siteName: 'Leeds', latitude: 53.8, longitude: -1.55 };
export const FRANKFURT: Place = { siteId: 'fra', siteName: 'Frankfurt', latitude: 50.11, longitude: 8.68 };
export const HOME: Place = { siteId: 'home', siteName: 'Home', latitude: null, longitude: null };

export function declared<T>(value: T, until: Instant | null = null, otherwise: Attribute<T> | null = null) {
  const origin: FactOrigin = {
    kind: 'declaration',
    declarationId: 'dec-1',
    by: 'Priya Nair',
    at: NOW - DAY,
    until,
  };
  return { value, source: 'declared', origin, until, otherwise } satisfies Attribute<T>;
}

export function said<T>(value: T, source: Attribute<T>['source'] = 'tool-reported'): Attribute<T> {
  return { value, source, origin: ORIGIN, until: null, otherwise: null };
}

export function point(takenAt: Instant, changed: Partial<PointFacts> = {}): PointFacts {
  return {
    id: `point-${takenAt}`,
    key: `k${takenAt}`,
    takenAt,
    sources: ['/srv'],
    state: 'complete',
    capture: 'files',
    outcome: 'success',
    isListed: true,
    goneAt: null,
    immutableUntil: null,
    restoreTests: [],
    sizeBytes: null,
    origin: ORIGIN,
    ...changed,
  };
}

export function repository(id: string, changed: Partial<RepositoryFacts> = {}): RepositoryFacts {
  return {
    id,
    name: id,
    tool: 'restic',
    locationKind: 'sftp',
    media: null,
    failureDomain: said(id, 'probed'),
    site: null,
    isEncrypted: said(true),
    immutability: null,
    access: null,
    keyCustody: null,
    isDeduplicating: true,
    takenOut: null,
    lastAttempt: { at: NOW - HOUR, problem: null, origin: ORIGIN },
    lastListingAt: NOW - HOUR,
    points: [point(NOW - 2 * HOUR)],
    verifications: [],
    capacity: null,
    toolRetention: null,
    retentionRefused: null,
    ...changed,
  };
}

export function nas(changed: Partial<RepositoryFacts> = {}): RepositoryFacts {
  return repository('nas', { media: said('nas', 'probed'), site: declared(LEEDS), ...changed });
}

export function cloud(changed: Partial<RepositoryFacts> = {}): RepositoryFacts {
  return repository('cloud', {
    locationKind: 's3',
    media: said('object-storage'),
    site: said(FRANKFURT),
    ...changed,
  });
}

export function check(
  endedAt: Instant,
  result: VerificationFacts['result'] = 'ok',
  depth: VerificationFacts['depth'] = 'data',
): VerificationFacts {
  return { endedAt, depth, result, origin: ORIGIN };
}

export function restoreTest(
  endedAt: Instant,
  result: RestoreTestFacts['result'] = 'passed',
  level: RestoreTestFacts['level'] = 'L4',
): RestoreTestFacts {
  return { endedAt, level, result, restored: null, origin: ORIGIN };
}

export function run(
  at: Instant,
  status: RunFacts['status'] = 'success',
  changed: Partial<RunFacts> = {},
): RunFacts {
  return {
    id: `run-${at}`,
    status,
    isPartial: false,
    at,
    message: null,
    missingSources: [],
    isRepositoryUnread: false,
    origin: ORIGIN,
    ...changed,
  };
}

export function job(
  id: string,
  repositoryId: string | null,
  runs: readonly RunFacts[],
  plan: JobFacts['plan'] = null,
): JobFacts {
  return { id, name: id, repositoryId, runs, sizes: [], plan };
}

/** A server in Leeds with files to protect, heard a minute ago. */
export function facts(
  repositories: readonly RepositoryFacts[],
  changed: Partial<ProtectionFacts> = {},
): ProtectionFacts {
  return {
    system: {
      id: 'system',
      name: 'FS-01',
      kind: 'server',
      site: declared(LEEDS),
      failureDomain: 'host:fs-01',
      media: null,
      lastSeenAt: null,
    },
    dataSet: { id: 'files', name: 'Files', capture: 'files', sources: ['/srv'], otherNames: [] },
    repositories,
    jobs: [],
    channels: [{ id: 'agent', name: 'agent', lastHeardAt: NOW - 60_000 }],
    waivers: [],
    kept: null,
    ...changed,
  };
}
