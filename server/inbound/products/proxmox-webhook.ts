import { z } from 'zod';
import { plainBody, plainSubject } from '../plain-text';
import type { InboundWebhook } from '../inbound-webhook';
import { decided, statusIn, told } from '../read-text';
import { vzdumpReport } from './proxmox-vzdump';

const message = z.object({
  source: z.string().max(300).optional(),
  title: z.string().max(1000),
  message: z.string(),
  severity: z.string().max(40),
  timestamp: z.number().int().min(0).max(100_000_000_000).optional(),
  fields: z.object({
    type: z.literal('vzdump'),
    hostname: z.string().optional(),
    'job-id': z.string().optional(),
  }),
});

/** The webhook of Proxmox VE, in the body that our own set-up lines give it. */
export const proxmoxWebhook: InboundWebhook = {
  product: 'proxmox_vzdump',
  confidence: 'from-templates',
  parse: (json) => {
    const read = message.safeParse(json);
    if (!read.success) return null;
    const { title, message: body, severity, timestamp, fields, source } = read.data;
    const report = vzdumpReport({ subject: plainSubject(title), body: plainBody(body) });
    if (report === null) return null;
    return [
      {
        ...report,
        ...told({
          server: fields.hostname ?? source ?? null,
          job: fields['job-id'] ?? null,
          event_at:
            timestamp === undefined ? null : new Date(timestamp * 1000).toISOString().replace('.000', ''),
        }),
        status: decided(report.status, statusIn(severity, SEVERITIES)),
      },
    ];
  },
};

const SEVERITIES = [
  [/^error$/i, 'failed'],
  [/^warning$/i, 'warning'],
] as const;
