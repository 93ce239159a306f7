import { clsx } from 'clsx';
import { EVIDENCE_CLAUSES, type EvidenceClause } from '@/domain/frameworks/evidence-clauses';
import { Link } from '../ui/link';

interface Props {
  clientId: string;
  /** In the order in which they are offered. */
  frameworks: readonly string[];
  chosen: EvidenceClause;
}

/** The clauses of each framework; that of the chosen one is open. */
export function ClauseNav({ clientId, frameworks, chosen }: Props) {
  return (
    <nav aria-label="By clause" className="text-13">
      {frameworks.map((framework) => (
        <details key={framework} open={framework === chosen.framework} className="border-line border-b">
          <summary className="cursor-pointer py-2 font-medium">{framework}</summary>
          <ul className="pb-2">
            {EVIDENCE_CLAUSES.filter((one) => one.framework === framework).map((one) => (
              <li key={one.id}>
                <Link
                  href={`/evidence/${clientId}?clause=${one.id}`}
                  aria-current={one.id === chosen.id ? 'page' : undefined}
                  className={clsx(
                    'hover:bg-bg-3 block rounded-md border-l-2 px-2.5 py-1.5',
                    one.id === chosen.id ? 'border-accent bg-accent-bg' : 'border-transparent',
                  )}
                >
                  <span className="text-ink-3 block font-mono text-xs">{one.clause}</span>
                  {one.title}
                  {one.servedBy.length === 0 && (
                    <span className="text-ink-3 block text-xs">Not held here: ask the client</span>
                  )}
                </Link>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </nav>
  );
}
