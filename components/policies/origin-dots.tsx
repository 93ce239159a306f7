import { clsx } from 'clsx';

export type Dot = 'empty' | 'source' | 'below' | 'above';

const LEVEL_WORDS = ['MSP default', 'client', 'site', 'tag', 'system', 'job'] as const;

/** A dot a level, from the MSP's default to a single system or job: where a value comes from, and who says otherwise further down. */
export function OriginDots({ dots }: { dots: readonly Dot[] }) {
  const told = dots.flatMap((dot, index) => (dot === 'empty' ? [] : [`${LEVEL_WORDS[index]}: ${WORD[dot]}`]));
  const said = told.length === 0 ? 'no policy sets it' : told.join(', ');
  return (
    <span className="inline-flex flex-none gap-1" title={said}>
      <span className="sr-only">{said}</span>
      {dots.map((dot, index) => (
        <span
          key={LEVEL_WORDS[index]}
          className={clsx(
            'size-2 rounded-full border',
            dot === 'source' && 'border-ink bg-ink',
            dot === 'above' && 'border-edge bg-edge',
            dot === 'below' && 'border-accent border-2',
            dot === 'empty' && 'border-edge',
          )}
        />
      ))}
    </span>
  );
}

const WORD: Readonly<Record<Exclude<Dot, 'empty'>, string>> = {
  source: 'the value comes from here',
  above: 'sets it too, and is overridden',
  below: 'overrides it further down',
};
