import { Broken } from './broken';
import { isSame, toHex } from './bytes';
import {
  type Certificate,
  checkSigned,
  type Der,
  HASHES,
  kids,
  oid,
  readDer,
  signatureHolds,
  timeOf,
} from './cms';
import type { Platform } from './platform';

/** A time-stamp from outside (RFC 3161): up to which event, when and by whom. */
export interface Stamp {
  readonly seq: number;
  readonly at: string;
  readonly by: string;
  readonly certificate: string;
  readonly trusted: boolean;
}

const TST_INFO = '2a864886f70d0109100104';
const TIME_STAMPING = '06082b06010505070308';
const NONE = new Uint8Array();

function infoOf(response: Uint8Array): { status: Der | undefined; signedData: Der[]; info: Uint8Array } {
  const [status, content] = kids(readDer(response)[0]);
  const signedData = kids(kids(kids(content)[1])[0]);
  return { status, signedData, info: kids(kids(signedData[2])[1])[0]?.body ?? NONE };
}

/** What a time-stamp over a note states, once everything about it holds. `authorities`: those that are trusted; none: not asked. */
export async function readStamp(
  platform: Platform,
  response: Uint8Array,
  note: Uint8Array,
  file: string,
  authorities: readonly Certificate[],
): Promise<Omit<Stamp, 'seq'>> {
  const hold = (holds: boolean, why: string): void => {
    if (!holds) throw new Broken(file, null, why);
  };
  try {
    const { status, signedData, info } = infoOf(response);
    hold(['00', '01'].includes(oid(kids(status)[0])), 'was refused by the authority');
    hold(oid(kids(signedData[2])[0]) === TST_INFO, 'is no time-stamp');
    const stated = kids(readDer(info)[0]);
    const [algorithm, imprint] = kids(stated[2]);
    const hashName = HASHES[oid(kids(algorithm)[0])];
    hold(
      hashName !== undefined && isSame(await platform.digest(hashName, note), imprint?.body ?? NONE),
      'is of other bytes than the note',
    );
    const time = timeOf(stated[4] ?? { tag: 0, raw: info, body: info });
    const what = { content: info, type: TST_INFO };
    const { certificate, certificates } = await checkSigned(platform, signedData, what, hold);
    hold(toHex(certificate.raw).includes(TIME_STAMPING), 'is signed by somebody who may not time-stamp');
    hold(
      time >= certificate.from && time <= certificate.to,
      'was made outside of the time of its certificate',
    );
    const trusted = authorities.length > 0;
    if (trusted)
      hold(
        await isVouchedFor(platform, certificate, certificates, authorities, time),
        'is not by an authority that you trust',
      );
    return {
      at: new Date(time).toISOString(),
      by: certificate.name,
      certificate: platform.hex(certificate.raw),
      trusted,
    };
  } catch (error) {
    if (error instanceof Broken) throw error;
    throw new Broken(file, null, 'is no time-stamp that can be read');
  }
}

/** The nonce that a response repeats, as hexadecimal digits; null: none. */
export function nonceOf(response: Uint8Array): string | null {
  const stated = kids(readDer(infoOf(response).info)[0]);
  const nonce = stated.slice(5).find(({ tag }) => tag === 0x02);
  return nonce ? oid(nonce) : null;
}

/** Whether a trusted certificate issued this one, directly or through others that may issue certificates. */
async function isVouchedFor(
  platform: Platform,
  certificate: Certificate,
  given: readonly Certificate[],
  trusted: readonly Certificate[],
  time: number,
): Promise<boolean> {
  let current = certificate;
  for (let depth = 0; depth < 6; depth++) {
    const subject = current;
    if (trusted.some(({ raw }) => isSame(raw, subject.raw))) return true;
    let issuer: Certificate | undefined;
    for (const one of [...trusted, ...given])
      if (!issuer && one.subject === subject.issuer && !isSame(one.raw, subject.raw))
        issuer = (await issued(platform, one, subject, time)) ? one : undefined;
    if (!issuer) return false;
    current = issuer;
  }
  return false;
}

async function issued(
  platform: Platform,
  issuer: Certificate,
  subject: Certificate,
  time: number,
): Promise<boolean> {
  const isAuthority = /0603551d13(0101ff)?04..30..0101ff/.test(toHex(issuer.raw));
  const [signed, algorithm, signature] = kids(readDer(subject.raw)[0]);
  const hashName = HASHES[oid(kids(algorithm)[0])];
  if (!isAuthority || !signed || !signature || !hashName || !(time >= issuer.from && time <= issuer.to))
    return false;
  return signatureHolds(platform, issuer.spki, hashName, signed.raw, signature.body.subarray(1));
}
