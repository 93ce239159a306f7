import { z } from 'zod';
import type { InboundWebhook } from '../inbound-webhook';
import { lineOf, told } from '../read-text';

const name = z.string().trim().min(1).max(200);
const instant = z.iso.datetime({ offset: true });
const count = z.int().min(0);

/** Strict: a name that was spelt wrong is seen at the first try, not on the day when something fails. */
const message = z.strictObject({
  holdfast: z.literal(1),
  status: z.enum(['success', 'warning', 'failed']),
  job: name.optional(),
  host: name.optional(),
  started_at: instant.optional(),
  ended_at: instant.optional(),
  message: z.string().max(100_000).optional(),
  bytes_transferred: count.optional(),
  bytes_stored: count.optional(),
  errors: count.optional(),
  warnings: count.optional(),
});

/** What anything that can post JSON may say, in Holdfast's own form (docs/mail-and-webhooks.md). */
export const plainJson: InboundWebhook = {
  product: 'json',
  confidence: 'from-templates',
  parse: (json) => {
    const read = message.safeParse(json);
    if (!read.success) return null;
    const { status, job, host, message: text, errors, warnings, ...facts } = read.data;
    return [
      told({
        status,
        kind: 'job_result' as const,
        job: job ?? null,
        host: host ?? null,
        started_at: zulu(facts.started_at),
        ended_at: zulu(facts.ended_at),
        bytes_transferred: facts.bytes_transferred ?? null,
        bytes_stored: facts.bytes_stored ?? null,
        errors: errors ?? null,
        warnings: warnings ?? null,
        message: lineOf(text, 2000),
      }),
    ];
  },
};

const zulu = (at: string | undefined): string | null =>
  at === undefined ? null : new Date(at).toISOString();
