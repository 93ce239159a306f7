/** The certificate that a server showed. */
export interface SeenCertificate {
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validTo: string;
}

/** Why a test or a dry run came to nothing. */
export interface FailedTry {
  readonly isReached: false;
  readonly problem: string;
  readonly sentence: string;
  readonly detail: string | null;
  readonly httpStatus: number | null;
  /** That is not believed; null: that was not it. */
  readonly certificate: SeenCertificate | null;
}

/** What the routes of tests answer. */
export type TestAnswer =
  | {
      readonly isReached: true;
      readonly server: string;
      readonly facts: readonly string[];
      readonly certificate: SeenCertificate;
    }
  | FailedTry;

export interface PreviewedItem {
  readonly at: string | null;
  readonly system: string;
  readonly job: string;
  readonly status: 'success' | 'warning' | 'failed' | 'unknown' | null;
  readonly reason: string | null;
}

/** What the route of dry runs answers. */
export type PreviewAnswer =
  | {
      readonly isReached: true;
      readonly items: readonly PreviewedItem[];
      readonly count: number;
      readonly readable: number;
      readonly hasMore: boolean;
    }
  | FailedTry;
