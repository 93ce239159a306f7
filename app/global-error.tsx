'use client';

import './globals.css';

/** When even the frame of the pages broke. */
export default function GlobalErrorPage({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-3 px-4">
          <h1>Holdfast cannot show this page.</h1>
          <p className="text-ink-2">
            Its database may be unreachable. Reports are still kept as they arrive.
          </p>
          {error.digest && <code className="text-ink-3">{error.digest}</code>}
          {/* A plain link: the frame that would handle another one is what broke. */}
          {/* oxlint-disable-next-line next/no-html-link-for-pages -- see above */}
          <a href="/" className="text-accent underline">
            Load it again
          </a>
        </main>
      </body>
    </html>
  );
}
