import type { InboundParser } from '../inbound-report';
import { decided, labelsOf, lineOf, localTimeIn, statusIn, told } from '../read-text';

/** Hornetsecurity (Altaro) VM Backup. */
export const altaro: InboundParser = {
  product: 'altaro',
  confidence: 'from-templates',
  parse: ({ subject, body }) => {
    const label = labelsOf(body);
    const guest = label('Guest VM Name');
    if (guest === null || label('Backup Result') === null) return null;
    const error = label('Error');
    return [
      told({
        status: decided(
          statusIn(label('Backup Result') ?? '', RESULTS),
          statusIn(/Backup (\S+)/.exec(subject)?.[1] ?? '', RESULTS),
          error ? 'failed' : null,
        ),
        kind: 'job_result' as const,
        host: guest,
        server: label('Host Name'),
        started_local: localTimeIn(label('Started')),
        ended_local: localTimeIn(label('Ended')),
        error_code: /\((ALTERR_\w+)\)/.exec(error ?? '')?.[1] ?? null,
        message: lineOf(error),
      }),
    ];
  },
};

const RESULTS = [
  [/^failed$/i, 'failed'],
  [/^(warning|completed with warnings)$/i, 'warning'],
  [/^(success|successful|succeeded)$/i, 'success'],
] as const;
