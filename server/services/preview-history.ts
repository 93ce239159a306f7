import {
  type LeftOutReason,
  type LeftOutRow,
  RowReader,
  type RowRun,
  type SystemsByName,
} from '@/domain/history/read-row';
import {
  guessHistoryColumns,
  type HistorySettings,
  type ImportedStatus,
  presetOfStatus,
} from '@/domain/history/settings';
import { type HistoryLack, type HistorySurvey, HistorySurveyor, lacksOf } from '@/domain/history/survey';
import type { HistoryFile } from '@/domain/history/history-file';
import type { FileRecord } from '@/domain/text/csv';
import type { Database } from '../data/database';
import {
  findHistoryImport,
  findHistorySettings,
  findRememberedSettings,
  type HistoryImport,
  readHistoryFile,
  readSystemsByName,
  saveHistorySettings,
} from '../data/history-imports';
import { findKnownLines } from '../data/imported-runs';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { openHistoryBytes, slicesOf } from './history-file';

/** What a file would tell if it were read so; nothing is made of it yet. */
export interface HistoryPreview {
  readonly head: readonly string[];
  readonly settings: HistorySettings;
  /** Whether the settings are those of the newest file with the same columns, and nobody has changed them since. */
  readonly isRemembered: boolean;
  readonly survey: HistorySurvey;
  readonly lacks: readonly HistoryLack[];
  readonly counts: Readonly<Record<ImportedStatus, number>>;
  readonly leftOut: Readonly<Partial<Record<LeftOutReason, number>>>;
  /** The first rows of which runs would be made, at most 50. */
  readonly runs: readonly RowRun[];
  /** The first of each reason, at most 20. */
  readonly leftOutRows: readonly LeftOutRow[];
}

export type HistoryPreviewStep =
  | { readonly kind: 'progress'; readonly done: number; readonly of: number }
  | { readonly kind: 'preview'; readonly preview: HistoryPreview };

const RUNS_SHOWN = 50;
const LEFT_OUT_SHOWN = 20;
const ROWS_AT_ONCE = 5000;

/**
 * Reads a draft's whole file, twice: what it holds, then what comes of it. `given` null: as it was said last, else as of the newest file with
 * the same columns, else as its head suggests. Keeps what it was read by. Tells its progress in rows.
 * @throws AppError `not-found` for an import that is not there, `conflict` for one that is no draft any more
 */
export async function* previewHistory(
  database: Database,
  scope: TenantScope,
  importId: string,
  given: HistorySettings | null,
  now: Date,
): AsyncGenerator<HistoryPreviewStep, void> {
  const {
    draft,
    file,
    systems,
    settings: said,
    isRemembered,
  } = await openDraft(database, scope, importId, given);
  const of = 2 * draft.rowCount;
  yield { kind: 'progress', done: 0, of };
  const surveyor = new HistorySurveyor(said, systems);
  let done = 0;
  for await (const slice of slicesOf(file.rows())) {
    for (const row of slice) surveyor.add(row);
    done += slice.length;
    if (done % ROWS_AT_ONCE === 0) yield { kind: 'progress', done, of };
  }
  const survey = surveyor.survey();
  const settings = withPresets(said, survey);
  const reading = new Reading();
  const reader = new RowReader(settings, file.head.length, systems, now.getTime());
  done = draft.rowCount;
  for await (const slice of slicesOf(file.rows(), ROWS_AT_ONCE)) {
    const { runs, leftOut } = await readSlice(database, scope, importId, reader, slice);
    reading.add(runs, leftOut);
    done += slice.length;
    yield { kind: 'progress', done: Math.min(done, of), of };
  }
  const isKept = await database.inScope(scope, (tx) =>
    saveHistorySettings(tx, scope.mspId, importId, settings),
  );
  if (!isKept) throw noDraft();
  yield {
    kind: 'preview',
    preview: {
      head: file.head,
      settings,
      isRemembered,
      survey,
      lacks: lacksOf(settings, survey),
      ...reading.told(),
    },
  };
}

/** Runs of a slice, and the rows that make none: those that something told of before among them. */
async function readSlice(
  database: Database,
  scope: TenantScope,
  importId: string,
  reader: RowReader,
  slice: readonly FileRecord[],
): Promise<{ runs: RowRun[]; leftOut: LeftOutRow[] }> {
  return withoutKnown(readAll(reader, slice), (runs) =>
    database.inScope(scope, (tx) => findKnownLines(tx, scope.mspId, importId, runs)),
  );
}

/** Rows as a reader takes them. */
export function readAll(
  reader: RowReader,
  slice: readonly FileRecord[],
): { runs: RowRun[]; leftOut: LeftOutRow[] } {
  const runs: RowRun[] = [];
  const leftOut: LeftOutRow[] = [];
  for (const row of slice) {
    const read = reader.read(row);
    if ('why' in read) leftOut.push(read);
    else runs.push(read);
  }
  return { runs, leftOut };
}

/** The same, what something told of before left out. */
export async function withoutKnown(
  { runs, leftOut }: { runs: readonly RowRun[]; leftOut: readonly LeftOutRow[] },
  find: (runs: readonly RowRun[]) => Promise<ReadonlySet<number>>,
): Promise<{ runs: RowRun[]; leftOut: LeftOutRow[] }> {
  const known = await find(runs);
  const told = runs
    .filter(({ line }) => known.has(line))
    .map(({ line, jobName }): LeftOutRow => ({ line, why: 'known', detail: jobName }));
  return { runs: runs.filter(({ line }) => !known.has(line)), leftOut: [...leftOut, ...told] };
}

interface Draft {
  readonly draft: HistoryImport;
  readonly file: HistoryFile;
  readonly systems: SystemsByName;
  readonly settings: HistorySettings;
  readonly isRemembered: boolean;
}

async function openDraft(
  database: Database,
  scope: TenantScope,
  importId: string,
  given: HistorySettings | null,
): Promise<Draft> {
  const { mspId } = scope;
  return database.inScope(scope, async (tx) => {
    const draft = await findHistoryImport(tx, mspId, importId);
    if (!draft) throw nothingHere();
    const bytes = draft.state === 'draft' ? await readHistoryFile(tx, mspId, importId) : null;
    const file = bytes && openHistoryBytes(bytes);
    if (!file || typeof file === 'string') throw noDraft();
    const systems = await readSystemsByName(tx, mspId, draft.clientId);
    const said = given ?? (await findHistorySettings(tx, mspId, importId));
    if (said) return { draft, file, systems, settings: said, isRemembered: false };
    const remembered = await findRememberedSettings(tx, mspId, file.head);
    const settings = remembered
      ? forClient(remembered.settings, remembered.clientId === draft.clientId)
      : presetSettings(file, draft);
    return { draft, file, systems, settings, isRemembered: remembered !== null };
  });
}

/** Which system a name means was said of one client's. */
function forClient(settings: HistorySettings, isSameClient: boolean): HistorySettings {
  return isSameClient ? settings : { ...settings, systemId: null, systems: [] };
}

function presetSettings(file: HistoryFile, { timeZone }: HistoryImport): HistorySettings {
  return {
    columns: guessHistoryColumns(file.head),
    systemId: null,
    jobName: '',
    dates: null,
    timeZone,
    sizeUnit: 'B',
    statuses: [],
    systems: [],
  };
}

/** What the file itself proves, and what went wrong by its own word, nobody has to say. */
function withPresets(settings: HistorySettings, survey: HistorySurvey): HistorySettings {
  const [only, ...others] = survey.dateForms;
  const explained = new Set(settings.statuses.map(({ word }) => word));
  const presets = survey.statuses.flatMap(({ word }) => {
    const as = explained.has(word) ? null : presetOfStatus(word);
    return as ? { word, as } : [];
  });
  return {
    ...settings,
    dates: settings.dates ?? (others.length === 0 ? (only ?? null) : null),
    statuses: [...settings.statuses, ...presets].slice(-100),
  };
}

/** What comes of the rows, counted, with the first of each kind. */
class Reading {
  readonly #counts = { success: 0, warning: 0, failed: 0 };
  readonly #leftOut: Partial<Record<LeftOutReason, number>> = {};
  readonly #runs: RowRun[] = [];
  readonly #rows: LeftOutRow[] = [];

  add(runs: readonly RowRun[], leftOut: readonly LeftOutRow[]): void {
    for (const run of runs) {
      this.#counts[run.status]++;
      if (this.#runs.length < RUNS_SHOWN) this.#runs.push(run);
    }
    for (const row of leftOut) {
      const count = this.#leftOut[row.why] ?? 0;
      if (count < LEFT_OUT_SHOWN) this.#rows.push(row);
      this.#leftOut[row.why] = count + 1;
    }
  }

  told(): Pick<HistoryPreview, 'counts' | 'leftOut' | 'runs' | 'leftOutRows'> {
    return { counts: this.#counts, leftOut: this.#leftOut, runs: this.#runs, leftOutRows: this.#rows };
  }
}

function noDraft(): AppError {
  return new AppError('conflict', 'This file is brought in or thrown away already. Load the page again.');
}
