import type { Confidence, InboundParser, InboundStatus } from '../inbound-report';
import { bytesOf, countOf, decided, labelsOf, localTimeIn, secondsOf, statusIn, told } from '../read-text';

/** The job report of Bacula and of Bareos, which kept it. The termination decides; what runs before and after a job says 'Error:' too. */
function directorReport(product: string, name: RegExp, other: RegExp, confidence: Confidence): InboundParser {
  return {
    product,
    confidence,
    parse: ({ subject, body }) => {
      const head = new RegExp(
        String.raw`^(?:.{0,120}: )?(?:Error: )?${name.source} \S+ \d+\.[\w.~+-]+ \([^)\n]+\):`,
        'm',
      );
      const isOurs = head.test(body) || (name.test(subject) && /^\S+ \S+ \S+ JobId \d+: /m.test(body));
      if (!isOurs || other.test(subject)) return null;
      const label = labelsOf(body);
      const [, type = ''] = /: ([A-Z][a-z]+) (?:OK|Error|Fatal|Canceled)/.exec(subject) ?? [];
      if (type !== '' && type !== 'Backup' && type !== 'Copy') return [];
      const end = label('Termination');
      const fdErrors = countOf(label('Non-fatal FD errors'));
      const sdErrors = countOf(label('SD Errors'));
      const ends = [label('FD termination status'), label('SD termination status')];
      return [
        told({
          status: decided(
            statusIn(end ?? '', ENDS),
            statusIn(subject, SUBJECTS),
            /\bFatal error: /.test(body) ? 'failed' : null,
            ...ends.map((one): InboundStatus | null =>
              one === null || one === 'OK' || one === '' ? null : 'failed',
            ),
            (fdErrors ?? 0) + (sdErrors ?? 0) > 0 ? 'warning' : null,
          ),
          kind: 'job_result' as const,
          job: /^(.+)\.\d{4}-\d\d-\d\d_\d\d\.\d\d\.\d\d_\d+$/.exec(label('Job') ?? '')?.[1] ?? label('Job'),
          host: /^"([^"]+)"/.exec(label('Client') ?? '')?.[1] ?? null,
          level: /^(\w+)/.exec(label('Backup Level') ?? '')?.[1] ?? null,
          files: countOf(label('SD Files Written')),
          bytes_transferred: countOf(/^[\d,]+/.exec(label('SD Bytes Written') ?? '')?.[0]),
          bytes_source: bytesOf(/^[\d,]+/.exec(label('FD Bytes Written') ?? '')?.[0]),
          encrypted: ENCRYPTION[label('Encryption') ?? ''] ?? null,
          errors: fdErrors === null && sdErrors === null ? null : (fdErrors ?? 0) + (sdErrors ?? 0),
          started_local: localTimeIn(label('Start time')),
          ended_local: localTimeIn(label('End time')),
          duration_seconds: secondsOf(label('Elapsed time')),
        }),
      ];
    },
  };
}

const ENCRYPTION: Readonly<Record<string, boolean>> = { yes: true, no: false };

const ENDS = [
  [/^\*+ .*(Error|Cancel)|^Backup Cancel+ed|^.*\bFatal\b/i, 'failed'],
  [/^(Backup|Copying) OK -- with warnings/i, 'warning'],
  [/^(Backup|Copying) OK$/i, 'success'],
] as const;

const SUBJECTS = [
  [/: \w+ (Fatal Error|Error|Canceled)\b/, 'failed'],
  [/: \w+ OK -- with warnings/, 'warning'],
  [/: \w+ OK\b/, 'success'],
] as const;

export const bacula = directorReport('bacula', /Bacula/, /Bareos/, 'real-output');
export const bareos = directorReport('bareos', /Bareos/, /Bacula/, 'from-templates');
