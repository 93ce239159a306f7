/** What a message says of a run. Something that says nothing clear of one is `null`, never success. */
export type InboundStatus = 'success' | 'warning' | 'failed';

/**
 * How well the form of a product's messages is known: seen from the product itself, taken from its own templates or documents, or put
 * together from what others tell of it. What is put together may propose a status, it does not decide one.
 */
export type Confidence = 'real-output' | 'from-templates' | 'unverified';

type ReportKind = 'job_result' | 'maintenance' | 'replication' | 'verification' | 'digest' | 'alert';

/** One of several things that a message reports on. */
export interface InboundItem {
  readonly id?: string;
  readonly name: string;
  readonly status: InboundStatus | null;
  readonly message?: string;
  readonly duration_seconds?: number;
  readonly bytes?: number;
  /** ISO 8601 with its zone. */
  readonly recovery_point_at?: string;
}

/**
 * What one message tells of one run, as far as it does. Names are as `inbound:parse` prints them: `_local` is a time without a zone
 * (`YYYY-MM-DDTHH:MM:SS`), to be read in the client's zone; `_at` is ISO 8601 with its zone; bytes and seconds are whole numbers.
 */
export interface InboundReport {
  readonly product: string;
  readonly status: InboundStatus | null;
  readonly kind: ReportKind;
  readonly confidence: Confidence;
  readonly job?: string;
  /** The machine that was backed up. */
  readonly host?: string;
  /** The machine that made the backup, where it is another. */
  readonly server?: string;
  readonly client?: string;
  readonly repository?: string;
  readonly remote?: string;
  readonly destination?: string;
  readonly operation?: string;
  readonly started_local?: string;
  readonly ended_local?: string;
  readonly event_local?: string;
  readonly last_success_local?: string;
  readonly next_run_local?: string;
  readonly started_at?: string | null;
  readonly ended_at?: string;
  readonly event_at?: string;
  readonly last_event_at?: string;
  /** It holds a time of its own, readable or not: the same words are never those of another run. */
  readonly is_dated?: boolean;
  readonly duration_seconds?: number;
  /** Some of it was backed up, some was not. */
  readonly partial?: boolean;
  readonly items?: readonly InboundItem[];
  readonly message?: string;
  readonly error_code?: string;
  readonly files?: number;
  readonly files_examined?: number;
  readonly files_added?: number;
  readonly bytes_transferred?: number;
  readonly bytes_read?: number;
  readonly bytes_source?: number;
  readonly bytes_stored?: number;
  readonly bytes_examined?: number;
  readonly repo_bytes?: number;
  readonly quota_free?: number;
  readonly snapshot_count?: number;
  readonly errors?: number;
  readonly warnings?: number;
  readonly objects?: number;
  readonly issues?: number;
  readonly versions?: number;
  readonly bad_chunks?: number;
  readonly threshold_hours?: number;
  readonly level?: string;
  readonly backup_type?: string;
  readonly storage?: string;
  readonly media_hint?: string;
  readonly local_speed_vault?: string;
  readonly encrypted?: boolean;
  /** Copies that did not verify, as the product names them. */
  readonly failed_copies?: readonly string[];
}

/** A report without what is the same of all reports of a parser. */
export type ToldReport = Omit<InboundReport, 'product' | 'confidence'>;

/** A message, decoded, as a parser reads it. */
export interface InboundText {
  /** Without what forwarding put before it. */
  readonly subject: string;
  /** Lines; the cells of a table's row have tabs between them. */
  readonly body: string;
}

/** A text with who sent it, as it says itself; null: it says nobody. */
export interface ReadText extends InboundText {
  readonly from: string | null;
}

/** One product's messages. Pure; any text may come. */
export interface InboundParser {
  readonly product: string;
  /** null: this is no message of the product. An empty list: it is one, and reports no run. */
  parse(text: InboundText): readonly ToldReport[] | null;
  readonly confidence: Confidence;
}
