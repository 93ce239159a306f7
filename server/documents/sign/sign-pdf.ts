import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { stampSignature, signDigest } from './cms';
import type { DocumentSigner } from './document-signer';

/** Bytes kept for the signature: enough for a chain of certificates, and a time stamp with its own. */
const SIGNATURE_BYTES = 16_384;
const BYTE_RANGE_WIDTH = 44;
/** Of the cross-reference streams, by their `/W[1 4 2]`. */
const ENTRY_BYTES = 7;

/**
 * Signs a PDF of the render process (PAdES B-B) in one incremental revision: the signed file begins with the very bytes of the
 * unsigned one. Nothing in it depends on the clock.
 * @param madeAt ISO 8601 in UTC, of the document
 */
export async function signPdf(
  pdf: Uint8Array,
  signer: DocumentSigner,
  { madeAt, name, reason }: { madeAt: string; name: string; reason: string },
): Promise<Uint8Array> {
  const base = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  const file = readFile(base);
  const [form, field, look, signature] = [0, 1, 2, 3].map((index) => file.size + index) as [
    number,
    number,
    number,
    number,
  ];
  const page = firstPage(file);
  const update = createUpdate(base.length);
  update.add(file.root, withEntry(file.object(file.root), `/AcroForm ${form} 0 R`));
  update.add(page, withField(file.object(page), field));
  update.add(form, `<</Fields[${field} 0 R]/SigFlags 3>>`);
  update.add(
    field,
    `<</Type/Annot/Subtype/Widget/FT/Sig/T(issuer)/TU(Signature of the issuer)/F 132/Rect[0 0 0 0]/P ${page} 0 R/AP<</N ${look} 0 R>>/V ${signature} 0 R>>`,
  );
  update.add(look, '<</Type/XObject/Subtype/Form/BBox[0 0 0 0]/Length 0>>\nstream\n\nendstream');
  const head = `<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:${madeAt.replaceAll(/\D/g, '').slice(0, 14)}Z)/Name${hexText(name)}/Reason${hexText(reason)}/ByteRange `;
  const at = update.add(
    signature,
    `${head}${' '.repeat(BYTE_RANGE_WIDTH)}/Contents <${'0'.repeat(SIGNATURE_BYTES * 2)}>>>`,
  );
  const signed = Buffer.concat([base, update.end(file)]);
  const rangeAt = at + head.length;
  const from = rangeAt + BYTE_RANGE_WIDTH + '/Contents '.length;
  const to = from + SIGNATURE_BYTES * 2 + 2;
  signed.write(`[0 ${from} ${to} ${signed.length - to}]`.padEnd(BYTE_RANGE_WIDTH), rangeAt, 'latin1');
  const digest = createHash('sha256').update(signed.subarray(0, from)).update(signed.subarray(to)).digest();
  return withSignature(signed, from, await signDigest(digest, signer));
}

/**
 * Puts a time stamp into a file that {@link signPdf} made (PAdES B-T). What is signed stays; only the signature itself grows.
 * @throws Error when the authority does not answer as it should
 */
export async function stampPdf(signed: Uint8Array, tsaUrl: string): Promise<Uint8Array> {
  const file = Buffer.from(signed);
  const [, from, to] =
    /\/ByteRange \[0 (\d+) (\d+) \d+\]/.exec(
      file.subarray(file.lastIndexOf('/Type/Sig')).toString('latin1'),
    ) ?? [];
  if (from === undefined || to === undefined) throw new Error('the file is not signed');
  const contents = Buffer.from(file.subarray(Number(from) + 1, Number(to) - 1).toString('latin1'), 'hex');
  return withSignature(file, Number(from), await stampSignature(withoutPadding(contents), tsaUrl));
}

/** The DER that a field filled up with zeros begins with. */
function withoutPadding(contents: Buffer): Uint8Array {
  return contents.subarray(0, 4 + contents.readUInt16BE(2)); // longer than 255 bytes and shorter than 64 KiB
}

function withSignature(file: Buffer, from: number, signature: Uint8Array): Uint8Array {
  if (signature.length > SIGNATURE_BYTES)
    throw new Error(`a signature of ${signature.length} bytes has no place`);
  file.write(
    Buffer.from(signature)
      .toString('hex')
      .padEnd(SIGNATURE_BYTES * 2, '0'),
    from + 1,
    'latin1',
  );
  return file;
}

interface PdfFile {
  readonly size: number;
  readonly root: number;
  readonly startXref: number;
  /** `/Info` and `/ID` of its trailer. */
  readonly trailer: string;
  object(number: number): string;
}

/** Reads the one cross-reference stream of a file of the render process (`packObjects`). */
function readFile(pdf: Buffer): PdfFile {
  const startXref = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(pdf.subarray(-64).toString('latin1'))?.[1]);
  const at = pdf.indexOf('stream\n', startXref);
  const trailer = pdf.subarray(startXref, at).toString('latin1');
  const root = Number(/\/Root (\d+) 0 R/.exec(trailer)?.[1]);
  const id = /\/ID\s*\[[^\]]*\]/.exec(trailer)?.[0];
  const info = /\/Info \d+ 0 R/.exec(trailer)?.[0];
  const [size, length] = [/\/Size (\d+)/, /\/Length (\d+)/].map((one) => Number(one.exec(trailer)?.[1]));
  const isOurs = /\/Type\/XRef\b/.test(trailer) && trailer.includes('/W[1 4 2]');
  if (!isOurs || !size || !length || !root || !id || !info || /\/(Prev|Encrypt)\b/.test(trailer))
    throw new Error('the file is not as the render process writes it');
  const table = inflateSync(pdf.subarray(at + 'stream\n'.length, at + 'stream\n'.length + length));
  return {
    size,
    root,
    startXref,
    trailer: `${info}${id}`,
    object: (number) => {
      if (table[number * ENTRY_BYTES] !== 1) throw new Error(`object ${number} does not stand by itself`);
      const from = table.readUInt32BE(number * ENTRY_BYTES + 1);
      const head = `${number} 0 obj`;
      const text = pdf.subarray(from, pdf.indexOf('endobj', from)).toString('latin1');
      if (!text.startsWith(head)) throw new Error(`object ${number} is not where the table says`);
      return text.slice(head.length).trim();
    },
  };
}

function firstPage(file: PdfFile): number {
  let number = Number(/\/Pages (\d+) 0 R/.exec(file.object(file.root))?.[1]);
  for (let depth = 0; depth < 32; depth += 1) {
    const kid = /\/Kids\s*\[\s*(\d+) 0 R/.exec(file.object(number))?.[1];
    if (kid === undefined) return number;
    number = Number(kid);
  }
  throw new Error('the pages are nested too deep');
}

function withEntry(dictionary: string, entry: string): string {
  return `${dictionary.slice(0, dictionary.lastIndexOf('>>'))}${entry}>>`;
}

function withField(page: string, field: number): string {
  return /\/Annots\s*\[/.test(page)
    ? page.replace(/\/Annots\s*\[/, `/Annots [${field} 0 R `)
    : withEntry(page, `/Annots[${field} 0 R]`);
}

interface Update {
  /** @returns where the object's content begins in the whole file */
  add(number: number, content: string): number;
  end(file: PdfFile): Buffer;
}

function createUpdate(baseLength: number): Update {
  const parts: Buffer[] = [];
  const offsets = new Map<number, number>();
  let length = baseLength;
  const put = (text: string): void => {
    const bytes = Buffer.from(text, 'latin1');
    parts.push(bytes);
    length += bytes.length;
  };
  return {
    add: (number, content) => {
      offsets.set(number, length);
      const head = `${number} 0 obj\n`;
      put(`${head}${content}\nendobj\n`);
      return (offsets.get(number) ?? 0) + head.length;
    },
    end: ({ root, trailer, startXref }) => {
      const at = length;
      const own = Math.max(...offsets.keys()) + 1;
      const numbers = [...offsets.keys(), own].toSorted((a, b) => a - b);
      const table = Buffer.alloc(numbers.length * ENTRY_BYTES);
      for (const [index, number] of numbers.entries()) {
        table[index * ENTRY_BYTES] = 1;
        table.writeUInt32BE(offsets.get(number) ?? at, index * ENTRY_BYTES + 1);
      }
      const which = `/Index[${numbers.map((number) => `${number} 1`).join(' ')}]`;
      put(
        `${own} 0 obj\n<</Type/XRef/Size ${own + 1}${which}/W[1 4 2]/Root ${root} 0 R/Prev ${startXref}${trailer}/Length ${table.length}>>\nstream\n`,
      );
      put(table.toString('latin1'));
      put(`\nendstream\nendobj\nstartxref\n${at}\n%%EOF\n`);
      return Buffer.concat(parts);
    },
  };
}

function hexText(text: string): string {
  return `<FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()}>`;
}
