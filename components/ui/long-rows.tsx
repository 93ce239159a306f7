'use client';

import { lazy, type ReactNode } from 'react';

export interface LongRowsProps {
  as: 'tbody' | 'ul';
  rowHeight: number;
  className: string | undefined;
  rows: readonly ReactNode[];
  keys: readonly string[];
}

const VirtualRows = lazy(async () => ({ default: (await import('./virtual-rows')).VirtualRows }));

/**
 * The rows of a long list. Most lists are short: what lays out long ones comes with the first of them, and the page that it
 * belongs to waits for it.
 */
export function LongRows(props: LongRowsProps) {
  return <VirtualRows {...props} />;
}
