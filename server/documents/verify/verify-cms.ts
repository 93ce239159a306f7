import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { OID } from './object-ids';
import { type Check, isSame, sha256, toHex } from './verification';

/**
 * Looks at a detached signature: whether it is of these bytes, by which certificate, one of these or not, and its time stamp if
 * there is one.
 * @param der of the CMS message
 * @param digest SHA-256 of what was signed
 * @param trusted certificates in DER, of the installation that documents are said to come from
 */
export async function verifyCms(
  der: Uint8Array,
  digest: Uint8Array,
  trusted: readonly Uint8Array[],
): Promise<readonly Check[]> {
  let signed: Signed;
  try {
    signed = parse(der);
  } catch {
    return [bad('signature', 'The signature is no signature: it was damaged or replaced.')];
  }
  const { signerInfo, certificate, certificateDer } = signed;
  const isOfBytes = isSame(octets(signerInfo, OID.messageDigest), digest);
  const isSound = await isSignedBy(signerInfo, certificate);
  const isNamed = isSame(await sha256(certificateDer), certificateHash(signerInfo));
  return [
    isOfBytes
      ? good('content', 'Nothing in it was changed since it was signed.')
      : bad('content', 'It was changed after it was signed: what was signed has another SHA-256.'),
    isSound && isNamed
      ? good('signature', `The signature is valid, by ${nameOf(certificate)}.`)
      : bad('signature', 'The signature is not valid: it was altered, or belongs to something else.'),
    trusted.some((one) => isSame(one, certificateDer))
      ? good('signer', 'It was signed with a key of this installation.')
      : bad(
          'signer',
          `It was signed with another key than this installation's (certificate ${toHex(await sha256(certificateDer)).slice(0, 16)}…).`,
        ),
    ...(await stampChecks(signerInfo)),
  ];
}

export const good = (name: string, text: string): Check => ({ name, isGood: true, text });
export const bad = (name: string, text: string): Check => ({ name, isGood: false, text });

interface Signed {
  readonly signerInfo: pkijs.SignerInfo;
  readonly certificate: pkijs.Certificate;
  readonly certificateDer: Uint8Array;
  readonly content: Uint8Array | null;
}

/** @throws Error when it is no signature of one signer whose certificate is with it */
function parse(der: Uint8Array): Signed {
  const { offset, result } = asn1js.fromBER(exact(der));
  if (offset !== der.length) throw new Error('there is more than a signature');
  return signedOf(new pkijs.ContentInfo({ schema: result }));
}

function signedOf(info: pkijs.ContentInfo): Signed {
  const signed = new pkijs.SignedData({ schema: info.content });
  const [signerInfo, another] = signed.signerInfos;
  if (!signerInfo || another || !signerInfo.signedAttrs) throw new Error('not signed by one signer');
  const { sid } = signerInfo;
  const certificate = (signed.certificates ?? []).find(
    (one): one is pkijs.Certificate =>
      one instanceof pkijs.Certificate &&
      sid instanceof pkijs.IssuerAndSerialNumber &&
      one.serialNumber.isEqual(sid.serialNumber) &&
      one.issuer.isEqual(sid.issuer),
  );
  if (!certificate) throw new Error('the certificate of the signer is missing');
  const content = signed.encapContentInfo.eContent;
  return {
    signerInfo,
    certificate,
    certificateDer: new Uint8Array(certificate.toSchema().toBER(false)),
    content: content ? new Uint8Array(content.getValue()) : null,
  };
}

/** Checks the signature over the signed attributes with the key of a certificate: ECDSA on P-256, P-384 or P-521, or RSA (PKCS #1). */
async function isSignedBy(signerInfo: pkijs.SignerInfo, certificate: pkijs.Certificate): Promise<boolean> {
  const attributes = new Uint8Array(signerInfo.signedAttrs?.encodedValue ?? new ArrayBuffer(0)).slice();
  if (attributes.length === 0) return false;
  attributes[0] = 0x31; // signed as a set, held as a tagged part
  const hash = HASHES[hashOf(signerInfo)];
  if (!hash) return false;
  const spki = certificate.subjectPublicKeyInfo.toSchema().toBER(false);
  const signature = signerInfo.signature.valueBlock.valueHexView;
  const curve = CURVES[curveOf(certificate)];
  try {
    if (certificate.subjectPublicKeyInfo.algorithm.algorithmId === OID.rsa) {
      const key = await crypto.subtle.importKey('spki', spki, { name: 'RSASSA-PKCS1-v1_5', hash }, false, [
        'verify',
      ]);
      return await crypto.subtle.verify('RSASSA-PKCS1-v1_5', key, exact(signature), attributes);
    }
    if (!curve) return false;
    const key = await crypto.subtle.importKey(
      'spki',
      spki,
      { name: 'ECDSA', namedCurve: curve.name },
      false,
      ['verify'],
    );
    return await crypto.subtle.verify(
      { name: 'ECDSA', hash },
      key,
      rawSignature(signature, curve.bytes),
      attributes,
    );
  } catch {
    return false;
  }
}

const HASHES: Readonly<Record<string, string>> = {
  [OID.sha256]: 'SHA-256',
  [OID.sha384]: 'SHA-384',
  [OID.sha512]: 'SHA-512',
};
const CURVES: Readonly<Record<string, { name: string; bytes: number }>> = {
  '1.2.840.10045.3.1.7': { name: 'P-256', bytes: 32 },
  '1.3.132.0.34': { name: 'P-384', bytes: 48 },
  '1.3.132.0.35': { name: 'P-521', bytes: 66 },
};

function hashOf({ digestAlgorithm }: pkijs.SignerInfo): string {
  return digestAlgorithm.algorithmId;
}

function curveOf({ subjectPublicKeyInfo }: pkijs.Certificate): string {
  const parameters: unknown = subjectPublicKeyInfo.algorithm.algorithmParams;
  return parameters instanceof asn1js.ObjectIdentifier ? parameters.valueBlock.toString() : '';
}

/** WebCrypto wants the two numbers of an ECDSA signature side by side, DER has them as a sequence. */
function rawSignature(der: Uint8Array, bytes: number): ArrayBuffer {
  const { result } = asn1js.fromBER(exact(der));
  const numbers = result instanceof asn1js.Sequence ? result.valueBlock.value : [];
  const raw = new Uint8Array(bytes * 2);
  for (const [index, number] of numbers.slice(0, 2).entries()) {
    if (!(number instanceof asn1js.Integer)) continue;
    const digits = number.valueBlock.valueHexView.slice(-bytes);
    raw.set(digits, (index + 1) * bytes - digits.length);
  }
  return raw.buffer;
}

function attributeOf(signerInfo: pkijs.SignerInfo, type: string): unknown {
  return signerInfo.signedAttrs?.attributes.find((one) => one.type === type)?.values[0];
}

function octets(signerInfo: pkijs.SignerInfo, type: string): Uint8Array {
  const value = attributeOf(signerInfo, type);
  return value instanceof asn1js.OctetString ? value.valueBlock.valueHexView : new Uint8Array();
}

/** Of signing-certificate-v2, where it is SHA-256, as preset. */
function certificateHash(signerInfo: pkijs.SignerInfo): Uint8Array {
  let node = attributeOf(signerInfo, OID.signingCertificateV2);
  for (let depth = 0; depth < 3 && node instanceof asn1js.Sequence; depth += 1)
    node = node.valueBlock.value.find(
      (one) => one instanceof asn1js.Sequence || one instanceof asn1js.OctetString,
    );
  return node instanceof asn1js.OctetString ? node.valueBlock.valueHexView : new Uint8Array();
}

/** A stamp shows when the signature was there at the latest, by the authority's word: whether to believe it is the reader's choice. */
async function stampChecks(signerInfo: pkijs.SignerInfo): Promise<Check[]> {
  const token: unknown = signerInfo.unsignedAttrs?.attributes.find((one) => one.type === OID.timeStampToken)
    ?.values[0];
  if (token === undefined) return [];
  try {
    const stamp = signedOf(new pkijs.ContentInfo({ schema: token }));
    const content = stamp.content ?? new Uint8Array();
    const info = new pkijs.TSTInfo({ schema: asn1js.fromBER(exact(content)).result });
    const isOfThis = isSame(
      info.messageImprint.hashedMessage.valueBlock.valueHexView,
      await sha256(signerInfo.signature.valueBlock.valueHexView),
    );
    const hash = HASHES[hashOf(stamp.signerInfo)] ?? 'SHA-256';
    const told = new Uint8Array(await crypto.subtle.digest(hash, exact(content)));
    const isSound =
      isSame(octets(stamp.signerInfo, OID.messageDigest), told) &&
      (await isSignedBy(stamp.signerInfo, stamp.certificate));
    return [
      isOfThis && isSound
        ? good(
            'time',
            `It was signed by ${info.genTime.toISOString().slice(0, 19).replace('T', ' ')} UTC at the latest, says ${nameOf(stamp.certificate)}.`,
          )
        : bad('time', 'Its time stamp is not valid, or belongs to another signature.'),
    ];
  } catch {
    return [bad('time', 'Its time stamp cannot be read.')];
  }
}

function nameOf({ subject, serialNumber }: pkijs.Certificate): string {
  const name: unknown = subject.typesAndValues.find((one) => one.type === OID.commonName)?.value.valueBlock
    .value;
  return typeof name === 'string' ? name : `certificate ${toHex(serialNumber.valueBlock.valueHexView)}`;
}

/** Bytes with a buffer of their own: the library reads the whole buffer behind a view. */
function exact(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
