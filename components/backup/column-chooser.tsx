import { Check, Columns3 } from 'lucide-react';
import { buttonClass } from '../ui/button';
import { Link } from '../ui/link';
import { FLEET_COLUMNS, type FleetColumn } from './fleet-columns';

const NAMES: Readonly<Record<FleetColumn, string>> = {
  why: 'Why',
  since: 'Since',
  systems: 'Systems',
  days: 'Thirty days',
};

interface Props {
  without: readonly FleetColumn[];
  /** Where the same view is with these columns left out. */
  hrefOf: (without: readonly FleetColumn[]) => string;
}

/** Chooses which columns of the fleet stand; they are part of the view, and kept with it. */
export function ColumnChooser({ without, hrefOf }: Props) {
  return (
    <details className="relative max-md:hidden print:hidden">
      <summary className={buttonClass('quiet', 'list-none')}>
        <Columns3 size={14} aria-hidden="true" /> Columns
      </summary>
      <ul className="border-line-2 bg-bg shadow-pop absolute right-0 z-20 mt-1 w-44 rounded-lg border p-1.5">
        {FLEET_COLUMNS.map((column) => {
          const isShown = !without.includes(column);
          const next = isShown ? [...without, column] : without.filter((one) => one !== column);
          return (
            <li key={column}>
              <Link
                href={hrefOf(FLEET_COLUMNS.filter((one) => next.includes(one)))}
                scroll={false}
                replace
                className="text-13 hover:bg-bg-3 flex h-8 items-center gap-2 rounded-md px-2"
              >
                <Check size={14} aria-hidden="true" className={isShown ? 'text-accent' : 'invisible'} />
                <span className="sr-only">{isShown ? 'Leave out' : 'Show'} </span>
                {NAMES[column]}
              </Link>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
