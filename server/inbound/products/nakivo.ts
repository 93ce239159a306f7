import type { InboundItem, InboundParser } from '../inbound-report';
import {
  bytesOf,
  decided,
  labelsOf,
  lineOf,
  localTimeIn,
  secondsOf,
  statusIn,
  told,
  worstOf,
} from '../read-text';

/** NAKIVO Backup & Replication: a job's run, a row for each machine. */
export const nakivo: InboundParser = {
  product: 'nakivo',
  confidence: 'unverified',
  parse: ({ subject, body }) => {
    const label = labelsOf(body);
    const [job, status] = [label('Job'), label('Status')];
    const isReport = /^Job run report$/m.test(body) && job !== null && label('Run start') !== null;
    if (!isReport) return null;
    const items = itemsIn(body);
    const each = items.map((item) => item.status);
    const ended = statusIn(status ?? '', STATES);
    return [
      told({
        status: decided(
          items.length > 0 && each.every((one) => one === 'success') ? ended : null,
          ended,
          statusIn(/^NAKIVO.*: ".*" job (.*)$/.exec(subject)?.[1] ?? '', SUBJECTS),
          worstOf(each),
        ),
        kind: 'job_result' as const,
        job,
        partial: each.includes('failed') && each.includes('success') ? true : null,
        items,
        started_local: localTimeIn(label('Run start')),
        duration_seconds: secondsOf(label('Duration')),
        bytes_transferred: bytesOf(label('Data transferred')),
      }),
    ];
  },
};

function itemsIn(body: string): InboundItem[] {
  return body.split('\n').flatMap((line) => {
    const [name = '', said = ''] = line.split('\t').map((cell) => cell.trim());
    const [, state = '', message] = /^(Successful|Failed|Stopped|Warning)(?:: (.*))?$/i.exec(said) ?? [];
    if (name === '' || state === '') return [];
    return [told({ name, status: statusIn(state, STATES), message: lineOf(message) })];
  });
}

const STATES = [
  [/^(failed|stopped|completed with errors)/i, 'failed'],
  [/^(warning|completed with warnings)/i, 'warning'],
  [/^(successful|completed|completed successfully)(?: \(|$)/i, 'success'],
] as const;

const SUBJECTS = [
  [/^has (failed|been stopped|completed with errors)/i, 'failed'],
  [/^has completed with warnings/i, 'warning'],
  [/^has completed( successfully)?$/i, 'success'],
] as const;
