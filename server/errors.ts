/** Stable codes of the caller's mistakes; each stands for one HTTP status. */
export const ERROR_STATUS = {
  'invalid-request': 400,
  'not-signed-in': 401,
  'signature-invalid': 401,
  'agent-unknown': 401,
  'agent-revoked': 403,
  'service-ended': 403,
  forbidden: 403,
  'origin-refused': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'precondition-failed': 412,
  'sequence-conflict': 409,
  'too-large': 413,
  'key-reused': 422,
  'unsupported-encoding': 415,
  'unsupported-media-type': 415,
  'rate-limited': 429,
  unavailable: 503,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;

/**
 * The caller's mistake, or a refusal. The sentence is public and says what to do; `cause` stays in the log.
 * An expected outcome is a return value instead, and a bug of ours is any other Error.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly publicSentence: string;
  /** For 429 and 503: when to come back, in seconds. */
  readonly retryAfterSeconds: number | null;
  /** Wrong fields by name, for forms. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    publicSentence: string,
    options: { cause?: unknown; retryAfterSeconds?: number; fields?: Record<string, string> } = {},
  ) {
    super(`${code}: ${publicSentence}`, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.publicSentence = publicSentence;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
    this.fields = options.fields ?? {};
  }
}
