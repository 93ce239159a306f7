import { unzipSync } from 'fflate';
import { type Check, isSame, latin1, sha256, toHex, type Verification } from './verification';
import { bad, good, verifyCms } from './verify-cms';
import { verifyLog } from './verify-log';
import { verifyPdf } from './verify-pdf';

const MANIFEST = 'META-INF/ASiCManifest001.xml';
const SIGNATURE = 'META-INF/signature001.p7s';
const TYPE = 'application/vnd.etsi.asic-e+zip';
/** Of all files together: more is unpacked by nobody's browser. */
const BYTES_MAX = 500_000_000;

/**
 * Whether a bundle is one that an installation signed: every file that its manifest names is there, is what it says, and nothing
 * else is. Documents in it are looked at, too.
 * @param trusted the installation's certificates in DER
 */
export async function verifyBundle(file: Uint8Array, trusted: readonly Uint8Array[]): Promise<Verification> {
  const fileSha256 = toHex(await sha256(file));
  const files = unpack(file);
  if (files === null)
    return {
      verdict: 'no-document',
      checks: [bad('form', 'This is no bundle of evidence, or it is damaged.')],
      title: null,
      fileSha256,
    };
  const checks = [
    ...(await signatureChecks(files, trusted)),
    await filesCheck(files),
    ...(await verifyLog(files)),
    ...(await documentChecks(files, trusted)),
  ];
  return {
    verdict: checks.some(({ isGood }) => isGood === false) ? 'not-genuine' : 'genuine',
    checks,
    title: null,
    fileSha256,
  };
}

type Files = ReadonlyMap<string, Uint8Array>;

function unpack(file: Uint8Array): Files | null {
  try {
    let bytes = 0;
    const unpacked = unzipSync(file, {
      filter: ({ originalSize }) => {
        bytes += originalSize;
        if (bytes > BYTES_MAX) throw new Error('too large');
        return true;
      },
    });
    const files = new Map(Object.entries(unpacked));
    return latin1(files.get('mimetype') ?? new Uint8Array()) === TYPE ? files : null;
  } catch {
    return null;
  }
}

async function signatureChecks(files: Files, trusted: readonly Uint8Array[]): Promise<readonly Check[]> {
  const manifest = files.get(MANIFEST);
  const signature = files.get(SIGNATURE);
  if (!manifest || !signature)
    return [bad('signature', 'It is not signed: its manifest or signature is missing.')];
  return verifyCms(signature, await sha256(manifest), trusted);
}

async function filesCheck(files: Files): Promise<Check> {
  const named = referencesOf(latin1(files.get(MANIFEST) ?? new Uint8Array()));
  const problems: string[] = [];
  for (const [path, digest] of named) {
    const bytes = files.get(path);
    if (!bytes) problems.push(`${path} is missing`);
    else if (!isSame(await sha256(bytes), digest)) problems.push(`${path} was changed`);
  }
  for (const path of files.keys())
    if (!named.has(path) && ![MANIFEST, SIGNATURE, 'mimetype'].includes(path))
      problems.push(`${path} was added`);
  if (named.size === 0) problems.push('its manifest names no file');
  return problems.length === 0
    ? good('files', `All ${named.size} files are there, and are what was signed.`)
    : bad('files', `Not as it was signed: ${problems.slice(0, 5).join('; ')}.`);
}

/** Paths and SHA-256 digests, as our manifests write them. */
function referencesOf(manifest: string): Map<string, Uint8Array> {
  const reference =
    /<asic:DataObjectReference URI="([^"]*)"[^>]*>.*?<ds:DigestValue>([^<]*)<\/ds:DigestValue>/gs;
  return new Map(
    [...manifest.matchAll(reference)].map(([, uri = '', digest = '']) => [
      pathOf(uri),
      Uint8Array.from(base64(digest), (character) => character.charCodeAt(0)),
    ]),
  );
}

/** What cannot be read names no file, and the file is told as added. */
function pathOf(uri: string): string {
  try {
    return decodeURI(uri.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))));
  } catch {
    return uri;
  }
}

function base64(text: string): string {
  try {
    return atob(text);
  } catch {
    return '';
  }
}

async function documentChecks(files: Files, trusted: readonly Uint8Array[]): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [path, bytes] of files) {
    if (!path.endsWith('.pdf')) continue;
    const { verdict, checks: told } = await verifyPdf(bytes, trusted);
    const wrong = told.find(({ isGood }) => isGood === false);
    checks.push(
      verdict === 'genuine'
        ? good(path, `${path} is genuine.`)
        : bad(path, `${path}: ${wrong?.text ?? 'not genuine.'}`),
    );
  }
  return checks;
}
