import { hostKey } from '../coverage/host-key';
import type { FileRecord } from '../text/csv';
import { cutText } from '../text/cut-text';
import { visibleText } from '../text/visible-text';
import { type DateForm, DateProof, readInstant } from './dates';
import type { SystemsByName } from './read-row';
import { type HistorySettings, STATUS_WORDS_MAX, statusWord } from './settings';

/** What a file holds in the columns that somebody chose: what has to be explained before it can be read. */
export interface HistorySurvey {
  /** The words of the status, the most frequent first. */
  readonly statuses: readonly { readonly word: string; readonly count: number }[];
  /** Whether there are so many words that the column can hardly be the status. */
  readonly hasTooManyStatuses: boolean;
  /** Names that are not exactly one system's, the most frequent first, at most 200; `isAmbiguous`: of several. */
  readonly systems: readonly {
    /** By which it is chosen (`hostKey`). */
    readonly key: string;
    readonly name: string;
    readonly count: number;
    readonly systemIds: readonly string[];
  }[];
  /** Names that are exactly one system's. */
  readonly matchedSystems: number;
  /** How instants may be written: one is proved, several have to be chosen from. */
  readonly dateForms: readonly DateForm[];
  /** An instant of the file, to choose by. */
  readonly dateSample: string | null;
  /** Whether some leave their zone to the reader. */
  readonly hasLocalTimes: boolean;
}

const SYSTEMS_SHOWN = 200;
const NAMES_MAX = 20_000;
/** The proof needs every value; whether they name a zone shows in the first. */
const ZONES_LOOKED_AT = 1000;
const SAMPLE_MAX = 60;
const NAME_MAX = 255;

/** Looks through a whole file, row by row. */
export class HistorySurveyor {
  readonly #settings: HistorySettings;
  readonly #systems: SystemsByName;
  readonly #statuses = new Map<string, number>();
  readonly #names = new Map<string, { readonly name: string; count: number }>();
  readonly #proof = new DateProof();
  readonly #texts: string[] = [];
  #hasTooManyStatuses = false;

  constructor(settings: HistorySettings, systems: SystemsByName) {
    this.#settings = settings;
    this.#systems = systems;
  }

  add({ cells, isOpen }: FileRecord): void {
    if (isOpen) return;
    const { columns } = this.#settings;
    const cellOf = (place: number | null): string => (place === null ? '' : (cells[place] ?? '').trim());
    if (columns.status !== null) this.#addStatus(statusWord(cellOf(columns.status)));
    this.#addName(cellOf(columns.system));
    for (const text of [cellOf(columns.started), cellOf(columns.ended)]) {
      if (text === '') continue;
      this.#proof.add(text);
      if (this.#texts.length < ZONES_LOOKED_AT) this.#texts.push(text);
    }
  }

  #addStatus(word: string): void {
    const count = this.#statuses.get(word) ?? 0;
    if (count === 0 && this.#statuses.size >= STATUS_WORDS_MAX) this.#hasTooManyStatuses = true;
    else this.#statuses.set(word, count + 1);
  }

  #addName(name: string): void {
    const key = hostKey(name);
    const known = this.#names.get(key);
    if (known) known.count++;
    else if (key !== '' && this.#names.size < NAMES_MAX)
      this.#names.set(key, { name: cutText(visibleText(name), NAME_MAX), count: 1 });
  }

  survey(): HistorySurvey {
    const dateForms = this.#proof.forms();
    const found = [...this.#names].map(([key, one]) => ({
      key,
      ...one,
      systemIds: this.#systems.get(key) ?? [],
    }));
    const unmatched = found.filter(({ systemIds }) => systemIds.length !== 1);
    const [sample] = this.#texts;
    return {
      statuses: [...this.#statuses]
        .map(([word, count]) => ({ word, count }))
        .toSorted((a, b) => b.count - a.count),
      hasTooManyStatuses: this.#hasTooManyStatuses,
      // Those among which somebody has to choose come first.
      systems: unmatched
        .toSorted((a, b) => b.systemIds.length - a.systemIds.length || b.count - a.count)
        .slice(0, SYSTEMS_SHOWN),
      matchedSystems: found.length - unmatched.length,
      dateForms,
      dateSample: sample === undefined ? null : cutText(visibleText(sample), SAMPLE_MAX),
      hasLocalTimes: hasLocal(this.#texts, this.#settings.dates ?? dateForms[0] ?? null),
    };
  }
}

function hasLocal(texts: readonly string[], form: DateForm | null): boolean {
  return form !== null && texts.some((text) => readInstant(text, form, 'UTC')?.isLocal);
}

/** What keeps a file from being brought in. */
export type HistoryLack =
  'system' | 'job' | 'status' | 'when' | 'dates' | 'statuses' | 'too-many-statuses' | 'ambiguous-systems';

/** What somebody still has to say before the file can be read: nothing of it is ever guessed. */
export function lacksOf(settings: HistorySettings, survey: HistorySurvey): HistoryLack[] {
  const { columns } = settings;
  const explained = new Set(settings.statuses.map(({ word }) => word));
  const chosen = new Set(settings.systems.map(({ name }) => name));
  const lacks: HistoryLack[] = [];
  if (columns.system === null && settings.systemId === null) lacks.push('system');
  if (columns.job === null && settings.jobName === '') lacks.push('job');
  if (columns.status === null) lacks.push('status');
  if (columns.started === null && columns.ended === null) lacks.push('when');
  else if (settings.dates === null) lacks.push('dates');
  if (survey.hasTooManyStatuses) lacks.push('too-many-statuses');
  else if (survey.statuses.some(({ word }) => !explained.has(word))) lacks.push('statuses');
  if (survey.systems.some(({ key, systemIds }) => systemIds.length > 1 && !chosen.has(key)))
    lacks.push('ambiguous-systems');
  return lacks;
}
