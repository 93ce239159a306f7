import type { Instant } from '../time/instant';
import type { FactOrigin, JobFacts } from './facts';
import type { Prepared, PreparedRepository } from './prepared';
import type { State } from './state';

/** How long it would take to restore a data set whole, as far as anything was ever timed. */
export type RestoreForecast =
  /** `isSample`: less than all was restored, so it is extrapolated. */
  | {
      readonly kind: 'timed';
      readonly seconds: number;
      readonly sizeBytes: number;
      readonly sampleBytes: number;
      readonly sampleSeconds: number;
      readonly isSample: boolean;
      readonly repositoryName: string;
      readonly at: Instant;
      readonly origin: FactOrigin;
    }
  | { readonly kind: 'never-timed' }
  | { readonly kind: 'size-unknown' };

/**
 * Full size ÷ the rate of the newest timed restore, from the repository that is fastest among those that a usable point lies in. Never a
 * rate that nobody measured. null: no copy can be restored from, which other findings say.
 */
export function restoreForecast(state: State, prepared: Prepared): RestoreForecast | null {
  const usable = state.standings.filter((standing) => standing.point !== null);
  if (usable.length === 0) return null;
  let best: RestoreForecast = { kind: 'never-timed' };
  for (const { point, prepared: repository } of usable) {
    const timed = newestTimed(repository);
    if (timed === null) continue;
    const sizeBytes = point?.sizeBytes ?? sourceBytes(prepared.facts.jobs, repository.facts.id);
    if (sizeBytes === null) {
      if (best.kind === 'never-timed') best = { kind: 'size-unknown' };
      continue;
    }
    const seconds = (sizeBytes / timed.restored.bytes) * timed.restored.seconds;
    if (best.kind === 'timed' && best.seconds <= seconds) continue;
    best = {
      kind: 'timed',
      seconds,
      sizeBytes,
      sampleBytes: timed.restored.bytes,
      sampleSeconds: timed.restored.seconds,
      isSample: timed.restored.bytes < sizeBytes,
      repositoryName: repository.facts.name,
      at: timed.endedAt,
      origin: timed.origin,
    };
  }
  return best;
}

/** The newest good restore from a repository that says how much it brought back in how long. One that stopped at damage measures nothing. */
function newestTimed({ facts }: PreparedRepository) {
  const timed = facts.points
    .flatMap((point) => point.restoreTests)
    .flatMap((test) => {
      const { restored } = test;
      return restored !== null && test.result === 'passed' ? [{ ...test, restored }] : [];
    });
  return timed.toSorted((a, b) => b.endedAt - a.endedAt)[0] ?? null;
}

/** What the newest good run of its job read. */
function sourceBytes(jobs: readonly JobFacts[], repositoryId: string): number | null {
  const sizes = jobs.filter((job) => job.repositoryId === repositoryId).flatMap((job) => job.sizes);
  return sizes.toSorted((a, b) => b.at - a.at)[0]?.sourceBytes ?? null;
}
