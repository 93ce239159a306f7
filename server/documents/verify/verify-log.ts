import type { Files } from '@/verify/bundle-files';
import { checkLog, UNSIGNED, type Verdict } from '@/verify/check-log';
import { type Check } from './verification';
import { bad, good } from './verify-cms';
import { knowsEd25519, WEB } from './web-platform';

const NOTHING_KNOWN = { keys: [], witnesses: [], authorities: [], certificates: [] };
const PROBLEMS_MAX = 5;

/**
 * Whether the evidence log of a bundle holds, by the code of `verify.mjs`: its chain, signed checkpoints, personal values and time-stamps.
 * What a browser cannot know is said: nobody gives it the key, a mailed note or an authority to trust.
 */
export async function verifyLog(files: ReadonlyMap<string, Uint8Array>): Promise<Check[]> {
  if (![...files.keys()].some((name) => /(^|\/)log\.json$/.test(name)))
    return [bad('log', 'The evidence log is missing in it.')];
  const hasKeys = await knowsEd25519();
  const platform = hasKeys ? WEB : { ...WEB, ed25519Holds: async () => true };
  const verdict = await checkLog(platform, readable(files), NOTHING_KNOWN);
  if (verdict.problems.every(({ why }) => why === UNSIGNED) && verdict.problems.length > 0)
    return [
      chainCheck(verdict),
      told(
        'checkpoints',
        'Nothing in its log is signed by a checkpoint: it was packed before there was one. The signature of the bundle covers it.',
      ),
    ];
  if (verdict.verdict === 'broken')
    return verdict.problems
      .slice(0, PROBLEMS_MAX)
      .map(({ file, seq, why }, index) =>
        bad(
          `log ${index}`,
          `The evidence log is broken, here: ${file}${seq === null ? '' : `, event ${seq}`}: ${why}.`,
        ),
      );
  return [
    chainCheck(verdict),
    hasKeys
      ? good(
          'checkpoints',
          'Its signed checkpoints hold: signatures, order, and the places of the chain in them.',
        )
      : told(
          'checkpoints',
          'This browser knows no Ed25519, so the signatures of its checkpoints were not checked. verify.mjs and verify.py, which lie beside it, check them.',
        ),
    anchorCheck(verdict),
    ...verdict.remarks.map((remark, index) =>
      told(`remark ${index}`, `${remark.charAt(0).toUpperCase()}${remark.slice(1)}.`),
    ),
    told(
      'elsewhere',
      'What is not checked here: whether its key and its time-stamping authority are the ones that you were given, and notes that were mailed to you. Give these to verify.mjs or verify.py, which lie beside it.',
    ),
  ];
}

function chainCheck({ counts }: Verdict): Check {
  return good(
    'log',
    `The evidence log in it is one chain of ${counts['events']} events, ${counts['withheld']} of them withheld.`,
  );
}

function anchorCheck({ anchor }: Verdict): Check {
  if (!anchor) return told('anchor', 'It is not anchored outside: no time-stamp covers its checkpoints.');
  const { at, by, seq, certificate } = anchor;
  return good(
    'anchor',
    `It is anchored outside at ${at} by ${by} up to event ${seq}, if that authority's certificate (SHA-256 ${certificate}) is genuine.`,
  );
}

/** What a reader has to know; nothing was checked by it. */
const told = (name: string, text: string): Check => ({ name, isGood: null, text });

function readable(files: ReadonlyMap<string, Uint8Array>): Files {
  return new Map(
    [...files].map(([name, bytes]) => [
      name,
      {
        name,
        read: async function* () {
          yield bytes;
        },
      },
    ]),
  );
}
