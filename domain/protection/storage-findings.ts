import { lowSpace } from '../capacity/low-space';
import type { Instant } from '../time/instant';
import { attestationGaps } from './attestation-findings';
import { attestedAt } from './attribute';
import type { RepositoryFacts } from './facts';
import { dataSetSubject, ofRepository, type Gap } from './gap';
import { isCaptureAccepted, type Prepared } from './prepared';
import type { RuledRepository } from './ruled-repository';
import type { Standing } from './standing';
import type { State } from './state';
import { CAPACITY_HOLDS, FORECAST_WINDOW, REFUSED_HOLDS } from './turns';

/** What is wrong with where and how copies are stored. */
export function storageGaps(state: State, prepared: Prepared): Gap[] {
  const gaps: Gap[] = [];
  for (const standing of state.standings) {
    const { facts } = standing.prepared;
    if (facts.capacity !== null) gaps.push(...capacityGaps(facts, facts.capacity, state.at));
    const found = [
      retentionGap(facts, prepared.ruled, state.at),
      encryptionGap(standing, prepared, state.at),
    ];
    for (const gap of found) if (gap !== null) gaps.push(gap);
    gaps.push(...attestationGaps(standing.prepared, prepared, state.at));
  }
  const image = imageGap(prepared);
  if (image !== null) gaps.push(image);
  return gaps;
}

function capacityGaps(
  repository: RepositoryFacts,
  capacity: NonNullable<RepositoryFacts['capacity']>,
  now: Instant,
): Gap[] {
  if (now >= capacity.at + CAPACITY_HOLDS) return [];
  const { at, freeBytes, totalBytes, forecast, origin } = capacity;
  const base = { ...ofRepository(repository), since: at, origin };
  const low = lowSpace(freeBytes, totalBytes);
  const gaps: Gap[] = [];
  if (low !== null) {
    gaps.push({
      ...base,
      rule: 'capacity-low',
      severity: low === 'under-floor' ? 'critical' : 'warning',
      detail: { kind: 'capacity', freeBytes, totalBytes, at },
    });
  }
  if (forecast.kind === 'full' && now >= forecast.fullAt - FORECAST_WINDOW) {
    const { fullAt, earliestAt, latestAt, count } = forecast;
    gaps.push({
      ...base,
      rule: 'capacity-forecast',
      severity: 'warning',
      detail: { kind: 'forecast', fullAt, earliestAt, latestAt, count },
    });
  }
  return gaps;
}

function retentionGap(
  repository: RepositoryFacts,
  ruled: readonly RuledRepository[],
  at: Instant,
): Gap | null {
  const told = repository.retentionRefused;
  if (told === null && ruled.length === 0) return null;
  const kept = ruled.find((one) => one.repository.facts === repository)?.keptAgainst ?? [];
  const refused = told !== null && at < told.at + REFUSED_HOLDS ? told : null;
  const oldestTakenAt = kept[0] ?? null;
  if (refused === null && oldestTakenAt === null) return null;
  return {
    ...ofRepository(repository),
    rule: 'retention-not-enforced',
    severity: 'warning',
    since: refused?.at ?? repository.lastListingAt ?? at,
    detail: { kind: 'kept', count: kept.length, oldestTakenAt, message: refused?.message ?? null },
    origin: refused?.origin ?? null,
  };
}

/** Only a tool, a probe or a person can say that a copy is encrypted; nobody's word is not enough. */
function encryptionGap(
  { prepared: repository, shown, isOffsite }: Standing,
  prepared: Prepared,
  at: Instant,
): Gap | null {
  if (!prepared.policy.requiresEncryption || shown === null) return null;
  const { facts } = repository;
  const said = attestedAt(facts.isEncrypted, at);
  if (said?.value === true) return null;
  const isKnown = said !== null;
  const isExposed = isKnown && isOffsite;
  return {
    ...ofRepository(facts),
    rule: isExposed ? 'unencrypted-offsite' : 'unencrypted-copy',
    severity: isExposed ? 'critical' : 'warning',
    since: shown.takenAt,
    detail: { kind: 'encryption', isKnown },
    origin: said?.origin ?? null,
  };
}

function imageGap(prepared: Prepared): Gap | null {
  const { policy, facts } = prepared;
  if (policy.requiredCapture !== 'image') return null;
  const points = facts.repositories.flatMap((repository) => repository.points);
  const listed = points.filter((point) => point.isListed);
  if (listed.length === 0 || listed.some((point) => isCaptureAccepted(point, facts, policy))) return null;
  return {
    rule: 'image-missing',
    severity: 'warning',
    subject: dataSetSubject(prepared),
    causeKey: `data-set:${facts.dataSet.id}`,
    since: Math.min(...listed.map((point) => point.takenAt)),
    detail: { kind: 'capture', required: policy.requiredCapture },
    origin: null,
  };
}
