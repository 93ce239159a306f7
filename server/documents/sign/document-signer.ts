import { createHash, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';

/** Who signs documents. A key in a KMS or an HSM fits: `sign` may ask for it over the network. */
export interface DocumentSigner {
  /** DER of the certificate that the signature is checked with, then those of its issuers. */
  readonly certificates: readonly [Uint8Array, ...Uint8Array[]];
  readonly algorithm: 'ecdsa-sha256' | 'rsa-sha256';
  /** The signature of these bytes, hashed with SHA-256; ECDSA in DER. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

const signAsync = promisify<string, Uint8Array, KeyObject, Buffer>(sign);

/**
 * Signs with a key that this process holds: EC P-256 or RSA.
 * @throws Error when the first certificate is not the key's
 */
export function localSigner(key: KeyObject, certificates: DocumentSigner['certificates']): DocumentSigner {
  if (!new X509Certificate(certificates[0]).checkPrivateKey(key))
    throw new Error('the first document certificate does not belong to the document key');
  return {
    certificates,
    algorithm: key.asymmetricKeyType === 'rsa' ? 'rsa-sha256' : 'ecdsa-sha256',
    sign: (bytes) => signAsync('sha256', bytes, key),
  };
}

/** SHA-256 of a certificate, hexadecimal: how people compare it. */
export function fingerprintOf(certificate: Uint8Array): string {
  return createHash('sha256').update(certificate).digest('hex');
}
