import { Broken } from './broken';
import { isSame, textOf } from './bytes';
import { type Files, manifestsOf, readAll, signatureNamed } from './bundle-files';
import { type Certificate, checkSigned, kids, oid, readDer } from './cms';
import type { Platform } from './platform';

/** Who signed a bundle as a whole (ASiC-E with CAdES). */
export interface Signer {
  /** As the certificate has it. */
  readonly name: string;
  /** SHA-256 of it, hexadecimal. */
  readonly certificate: string;
  /** Whether it is one that the caller gave. */
  readonly trusted: boolean;
}

const ASIC = 'application/vnd.etsi.asic-e+zip';
const DATA = '2a864886f70d010701';
const SIGNED_DATA = '2a864886f70d010702';

/**
 * The signature over the manifest of a bundle, which lists every file; null: the bundle does not say that it is signed.
 * @param expected certificates of which it has to be one; none: any
 */
export async function checkSignature(
  platform: Platform,
  files: Files,
  expected: readonly Certificate[],
): Promise<Signer | null> {
  const manifests = manifestsOf(files);
  if (manifests.length === 0) {
    const type = files.has('mimetype') ? textOf(await readAll(files, 'mimetype')).trim() : '';
    if (type === ASIC) throw new Broken('META-INF/', null, 'the bundle should be signed, and is not');
    if (expected.length > 0) throw new Broken('META-INF/', null, 'nothing here is signed with a certificate');
    return null;
  }
  if (manifests.length > 1) throw new Broken('META-INF/', null, 'there is more than one manifest');
  const [name = ''] = manifests;
  const manifest = await readAll(files, name);
  const file = signatureNamed(textOf(manifest));
  if (file === null) throw new Broken(name, null, 'names no signature');
  const certificate = await readSigner(platform, await readAll(files, file), manifest, file);
  const trusted = expected.some(({ raw }) => isSame(raw, certificate.raw));
  if (expected.length > 0 && !trusted)
    throw new Broken(file, null, 'is signed with another certificate than the one that you gave');
  return { name: certificate.name, certificate: platform.hex(certificate.raw), trusted };
}

async function readSigner(
  platform: Platform,
  signature: Uint8Array,
  manifest: Uint8Array,
  file: string,
): Promise<Certificate> {
  const hold = (holds: boolean, why: string): void => {
    if (!holds) throw new Broken(file, null, why);
  };
  try {
    const [kind, content] = kids(readDer(signature)[0]);
    hold(oid(kind) === SIGNED_DATA, 'is no signature');
    const signedData = kids(kids(content)[0]);
    const what = { content: manifest, type: DATA };
    const { certificate, isNamed } = await checkSigned(platform, signedData, what, hold);
    hold(isNamed, 'does not say which certificate signed it');
    return certificate;
  } catch (error) {
    if (error instanceof Broken) throw error;
    throw new Broken(file, null, 'is no signature that can be read');
  }
}
