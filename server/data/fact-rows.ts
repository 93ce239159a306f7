import { z } from 'zod';
import type { FactOrigin } from '@/domain/protection/facts';
import type { Instant } from '@/domain/time/instant';

/** Columns that several queries of facts have in common. */
export const instant = z.date().transform((value): Instant => value.getTime());
export const capture = z.enum(['files', 'image', 'database', 'mailboxes']);
export const mediaClass = z.enum([
  'disk',
  'nas',
  'removable',
  'tape',
  'optical',
  'object-storage',
  'cloud-service',
]);
export const reportedSource = z.enum(['tool-reported', 'probed', 'inferred']);
/** The report that said it. */
export const origin = { reportId: z.string(), receivedAt: instant } as const;

export function reportOrigin(row: { reportId: string; receivedAt: Instant }): FactOrigin {
  return { kind: 'report', reportId: row.reportId, receivedAt: row.receivedAt };
}
