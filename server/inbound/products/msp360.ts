import type { InboundParser } from '../inbound-report';
import { bytesOf, countOf, decided, labelsOf, localTimeIn, secondsOf, statusIn, told } from '../read-text';

/** MSP360 Managed Backup: the report of a plan. */
export const msp360: InboundParser = {
  product: 'msp360',
  confidence: 'unverified',
  parse: ({ subject, body }) => {
    const label = labelsOf(body);
    const [plan, computer, status] = [label('Plan name'), label('Computer'), label('Status')];
    if (plan === null || computer === null || label('Plan type') === null) return null;
    const storage = label('Storage');
    const isAmerican = true;
    return [
      told({
        status: decided(
          statusIn(status ?? '', STATES),
          statusIn(/ - ([A-Za-z ]+)$/.exec(subject)?.[1] ?? '', STATES),
        ),
        kind: 'job_result' as const,
        job: plan,
        host: computer,
        files: countOf(label('Files copied')),
        bytes_transferred: bytesOf(label('Data copied')),
        duration_seconds: secondsOf(label('Duration')),
        started_local: localTimeIn(label('Start time'), { isAmerican }),
        ended_local: localTimeIn(label('Finish time'), { isAmerican }),
        encrypted: { yes: true, no: false }[label('Encryption')?.toLowerCase() ?? ''] ?? null,
        media_hint:
          storage !== null && /\b(B2|S3|Wasabi|Azure|Google|Glacier)\b/i.test(storage)
            ? 'object_storage'
            : null,
      }),
    ];
  },
};

const STATES = [
  [/^(fail|error|interrupted|overdue|missed)/i, 'failed'],
  [/^(warning|completed with|success with)/i, 'warning'],
  [/^success$/i, 'success'],
] as const;
