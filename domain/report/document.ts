/** What Holdfast writes: a month for a client's leadership, a period for an auditor, one test. */
export const DOCUMENT_KINDS = ['executive-report', 'evidence-pack', 'restore-certificate'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** What became of a document that somebody asked for. */
export const DOCUMENT_STATES = ['waiting', 'rendering', 'ready', 'failed', 'cancelled'] as const;
export type DocumentState = (typeof DOCUMENT_STATES)[number];

export const DOCUMENT_KIND_WORD: Readonly<Record<DocumentKind, string>> = {
  'executive-report': 'Executive report',
  'evidence-pack': 'Evidence pack',
  'restore-certificate': 'Restore-test certificate',
};

/** Rows printed in one evidence pack, over all its tables; a longer period is split by month. The whole stands in the attached JSON. */
export const PACK_ROWS_MAX = 20_000;

/** The look that an MSP gives its documents. `logoPng`: re-encoded, no more than {@link LOGO_BYTES_MAX}; null: none. */
export interface Brand {
  readonly name: string;
  /** #rrggbb, lower case. */
  readonly colour: string;
  readonly logoPng: Uint8Array | null;
}

export const LOGO_BYTES_MAX = 200_000;
export const BRAND_COLOUR = '#3f3fbf';

/** Whose document it is, and when it was made; stands at the head of every kind's JSON. */
export interface DocumentHead {
  readonly documentId: string;
  /** ISO 8601 in UTC. */
  readonly madeAt: string;
  readonly msp: { readonly name: string; readonly colour: string; readonly hasLogo: boolean };
  readonly client: { readonly id: string; readonly name: string; readonly timeZone: string };
  /** Where anybody can check it. */
  readonly verifyUrl: string;
}
