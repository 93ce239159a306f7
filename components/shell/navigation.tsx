'use client';

import { clsx } from 'clsx';
import { ListTree, Users } from 'lucide-react';
import { Link } from '../ui/link';
import { usePathname } from 'next/navigation';

const FLEET = { href: '/', name: 'Fleet', Icon: ListTree } as const;
const PEOPLE = { href: '/people', name: 'People', Icon: Users } as const;

/** The screens there are for who is signed in. */
export function Navigation({ managesPeople }: { managesPeople: boolean }) {
  const path = usePathname();
  const entries = managesPeople ? [FLEET, PEOPLE] : [FLEET];
  return (
    <nav aria-label="Main" className="flex flex-col gap-0.5">
      {entries.map(({ href, name, Icon }) => {
        const isHere = path === href;
        return (
          <Link
            key={href}
            href={href}
            aria-current={isHere ? 'page' : undefined}
            className={clsx(
              'text-13 flex h-8 items-center gap-2.5 rounded-md px-2 font-medium',
              isHere ? 'bg-accent-bg text-accent' : 'text-ink-2 hover:bg-bg-3',
            )}
          >
            <Icon size={16} aria-hidden="true" /> {name}
          </Link>
        );
      })}
    </nav>
  );
}
