/** How a value is marked, by shape, word and colour: the statuses of the interface, and `plain`. */
export type Mark = 'good' | 'warning' | 'bad' | 'unknown' | 'plain';

interface Figure {
  readonly label: string;
  readonly value: string;
  /** Beside the value, smaller; empty: nothing. */
  readonly unit: string;
  readonly note: string;
  readonly mark: Mark;
}

export type Cell = string | { readonly text: string; readonly mark: Mark };

export interface Column {
  readonly name: string;
  /** Millimetres; null: shares what is left. */
  readonly width: number | null;
  readonly align: 'left' | 'right';
}

/** One cell of a bar of days, as in the interface: good days low, bad days tall, each with its own shape. */
export type DayMark = 'success' | 'warning' | 'failed' | 'missed' | 'excused' | 'not-scheduled' | 'no-data';

export interface Note {
  readonly mark: Mark;
  readonly title: string;
  readonly text: string;
  readonly foot: string;
}

/** A length of time against what was promised; null: not known, no promise. */
export interface PromiseBar {
  readonly label: string;
  readonly value: string;
  readonly seconds: number | null;
  readonly targetSeconds: number | null;
  readonly basis: 'measured' | 'estimated' | null;
}

/** A piece of a page. Texts are printed as they are: nothing in them is a command. */
export type Block =
  | {
      readonly block: 'heading';
      readonly level: 2 | 3;
      readonly text: string;
      /** Beside it, smaller; empty: nothing. */
      readonly aside: string;
    }
  | { readonly block: 'text'; readonly text: string; readonly isMuted: boolean }
  | { readonly block: 'figures'; readonly figures: readonly Figure[] }
  | { readonly block: 'columns'; readonly left: readonly Block[]; readonly right: readonly Block[] }
  | {
      readonly block: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
      /** Fixed row heights, one line a row: for thousands of rows. */
      readonly isLong: boolean;
    }
  | {
      readonly block: 'pairs';
      readonly pairs: readonly (readonly [string, string])[];
      readonly isBoxed: boolean;
    }
  | { readonly block: 'points'; readonly sign: '+' | '−'; readonly points: readonly string[] }
  | {
      readonly block: 'levels';
      readonly alt: string;
      readonly levels: readonly {
        readonly name: string;
        readonly text: string;
        readonly state: 'held' | 'this' | 'none';
      }[];
    }
  | {
      readonly block: 'phases';
      readonly alt: string;
      readonly phases: readonly { readonly name: string; readonly seconds: number }[];
      readonly targetSeconds: number | null;
      readonly texts: readonly string[];
      readonly target: string;
    }
  | {
      readonly block: 'days';
      /** Numbers under the bars, by index of the day. */
      readonly ticks: readonly { readonly index: number; readonly text: string }[];
      readonly rows: readonly {
        readonly name: string;
        readonly alt: string;
        readonly days: readonly DayMark[];
        readonly status: Cell;
        readonly test: string;
      }[];
    }
  | { readonly block: 'bars'; readonly alt: string; readonly bars: readonly PromiseBar[] }
  | { readonly block: 'notes'; readonly notes: readonly Note[] }
  | {
      readonly block: 'signatures';
      readonly signatures: readonly { readonly role: string; readonly name: string; readonly text: string }[];
    }
  | { readonly block: 'contents' }
  | { readonly block: 'page' };

/** A document as it is printed, before its texts are made printable. */
export interface Sheet {
  /** `Preview` stands across each page; left out: it is a document. */
  readonly isPreview?: true;
  /** Of the file. */
  readonly title: string;
  readonly description: string;
  readonly author: string;
  /** #rrggbb */
  readonly colour: string;
  readonly hasLogo: boolean;
  /** ISO 8601 in UTC; the only date that the file carries. */
  readonly madeAt: string;
  readonly eyebrow: string;
  /** The one heading of the first level. */
  readonly headline: string;
  readonly lead: string;
  readonly addressee: readonly string[];
  readonly footer: readonly string[];
  readonly isLandscape: boolean;
  /** What the attached facts are called. */
  readonly attachment: string;
  readonly blocks: readonly Block[];
}
