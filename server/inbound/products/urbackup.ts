import type { InboundParser } from '../inbound-report';
import { decided, statusIn, told } from '../read-text';

/** UrBackup's report of one backup. Its subject has a line break before the result, which decoding made a space. */
export const urbackup: InboundParser = {
  product: 'urbackup',
  confidence: 'from-templates',
  parse: ({ subject, body }) => {
    const did = /^UrBackup just did an? (\w+) (file|image) backup of "(.{1,200})"\.\s*$/m.exec(body);
    if (!did) return null;
    const [, type = '', job = '', host = ''] = did;
    const counts = /^\( ?(\d+) infos?, (\d+) warnings?, (\d+) errors? ?\)/m.exec(body);
    const [warnings, errors] = counts ? [Number(counts[2]), Number(counts[3])] : [null, null];
    const said = statusIn(/ - (success|failed)\s*$/.exec(subject)?.[1] ?? '', ENDS);
    const isGood = said === 'success' && errors === 0 && /\(info\): Backup succeeded\s*$/m.test(body);
    return [
      told({
        status: decided(
          isGood ? 'success' : null,
          said,
          errors ? 'failed' : null,
          warnings ? 'warning' : null,
        ),
        kind: 'job_result' as const,
        job,
        backup_type: type,
        host,
        warnings,
        errors,
      }),
    ];
  },
};

const ENDS = [
  [/^failed$/, 'failed'],
  [/^success$/, 'success'],
] as const;
