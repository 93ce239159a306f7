import { clsx } from 'clsx';
import { counted } from '../format/amounts';
import { Link } from '../ui/link';

interface Props {
  here: 'policies' | 'rules' | 'frameworks';
  conflictCount: number;
}

const TABS = [
  { key: 'policies', href: '/policies', name: 'Policies' },
  { key: 'rules', href: '/policies/rules', name: 'Rules for new systems' },
  { key: 'frameworks', href: '/settings/frameworks', name: 'Frameworks' },
] as const;

/** The screens of policies: what is promised, what newly seen systems get by themselves, and what frameworks ask for. */
export function PolicyTabs({ here, conflictCount }: Props) {
  return (
    <nav aria-label="Policies and rules" className="border-line mt-3 mb-3 flex flex-wrap gap-x-5 border-b">
      {TABS.map(({ key, href, name }) => (
        <Link
          key={key}
          href={href}
          aria-current={key === here ? 'page' : undefined}
          className={clsx(
            'text-13 -mb-px inline-flex items-center gap-1.5 border-b-2 py-2 font-medium',
            key === here ? 'border-accent text-ink' : 'text-ink-2 hover:text-ink border-transparent',
          )}
        >
          {name}
          {key === 'rules' && conflictCount > 0 && (
            <span className="bg-risk-bg text-risk rounded-full px-1.5 text-xs">
              {counted(conflictCount, 'conflict')}
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}
