// The key that documents are signed with, and its certificate, made without any package: RFC 5280 in the few types that it takes.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';

const YEARS = 10;

/**
 * A new EC P-256 key with a certificate that it signs itself, good for ten years.
 * @returns {{ documentKey: string, documentCertificate: string }} PKCS#8 and certificate, DER in base64
 */
export function makeDocumentKey(now = new Date()) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const until = new Date(now);
  until.setUTCFullYear(now.getUTCFullYear() + YEARS);
  const keyId = createHash('sha256').update(spki).digest().subarray(0, 20);
  const name = sequence(setOf(sequence(oid('2.5.4.3'), tlv(0x0c, Buffer.from('Holdfast document signing')))));
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const toBeSigned = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([0x4f]), keyId.subarray(0, 15)])),
    algorithm,
    name,
    sequence(time(now), time(until)),
    name,
    spki,
    tlv(
      0xa3,
      sequence(
        extension('2.5.29.19', true, sequence()),
        extension('2.5.29.15', true, tlv(0x03, Buffer.from([6, 0xc0]))), // digital signature, non-repudiation
        extension('2.5.29.14', false, tlv(0x04, keyId)),
      ),
    ),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence(
    toBeSigned,
    algorithm,
    tlv(0x03, Buffer.concat([Buffer.from([0]), signature])),
  );
  return {
    documentKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    documentCertificate: certificate.toString('base64'),
  };
}

function tlv(tag, body) {
  const { length } = body;
  const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...(length < 128 ? [length] : long)]), body]);
}

const sequence = (...parts) => tlv(0x30, Buffer.concat(parts));
const setOf = (...parts) => tlv(0x31, Buffer.concat(parts));

function oid(dotted) {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  const digits = rest.flatMap((part) => {
    const bytes = [part & 127];
    for (let left = part >> 7; left > 0; left >>= 7) bytes.unshift((left & 127) | 128);
    return bytes;
  });
  return tlv(0x06, Buffer.from([first * 40 + second, ...digits]));
}

/** Two digits of the year until 2049, four from then on. */
function time(at) {
  const digits = at.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  return digits < '2050'
    ? tlv(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : tlv(0x18, Buffer.from(`${digits}Z`));
}

function extension(id, isCritical, value) {
  const critical = isCritical ? [tlv(0x01, Buffer.from([0xff]))] : [];
  return sequence(oid(id), ...critical, tlv(0x04, value));
}
