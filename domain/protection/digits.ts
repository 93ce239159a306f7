import { SECOND, type Instant } from '../time/instant';
import { attestedAt, attributeAt } from './attribute';
import type { MediaClass, SystemKind } from './facts';
import type { Prepared } from './prepared';
import type { Standing } from './standing';
import { DIGITS, type Digit, type DigitName } from './verdict';

/** The copies that count at an instant, and what they add up to. */
export interface Count {
  counted: readonly Standing[];
  /** In the order of DIGITS. */
  actual: readonly number[];
  /** One bit for each digit that falls short, in the order of DIGITS. */
  failing: number;
}

const ERRORS_BIT = 1 << 5;
/** Beyond this many combinations the choice goes domain by domain instead of trying all. */
const COMBINATIONS_MAX = 64;

/** Chooses within shared failure domains what passes most digits, and counts. */
export function countAt(standings: readonly Standing[], prepared: Prepared, at: Instant): Count {
  const candidates = standings.filter((standing) => standing.point !== null && !standing.isOwnDomain);
  if (!hasSharedDomain(candidates)) return count(candidates, prepared, at);
  return choose(groupsOf(candidates), prepared, at);
}

/** The digits as the verdict gives them. */
export function digitsOf(counted: Count, prepared: Prepared): Record<DigitName, Digit> {
  const { rule } = prepared.policy;
  const digit = (name: DigitName, index: number): Digit => ({
    required: rule[name],
    actual: counted.actual[index] ?? 0,
    isPassed: (counted.failing & (1 << index)) === 0,
  });
  return {
    copies: digit('copies', 0),
    media: digit('media', 1),
    locations: digit('locations', 2),
    offsite: digit('offsite', 3),
    immutable: digit('immutable', 4),
    errors: digit('errors', 5),
  };
}

/** What production of this kind of system stands on, unless declared. */
function presetMedia(kind: SystemKind): MediaClass {
  switch (kind) {
    case 'nas':
      return 'nas';
    case 'saas':
      return 'cloud-service';
    case 'server':
    case 'workstation':
    case 'vm':
    case 'database':
      return 'disk';
  }
}

/** Production's medium at an instant. */
export function productionMedia(prepared: Prepared, at: Instant): MediaClass {
  return attestedAt(prepared.facts.system.media, at)?.value ?? presetMedia(prepared.facts.system.kind);
}

function hasSharedDomain(candidates: readonly Standing[]): boolean {
  return candidates.some((one, index) =>
    candidates.some((other, place) => place > index && other.failureDomain === one.failureDomain),
  );
}

/** By failure domain, each with the preferred copy first: newest, then key. */
function groupsOf(candidates: readonly Standing[]): Standing[][] {
  const groups = new Map<string, Standing[]>();
  for (const standing of candidates) {
    const group = groups.get(standing.failureDomain);
    if (group === undefined) groups.set(standing.failureDomain, [standing]);
    else group.push(standing);
  }
  const sorted = [...groups.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  for (const group of sorted) group.sort(byPreference);
  return sorted;
}

function byPreference(a: Standing, b: Standing): number {
  const age = (b.point?.takenAt ?? 0) - (a.point?.takenAt ?? 0);
  if (age !== 0) return age;
  return a.prepared.facts.id < b.prepared.facts.id ? -1 : 1;
}

function choose(groups: readonly Standing[][], prepared: Prepared, at: Instant): Count {
  const combinations = groups.reduce((product, group) => product * group.length, 1);
  if (combinations <= COMBINATIONS_MAX) return bestOfAll(groups, prepared, at);
  return bestByDomain(groups, prepared, at);
}

function bestOfAll(groups: readonly Standing[][], prepared: Prepared, at: Instant): Count {
  let choices: Standing[][] = [[]];
  for (const group of groups) {
    choices = choices.flatMap((chosen) => group.map((standing) => [...chosen, standing]));
  }
  let best = count(choices[0] ?? [], prepared, at);
  for (const choice of choices.slice(1)) {
    const tried = count(choice, prepared, at);
    if (failingCount(tried.failing) < failingCount(best.failing)) best = tried;
  }
  return best;
}

function bestByDomain(groups: readonly Standing[][], prepared: Prepared, at: Instant): Count {
  const chosen = groups.flatMap((group) => group.slice(0, 1));
  let best = count(chosen, prepared, at);
  for (const [index, group] of groups.entries()) {
    for (const standing of group.slice(1)) {
      const tried = count(chosen.with(index, standing), prepared, at);
      if (failingCount(tried.failing) >= failingCount(best.failing)) continue;
      chosen[index] = standing;
      best = tried;
    }
  }
  return best;
}

function failingCount(failing: number): number {
  let bits = 0;
  for (let index = 0; index < DIGITS.length; index++) if ((failing & (1 << index)) !== 0) bits++;
  return bits;
}

function count(counted: readonly Standing[], prepared: Prepared, at: Instant): Count {
  const actual = measure(counted, prepared, at);
  const failing = failingMask(actual, prepared);
  const verified = counted.every((standing) => standing.isVerified)
    ? failing
    : failingMask(
        measure(
          counted.filter((standing) => standing.isVerified),
          prepared,
          at,
        ),
        prepared,
      );
  const errors = failingCount(verified & ~failing) + (isRestoreTested(prepared, at) ? 0 : 1);
  actual.push(errors);
  const isErrorsFailing = prepared.policy.rule.errors !== null && errors > 0;
  return { counted, actual, failing: isErrorsFailing ? failing | ERRORS_BIT : failing };
}

function isRestoreTested(prepared: Prepared, at: Instant): boolean {
  const test = prepared.lastFullTest;
  if (test === null || test.result !== 'passed') return false;
  return at < test.endedAt + prepared.policy.restoreTestCadenceSeconds * SECOND;
}

/** copies, media, locations, offsite, immutable. */
function measure(counted: readonly Standing[], prepared: Prepared, at: Instant): number[] {
  let media = 0;
  let offsite = 0;
  let immutable = 0;
  for (const standing of counted) {
    if (standing.media !== null) media |= mediaBit(standing.media);
    if (standing.isOffsite) offsite++;
    if (standing.isImmutable) immutable++;
  }
  return [
    counted.length + 1,
    bitCount(media) + productionAdds(media, prepared, at),
    locationsOf(counted, prepared, at),
    offsite,
    immutable,
  ];
}

/** Inference may only lower: an inferred medium of production adds one only where the preset would add one too. */
function productionAdds(media: number, prepared: Prepared, at: Instant): number {
  if (prepared.policy.mediaAmong === 'backups') return 0;
  const said = attributeAt(prepared.facts.system.media, at);
  if (said !== null && (media & mediaBit(said.value)) !== 0) return 0;
  return (media & mediaBit(productionMedia(prepared, at))) === 0 ? 1 : 0;
}

/** Where production's place is unknown it may be any of the others, so it adds none to them. */
function locationsOf(counted: readonly Standing[], prepared: Prepared, at: Instant): number {
  const system = attestedAt(prepared.facts.system.site, at)?.value.siteId;
  const places: string[] = system === undefined ? [] : [system];
  for (const { place } of counted) {
    if (place !== null && !places.includes(place.siteId)) places.push(place.siteId);
  }
  return Math.max(1, places.length);
}

function failingMask(actual: readonly number[], prepared: Prepared): number {
  const { rule } = prepared.policy;
  let failing = 0;
  for (let index = 0; index < 5; index++) {
    const name = DIGITS[index];
    const required = name === undefined ? null : rule[name];
    if (required !== null && (actual[index] ?? 0) < required) failing |= 1 << index;
  }
  return failing;
}

function mediaBit(media: MediaClass): number {
  switch (media) {
    case 'disk':
      return 1;
    case 'nas':
      return 2;
    case 'removable':
      return 4;
    case 'tape':
      return 8;
    case 'optical':
      return 16;
    case 'object-storage':
      return 32;
    case 'cloud-service':
      return 64;
  }
}

function bitCount(bits: number): number {
  let left = bits;
  let found = 0;
  while (left !== 0) {
    left &= left - 1;
    found++;
  }
  return found;
}
