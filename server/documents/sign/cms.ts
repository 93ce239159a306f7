import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { askTimeStamp } from '../../evidence/ask-time-stamp';
import { OID } from '../verify/object-ids';
import type { DocumentSigner } from './document-signer';

/**
 * A detached CMS signature as PAdES baseline wants it (ETSI EN 319 122-1 and 319 142-1): signing-certificate-v2, and no
 * signing time among what is signed.
 * @param digest SHA-256 of what is signed
 * @returns DER
 */
export async function signDigest(digest: Uint8Array, signer: DocumentSigner): Promise<Uint8Array> {
  const [certificate, ...issuers] = signer.certificates;
  const parsed = parseCertificate(certificate);
  const attributes = [
    attribute(OID.contentType, new asn1js.ObjectIdentifier({ value: OID.data })),
    attribute(OID.messageDigest, new asn1js.OctetString({ valueHex: digest })),
    attribute(OID.signingCertificateV2, signingCertificate(certificate, parsed)),
  ]
    .map((one) => ({ one, der: Buffer.from(one.toSchema().toBER(false)) }))
    .toSorted((a, b) => Buffer.compare(a.der, b.der)); // DER orders a set
  const signature = await signer.sign(setOf(attributes.map(({ der }) => der)));
  const signerInfo = new pkijs.SignerInfo({
    version: 1,
    sid: new pkijs.IssuerAndSerialNumber({ issuer: parsed.issuer, serialNumber: parsed.serialNumber }),
    digestAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: OID.sha256 }),
    signedAttrs: new pkijs.SignedAndUnsignedAttributes({
      type: 0,
      attributes: attributes.map(({ one }) => one),
    }),
    signatureAlgorithm:
      signer.algorithm === 'ecdsa-sha256'
        ? new pkijs.AlgorithmIdentifier({ algorithmId: OID.ecdsaSha256 })
        : new pkijs.AlgorithmIdentifier({ algorithmId: OID.rsa, algorithmParams: new asn1js.Null() }),
    signature: new asn1js.OctetString({ valueHex: exact(signature) }),
  });
  return encode(
    new pkijs.SignedData({
      version: 1,
      digestAlgorithms: [new pkijs.AlgorithmIdentifier({ algorithmId: OID.sha256 })],
      encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: OID.data }),
      certificates: [parsed, ...issuers.map(parseCertificate)],
      signerInfos: [signerInfo],
    }),
  );
}

/**
 * Adds a time stamp (RFC 3161) of a signature to it: baseline B-T. What was signed stays as it was.
 * @throws Error when the authority does not answer, answers for something else, or with a signature that does not hold
 */
export async function stampSignature(cms: Uint8Array, tsaUrl: string): Promise<Uint8Array> {
  const signed = parseSigned(cms);
  const [signerInfo] = signed.signerInfos;
  if (!signerInfo) throw new Error('nobody signed');
  const { token } = await askTimeStamp(tsaUrl, Buffer.from(signerInfo.signature.valueBlock.valueHexView));
  // As it came: an authority need not encode as we would.
  const { result: response } = asn1js.fromBER(exact(token));
  const stamp = response instanceof asn1js.Sequence ? response.valueBlock.value[1] : undefined;
  if (!stamp) throw new Error('the time stamp is empty');
  signerInfo.unsignedAttrs = new pkijs.SignedAndUnsignedAttributes({
    type: 1,
    attributes: [attribute(OID.timeStampToken, stamp)],
  });
  return encode(signed);
}

function parseSigned(cms: Uint8Array): pkijs.SignedData {
  const info = new pkijs.ContentInfo({ schema: asn1js.fromBER(exact(cms)).result });
  return new pkijs.SignedData({ schema: info.content });
}

function encode(signed: pkijs.SignedData): Uint8Array {
  const info = new pkijs.ContentInfo({ contentType: OID.signedData, content: signed.toSchema(true) });
  return new Uint8Array(info.toSchema().toBER(false));
}

function signingCertificate(der: Uint8Array, { issuer, serialNumber }: pkijs.Certificate): asn1js.Sequence {
  const issuerSerial = new asn1js.Sequence({
    value: [
      new asn1js.Sequence({
        value: [
          new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber: 4 }, value: [issuer.toSchema()] }),
        ],
      }),
      serialNumber,
    ],
  });
  const id = new asn1js.Sequence({
    value: [new asn1js.OctetString({ valueHex: exact(sha256(der)) }), issuerSerial],
  });
  return new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [id] })] });
}

function parseCertificate(der: Uint8Array): pkijs.Certificate {
  return new pkijs.Certificate({ schema: asn1js.fromBER(exact(der)).result });
}

function attribute(type: string, value: unknown): pkijs.Attribute {
  return new pkijs.Attribute({ type, values: [value] });
}

/** What is signed is the attributes as a set, not as the tagged part that the message holds. */
function setOf(parts: readonly Buffer[]): Uint8Array {
  const body = Buffer.concat(parts);
  const { length } = body;
  const head = length < 128 ? [0x31, length] : [0x31, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(length >= 128 && length < 256 ? [0x31, 0x81, length] : head), body]);
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** Bytes with a buffer of their own: the library reads the whole buffer behind a view. */
function exact(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
