import { z } from 'zod';
import type { InboundWebhook } from '../inbound-webhook';
import { bytesOf, decided, lineOf, secondsOf, statusIn, told } from '../read-text';

const message = z.object({ heading: z.string().max(1000), message: z.string().max(100_000) });
const HEADING = /Backup (completed|failed) for database "(.{1,200}?)"(?: \(workspace "(.{1,200}?)"\))?\s*$/;

/** Databasus: a heading and a sentence, as JSON or in the address. */
export const databasus: InboundWebhook = {
  product: 'databasus',
  confidence: 'from-templates',
  parse: (json) => {
    const read = message.safeParse(json);
    if (!read.success) return null;
    const { heading, message: body } = read.data;
    const [, ended = '', job = '', workspace] = HEADING.exec(heading) ?? [];
    if (job === '') return null;
    return [
      told({
        status: decided(
          statusIn(body, BODIES),
          ended === 'failed' ? 'failed' : null,
          heading.includes('❌') ? 'failed' : null,
        ),
        kind: 'job_result' as const,
        job,
        client: workspace ?? null,
        duration_seconds: secondsOf(/ in ([\dhms .]{1,30}?)\.?$/m.exec(body)?.[1]),
        bytes_stored: bytesOf(/^Compressed backup size: (.{1,30})$/m.exec(body)?.[1]),
        message: ended === 'failed' ? lineOf(body) : null,
      }),
    ];
  },
};

const BODIES = [
  [/\bfailed\b|^error\b/im, 'failed'],
  [/^Backup completed successfully\b/m, 'success'],
] as const;
