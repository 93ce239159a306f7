import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { type DocumentSigner, localSigner } from '@/server/documents/sign/document-signer';
import { writeBundle } from '@/server/documents/sign/write-bundle';

/**
 * Makes the signed bundles of `verify/vectors` from one that is there, with new keys, and says in `expected.json` what is to be found of
 * each: `node scripts/run-typescript.mjs verify/testing/make-signed-vectors.ts`. Needs openssl.
 */
const VECTORS = path.resolve('verify/vectors');
const SOURCE = 'whole-of-one-client.zip';
const AT = new Date('2026-11-29T12:00:00Z');
const NAME = 'Holdfast documents, a test';
const MANIFEST = 'META-INF/ASiCManifest001.xml';
const SIGNATURE = 'META-INF/signature001.p7s';
const NOTHING = new Uint8Array();

type Contents = Record<string, Uint8Array>;
interface Vector {
  readonly bundle: string;
  readonly [field: string]: unknown;
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-vectors-'));
const expectedFile = path.join(VECTORS, 'expected.json');
const expected = (JSON.parse(fs.readFileSync(expectedFile, 'utf8')) as Vector[]).filter(
  ({ bundle }) => !bundle.endsWith('.asice'),
);
const source = expected.find(({ bundle }) => bundle === SOURCE);
const log = unzipSync(fs.readFileSync(path.join(VECTORS, SOURCE)));

const ec = newSigner('signer-ec', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']);
const rsa = newSigner('signer-rsa', ['-newkey', 'rsa:2048']);
const other = newSigner(null, ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']);

const good = await bundleOf('A first document.', ec);
const second = await bundleOf('A second document.', ec);
const altered = { ...good, 'document.txt': Buffer.from('Another document.') };
const refit = refitted(altered);
const { [MANIFEST]: _manifest, [SIGNATURE]: _signature, ...stripped } = good;

write('signed.asice', good, 'signer-ec', []);
write('signed-rsa.asice', await bundleOf('A first document.', rsa), 'signer-rsa', []);
write('broken-a-signed-file.asice', altered, 'signer-ec', [
  ['document.txt', `was changed: its SHA-256 is not the one in ${MANIFEST}`],
]);
write('broken-a-signed-file-and-the-manifest.asice', refit, 'signer-ec', [
  [SIGNATURE, 'is not what was signed'],
]);
write(
  'broken-the-signature-of-another-bundle.asice',
  { ...good, [SIGNATURE]: second[SIGNATURE] ?? NOTHING },
  'signer-ec',
  [[SIGNATURE, 'is not what was signed']],
);
write(
  'broken-a-byte-of-the-signature.asice',
  { ...good, [SIGNATURE]: flipped(good[SIGNATURE] ?? NOTHING) },
  'signer-ec',
  [[SIGNATURE, 'has a signature that does not hold']],
);
write(
  'broken-signed-with-another-certificate.asice',
  await bundleOf('A first document.', other),
  'signer-ec',
  [[SIGNATURE, 'is signed with another certificate than the one that you gave']],
);
write('broken-a-file-that-nobody-signed.asice', { ...good, 'more.txt': Buffer.from('More.') }, 'signer-ec', [
  ['more.txt', 'is not in the signed manifest'],
]);
write('broken-the-signature-taken-out.asice', stripped, 'signer-ec', [
  ...['document.txt', 'manifest.json'].map((file): [string, string] => [file, 'is in no list of checksums']),
  ['META-INF/', 'the bundle should be signed, and is not'],
]);
fs.writeFileSync(expectedFile, `${JSON.stringify(expected, null, 2)}\n`);
fs.rmSync(folder, { recursive: true });

/** A key and its certificate by openssl; the certificate is published unless `name` is null. */
function newSigner(name: string | null, kind: readonly string[]): DocumentSigner {
  const [key, certificate] = ['key', 'pem'].map((ending) => path.join(folder, `signer.${ending}`)) as [
    string,
    string,
  ];
  const subject = ['-subj', `/CN=${NAME}`, '-days', '7300', '-sha256', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  if (name !== null) fs.copyFileSync(certificate, path.join(VECTORS, `${name}.pem`));
  const { raw } = new X509Certificate(fs.readFileSync(certificate));
  return localSigner(createPrivateKey(fs.readFileSync(key)), [raw]);
}

async function bundleOf(document: string, signer: DocumentSigner): Promise<Contents> {
  async function* pieces() {
    yield { path: 'document.txt', bytes: Buffer.from(document) };
    for (const [name, bytes] of Object.entries(log)) yield { path: `log/${name}`, bytes };
  }
  return unzipSync(await writeBundle(pieces(), signer, AT));
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

/** Has the manifest say of each file what it is now, as whoever covers traces does. */
function refitted(contents: Contents): Contents {
  const before = Buffer.from(good['document.txt'] ?? []);
  const manifest = Buffer.from(contents[MANIFEST] ?? []).toString();
  const changed = manifest.replace(digest(before), digest(contents['document.txt'] ?? NOTHING));
  return { ...contents, [MANIFEST]: Buffer.from(changed) };
}

function flipped(bytes: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const last = changed.length - 1;
  changed[last] = (changed[last] ?? 0) ^ 1;
  return changed;
}

function write(
  bundle: string,
  contents: Contents,
  signer: string,
  problems: readonly (readonly [file: string, why: string])[],
): void {
  const stored = Object.entries(contents).map(
    ([name, bytes]) => [name, [bytes, { level: name === 'mimetype' ? 0 : 6, mtime: AT }]] as const,
  );
  fs.writeFileSync(
    path.join(VECTORS, bundle),
    zipSync(Object.fromEntries(stored) as Parameters<typeof zipSync>[0]),
  );
  const isBroken = problems.length > 0;
  expected.push({
    ...source,
    bundle,
    certificate: `${signer}.pem`,
    verdict: isBroken ? 'broken' : 'anchored',
    problems: problems.map(([file, why]) => ({ file, seq: null, why })),
    anchor: isBroken ? null : source?.['anchor'],
  });
}
