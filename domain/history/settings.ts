import { z } from 'zod';
import { cutText } from '../text/cut-text';
import { visibleText } from '../text/visible-text';
import { DATE_FORMS } from './dates';
import { HISTORY_COLUMNS_MAX } from './history-file';

/** What a column can hold, in the order in which a screen asks for it. */
export const HISTORY_FIELDS = [
  'system',
  'job',
  'status',
  'started',
  'ended',
  'duration',
  'size',
  'tool',
  'repository',
  'message',
] as const;
export type HistoryField = (typeof HISTORY_FIELDS)[number];

/** How an imported run ended. Of what a file does not say in words that somebody explained, no run is made. */
export const IMPORTED_STATUSES = ['success', 'warning', 'failed'] as const;
export type ImportedStatus = (typeof IMPORTED_STATUSES)[number];

export const SIZE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

export const STATUS_WORDS_MAX = 100;
const SYSTEM_NAMES_MAX = 5000;

const column = z
  .int()
  .min(0)
  .max(HISTORY_COLUMNS_MAX - 1)
  .nullable();

/** How a file is read, as somebody said it. */
export const historySettings = z.strictObject({
  /** Counted from 0; null: none holds it. */
  columns: z.strictObject({
    system: column,
    job: column,
    status: column,
    started: column,
    ended: column,
    duration: column,
    size: column,
    tool: column,
    repository: column,
    message: column,
  }),
  /** Of all rows, where no column names the system. */
  systemId: z.uuid().nullable(),
  /** Of rows in which no column names the job. */
  jobName: z
    .string()
    .trim()
    .max(200, 'Use at most 200 characters.')
    .regex(/^\P{C}*$/u, 'Leave out control characters.'),
  /** null: nobody can tell by the file, and nobody said. */
  dates: z.enum(DATE_FORMS).nullable(),
  /** Of instants that name no zone: IANA. */
  timeZone: z.string().max(100),
  /** Of sizes that name no unit. */
  sizeUnit: z.enum(SIZE_UNITS),
  /** What each word of the status means (`statusWord`). */
  statuses: z
    .array(z.strictObject({ word: z.string().max(100), as: z.enum([...IMPORTED_STATUSES, 'leave-out']) }))
    .max(STATUS_WORDS_MAX),
  /** Which system is meant by a name (`hostKey`) that is not exactly one system's; null: its rows are left out. */
  systems: z
    .array(z.strictObject({ name: z.string().max(255), systemId: z.uuid().nullable() }))
    .max(SYSTEM_NAMES_MAX),
});
export type HistorySettings = z.infer<typeof historySettings>;
export type HistoryColumns = HistorySettings['columns'];

/** A cell of the status as the word that it is known by. */
export function statusWord(cell: string): string {
  return cutText(visibleText(cell.trim().replaceAll(/\s+/g, ' ').toLowerCase()), 100);
}

/** Words that heads of columns have, best first. */
const HEADS: Readonly<Record<HistoryField, readonly string[]>> = {
  system: [
    'system',
    'systemname',
    'hostname',
    'host',
    'computername',
    'computer',
    'devicename',
    'device',
    'machine',
    'machinename',
    'server',
    'servername',
    'agent',
    'agentname',
    'client_hostname',
    'endpoint',
    'gerät',
    'rechner',
    'rechnername',
  ],
  job: [
    'job',
    'jobname',
    'backupjob',
    'backupset',
    'backupplan',
    'plan',
    'planname',
    'task',
    'taskname',
    'check',
    'checkname',
    'policy',
    'backup',
    'name',
    'auftrag',
    'aufgabe',
  ],
  status: [
    'status',
    'result',
    'outcome',
    'jobstatus',
    'backupstatus',
    'laststatus',
    'state',
    'exitstatus',
    'exitcode',
    'type',
    'kind',
    'ergebnis',
  ],
  started: [
    'startedat',
    'started',
    'starttime',
    'start',
    'startdate',
    'begin',
    'began',
    'begintime',
    'created',
    'createdat',
    'timestamp',
    'datetime',
    'date',
    'time',
    'n',
    'beginn',
    'startzeit',
    'gestartet',
  ],
  ended: [
    'endedat',
    'ended',
    'endtime',
    'end',
    'enddate',
    'finished',
    'finishedat',
    'finishtime',
    'completed',
    'completedat',
    'completiontime',
    'lastrun',
    'ende',
    'endzeit',
    'beendet',
  ],
  duration: [
    'durationseconds',
    'duration',
    'elapsed',
    'elapsedtime',
    'runtime',
    'took',
    'totalduration',
    'dauer',
  ],
  size: [
    'sizebytes',
    'bytes',
    'size',
    'datasize',
    'backupsize',
    'datatransferred',
    'transferred',
    'bytestransferred',
    'dataadded',
    'added',
    'totalbytesprocessed',
    'größe',
  ],
  tool: ['tool', 'product', 'software', 'backupproduct', 'vendor', 'application', 'backuptype'],
  repository: [
    'repository',
    'repo',
    'repositoryname',
    'destination',
    'target',
    'storage',
    'vault',
    'location',
    'ziel',
  ],
  message: [
    'message',
    'error',
    'errormessage',
    'reason',
    'details',
    'detail',
    'description',
    'notes',
    'comment',
    'body',
    'meldung',
    'fehler',
  ],
};

/** What the head of a file suggests, each column once. */
export function guessHistoryColumns(head: readonly string[]): HistoryColumns {
  const words = head.map((title) => title.toLowerCase().replaceAll(/[^\p{L}\d]/gu, ''));
  const taken = new Set<number>();
  const find = (field: HistoryField): number | null => {
    const place = HEADS[field]
      .map((word) => words.indexOf(word))
      .find((found) => found !== -1 && !taken.has(found));
    if (place === undefined) return null;
    taken.add(place);
    return place;
  };
  return Object.fromEntries(HISTORY_FIELDS.map((field) => [field, find(field)])) as HistoryColumns;
}

/** What a word says clearly enough that nobody has to explain it: that something went wrong. What went well has to be said by somebody. */
export function presetOfStatus(word: string): ImportedStatus | null {
  if (/^(fail|failed|failure|error|errors|fatal|critical)$/.test(word)) return 'failed';
  return /^(warn|warning|warnings|completed with warnings|success with warnings)$/.test(word)
    ? 'warning'
    : null;
}
