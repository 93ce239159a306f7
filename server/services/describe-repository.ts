import type { AttributeSource as WireSource, NormalisedReport, WireMedia } from '@/contract/report';
import type { MediaClass } from '@/domain/protection/facts';
import type { DescribedRepository } from '../data/report-repositories';
import { nameRepository } from './repository-name';

type Reported = NormalisedReport['repositories'][number];

/** What a report says of a repository, in the words of the domain. `hostSystemId`: for a local path, whose disk it is. */
export function describeRepository(said: Reported, hostSystemId: string | null): DescribedRepository {
  const media = mediaOf(said);
  const lock = said.immutability?.kind === 'unknown' ? null : said.immutability;
  const wasTried = said.reachable !== null || said.problem !== null;
  return {
    repositoryKey: said.repository_key,
    tool: said.tool,
    ...nameRepository(said.location, said.location_kind, said.repository_key),
    location: said.location,
    locationKind: said.location_kind,
    hostSystemId,
    media: media?.value ?? null,
    mediaSource: media?.source ?? null,
    mediaEvidence: media?.evidence ?? null,
    isEncrypted: said.encryption?.value ?? null,
    encryptionMode: said.encryption?.mode ?? null,
    immutabilityKind: lock?.kind ?? null,
    immutabilityUntil: lock?.until ?? null,
    immutabilitySource: lock ? sourceOf(lock.source) : null,
    capacityTotalBytes: said.capacity?.total ?? null,
    capacityUsedBytes: said.capacity?.used ?? null,
    capacityFreeBytes: said.capacity?.free ?? null,
    capacityMeasuredAt: said.capacity?.measured_at ?? null,
    storedBytes: said.bytes?.stored ?? null,
    wasTried,
    // Unreachable without a reason: nothing proves that the points are lost.
    problemCode: said.problem?.code ?? (said.reachable === false ? 'network' : null),
    problemMessage: said.problem?.message ?? null,
  };
}

const CLASS_OF: Readonly<Record<WireMedia, MediaClass | null>> = {
  internal_disk: 'disk',
  server: 'disk',
  removable_disk: 'removable',
  nas: 'nas',
  object_storage: 'object-storage',
  tape: 'tape',
  optical: 'optical',
  vendor_cloud: 'cloud-service',
  unknown: null,
};

function mediaOf(said: Reported): { value: MediaClass; source: string; evidence: string | null } | null {
  if (!said.media) return null;
  const value = CLASS_OF[said.media.value];
  return value && { value, source: sourceOf(said.media.source), evidence: said.media.evidence };
}

/** Declarations of machines are left out before; what a tool always is counts as its word. */
function sourceOf(source: WireSource): 'tool-reported' | 'probed' | 'inferred' {
  switch (source) {
    case 'tool_reported':
    case 'tool_inherent':
      return 'tool-reported';
    case 'probed':
      return 'probed';
    case 'inferred':
    case 'declared':
      return 'inferred';
  }
}
