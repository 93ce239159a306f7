import { Broken, type Problem } from './broken';
import { fromBase64, joined, textOf, toHex } from './bytes';
import type { Platform } from './platform';

export interface Entry {
  readonly name: string;
  readonly read: () => AsyncIterable<Uint8Array>;
}
/** Everything in a bundle by its name. */
export type Files = ReadonlyMap<string, Entry>;
const LINE_BYTES_MAX = 32 * 1024 * 1024;

export async function readAll(files: Files, name: string): Promise<Uint8Array> {
  const entry = files.get(name);
  if (!entry) throw new Broken(name, null, 'is missing');
  const parts: Uint8Array[] = [];
  for await (const part of pieces(entry)) parts.push(part);
  return joined(...parts);
}

async function* pieces(entry: Entry): AsyncGenerator<Uint8Array> {
  try {
    yield* entry.read();
  } catch (error) {
    if (error instanceof Broken) throw error;
    throw new Broken(entry.name, null, 'cannot be read');
  }
}

/** The lines of a file, each of which is ended by a line feed, the last one too; read as they are taken. */
export class Lines {
  readonly name: string;
  readonly #pieces: AsyncGenerator<Uint8Array>;
  #lines: string[] = [];
  #at = 0;
  #rest = new Uint8Array();

  constructor(files: Files, name: string) {
    const entry = files.get(name);
    if (!entry) throw new Broken(name, null, 'is missing');
    this.name = name;
    this.#pieces = pieces(entry);
  }

  /** Whether there is a next line at hand; if not, ask `fill`. */
  get isReady(): boolean {
    return this.#at < this.#lines.length;
  }

  next(): string {
    return this.#lines[this.#at++] ?? '';
  }

  /** Reads on; false: that was all. */
  async fill(): Promise<boolean> {
    while (!this.isReady) {
      const { value, done } = await this.#pieces.next();
      if (done && this.#rest.length > 0) throw new Broken(this.name, null, 'ends within a line');
      if (done) return false;
      const bytes = this.#rest.length > 0 ? joined(this.#rest, value) : value;
      const end = bytes.lastIndexOf(10) + 1;
      this.#rest = bytes.slice(end);
      if (this.#rest.length > LINE_BYTES_MAX)
        throw new Broken(this.name, null, 'has a line that is too long');
      this.#lines = end > 0 ? textOf(bytes.subarray(0, end - 1)).split('\n') : [];
      this.#at = 0;
    }
    return true;
  }
}

/** What is said of a file somewhere: `digest` hexadecimal. */
interface Said {
  readonly file: string;
  readonly digest: string;
  readonly by: string;
}

/** The names of the ASiC manifests of a bundle: where there are any, they list every file, and are signed. */
export const manifestsOf = (files: Files): string[] =>
  [...files.keys()].filter((name) => /^META-INF\/ASiCManifest[^/]*\.xml$/.test(name));

/** The signature that a manifest names. */
export function signatureNamed(manifest: string): string | null {
  return /<(?:\w+:)?SigReference\b[^>]*?\bURI="([^"]+)"/.exec(manifest)?.[1] ?? null;
}

/** Every file must be in an ASiC manifest or, where there is none, in a SHA256SUMS, with the hash that is said there. */
export async function checkSums(
  files: Files,
  { hasher }: Platform,
  report: (problem: Problem) => void,
): Promise<void> {
  const manifests = manifestsOf(files);
  const said: Said[] = [];
  const exempt = new Set(['mimetype', ...manifests]);
  for (const name of files.keys()) {
    if (/(^|\/)SHA256SUMS$/.test(name)) {
      said.push(...(await sumsIn(files, name)));
      if (manifests.length === 0) exempt.add(name);
    }
  }
  const signed: Said[] = [];
  for (const name of manifests) {
    const xml = textOf(await readAll(files, name));
    signed.push(...referencesIn(xml, name));
    exempt.add(signatureNamed(xml) ?? '');
  }
  const digests = new Map<string, string>();
  for (const entry of files.values()) {
    const hash = hasher();
    for await (const piece of pieces(entry)) hash.update(piece);
    digests.set(entry.name, hash.hex());
  }
  for (const { file, digest, by } of [...said, ...signed]) {
    const found = digests.get(file);
    if (found === undefined) report({ file, seq: null, why: `is missing; ${by} lists it` });
    else if (found !== digest)
      report({ file, seq: null, why: `was changed: its SHA-256 is not the one in ${by}` });
  }
  const listed = new Set((manifests.length > 0 ? signed : said).map(({ file }) => file));
  const list = manifests.length > 0 ? 'is not in the signed manifest' : 'is in no list of checksums';
  for (const file of files.keys())
    if (!listed.has(file) && !exempt.has(file)) report({ file, seq: null, why: list });
}

async function sumsIn(files: Files, name: string): Promise<Said[]> {
  const said: Said[] = [];
  const lines = new Lines(files, name);
  while (lines.isReady || (await lines.fill())) {
    const [, digest = '', file = ''] = /^([0-9a-f]{64}) [ *](.+)$/.exec(lines.next()) ?? [];
    if (file === '') throw new Broken(name, null, 'has a line that is no checksum');
    said.push({ file: name.slice(0, -'SHA256SUMS'.length) + file, digest, by: name });
  }
  return said;
}

const REFERENCE =
  /<(?:\w+:)?DataObjectReference\b[^>]*?\bURI="([^"]+)"[^>]*>([\s\S]*?)<\/(?:\w+:)?DataObjectReference>/g;

function referencesIn(xml: string, by: string): Said[] {
  return [...xml.matchAll(REFERENCE)].map(([, uri = '', inner = '']) => {
    if (!inner.includes('xmlenc#sha256"')) throw new Broken(by, null, 'has a digest that is not SHA-256');
    const digest = /<(?:\w+:)?DigestValue>\s*([A-Za-z0-9+/=]+)\s*</.exec(inner)?.[1] ?? '';
    return { file: fileOf(uri, by), digest: toHex(fromBase64(digest)), by };
  });
}

function fileOf(uri: string, by: string): string {
  try {
    return decodeURIComponent(
      uri.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))),
    );
  } catch {
    throw new Broken(by, null, 'names a file that cannot be read');
  }
}
