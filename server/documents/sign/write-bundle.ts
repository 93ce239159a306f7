import { createHash } from 'node:crypto';
import { ZipFile } from 'yazl';
import { signDigest } from './cms';
import type { DocumentSigner } from './document-signer';

/** A piece of a file of a bundle. Pieces of one path come one after another and make the file together. */
export interface BundlePiece {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What ASiC-E containers begin with (ETSI EN 319 162-1). */
const BUNDLE_TYPE = 'application/vnd.etsi.asic-e+zip';

/**
 * Packs files into a signed ASiC-E container: the files, `manifest.json` with the SHA-256 of each, and a detached signature over
 * an ASiC manifest of all of them. The same files and time give the same bytes up to the signature.
 * @param at of every entry; zip knows it to two seconds, in UTC
 */
export async function writeBundle(
  pieces: AsyncIterable<BundlePiece>,
  signer: DocumentSigner,
  at: Date,
): Promise<Uint8Array> {
  const zip = new ZipFile();
  const written = collect(zip.outputStream);
  const options = { mtime: at, mode: 0o100644, forceDosTimestamp: true };
  zip.addBuffer(Buffer.from(BUNDLE_TYPE), 'mimetype', { ...options, compress: false });
  const files: Listed[] = [];
  for await (const { path, bytes } of wholeFiles(pieces)) {
    zip.addBuffer(Buffer.from(bytes), path, options);
    files.push(listed(path, bytes));
  }
  const manifest = Buffer.from(
    `${JSON.stringify({ format: 1, files: files.map(({ sha256, ...file }) => ({ ...file, sha256: sha256.toString('hex') })) }, null, 1)}\n`,
  );
  zip.addBuffer(manifest, 'manifest.json', options);
  const asic = Buffer.from(asicManifest([...files, listed('manifest.json', manifest)]));
  zip.addBuffer(asic, 'META-INF/ASiCManifest001.xml', options);
  const digest = createHash('sha256').update(asic).digest();
  zip.addBuffer(Buffer.from(await signDigest(digest, signer)), 'META-INF/signature001.p7s', options);
  zip.end();
  return written;
}

interface Listed {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: Buffer;
}

function listed(path: string, bytes: Uint8Array): Listed {
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest() };
}

async function* wholeFiles(pieces: AsyncIterable<BundlePiece>): AsyncIterable<BundlePiece> {
  let path: string | null = null;
  let parts: Uint8Array[] = [];
  for await (const piece of pieces) {
    if (path !== null && piece.path !== path) {
      yield { path, bytes: Buffer.concat(parts) };
      parts = [];
    }
    path = piece.path;
    parts.push(piece.bytes);
  }
  if (path !== null) yield { path, bytes: Buffer.concat(parts) };
}

function asicManifest(files: readonly Listed[]): string {
  const references = files.map(
    ({ path, sha256 }) =>
      `<asic:DataObjectReference URI="${escaped(encodeURI(path))}" MimeType="${typeOf(path)}"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>${sha256.toString('base64')}</ds:DigestValue></asic:DataObjectReference>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><asic:SigReference URI="META-INF/signature001.p7s" MimeType="application/pkcs7-signature"/>${references.join('')}</asic:ASiCManifest>\n`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  mjs: 'text/javascript',
  py: 'text/x-python',
  md: 'text/markdown',
  pem: 'application/x-pem-file',
};

function typeOf(path: string): string {
  return TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

async function collect(stream: NodeJS.ReadableStream): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
