import { z } from 'zod';
import { immutabilityKind, locationKind, repositoryProblemCode } from '@/contract/report';
import type { Attribute, FactOrigin, MediaClass, DescribedRepositoryFacts } from '@/domain/protection/facts';
import { cloudPlace } from './cloud-place';
import { Prisma } from '@/prisma/generated/prisma/client';
import type { Declared } from './declared-attributes';
import { instant, mediaClass, reportedSource } from './fact-rows';
import type { FactSources } from './fact-sources';

/** A repository as selected by `repositoryColumns`. */
export const repositoryRow = z.object({
  id: z.string(),
  clientId: z.string().nullable(),
  name: z.string(),
  tool: z.string(),
  location: z.string(),
  locationKind: locationKind.catch('unknown'),
  hostSystemId: z.string().nullable(),
  hostKey: z.string().nullable(),
  media: mediaClass.nullable(),
  mediaSource: reportedSource.nullable(),
  isEncrypted: z.boolean().nullable(),
  immutabilityKind: immutabilityKind.nullable(),
  immutabilityUntil: instant.nullable(),
  immutabilitySource: reportedSource.nullable(),
  isDeduplicating: z.boolean(),
  reportId: z.string().nullable(),
  receivedAt: instant,
  lastAttemptAt: instant.nullable(),
  attemptReportId: z.string().nullable(),
  attemptReceivedAt: instant,
  problemCode: repositoryProblemCode.nullable(),
  lastListingAt: instant.nullable(),
  /** The machine that last described it; for a local path, the one whose disk it is. */
  describedByHost: z.string().nullable(),
  /** Set for a repository without points and jobs: the machine that told of it. */
  reporterHostKey: z.string().nullable(),
});
export type RepositoryRow = z.output<typeof repositoryRow>;

/** The columns of `repositoryRow` but `reporterHostKey`, with the joins they need: repository `o`, last reporter `b`. */
export const repositoryColumns = Prisma.sql`o.repository_id::text AS id, o.name, o.tool, o.location, o.location_kind AS "locationKind",
      o.host_system_id::text AS "hostSystemId", h.host_key AS "hostKey", o.media, o.media_source AS "mediaSource",
      o.is_encrypted AS "isEncrypted", o.immutability_kind AS "immutabilityKind",
      o.immutability_until AS "immutabilityUntil", o.immutability_source AS "immutabilitySource",
      o.is_deduplicating AS "isDeduplicating", o.attributes_report_id::text AS "reportId",
      coalesce(r.received_at, o.created_at) AS "receivedAt", o.last_attempt_at AS "lastAttemptAt",
      o.last_attempt_report_id::text AS "attemptReportId", coalesce(t.received_at, o.created_at) AS "attemptReceivedAt",
      o.last_problem_code AS "problemCode", o.last_listing_at AS "lastListingAt",
      o.client_id::text AS "clientId", b.host_key AS "describedByHost"`;
export const repositoryJoins = (from: FactSources): Prisma.Sql => Prisma.sql`FROM ${from.repositories} o
    LEFT JOIN app.raw_report r ON r.msp_id = o.msp_id AND r.raw_report_id = o.attributes_report_id
    LEFT JOIN app.raw_report t ON t.msp_id = o.msp_id AND t.raw_report_id = o.last_attempt_report_id
    LEFT JOIN ${from.systems} h ON h.msp_id = o.msp_id AND h.system_id = o.host_system_id
    LEFT JOIN LATERAL (SELECT lower(a.hostname) AS host_key FROM app.agent a
      WHERE a.msp_id = o.msp_id AND a.agent_id = r.agent_id) b ON true`;

/** The host itself: what lies on its own disks dies with it. */
export const hostDomain = (hostKey: string): string => `host:${hostKey}`;

/** What is known of what a repository is; declarations lie over what tools and probes say. */
export function repositoryFacts(row: RepositoryRow, declared: Declared): DescribedRepositoryFacts {
  const said = declared.ofRepository(row.id);
  const from: FactOrigin = row.reportId
    ? { kind: 'report', reportId: row.reportId, receivedAt: row.receivedAt }
    : { kind: 'preset' };
  const tell = <T>(value: T, source_: Attribute<T>['source']): Attribute<T> => ({
    value,
    source: source_,
    origin: from,
    until: null,
    otherwise: null,
  });
  const media: Attribute<MediaClass> | null = row.media
    ? tell(row.media, row.mediaSource ?? 'inferred')
    : null;
  const cloud = cloudPlace(row.location);
  const failureDomain = tell(domainOf(row), 'inferred');
  const lock = row.immutabilityKind
    ? tell(
        { kind: row.immutabilityKind, until: row.immutabilityUntil, areLocksExtended: false },
        row.immutabilitySource ?? 'inferred',
      )
    : null;
  return {
    id: row.id,
    name: row.name,
    tool: row.tool,
    locationKind: row.locationKind,
    media: said.media(media),
    failureDomain: said.failureDomain(failureDomain) ?? failureDomain,
    site: said.site(cloud ? tell(cloud, 'tool-reported') : null),
    isEncrypted: row.isEncrypted === null ? null : tell(row.isEncrypted, 'tool-reported'),
    immutability: said.immutability(lock),
    access: said.access(),
    keyCustody: said.keyCustody(),
    isDeduplicating: row.isDeduplicating,
    takenOut: said.takenOut(),
    lastAttempt:
      row.lastAttemptAt === null
        ? null
        : {
            at: row.lastAttemptAt,
            problem: row.problemCode,
            origin: row.attemptReportId
              ? { kind: 'report', reportId: row.attemptReportId, receivedAt: row.attemptReceivedAt }
              : { kind: 'preset' },
          },
    lastListingAt: row.lastListingAt,
  };
}

/**
 * What fails together, as far as an address tells: a local path is its host's own domain, whether that host is one of the
 * systems or only the machine that looked, unless the drive is probed removable; behind one host of the network is one machine; everything else stands alone.
 */
function domainOf(row: RepositoryRow): string {
  const isOwnDrive = row.media === 'removable' && row.mediaSource !== 'inferred';
  const diskOf = row.hostKey ?? row.describedByHost;
  if (row.locationKind === 'local' && diskOf && !isOwnDrive) return hostDomain(diskOf);
  const host = networkHost(row);
  return host ? hostDomain(host) : `repository:${row.id}`;
}

/** The machine that an sftp, ssh, rest, webdav, smb or nfs address names. */
function networkHost({ locationKind: kind, location }: RepositoryRow): string | null {
  if (!['sftp', 'ssh', 'rest', 'webdav', 'smb', 'nfs'].includes(kind)) return null;
  const bare = location
    .replace(/^[a-z0-9]+:/i, '')
    .replace(/^(https?:)?\/\//i, '')
    .replace(/^[^/@]*@/, '');
  const host = /^(\[[^\]]+\]|[^/:]+)/.exec(bare)?.[1];
  return host ? host.toLowerCase() : null;
}
