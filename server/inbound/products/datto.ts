import type { InboundParser } from '../inbound-report';
import { labelsOf, lineOf, told } from '../read-text';

/** Datto's alert that backups failed. It never says that one succeeded. */
export const datto: InboundParser = {
  product: 'datto',
  confidence: 'unverified',
  parse: ({ subject, body }) => {
    const label = labelsOf(body);
    const agent = label('Agent name');
    if (agent === null || label('Agent identifier') === null || label('Device') === null) return null;
    const alert = label('Alert');
    const isFailed = /^No successful backup\b/i.test(alert ?? '') || /\bbackup failed\b/i.test(subject);
    const [, day = '', time = ''] =
      /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(label('Last event') ?? '') ?? [];
    const hours = Number(/^(\d{1,5}) hours?$/.exec(label('Configured threshold') ?? '')?.[1] ?? Number.NaN);
    return [
      told({
        status: isFailed ? ('failed' as const) : null,
        kind: 'alert' as const,
        host: agent,
        server: label('Device'),
        client: label('Organization'),
        threshold_hours: Number.isNaN(hours) ? null : hours,
        last_event_at: day === '' ? null : `${day}T${time}Z`,
        message: lineOf(alert),
      }),
    ];
  },
};
