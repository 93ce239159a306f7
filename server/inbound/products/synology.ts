import type { InboundParser } from '../inbound-report';
import { bytesOf, decided, labelsOf, localTimeIn, secondsOf, statusIn, told } from '../read-text';

const SENTENCE =
  /^Data backup task on (\S{1,100}) (has successfully completed|partially completed|has failed|failed|was canceled|has been canceled)\b/;

/** Synology Hyper Backup. The mail's first sentence is its subject again. */
export const synologyHyperBackup: InboundParser = {
  product: 'synology_hyper_backup',
  confidence: 'from-templates',
  parse: ({ subject, body }) => {
    const sentence = new RegExp(SENTENCE, 'm').exec(body);
    const label = labelsOf(body);
    const job = label('Backup Task');
    if (!sentence || job === null) return null;
    const status = decided(
      statusIn(sentence[2] ?? '', ENDS),
      statusIn(SENTENCE.exec(subject)?.[2] ?? '', ENDS),
      /\b(could not be backed up|failed to back up)\b/i.test(body) ? 'warning' : null,
    );
    const destination = label('Backup Destination');
    return [
      told({
        status,
        kind: 'job_result' as const,
        partial: status === 'warning' ? true : null,
        job,
        host: sentence[1] ?? null,
        destination,
        media_hint: destination?.startsWith('usbshare') ? 'usb' : null,
        started_local: localTimeIn(label('Start Time')),
        duration_seconds: secondsOf(label('Duration')),
      }),
    ];
  },
};

const BUSINESS =
  /^(?:\S{1,100} Active Backup for Business - )?(?:The )?[Bb]ackup task (.{1,200}?) on (\S{1,100}) (has completed|has partially completed|has failed|completed|partially completed|failed|was canceled)\.?\s*$/;

/** Synology Active Backup for Business. */
export const synologyActiveBackup: InboundParser = {
  product: 'synology_abb',
  confidence: 'from-templates',
  parse: ({ subject, body }) => {
    const sentence = new RegExp(BUSINESS, 'm').exec(body);
    if (!sentence || !/Active Backup for Business/.test(`${subject}\n${body}`)) return null;
    const label = labelsOf(body);
    const [started, ended] = [localTimeIn(label('Start time')), localTimeIn(label('End time'))];
    return [
      told({
        status: decided(statusIn(sentence[3] ?? '', ENDS), statusIn(BUSINESS.exec(subject)?.[3] ?? '', ENDS)),
        kind: 'job_result' as const,
        job: sentence[1] ?? null,
        host: label('Device'),
        server: sentence[2] ?? null,
        started_local: started,
        ended_local: ended,
        duration_seconds: started && ended ? secondsBetween(started, ended) : null,
        bytes_transferred: bytesOf(label('Transferred size')),
      }),
    ];
  },
};

function secondsBetween(from: string, to: string): number | null {
  const seconds = (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 1000;
  return seconds >= 0 ? seconds : null;
}

const ENDS = [
  [/fail|cancel/i, 'failed'],
  [/partially/i, 'warning'],
  [/^(has completed|completed|has successfully completed)$/i, 'success'],
] as const;
