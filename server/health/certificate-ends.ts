import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

const TIMEOUT_MS = 5000;

/** When a certificate ends, in milliseconds; null: it is none. */
export function certificateEnd(der: Uint8Array): number | null {
  try {
    return Date.parse(new X509Certificate(der).validTo);
  } catch {
    return null;
  }
}

/** When the certificate ends that a server of ours shows, whoever issued it; null: none could be read in five seconds. */
export function servedCertificateEnd(origin: string): Promise<number | null> {
  const { hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(port || 443),
      // nothing is sent; an expired or strange certificate is what we want to see
      rejectUnauthorized: false,
      timeout: TIMEOUT_MS,
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    });
    const end = (endsAt: number | null): void => {
      socket.destroy();
      resolve(endsAt);
    };
    socket.once('secureConnect', () => {
      const { raw } = socket.getPeerCertificate();
      end(raw ? certificateEnd(raw) : null);
    });
    socket.once('timeout', () => end(null));
    socket.once('error', () => end(null));
  });
}

/** When the first of the certificates ends that came with a time stamp (TimeStampResp, DER); null: none can be read. */
export function stampCertificateEnd(token: Uint8Array): number | null {
  try {
    const parsed = asn1js.fromBER(Uint8Array.from(token).buffer);
    const { timeStampToken } = new pkijs.TimeStampResp({ schema: parsed.result });
    const { certificates = [] } = new pkijs.SignedData({ schema: timeStampToken?.content });
    const ends = certificates.flatMap((one) =>
      one instanceof pkijs.Certificate ? [one.notAfter.value.getTime()] : [],
    );
    return ends.length > 0 ? Math.min(...ends) : null;
  } catch {
    return null;
  }
}
