import { clsx } from 'clsx';
import { DIGITS, type Digit, type DigitName, type Verdict } from '@/domain/protection/verdict';
import { Shape } from './status-mark';

const NAMES: Readonly<Record<DigitName, string>> = {
  copies: 'Copies',
  media: 'Media',
  locations: 'Places',
  offsite: 'Offsite',
  immutable: 'Immutable',
  errors: 'Errors',
};
/** The three digits that give the rule its name stand larger. */
const GREAT: ReadonlySet<DigitName> = new Set(['copies', 'media', 'offsite']);

/** The digits that the policy asks for, in the order of the rule. */
function asked(digits: Verdict['digits']): (Digit & { name: DigitName; required: number })[] {
  return DIGITS.flatMap((name) => {
    const { required, ...digit } = digits[name];
    return required === null ? [] : [{ ...digit, name, required }];
  });
}

/** Have / need of each digit, large, with what makes it up. */
export function DigitTiles({ verdict }: { verdict: Verdict }) {
  return (
    <dl className="border-line grid grid-cols-6 overflow-hidden rounded-lg border sm:flex">
      {asked(verdict.digits).map(({ name, actual, required, isPassed }) => (
        <div
          key={name}
          className={clsx(
            'border-line flex min-w-0 flex-col border-l px-4 pt-2.5 pb-3 first:border-l-0 max-sm:border-t max-sm:px-3',
            GREAT.has(name) ? 'col-span-2 flex-[1.15]' : 'col-span-3 flex-1',
          )}
        >
          <dd className="order-1 flex h-12 items-end tabular-nums">
            <span
              className={clsx(
                'font-semibold tracking-tight',
                GREAT.has(name) ? 'text-[44px]/[48px] max-sm:text-[36px]/[44px]' : 'text-[30px]/[44px]',
                !isPassed && 'text-bad',
              )}
            >
              {actual}
            </span>
            <span className="text-ink-3 ml-1.5 text-[18px]/[34px]">/ {required}</span>
          </dd>
          <dt className="text-13 order-2 inline-flex items-center gap-1.5 font-medium">
            <Shape tone={isPassed ? 'ok' : 'bad'} label={isPassed ? 'passes' : 'falls short'} />
            {NAMES[name]}
          </dt>
          <dd className="text-ink-3 order-3 truncate text-xs">{madeOf(name, verdict)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What a digit is made of, in a few words. */
function madeOf(name: DigitName, { copies, production }: Verdict): string {
  const counted = copies.filter((copy) => copy.isCounted);
  switch (name) {
    case 'copies':
      return `1 live, ${counted.length} ${counted.length === 1 ? 'backup' : 'backups'}`;
    case 'media':
      return [...new Set([production.media, ...counted.flatMap((copy) => copy.media ?? [])])].join(', ');
    case 'locations':
      return [...new Set(counted.flatMap((copy) => copy.siteName ?? []))].join(', ') || 'nowhere known';
    case 'offsite':
      return namesOf(counted.filter((copy) => copy.isOffsite)) || 'no copy elsewhere';
    case 'immutable':
      return namesOf(counted.filter((copy) => copy.isImmutable)) || 'every copy can be changed';
    case 'errors': {
      const unverified = counted.filter((copy) => !copy.isVerified);
      return unverified.length === 0 ? 'verified' : `not verified: ${namesOf(unverified)}`;
    }
  }
}

function namesOf(copies: Verdict['copies']): string {
  return copies.map((copy) => copy.repositoryName).join(', ');
}

/** '2/3 2/2 0/1' for a row of a table; what falls short is marked by more than colour. */
export function DigitPairs({ digits }: { digits: Verdict['digits'] }) {
  return (
    <span className="inline-flex gap-1 text-xs tabular-nums">
      {asked(digits).map(({ name, actual, required, isPassed }) => (
        <span
          key={name}
          title={`${NAMES[name]}: ${actual} of ${required}`}
          className={clsx(
            'rounded-sm px-1',
            isPassed ? 'text-ink-2' : 'bg-bad-bg text-bad border-bad-g border-b-2 font-semibold',
          )}
        >
          <span className="sr-only">{NAMES[name]} </span>
          {actual}/{required}
        </span>
      ))}
    </span>
  );
}
