import { setTimeout } from 'node:timers/promises';
import { type ReactElement, type ReactNode, Suspense } from 'react';

/** A skeleton that is seen for less than this flickers, and React would show it for 300 ms at least. */
const QUIET_MS = 60;

/**
 * A part of a page that may take its time. What comes soon is sent with the rest of the page: no skeleton is seen, and an error
 * still is the status of the answer. What takes longer is waited for behind its skeleton. What decides whether the page is there
 * at all is to be known before this one.
 */
export async function SlowPart({
  skeleton,
  children,
}: {
  skeleton: ReactNode;
  children: Promise<ReactElement>;
}) {
  await Promise.race([children, setTimeout(QUIET_MS, undefined, { ref: false })]);
  return <Suspense fallback={skeleton}>{children}</Suspense>;
}
