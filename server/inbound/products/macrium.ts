import type { InboundParser } from '../inbound-report';
import { countOf, decided, labelsOf, localTimeIn, secondsOf, statusIn, told } from '../read-text';

/** Macrium Reflect: the first line of the body says it with a face. */
export const macrium: InboundParser = {
  product: 'macrium',
  confidence: 'from-templates',
  parse: ({ subject, body }) => {
    const [, of = '', said = ''] = /^(.{1,200}?) Macrium Reflect - (.{1,80})$/.exec(subject) ?? [];
    const label = labelsOf(body);
    if (label('Backup definition') === null || label('Computer Name') === null) return null;
    if (of === '' && label('Image ID') === null) return null;
    const failures = countOf(label('Failure count'));
    const [face = ''] = body.trimStart().split('\n');
    const shown = statusIn(face.trim(), FACES);
    return [
      told({
        status: decided(
          failures === 0 ? shown : null,
          shown,
          statusIn(said, SUBJECTS),
          failures !== null && failures > 0 ? 'failed' : null,
        ),
        kind: 'job_result' as const,
        job: label('Backup definition'),
        host: label('Computer Name'),
        backup_type: label('Backup type')?.toLowerCase() ?? null,
        duration_seconds: secondsOf(label('Total time')),
        started_local: localTimeIn(label('Start time')),
      }),
    ];
  },
};

const FACES = [
  [/^fail|:\(/i, 'failed'],
  [/^(warning|completed with)/i, 'warning'],
  [/^success( :\))?$/i, 'success'],
] as const;

const SUBJECTS = [
  [/fail|abort|cancel/i, 'failed'],
  [/warning/i, 'warning'],
  [/^Backup Success$/i, 'success'],
] as const;
