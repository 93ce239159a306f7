import { X509Certificate } from 'node:crypto';
import { setting } from '@/server/config';
import { type DocumentSigner, localSigner } from './document-signer';

/** This installation's own signer, with the certificates of those who issued its own. */
export function configuredSigner(): DocumentSigner {
  const [own, ...others] = setting('documentCertificates');
  const chain: Uint8Array[] = [];
  let last = new X509Certificate(own);
  for (;;) {
    const issuer = others.find((one) => !chain.includes(one) && last.checkIssued(new X509Certificate(one)));
    if (issuer === undefined || last.subject === last.issuer) break;
    chain.push(issuer);
    last = new X509Certificate(issuer);
  }
  return localSigner(setting('documentKey'), [own, ...chain]);
}
