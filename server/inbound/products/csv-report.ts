import { readInventoryFile, type InventoryFile } from '@/domain/coverage/inventory-file';
import { CSV_REPORT } from '../csv-report';
import type { InboundParser, InboundStatus, ToldReport } from '../inbound-report';
import { bytesOf, lineOf, localTimeIn, told } from '../read-text';

/** Results of any product as a CSV file, in the generic form of Backup Radar: a line for each device and job. */
export const csvReport: InboundParser = {
  product: 'csv_report',
  confidence: 'from-templates',
  parse: ({ subject, body }) => {
    if (!CSV_REPORT.test(subject)) return null;
    const file = readInventoryFile(body);
    if (typeof file === 'string' || NEEDED.some((name) => !file.head.includes(name))) return null;
    const isClear = isOfOneClient(file) && file.records.length <= ROWS_MAX;
    return file.records.slice(0, ROWS_MAX).map(({ cells, isOpen }) => {
      const cell = (name: string): string => cells[file.head.indexOf(name)]?.trim() ?? '';
      return rowReport(cell, isClear && !isOpen && cells.length === file.head.length);
    });
  },
};

/** Letters as they are: the form says so. */
const NEEDED = ['Device', 'Status', 'Backup Date'];
/** More than a channel of one client tells of; what is longer decides nothing. */
const ROWS_MAX = 1000;

/** A channel is one client's: rows of several would tell of another one's machines as its own. */
function isOfOneClient({ head, records }: InventoryFile): boolean {
  const place = head.indexOf('Client');
  return place < 0 || new Set(records.map(({ cells }) => cells[place]?.trim() ?? '')).size <= 1;
}

function rowReport(cell: (name: string) => string, isClear: boolean): ToldReport {
  const endedAt = localTimeIn(cell('Backup Date'));
  const said = STATUSES.get(cell('Status')) ?? null;
  return told({
    // when it was is unknown: an old success would be one of now
    status: !isClear || (said !== 'failed' && endedAt === null) ? null : said,
    kind: 'job_result' as const,
    job: lineOf(cell('Job')) ?? 'Backup Report',
    host: lineOf(cell('Device')),
    client: lineOf(cell('Client')),
    ended_local: endedAt,
    bytes_stored: bytesOf(cell('Data Size')),
    is_dated: true,
  });
}

const STATUSES: ReadonlyMap<string, InboundStatus> = new Map([
  ['Success', 'success'],
  ['Successful', 'success'],
  ['Finished', 'success'],
  ['Normal', 'success'],
  ['Warning', 'warning'],
  ['Failure', 'failed'],
  ['Failed', 'failed'],
  ['Error', 'failed'],
  ['Fatal', 'failed'],
]);
