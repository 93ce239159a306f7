import { z } from 'zod';
import type { InboundWebhook } from '../inbound-webhook';
import { localTimeIn, statusIn, told } from '../read-text';

const message = z.object({ text: z.string().max(100_000) });
const EVENT =
  /^(?:A new system event occurred on your (\S{1,100}) on (\d\d-\d\d-\d{4}) at (\d\d:\d\d)\.\n)?Data backup task on (\S{1,100}) (has successfully completed|partially completed|has failed|failed|was canceled)\.?\s*$/;

/** The webhook of Synology's DSM: the sentence of a mail. Its date is day, month, year. */
export const synologyWebhook: InboundWebhook = {
  product: 'synology_dsm',
  confidence: 'from-templates',
  parse: (json) => {
    const read = message.safeParse(json);
    const event = read.success ? EVENT.exec(read.data.text.trim()) : null;
    if (!event) return null;
    const [, , day = '', clock = '', host = '', ended = ''] = event;
    const status = statusIn(ended, ENDS);
    const [date, month, year] = day.split('-');
    return [
      told({
        status,
        kind: 'job_result' as const,
        partial: status === 'warning' ? true : null,
        host,
        event_local: day === '' ? null : localTimeIn(`${year}-${month}-${date} ${clock}`),
      }),
    ];
  },
};

const ENDS = [
  [/fail|cancel/, 'failed'],
  [/^partially/, 'warning'],
  [/^has successfully completed$/, 'success'],
] as const;
