import type { Verification } from './verification';
import { verifyBundle } from './verify-bundle';
import { verifyPdf } from './verify-pdf';

/** Looks at a file as what it begins like: a bundle, or a document. */
export function verifyFile(file: Uint8Array, trusted: readonly Uint8Array[]): Promise<Verification> {
  const isZip = file[0] === 0x50 && file[1] === 0x4b;
  return isZip ? verifyBundle(file, trusted) : verifyPdf(file, trusted);
}
