import { SECOND } from '../time/instant';
import { countAt, digitsOf } from './digits';
import type {
  Attribute,
  FactOrigin,
  Immutability,
  MediaClass,
  Place,
  PointFacts,
  RepositoryFacts,
} from './facts';
import { missingSources, prepareRepository, rejectingProblem, type Prepared } from './prepared';
import { standingAt, type Standing } from './standing';
import type { State } from './state';
import { DIGITS, type CandidateChange } from './verdict';

/** A change as data, and the standing it would give one repository (or a new one). */
interface Trial {
  change: CandidateChange['change'];
  standings: () => readonly Standing[];
  prepared: Prepared;
}

const ASSUMED: FactOrigin = { kind: 'preset' };
const ELSEWHERE: Place = {
  siteId: '\u0000elsewhere',
  siteName: 'another site',
  latitude: null,
  longitude: null,
};

/** Tries single changes with the rules themselves; those that make every digit pass come first, then those that help most. */
export function triedChanges(state: State, prepared: Prepared): CandidateChange[] {
  if (state.count.failing === 0) return [];
  const before = passedCount(state.count.failing);
  return allTrials(state, prepared)
    .map((trial) => {
      const count = countAt(trial.standings(), trial.prepared, state.at);
      return { trial, count, passed: passedCount(count.failing) };
    })
    .filter(({ passed, count }) => passed >= before && isMore(count.actual, state.count.actual))
    .toSorted((a, b) => b.passed - a.passed)
    .map(({ trial, count }) => ({
      change: trial.change,
      digits: digitsOf(count, trial.prepared),
      isSufficient: count.failing === 0,
    }));
}

function isMore(after: readonly number[], before: readonly number[]): boolean {
  return after.some((actual, index) => actual !== before[index]);
}

function passedCount(failing: number): number {
  return DIGITS.filter((_, index) => (failing & (1 << index)) === 0).length;
}

/** Cheapest first: a word, a check, a repair, a run, a lock, and last something to buy. */
function allTrials(state: State, prepared: Prepared): Trial[] {
  const all = state.standings.flatMap((standing) => repositoryTrials(standing, state, prepared));
  const order: readonly CandidateChange['change']['kind'][] = [
    'say-site',
    'say-media',
    'say-failure-domain',
    'clean-verification',
    'restore-test',
    'repair-repository',
    'restore-sources',
    'fresh-point',
    'lock',
    'add-copy',
  ];
  return [...all, ...wideTrials(state, prepared)].toSorted(
    (a, b) => order.indexOf(a.change.kind) - order.indexOf(b.change.kind),
  );
}

function repositoryTrials(standing: Standing, state: State, prepared: Prepared): Trial[] {
  const { facts } = standing.prepared;
  const of = { repositoryId: facts.id, repositoryName: facts.name };
  const trials: Trial[] = [];
  const tryWith = (change: CandidateChange['change'], changed: Partial<RepositoryFacts>) => {
    trials.push({
      change,
      prepared,
      standings: () => withRepository({ ...facts, ...changed }, state, prepared),
    });
  };
  const { policy } = prepared;
  const problem = rejectingProblem(facts);
  if (problem !== null) tryWith({ kind: 'repair-repository', ...of }, { lastAttempt: null });
  if (standing.point === null) {
    if (standing.prepared.openProblem !== null || standing.shown !== null) {
      const depth = standing.prepared.openProblem?.depth ?? policy.verificationDepth;
      if (standing.prepared.openProblem !== null) {
        tryWith(
          { kind: 'clean-verification', ...of, depth },
          { verifications: verified(facts, depth, state) },
        );
      }
    }
    tryWith({ kind: 'fresh-point', ...of }, { ...freshPoint(standing, state, prepared) });
    return trials;
  }
  if (standing.isOwnDomain || !state.count.counted.includes(standing)) {
    tryWith({ kind: 'say-failure-domain', ...of }, { failureDomain: assumed('\u0000own') });
  }
  if (standing.media === null) {
    tryWith({ kind: 'say-media', ...of }, { media: assumed(unusedMedia(state)) });
  }
  if (standing.place === null && !standing.isOffsite) {
    tryWith(
      { kind: 'say-site', subject: 'repository', subjectId: facts.id, subjectName: facts.name },
      { site: assumed(ELSEWHERE) },
    );
  }
  if (policy.rule.errors !== null && !standing.isVerified) {
    const depth = policy.verificationDepth;
    tryWith({ kind: 'clean-verification', ...of, depth }, { verifications: verified(facts, depth, state) });
  }
  if (policy.rule.immutable !== null && !standing.isImmutable) {
    const windowSeconds = policy.immutabilityWindowSeconds;
    tryWith({ kind: 'lock', ...of, windowSeconds }, { ...locked(facts, state, prepared) });
  }
  return trials;
}

function withRepository(changed: RepositoryFacts, state: State, prepared: Prepared): Standing[] {
  const repository = prepareRepository(changed, prepared.facts, prepared.policy);
  return state.standings.map((standing) =>
    standing.prepared.facts.id === changed.id ? standingAt(repository, prepared, state.at) : standing,
  );
}

function assumed<T>(value: T): Attribute<T> {
  return { value, source: 'declared', origin: ASSUMED, until: null, otherwise: null };
}

function verified(facts: RepositoryFacts, depth: 'structure' | 'data-subset' | 'data', state: State) {
  return [...facts.verifications, { endedAt: state.at, depth, result: 'ok', origin: ASSUMED } as const];
}

/** A new good run of the same job: what was locked is locked again, for as long as the last point was. */
function freshPoint(standing: Standing, state: State, prepared: Prepared): Partial<RepositoryFacts> {
  const { facts } = standing.prepared;
  const last = standing.shown;
  const lockedMs = last === null || last.immutableUntil === null ? null : last.immutableUntil - last.takenAt;
  const point: PointFacts = {
    id: '\u0000new',
    key: '',
    takenAt: state.at,
    sources: prepared.facts.dataSet.sources,
    state: 'complete',
    capture: last?.capture ?? prepared.facts.dataSet.capture,
    outcome: 'success',
    isListed: true,
    goneAt: null,
    immutableUntil: lockedMs === null ? null : state.at + lockedMs,
    restoreTests: [],
    sizeBytes: null,
    origin: ASSUMED,
  };
  return { points: [...facts.points, point], lastAttempt: null };
}

function locked(facts: RepositoryFacts, state: State, prepared: Prepared): Partial<RepositoryFacts> {
  const until = state.at + (prepared.policy.immutabilityWindowSeconds + 1) * SECOND;
  const lock: Immutability = { kind: 'object_lock_compliance', until, areLocksExtended: true };
  return {
    immutability: assumed(lock),
    points: facts.points.map((point) => ({ ...point, immutableUntil: until })),
  };
}

function unusedMedia(state: State): MediaClass {
  const used = new Set(state.count.counted.map((standing) => standing.media));
  const all: MediaClass[] = [
    'nas',
    'object-storage',
    'removable',
    'tape',
    'optical',
    'cloud-service',
    'disk',
  ];
  return all.find((media) => !used.has(media)) ?? 'nas';
}

function wideTrials(state: State, prepared: Prepared): Trial[] {
  const { facts } = prepared;
  const trials: Trial[] = [];
  if (facts.system.site === null || facts.system.site.source === 'inferred') {
    const site = assumed({ ...ELSEWHERE, siteId: '\u0000system' });
    const moved = { ...prepared, facts: { ...facts, system: { ...facts.system, site } } };
    trials.push({
      change: {
        kind: 'say-site',
        subject: 'system',
        subjectId: facts.system.id,
        subjectName: facts.system.name,
      },
      prepared: moved,
      standings: () => prepared.repositories.map((one) => standingAt(one, moved, state.at)),
    });
  }
  const missing = missingOf(prepared);
  if (missing.length > 0) {
    const dataSet = { ...facts.dataSet, sources: [], otherNames: [] };
    const smaller = { ...prepared, facts: { ...facts, dataSet } };
    trials.push({
      change: { kind: 'restore-sources', missing },
      prepared: smaller,
      standings: () =>
        prepared.repositories.map((one) =>
          standingAt(prepareRepository(one.facts, smaller.facts, prepared.policy), smaller, state.at),
        ),
    });
  }
  if (prepared.policy.rule.errors !== null) trials.push(restoreTestTrial(state, prepared));
  return [...trials, addCopyTrial(false, state, prepared), addCopyTrial(true, state, prepared)];
}

function missingOf(prepared: Prepared): string[] {
  const { dataSet } = prepared.facts;
  const missing = prepared.repositories.flatMap(({ newest }) =>
    newest === null ? [] : missingSources(newest, dataSet),
  );
  return [...new Set(missing)].toSorted();
}

function restoreTestTrial(state: State, prepared: Prepared): Trial {
  const lastFullTest = {
    endedAt: state.at,
    level: 'L4',
    result: 'passed',
    restored: null,
    origin: ASSUMED,
  } as const;
  return {
    change: { kind: 'restore-test' },
    prepared: { ...prepared, lastFullTest },
    standings: () => state.standings,
  };
}

function addCopyTrial(isOffsite: boolean, state: State, prepared: Prepared): Trial {
  const system = prepared.facts.system.site?.value ?? ELSEWHERE;
  const added: RepositoryFacts = {
    id: '\u0000added',
    name: '',
    tool: '',
    locationKind: 'unknown',
    media: assumed(unusedMedia(state)),
    failureDomain: assumed('\u0000added'),
    site: assumed(isOffsite ? ELSEWHERE : system),
    isEncrypted: null,
    immutability: null,
    access: null,
    keyCustody: null,
    isDeduplicating: false,
    takenOut: null,
    lastAttempt: null,
    lastListingAt: state.at,
    points: [],
    verifications: [{ endedAt: state.at, depth: 'data', result: 'ok', origin: ASSUMED }],
    capacity: null,
    toolRetention: null,
    retentionRefused: null,
  };
  const empty = standingAt(prepareRepository(added, prepared.facts, prepared.policy), prepared, state.at);
  return {
    change: { kind: 'add-copy', isOffsite },
    prepared,
    standings: () => {
      const filled = { ...added, ...freshPoint(empty, state, prepared) };
      const repository = prepareRepository(filled, prepared.facts, prepared.policy);
      return [...state.standings, standingAt(repository, prepared, state.at)];
    },
  };
}
