import { PolicyPreviewTally, type PolicyPreview } from '@/domain/policy/policy-preview';
import { evaluateDataSet } from '@/domain/protection/evaluate';
import type { Words } from '@/domain/protection/sentence';
import type { Database, Tx } from '../data/database';
import { groupBy } from '../data/group-by';
import { withJobPlans } from '../data/job-plans';
import type { PolicyBook } from '../data/policies';
import { listSystemsToPreview, type SystemToPreview } from '../data/policy-preview';
import { loadProtectionFacts } from '../data/protection-facts';
import { withPromises, type PromisedFacts } from '../data/retention-history';
import type { TenantScope } from '../tenancy/tenant-scope';

/** How far a preview is, in systems; then what it found. */
export type PreviewStep =
  | { readonly kind: 'progress'; readonly done: number; readonly of: number }
  | { readonly kind: 'preview'; readonly preview: PolicyPreview; readonly asOf: string };

/** What holds, and what would. */
export interface PolicyBooks {
  readonly before: PolicyBook;
  readonly after: PolicyBook;
}

/** As of when a preview is, and how its instants are told. */
export interface PreviewGiven {
  readonly now: Date;
  readonly wordsIn: (timeZone: string) => Words;
}

interface Judged {
  readonly systemIds: readonly string[] | '*';
  /** How many these are. */
  readonly count: number;
  readonly isConcerned: (system: SystemToPreview) => boolean;
  readonly books: PolicyBooks;
}

const BATCH = 200;

/**
 * Evaluates systems twice on the same facts, by the function that decides their verdicts: once with what holds, once with what would. In
 * batches of 200, each in a transaction of its own; tells its progress after each.
 */
export async function* judgeTwice(
  database: Database,
  scope: TenantScope,
  { systemIds, count: of, isConcerned, books }: Judged,
  given: PreviewGiven,
): AsyncGenerator<PreviewStep> {
  const { mspId } = scope;
  const tally = new PolicyPreviewTally();
  let [done, last]: [number, SystemToPreview | null] = [0, null];
  for (;;) {
    yield { kind: 'progress', done, of };
    const from: SystemToPreview | null = last;
    const batch: SystemToPreview[] = await database.inScope(scope, async (tx) => {
      const page = { after: from?.systemId ?? null, limit: BATCH };
      const systems = await listSystemsToPreview(tx, mspId, systemIds, page);
      await judgeBatch(tx, mspId, systems.filter(isConcerned), { books, tally, ...given });
      return systems;
    });
    done += batch.length;
    last = batch.at(-1) ?? null;
    if (batch.length < BATCH) break;
  }
  yield { kind: 'preview', preview: tally.result(), asOf: given.now.toISOString() };
}

async function judgeBatch(
  tx: Tx,
  mspId: string,
  systems: readonly SystemToPreview[],
  { books, tally, now, wordsIn }: PreviewGiven & { books: PolicyBooks; tally: PolicyPreviewTally },
): Promise<void> {
  const loaded = await loadProtectionFacts(
    tx,
    mspId,
    systems.map((system) => system.systemId),
    now,
  );
  const judgedBy = async (book: PolicyBook) => {
    const planned = await withJobPlans(tx, mspId, loaded, book, now);
    const promised = await withPromises(tx, mspId, planned, book, now);
    return groupBy(promised, ({ facts }) => facts.system.id);
  };
  const before = await judgedBy(books.before);
  const after = await judgedBy(books.after);
  const verdicts = (promised: readonly PromisedFacts[] = []) =>
    promised.map(({ facts, policy: { policy } }) => evaluateDataSet(facts, policy, now.getTime()));
  for (const system of systems) {
    tally.add({
      ...system,
      before: verdicts(before.get(system.systemId)),
      after: verdicts(after.get(system.systemId)),
      words: wordsIn(system.timeZone),
    });
  }
}
