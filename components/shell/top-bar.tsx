import { Link } from '../ui/link';
import type { ReactNode } from 'react';

export interface Crumb {
  name: string;
  href?: string;
}

/** The line above a page: where one is, and how to go back up. `menu` opens the navigation on narrow screens. */
export function TopBar({
  menu,
  switcher,
  crumbs,
  tag,
  children,
}: {
  menu: ReactNode;
  switcher: ReactNode;
  crumbs: readonly Crumb[];
  /** What is to be known of whatever the page is about. */
  tag?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <header className="border-line bg-bg sticky top-0 z-20 flex h-12 items-center gap-2 border-b px-4 lg:px-6 print:hidden">
      {menu}
      {switcher}
      {crumbs.length > 0 && (
        <nav aria-label="Where you are" className="text-13 text-ink-3 flex min-w-0 items-center gap-1.5">
          {crumbs.map((crumb, index) => (
            <span key={crumb.name} className="flex min-w-0 items-center gap-1.5">
              {index > 0 && <span aria-hidden="true">/</span>}
              {crumb.href ? (
                <Link href={crumb.href} className="text-ink-2 truncate hover:underline">
                  {crumb.name}
                </Link>
              ) : (
                <span aria-current="page" className="text-ink truncate font-medium">
                  {crumb.name}
                </span>
              )}
            </span>
          ))}
        </nav>
      )}
      {tag}
      <div className="ml-auto flex items-center gap-1">{children}</div>
    </header>
  );
}
