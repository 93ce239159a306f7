export type HashName = 'sha256' | 'sha384' | 'sha512';

/** What is asked of the machine that checks: of Node here, of a browser in `server/documents/verify/web-platform.ts`. */
export interface Platform {
  /** SHA-256 of parts one after another, hexadecimal; a text stands for its UTF-8. */
  readonly hex: (...parts: readonly (Uint8Array | string)[]) => string;
  /** The same of what comes piece by piece. */
  readonly hasher: () => { update: (bytes: Uint8Array) => void; hex: () => string };
  readonly digest: (name: HashName, bytes: Uint8Array) => Promise<Uint8Array>;
  /** `key`: 32 bytes. */
  readonly ed25519Holds: (key: Uint8Array, signed: Uint8Array, signature: Uint8Array) => Promise<boolean>;
  /** `spki`: a key of RSA (PKCS #1 v1.5) or on P-256 or P-384 (a signature in DER), as certificates have it. */
  readonly signatureHolds: (
    spki: Uint8Array,
    hash: HashName,
    signed: Uint8Array,
    signature: Uint8Array,
  ) => Promise<boolean>;
}
