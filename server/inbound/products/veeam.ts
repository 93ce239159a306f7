import type { InboundItem, InboundParser, InboundStatus } from '../inbound-report';
import {
  bytesOf,
  countOf,
  decided,
  lineOf,
  localTimeIn,
  secondsOf,
  statusIn,
  told,
  worstOf,
} from '../read-text';

const SUBJECT =
  /\[(Success|Warning|Failed)\] (.{1,200}?) \((\d{1,6}) (?:VMs?|objects?|machines?|hosts?)\)(?: (\d{1,6}) (?:warnings?|failed|errors?|issues?))?/;
const TITLE = /^(?:[A-Z][A-Za-z]+ )?(?:Backup|Replication|Copy|Backup Copy) job: (.{1,200}?)\s*$/m;

/** Veeam Backup & Replication: the HTML report of a job. Its clock has no date, which stands above the table. */
export const veeam: InboundParser = {
  product: 'veeam_vbr',
  confidence: 'from-templates',
  parse: ({ subject, body }) => {
    const [, said = '', subjectJob = '', objects, issues] = SUBJECT.exec(subject) ?? [];
    const cells = cellsOf(body);
    const job = TITLE.exec(body)?.[1] ?? subjectJob;
    const isReport =
      cells('Total size') !== null && cells('Transferred') !== null && cells('Start time') !== null;
    if (!isReport || job === '') return null;
    const items = itemsIn(body);
    const each = items.map(({ status }) => status);
    const [good, warned, bad] = ['Success', 'Warning', 'Error'].map((name) => countOf(cells(name)));
    const title = titleStatus(body);
    const isGood =
      bad === 0 &&
      warned === 0 &&
      (good ?? 0) > 0 &&
      each.length === good &&
      each.every((one) => one === 'success') &&
      title === 'success';
    const [day] = /^.{0,40}\b\w{3,12} \d{1,2}, \d{4} \d{1,2}:\d\d(?::\d\d)?(?: [AP]M)?/m.exec(body) ?? [];
    const started = clockAfter(localTimeIn(day), cells('Start time'));
    return [
      told({
        status: decided(
          isGood ? 'success' : null,
          statusIn(said, STATES),
          title,
          bad ? 'failed' : null,
          warned ? 'warning' : null,
          worstOf(each),
        ),
        kind: 'job_result' as const,
        job,
        objects: countOf(objects),
        issues: countOf(issues),
        started_local: started,
        ended_local: clockAfter(started, cells('End time')),
        duration_seconds: secondsOf(cells('Duration')),
        bytes_source: bytesOf(cells('Total size')),
        bytes_read: bytesOf(cells('Data read')),
        bytes_transferred: bytesOf(cells('Transferred')),
        items,
      }),
    ];
  },
};

/** The cell beside the job's name. */
function titleStatus(body: string): InboundStatus | null {
  const [first = ''] = body.split(/^.*\b(?:Success)\t\d/m);
  return statusIn(/\t(Success|Warning|Failed)\b/.exec(first)?.[1] ?? '', STATES);
}

/** Of the summary: the first cell of a name and what follows it. */
function cellsOf(body: string): (name: string) => string | null {
  const values = new Map<string, string>();
  const [summary = ''] = body.split(/^\s*Details\s*$/m);
  for (const line of summary.split('\n')) {
    const cells = line.split('\t').map((cell) => cell.trim());
    cells.forEach((cell, index) => {
      const value = cells[index + 1];
      if (value !== undefined && !values.has(cell)) values.set(cell, value);
    });
  }
  return (name) => values.get(name) ?? null;
}

function itemsIn(body: string): InboundItem[] {
  const lines = body.split('\n');
  const head = lines.findIndex((line) => /^\s*Name\tStatus\tStart time\t/.test(line));
  if (head < 0) return [];
  return lines.slice(head + 1).flatMap((line) => {
    const cells = line.split('\t').map((cell) => cell.trim());
    const [name = '', status = ''] = cells;
    if (cells.length < 8 || name === '') return [];
    return [told({ name, status: statusIn(status, STATES), message: lineOf(cells[8]) })];
  });
}

/** A clock without a date, on the day of `from` or the one after where it is earlier. */
function clockAfter(from: string | null, clock: string | null): string | null {
  if (from === null || clock === null) return null;
  const day = from.slice(0, 10);
  const at = localTimeIn(`${day} ${clock}`);
  if (at === null || at >= from) return at;
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return localTimeIn(`${next} ${clock}`);
}

const STATES = [
  [/^(failed|error)$/i, 'failed'],
  [/^warning$/i, 'warning'],
  [/^success$/i, 'success'],
] as const;
