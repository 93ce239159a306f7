// oxlint-disable-next-line no-restricted-imports -- the one place that wraps it
import NextLink from 'next/link';
import type { ComponentProps } from 'react';
import { LinkPending } from './link-pending';

/**
 * A link within Holdfast. It fetches nothing ahead: every page here is made for one person at one moment, so that thirty links in
 * sight would be thirty requests whose answers are thrown away. While the page is on its way, the one that is seen says so.
 */
export function Link({ children, ...props }: ComponentProps<typeof NextLink>) {
  return (
    <NextLink prefetch={false} {...props}>
      {children}
      <LinkPending />
    </NextLink>
  );
}
