/**
 * Checks a bundle of Holdfast's evidence log, offline: no network, no database, nothing but Node (20 or later).
 *
 *   node verify.mjs BUNDLE [--key PUBLIC_KEY]… [--witness FILE]… [--tsa-ca FILE]… [--certificate FILE]… [--json]
 *
 * BUNDLE: a folder, a zip or an ASiC-E file. --key: the signing key that you were given (base64), from somewhere else than this bundle.
 * --witness: a mailed note. --tsa-ca: a certificate (PEM) of the time-stamping authority that you trust. --certificate: the one (PEM) that
 * bundles are signed with, as you were given it.
 * Says "broken, here", "whole" or "whole and anchored outside at T by X"; exit code 0 for whole, 1 for broken, 2 for a wrong call.
 * `verify.py` is a second implementation of the same rules; both agree on `vectors/`. What is checked: docs/decisions/evidence-log.md.
 */
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Broken } from './broken';
import { checkBundle, type Verdict } from './check-log';
import { type Certificate, certificatesIn } from './cms';
import { NODE } from './node-platform';
import { openBundle } from './open-bundle';

export type { Verdict } from './check-log';

/** What the caller knows; files are paths. */
interface Options {
  readonly keys: readonly string[];
  readonly witnesses: readonly string[];
  readonly authorities: readonly string[];
  readonly certificates?: readonly string[];
}

const read = (files: readonly string[]): Certificate[] =>
  files.flatMap((file) => certificatesIn(fs.readFileSync(file, 'latin1')));

/** Checks a bundle and tells what came of it; throws only when it cannot be read at all. */
export async function verify(bundle: string, options: Options): Promise<Verdict> {
  const { keys, witnesses, authorities, certificates = [] } = options;
  const known = {
    keys,
    witnesses: witnesses.map((name) => ({ name, text: fs.readFileSync(name, 'utf8') })),
    authorities: read(authorities),
    certificates: read(certificates),
  };
  try {
    return await checkBundle(NODE, openBundle(bundle), known);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    const nothing = { remarks: [], counts: {}, anchor: null, signer: null };
    return { verdict: 'broken', problems: [error.where], ...nothing };
  }
}

// The command ------------------------------------------------------------------------------------------------------

/** The verdict as people read it. */
function verdictText({ verdict, problems, remarks, counts, anchor }: Verdict): string {
  const heading = (): string => {
    if (verdict === 'broken') return 'broken, here:';
    if (!anchor) return `whole: ${counts['events']} events`;
    const proviso = anchor.trusted
      ? ''
      : `, if that authority's certificate (SHA-256 ${anchor.certificate}) is genuine`;
    return `whole and anchored outside at ${anchor.at} by ${anchor.by} up to event ${anchor.seq}: ${counts['events']} events${proviso}`;
  };
  const places = problems.map(
    ({ file, seq, why }) => `  ${file}${seq === null ? '' : `, event ${seq}`}: ${why}`,
  );
  return [heading(), ...places, ...remarks.map((one) => `  - ${one}`)].join('\n');
}

async function main(args: readonly string[]): Promise<number> {
  const given: Record<string, string[]> = {
    '--key': [],
    '--witness': [],
    '--tsa-ca': [],
    '--certificate': [],
  };
  const bundles: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const [word = '', next] = args.slice(at, at + 2);
    if (word in given && next !== undefined) given[word]?.push(args[++at] ?? '');
    else if (word !== '--json') bundles.push(word);
  }
  const [bundle] = bundles;
  if (bundle === undefined || bundles.length > 1 || bundle.startsWith('--') || !fs.existsSync(bundle)) {
    process.stderr.write(
      'node verify.mjs BUNDLE [--key PUBLIC_KEY] [--witness FILE] [--tsa-ca FILE] [--certificate FILE] [--json]\n',
    );
    return 2;
  }
  const { '--key': keys = [], '--witness': witnesses = [], '--tsa-ca': authorities = [] } = given;
  const certificates = given['--certificate'] ?? [];
  const verdict = await verify(bundle, { keys, witnesses, authorities, certificates });
  process.stdout.write(
    `${args.includes('--json') ? JSON.stringify(verdict, null, 1) : verdictText(verdict)}\n`,
  );
  return verdict.verdict === 'broken' ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = await main(process.argv.slice(2));
