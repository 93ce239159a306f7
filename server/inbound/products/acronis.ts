import type { InboundParser } from '../inbound-report';
import { decided, lineOf, statusIn, told } from '../read-text';

/** Acronis Backup on premises: the last line of a plain text says how it ended. */
export const acronis: InboundParser = {
  product: 'acronis',
  confidence: 'from-templates',
  parse: ({ subject, body }) => {
    const ended =
      /^Task "(.{1,200})" on machine "([^"\n]{1,200})" has (succeeded|failed|completed with warnings)\.[ \t]*$/m.exec(
        body,
      );
    const [, said = '', host = ''] =
      /^Backup (succeeded|failed|completed with warnings) on (\S{1,200})$/i.exec(subject) ?? [];
    const error = /^Error code: (\d+)/m.exec(body);
    if (!ended && said === '') return null;
    if (!ended && !error && !/^\d+ Information /m.test(body)) return null;
    return [
      told({
        status: decided(statusIn(ended?.[3] ?? '', ENDS), statusIn(said, ENDS), error && 'failed'),
        kind: 'job_result' as const,
        job: ended?.[1] ?? null,
        host: ended?.[2] ?? host,
        error_code: error?.[1] ?? null,
        message: lineOf(/^Message: (.+)$/m.exec(body)?.[1]),
      }),
    ];
  },
};

const ENDS = [
  [/^failed$/i, 'failed'],
  [/^completed with warnings$/i, 'warning'],
  [/^succeeded$/i, 'success'],
] as const;
