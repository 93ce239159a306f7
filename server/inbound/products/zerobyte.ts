import { z } from 'zod';
import type { InboundWebhook } from '../inbound-webhook';
import { lineOf, told } from '../read-text';

const message = z.object({
  phase: z.enum(['pre', 'post']),
  event: z.string().startsWith('backup.'),
  jobId: z.string(),
  scheduleId: z.string(),
  status: z.string().optional(),
  error: z.string().nullish(),
});

const STATUS: Readonly<Record<string, 'success' | 'warning' | 'failed'>> = {
  success: 'success',
  warning: 'warning',
  error: 'failed',
  cancelled: 'failed',
};

/** Zerobyte's hooks around a backup; before one it has no status. */
export const zerobyte: InboundWebhook = {
  product: 'zerobyte',
  confidence: 'from-templates',
  parse: (json) => {
    const read = message.safeParse(json);
    if (!read.success) return null;
    const { phase, status, error, scheduleId } = read.data;
    if (phase === 'pre') return [];
    const said = STATUS[status ?? ''] ?? null;
    return [
      {
        // a success that comes with an error is none
        status: said === 'success' && error ? 'warning' : said,
        kind: 'job_result' as const,
        job: scheduleId,
        ...told({ message: lineOf(error) }),
      },
    ];
  },
};
