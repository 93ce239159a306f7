import type { InboundParser, ToldReport } from '../inbound-report';
import { countOf, decided, labelsOf, secondsOf, statusIn, told } from '../read-text';

/** Duplicati's own text, in a mail or as `message=` of a form. Only a backup is one: the same text tells of checks and repairs. */
export const duplicati: InboundParser = {
  product: 'duplicati',
  confidence: 'from-templates',
  parse: ({ subject, body }) => {
    const label = labelsOf(body);
    const result = label('ParsedResult');
    if (result === null || label('MainOperation') === null)
      return /^Failed: /m.test(body) && isTitle(subject) ? [failed(subject, body)] : null;
    if (label('MainOperation') !== 'Backup') return [];
    const [errors, warnings] = [listed(body, 'Errors'), listed(body, 'Warnings')];
    // Its dates are in the machine's own culture, and the seconds in brackets do not agree with them: neither is taken.
    return [
      {
        started_at: null,
        is_dated: label('EndTime') !== null,
        ...told({
          status: decided(
            statusIn(result, RESULTS),
            errors ? 'failed' : null,
            warnings ? 'warning' : null,
            (countOf(label('FilesWithError')) ?? 0) > 0 || label('PartialBackup') === 'True'
              ? 'warning'
              : null,
            label('Dryrun') === 'True' ? 'failed' : null,
          ),
          kind: 'job_result' as const,
          job: TITLE.exec(subject)?.[1] ?? null,
          duration_seconds: secondsOf(label('Duration')),
          files_examined: countOf(label('ExaminedFiles')),
          bytes_examined: countOf(label('SizeOfExaminedFiles')),
          files_added: countOf(label('AddedFiles')),
          errors,
          warnings,
        }),
      },
    ];
  },
};

const TITLE = /^Duplicati Backup report for (.{1,200}?)(?: \(.*\))?$/;
const isTitle = (subject: string): boolean => TITLE.test(subject);

function failed(subject: string, body: string): ToldReport {
  return told({
    status: 'failed' as const,
    kind: 'job_result' as const,
    job: TITLE.exec(subject)?.[1] ?? null,
    message: /^Failed: (.{1,300})/m.exec(body)?.[1] ?? null,
  });
}

/** How many lines a list has; null: it is not there, or its end was cut off. */
function listed(body: string, name: string): number | null {
  const from = `\n${body}`.indexOf(`\n${name}: [`);
  const end = from < 0 ? -1 : body.indexOf(']', from);
  if (end < 0) return null;
  const within = body.slice(from + `${name}: [`.length, end);
  return within.split('\n').filter((line) => line.trim() !== '').length;
}

const RESULTS = [
  [/^(error|fatal)$/i, 'failed'],
  [/^warning$/i, 'warning'],
  [/^success$/i, 'success'],
] as const;
