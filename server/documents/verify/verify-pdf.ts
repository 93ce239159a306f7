import { inflate } from 'pako';
import { latin1, sha256, toHex, type Check, type Verification } from './verification';
import { bad, good, verifyCms } from './verify-cms';

const BYTE_RANGE = /\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g;

/**
 * Whether a PDF is one that an installation signed, whole and unchanged, with its facts attached.
 * @param trusted the installation's certificates in DER, newest first, earlier ones among them
 */
export async function verifyPdf(file: Uint8Array, trusted: readonly Uint8Array[]): Promise<Verification> {
  const text = latin1(file);
  const fileSha256 = toHex(await sha256(file));
  if (!text.startsWith('%PDF-'))
    return { verdict: 'no-document', checks: [bad('form', 'This is no PDF.')], title: null, fileSha256 };
  const checks = [...(await signatureChecks(file, text, trusted)), await attachmentCheck(file, text)];
  return {
    verdict: checks.every(({ isGood }) => isGood === true) ? 'genuine' : 'not-genuine',
    checks,
    title: titleOf(text),
    fileSha256,
  };
}

async function signatureChecks(
  file: Uint8Array,
  text: string,
  trusted: readonly Uint8Array[],
): Promise<readonly Check[]> {
  const ranges = [...text.matchAll(BYTE_RANGE)]
    .map((found) => found.slice(1).map(Number) as ByteRange)
    .filter((range) => isGapOfHex(text, range));
  if (ranges.length === 0)
    return [bad('signature', 'It is not signed, or its signature was damaged beyond recognition.')];
  if (ranges.length > 1)
    return [
      bad(
        'whole',
        `It holds ${ranges.length} signatures; ours have one. Something was added after it was signed.`,
      ),
    ];
  const [start, from, to, rest] = ranges[0] ?? [0, 0, 0, 0];
  if (start !== 0)
    return [
      bad('whole', 'The signature leaves out more than itself: parts of the document are not covered.'),
    ];
  const gap = text.slice(from, to);
  const contents = Uint8Array.from(gap.slice(1, -1).match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  const { der, isPadded } = split(contents);
  const isWhole = to + rest === file.length && isPadded;
  const digest = await sha256(file.subarray(0, from), file.subarray(to, to + rest));
  return [
    isWhole
      ? good('whole', 'The signature covers the whole document.')
      : bad(
          'whole',
          to + rest < file.length
            ? `Something was added after it was signed: ${file.length - to - rest} bytes are not covered.`
            : 'The document is not whole: its end is missing, or bytes were hidden beside the signature.',
        ),
    ...(await verifyCms(der, digest, trusted)),
  ];
}

type ByteRange = [start: number, from: number, to: number, rest: number];

/** Whether it leaves out a string of hexadecimal digits and nothing else; what a text of the document says looks like none. */
function isGapOfHex(text: string, [, from, to]: ByteRange): boolean {
  return to - from > 100 && /^<[0-9a-fA-F]*>$/.test(text.slice(from, to));
}

/** The message at the front of the field, and whether nothing but zeros follows it. */
function split(contents: Uint8Array): { der: Uint8Array; isPadded: boolean } {
  const size = contents[1] ?? 0;
  const digits = size & 0x80 ? size & 0x7f : 0;
  const length =
    digits === 0 ? size : contents.slice(2, 2 + digits).reduce((sum, byte) => sum * 256 + byte, 0);
  const end = 2 + digits + length;
  return { der: contents.slice(0, end), isPadded: contents.slice(end).every((byte) => byte === 0) };
}

/** The file names the SHA-256 of the facts that it was made with; what is attached must have it. */
async function attachmentCheck(file: Uint8Array, text: string): Promise<Check> {
  const named = /facts-sha256=([0-9a-f]{64})/.exec(text)?.[1];
  const facts = attachmentOf(file, text);
  if (named === undefined || facts === null)
    return bad('facts', 'The facts that it was made from are not attached to it.');
  return toHex(await sha256(facts)) === named
    ? good('facts', 'The attached facts (JSON) are those that it was made from.')
    : bad('facts', 'The attached facts (JSON) are not those that it was made from.');
}

/** The one embedded file; null: none, or it cannot be read. */
export function attachmentOf(file: Uint8Array, text = latin1(file)): Uint8Array | null {
  const object = /<<(?:(?!endobj)[\s\S])*?\/Type\s*\/EmbeddedFile(?:(?!endobj)[\s\S])*?stream\r?\n/.exec(
    text,
  );
  const length = Number(/\/Length (\d+)/.exec(object?.[0] ?? '')?.[1]);
  if (!object || Number.isNaN(length)) return null;
  const from = object.index + object[0].length;
  const bytes = file.subarray(from, from + length);
  try {
    return object[0].includes('/FlateDecode') ? inflate(bytes) : bytes;
  } catch {
    return null;
  }
}

function titleOf(text: string): string | null {
  const packet = /<dc:title><rdf:Alt><rdf:li[^>]*>([^<]*)</.exec(text)?.[1];
  if (packet === undefined) return null;
  const bytes = Uint8Array.from(packet, (character) => character.charCodeAt(0));
  return new TextDecoder()
    .decode(bytes)
    .replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? '');
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
