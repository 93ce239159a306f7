import { isSame, joined, textOf, toHex } from './bytes';
import type { HashName, Platform } from './platform';

/** An element of DER. */
export interface Der {
  readonly tag: number;
  /** With its head. */
  readonly raw: Uint8Array;
  readonly body: Uint8Array;
}

/** The elements one after another. @throws RangeError for what is no DER */
export function readDer(bytes: Uint8Array): Der[] {
  const found: Der[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag = 0, first] = bytes.subarray(at, at + 2);
    if (first === undefined) throw new RangeError('cut off');
    let [length, start] = [first, at + 2];
    if (first > 127) {
      const size = first & 127;
      if (size === 0 || size > 4 || start + size > bytes.length) throw new RangeError('length');
      length = bytes.subarray(start, start + size).reduce((sum, byte) => sum * 256 + byte, 0);
      start += size;
    }
    if (start + length > bytes.length) throw new RangeError('cut off');
    found.push({ tag, raw: bytes.subarray(at, start + length), body: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}

export const kids = (of: Der | undefined): Der[] => (of ? readDer(of.body) : []);
export const oid = (of: Der | undefined): string => (of ? toHex(of.body) : '');

/** Hashes by the identifiers of digests and of signatures over them. */
export const HASHES: Readonly<Record<string, HashName>> = {
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
};
const RSA = '2a864886f70d010101';
const CURVES = ['2a8648ce3d030107', '2b81040022'];

export interface Certificate {
  readonly raw: Uint8Array;
  readonly issuer: string;
  readonly subject: string;
  readonly serial: string;
  readonly name: string;
  readonly spki: Uint8Array;
  readonly from: number;
  readonly to: number;
}

const idOf = (of: Der | undefined): string => toHex(of?.raw ?? new Uint8Array());

function readCertificate(raw: Uint8Array): Certificate {
  const fields = kids(kids(readDer(raw)[0])[0]).filter(({ tag }) => tag !== 0xa0);
  const [serial, , issuer, validity, subject, spki] = fields;
  const [from, to] = kids(validity).map(timeOf);
  const names = kids(subject).flatMap((set) => kids(set).map((pair) => kids(pair)));
  const common = names.find(([kind]) => oid(kind) === '550403') ?? names.at(-1);
  const shown = textOf(common?.[1]?.body ?? new Uint8Array());
  return {
    raw,
    issuer: idOf(issuer),
    subject: idOf(subject),
    serial: idOf(serial),
    name: shown.replaceAll(/[\p{C}]/gu, '').slice(0, 200),
    spki: spki?.raw ?? new Uint8Array(),
    from: from ?? NaN,
    to: to ?? NaN,
  };
}

/** The certificates of a text in PEM. */
export function certificatesIn(text: string): Certificate[] {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)].map(
    ([, inner = '']) =>
      readCertificate(Uint8Array.from(atob(inner.replaceAll(/\s/g, '')), (letter) => letter.charCodeAt(0))),
  );
}

export function timeOf({ tag, body }: Der): number {
  const text = String.fromCharCode(...body.subarray(0, 40));
  const full = tag === 0x17 ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(full) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Whether a key made a signature; false for other keys than RSA and those on P-256 and P-384. */
export async function signatureHolds(
  platform: Platform,
  spki: Uint8Array,
  hash: HashName,
  signed: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const [kind, curve] = kids(kids(readDer(spki)[0])[0]).map(oid);
  if (kind !== RSA && !CURVES.includes(curve ?? '')) return false;
  return platform.signatureHolds(spki, hash, signed, signature);
}

/** Who signed what a CMS message is over. */
export interface SignedBy {
  readonly certificate: Certificate;
  /** All that are with it. */
  readonly certificates: readonly Certificate[];
  /** Whether what is signed names the certificate, so that no other of the same key can take its place. */
  readonly isNamed: boolean;
}

/**
 * Checks the signature of a CMS message by its signed attributes.
 * @param signedData the fields of its SignedData
 * @param what content and its type, as an identifier in hexadecimal digits
 * @param hold throws where something does not hold
 */
export async function checkSigned(
  platform: Platform,
  signedData: readonly Der[],
  { content, type }: { readonly content: Uint8Array; readonly type: string },
  hold: (holds: boolean, why: string) => void,
): Promise<SignedBy> {
  const certificates = kids(signedData.find(({ tag }) => tag === 0xa0)).map(({ raw }) =>
    readCertificate(raw),
  );
  const signers = kids(signedData.findLast(({ tag }) => tag === 0x31));
  hold(signers.length === 1, 'is not signed by one');
  const [, name, digest, attributes, algorithm, signature] = kids(signers[0]);
  const [issuer, serial] = kids(name).map(({ raw }) => toHex(raw));
  const certificate = certificates.find((one) => one.issuer === issuer && one.serial === serial);
  hold(certificate !== undefined, 'does not hold the certificate of who signed it');
  const digestName = HASHES[oid(kids(digest)[0])];
  hold(attributes?.tag === 0xa0 && digestName !== undefined, 'is signed in an unknown way');
  if (!certificate || !attributes || !digestName || !signature) throw new RangeError('cut off');
  const attribute = (kind: string): Der | undefined =>
    kids(kids(kids(attributes).find((one) => oid(kids(one)[0]) === kind))[1])[0];
  hold(oid(attribute('2a864886f70d010903')) === type, 'is signed as something else');
  const stated = attribute('2a864886f70d010904')?.body ?? new Uint8Array();
  hold(isSame(stated, await platform.digest(digestName, content)), 'is not what was signed');
  const named = attribute('2a864886f70d010910022f');
  hold(
    !named || (await isOf(platform, named, certificate)),
    'is signed with another certificate than it says',
  );
  const signed = joined(Uint8Array.of(0x31), attributes.raw.subarray(1));
  const hash = HASHES[oid(kids(algorithm)[0])] ?? digestName;
  hold(
    await signatureHolds(platform, certificate.spki, hash, signed, signature.body),
    'has a signature that does not hold',
  );
  return { certificate, certificates, isNamed: named !== undefined };
}

/** Whether an attribute signing-certificate-v2 (RFC 5035) is of a certificate. */
async function isOf(platform: Platform, attribute: Der, { raw }: Certificate): Promise<boolean> {
  const id = kids(kids(kids(attribute)[0])[0]);
  const hash = id[0]?.tag === 0x30 ? HASHES[oid(kids(id[0])[0])] : 'sha256';
  const stated = id.find(({ tag }) => tag === 0x04)?.body ?? new Uint8Array();
  return hash !== undefined && isSame(stated, await platform.digest(hash, raw));
}
