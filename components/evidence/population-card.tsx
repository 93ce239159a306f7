import { type Population, POPULATION_WORDS } from '@/domain/evidence/population';
import { countText } from '../format/amounts';
import { TextLink } from '../ui/text-link';

interface Props {
  clientId: string;
  population: Population;
  /** How many have which result. */
  results: readonly (readonly [string, number])[];
  /** What of the period it lacks; null: nothing. */
  lacks: string | null;
}

/** How many records of a kind there are in the period, by result, and the way to them. */
export function PopulationCard({ clientId, population, results, lacks }: Props) {
  const { title, holds } = POPULATION_WORDS[population];
  const total = results.reduce((sum, [, count]) => sum + count, 0);
  return (
    <section aria-labelledby={`population-${population}`} className="border-line rounded-lg border p-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h3 id={`population-${population}`} className="font-semibold">
          {title}
        </h3>
        <span className="text-lg font-semibold tabular-nums">{countText(total)}</span>
      </div>
      <p className="text-ink-3 mt-0.5 max-w-[70ch] text-xs">{holds}</p>
      {lacks !== null && <p className="text-risk mt-0.5 max-w-[70ch] text-xs">{lacks}</p>}
      {total === 0 ? (
        <p className="text-13 mt-2">None in this period.</p>
      ) : (
        <>
          <p className="text-13 mt-2 flex flex-wrap gap-x-4 gap-y-1 tabular-nums">
            {results.map(([result, count]) => (
              <span key={result}>
                {countText(count)} {result}
              </span>
            ))}
          </p>
          <TextLink
            href={`/evidence/${clientId}/records?kind=${population}`}
            className="text-13 mt-2 inline-block"
          >
            All {countText(total)}, and samples of them
          </TextLink>
        </>
      )}
    </section>
  );
}
