import type { InboundParser } from '../inbound-report';
import { decided, labelsOf, secondsOf, statusIn, told } from '../read-text';

/** Kopia's notification: its title comes in an HTTP header `Subject`, its text as the body. */
export const kopia: InboundParser = {
  product: 'kopia',
  confidence: 'from-templates',
  parse: ({ subject, body }) => {
    const label = labelsOf(body);
    const path = label('Path');
    if (path === null || label('Status') === null || !/^Generated at .{1,60} by Kopia v\S+$/m.test(body))
      return null;
    const [, said = '', host = ''] =
      /^(Successfully created|Failed to create|.{0,20}incomplete.{0,20}) .{0,40}? of .{1,400} on (\S{1,200})$/i.exec(
        subject,
      ) ?? [];
    const started = Date.parse(label('Start') ?? '');
    const errors = [...body.matchAll(/^Path: /gm)].length > 1 ? 'warning' : null;
    return [
      told({
        status: decided(
          statusIn(label('Status') ?? '', STATES),
          statusIn(said, SUBJECTS),
          // several snapshots in one text: each would have to be read, the first does not speak for all
          errors,
        ),
        kind: 'job_result' as const,
        job: path,
        host: host === '' ? null : host,
        // what ended at once carries the year 1970
        started_at:
          Number.isNaN(started) || started < Date.UTC(2000, 0)
            ? null
            : new Date(started).toISOString().replace('.000', ''),
        duration_seconds: secondsOf(label('Duration')),
      }),
    ];
  },
};

const STATES = [
  [/^(fatal|failed|error)/i, 'failed'],
  [/^incomplete/i, 'warning'],
  [/^success$/i, 'success'],
] as const;

const SUBJECTS = [
  [/^failed/i, 'failed'],
  [/incomplete/i, 'warning'],
] as const;
