import type { InboundParser } from '../inbound-report';
import { decided, labelsOf, lineOf, localTimeIn, statusIn, told } from '../read-text';

/** QNAP Hybrid Backup Sync 3, through the notification centre. */
export const qnap: InboundParser = {
  product: 'qnap_hbs',
  confidence: 'from-templates',
  parse: ({ subject, body }) => {
    const label = labelsOf(body);
    const isOurs = label('App Name') === 'Hybrid Backup Sync' && label('NAS Name') !== null;
    if (!isOurs) return null;
    const message = label('Message') ?? '';
    const [, ended = '', kind = '', job = ''] =
      /^(?:\[Hybrid Backup Sync\] )?(Failed to complete|Completed|Finished|Canceled|Stopped|Started) (Backup|Restore|Sync|One-way Sync|Two-way Sync) job: "(.{1,200}?)"/i.exec(
        message,
      ) ?? [];
    if (ended === '' || kind.toLowerCase() === 'restore' || /^started$/i.test(ended)) return [];
    return [
      told({
        status: decided(
          statusIn(ended, ENDS),
          statusIn(label('Severity') ?? '', SEVERITIES),
          statusIn(/^\[(\w+)\]/.exec(subject)?.[1] ?? '', SEVERITIES),
          /\b(error|warning)s?: /i.test(message.slice(message.indexOf(job) + job.length)) ? 'warning' : null,
        ),
        kind: kind.toLowerCase() === 'backup' ? ('job_result' as const) : ('replication' as const),
        job,
        host: label('NAS Name'),
        event_local: localTimeIn(label('Date/Time')),
        message: lineOf(message),
      }),
    ];
  },
};

const ENDS = [
  [/^(failed|canceled|stopped)/i, 'failed'],
  [/^(completed|finished)$/i, 'success'],
] as const;

const SEVERITIES = [
  [/^error$/i, 'failed'],
  [/^warning$/i, 'warning'],
  [/^info(rmation)?$/i, 'success'],
] as const;
