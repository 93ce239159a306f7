import { bucketWords } from '../retention/bucket-words';
import {
  judgeRetention,
  retentionTurns,
  type HeldPoint,
  type RetentionGap,
  type RetentionHistory,
} from '../retention/judge-retention';
import { NOTHING_PROMISED, type RetentionPolicy } from '../retention/retention-policy';
import { DAY, type Instant } from '../time/instant';
import type { KeptPoints, ProtectionFacts, RepositoryFacts } from './facts';
import { dataSetSubject, NO_GAPS, ofRepository, type Gap } from './gap';
import type { ProtectionPolicy } from './policy';
import type { Prepared } from './prepared';

/** More periods than anybody reads in a sentence; how many more there are is told. */
const PERIODS_NAMED = 3;

/** A promise of retention with what it is held against, whatever the time. */
export interface PreparedKept {
  asked: RetentionPolicy;
  history: RetentionHistory;
  timeZone: string;
  /** Points that are too old are told by repository. */
  stored: readonly { repository: RepositoryFacts; points: readonly HeldPoint[] }[];
  turns: readonly Instant[];
}

/**
 * null: nothing was promised, or what was kept is not known. A period is kept by a usable point of it in any repository: who keeps
 * two weeks here and a year there keeps a year. That a repository cannot be read, or is damaged, is a finding of its own.
 */
export function prepareKept(
  facts: ProtectionFacts,
  policy: ProtectionPolicy,
  isRestorable: (points: KeptPoints) => boolean,
): PreparedKept | null {
  const { kept } = facts;
  if (kept === null || policy.retention === null) return null;
  const asked = policy.retention;
  const points = kept.points.map((one) => {
    const isUsable = !one.isTestFailed && isRestorable(one);
    return {
      repositoryId: one.repositoryId,
      held: one.takenAt.map((takenAt): HeldPoint => ({ takenAt, isUsable, isListed: true })),
    };
  });
  const history = {
    since: kept.since,
    successes: policy.acceptsWarnings ? [...kept.succeeded, ...kept.warned] : kept.succeeded,
    points: points.flatMap((one) => one.held),
  };
  const stored = facts.repositories.map((repository) => ({
    repository,
    points: points.filter((one) => one.repositoryId === repository.id).flatMap((one) => one.held),
  }));
  const turns = [
    ...retentionTurns(asked, history, kept.timeZone),
    ...stored.flatMap((one) => retentionTurns(ageAlone(asked), { ...NO_RUNS, points: one.points }, 'UTC')),
  ];
  return { asked, history, timeZone: kept.timeZone, stored, turns };
}

const NO_RUNS = { since: 0, successes: [] };

function ageAlone({ ageDaysMax }: RetentionPolicy): RetentionPolicy {
  return { ...NOTHING_PROMISED, ageDaysMax };
}

/** What is kept against what was promised (domain.md, 'Retention'). */
export function retentionGaps(prepared: Prepared, at: Instant): readonly Gap[] {
  const { kept } = prepared;
  if (kept === null) return NO_GAPS;
  const { asked, history, timeZone, stored } = kept;
  return [
    ...judgeRetention(asked, history, at, timeZone).flatMap((gap) => notKept(gap, prepared, at)),
    ...stored.flatMap(({ repository, points }) =>
      judgeRetention(ageAlone(asked), { ...NO_RUNS, points }, at, timeZone).flatMap((gap) =>
        tooOld(gap, repository),
      ),
    ),
  ];
}

function notKept(gap: RetentionGap, prepared: Prepared, at: Instant): Gap[] {
  if (gap.rule === 'retention-too-long') return [];
  const isShort = gap.rule === 'retention-too-short';
  const listings = prepared.repositories.flatMap(({ facts }) => facts.lastListingAt ?? []);
  return [
    {
      rule: gap.rule,
      severity: 'warning',
      subject: dataSetSubject(prepared),
      causeKey: `data-set:${prepared.facts.dataSet.id}`,
      since: listings.length === 0 ? at : Math.min(at, Math.max(...listings)),
      detail: {
        kind: 'not-kept',
        periods: gap.buckets.slice(0, PERIODS_NAMED).map(bucketWords),
        count: gap.buckets.length,
        oldestTakenAt: isShort ? gap.oldestTakenAt : null,
        missingOfLast: isShort ? gap.missingOfLast : 0,
      },
      origin: null,
    },
  ];
}

function tooOld(gap: RetentionGap, repository: RepositoryFacts): Gap[] {
  if (gap.rule !== 'retention-too-long') return [];
  const { count, oldestTakenAt, ageDaysMax } = gap;
  return [
    {
      ...ofRepository(repository),
      rule: gap.rule,
      severity: 'warning',
      since: oldestTakenAt + ageDaysMax * DAY,
      detail: { kind: 'too-old', count, oldestTakenAt, ageDaysMax },
      origin: null,
    },
  ];
}
