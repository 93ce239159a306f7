import { z } from 'zod';
import type { InboundWebhook } from '../inbound-webhook';
import { lineOf, told } from '../read-text';

const message = z.object({
  status: z.enum(['up', 'down']),
  msg: z.string().max(10_000).optional(),
  /** Milliseconds of whatever was measured: nothing that is said of a backup. */
  ping: z.string().max(40).optional(),
});

/** A push as monitors such as Uptime Kuma take it: `?status=up&msg=OK&ping=`, at the end of a script. It has no time of its own. */
export const push: InboundWebhook = {
  product: 'push',
  confidence: 'from-templates',
  parse: (json) => {
    const read = message.safeParse(json);
    if (!read.success) return null;
    const { status, msg } = read.data;
    return [
      told({
        status: status === 'up' ? ('success' as const) : ('failed' as const),
        kind: 'job_result' as const,
        message: lineOf(msg),
      }),
    ];
  },
};
