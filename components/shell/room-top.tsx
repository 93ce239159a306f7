import { buttonClass } from '../ui/button';
import { Link } from '../ui/link';
import { Brand } from './brand';
import type { Theme } from './theme';
import { ThemeChoice } from './theme-choice';

interface Props {
  /** Whose room it is. */
  title: string;
  name: string;
  email: string;
  theme: Theme | null;
  /** Where they change their password and codes. */
  accountHref: '/portal/account' | '/evidence/account';
}

/** The line on top of a room that is not the MSP's own: whose it is, who is signed in, and the way out. */
export function RoomTop({ title, name, email, theme, accountHref }: Props) {
  return (
    <>
      <a
        href="#content"
        className="bg-accent text-accent-ink text-13 sr-only z-50 rounded-md px-3 py-2 font-medium focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <header className="border-line bg-bg border-b">
        <div className="mx-auto flex max-w-[1400px] items-center justify-between gap-3 px-4 py-2.5 sm:px-6">
          <Brand mspName={title} />
          <details className="text-13 relative">
            <summary className="hover:bg-bg-3 cursor-pointer list-none rounded-md px-2 py-1.5 text-right">
              {name}
            </summary>
            <div className="border-line-2 bg-bg shadow-pop absolute right-0 z-30 mt-1 flex w-60 flex-col gap-3 rounded-lg border p-3.5">
              <p className="truncate font-medium">{email}</p>
              <Link href={accountHref} className={buttonClass('plain', 'w-full')}>
                Your account
              </Link>
              <ThemeChoice theme={theme} />
              <form method="post" action="/api/v1/sign-out">
                <button type="submit" className={buttonClass('plain', 'w-full')}>
                  Sign out
                </button>
              </form>
            </div>
          </details>
        </div>
      </header>
    </>
  );
}
