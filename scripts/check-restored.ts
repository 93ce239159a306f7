import { createPublicKey } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { openSecret } from '@/server/auth/secret-box';
import { workerScope } from '@/server/auth/system-scope';
import { setting } from '@/server/config';
import { listEvidenceKeys } from '@/server/data/checkpoints';
import { type Database, openDatabase } from '@/server/data/database';
import { exportEvidenceLog } from '@/server/services/export-evidence-log';
import { checkBundle, UNSIGNED } from '@/verify/check-log';
import { NODE } from '@/verify/node-platform';
import { openBundle } from '@/verify/open-bundle';

/**
 * What the drill of our own backup asks of the product: whether the evidence log of each MSP (ids as arguments) holds in the database that was
 * restored, as whoever gets a bundle of it checks it, and whether the restored secrets open what they closed. Prints one object of JSON.
 * Needs DATABASE_URL, the superuser's, DATABASE_URL_WORKER, HOLDFAST_CONTEXT_KEY, HOLDFAST_SECRET_KEY and HOLDFAST_EVIDENCE_KEY.
 */
const EVERYTHING = { clientId: null, from: new Date(0), to: new Date('2200-01-01T00:00:00Z') };
const NOTHING_KNOWN = { keys: [], witnesses: [], authorities: [], certificates: [] };

/** Of one chain. `isSigned` false: it is younger than the first checkpoint. */
interface ChainResult {
  readonly chain: string;
  readonly events: number;
  readonly isSigned: boolean;
  readonly problems: readonly string[];
}

const personRow = z.object({ personId: z.string(), sealed: z.instanceof(Uint8Array) });

const contextKey = setting('contextKey');
const worker = openDatabase({ url: setting('databaseUrlWorker'), contextKey, connectionsMax: 1 });
const owner = openDatabase({ url: setting('databaseUrl'), contextKey, connectionsMax: 1 });
try {
  const chains: ChainResult[] = [];
  for (const mspId of process.argv.slice(2)) chains.push(await checkChain(mspId));
  const problems = [...(await checkEvidenceKey(owner)), ...(await checkSecretKey(owner))];
  console.log(JSON.stringify({ chains, problems }));
} finally {
  await Promise.all([worker.close(), owner.close()]);
}

async function checkChain(mspId: string): Promise<ChainResult> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-drill-log-'));
  try {
    for await (const piece of exportEvidenceLog(worker, workerScope(mspId), EVERYTHING)) {
      const file = path.join(folder, piece.path);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.appendFileSync(file, piece.bytes);
    }
    const { problems, counts } = await checkBundle(NODE, openBundle(folder), NOTHING_KNOWN);
    const real = problems.filter(({ why }) => why !== UNSIGNED);
    return {
      chain: mspId,
      events: counts['events'] ?? 0,
      isSigned: real.length === problems.length,
      problems: real.map(({ file, seq, why }) => `${file}${seq === null ? '' : `, event ${seq}`}: ${why}`),
    };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Without the key that signed last no checkpoint can follow. */
async function checkEvidenceKey(database: Database): Promise<string[]> {
  const newest = (await database.withoutScope((tx) => listEvidenceKeys(tx))).at(-1);
  if (!newest) return [];
  const ours = createPublicKey(setting('evidenceKey')).export({ format: 'der', type: 'spki' }).subarray(-32);
  return Buffer.from(newest.publicKey).equals(ours)
    ? []
    : ['evidence-key is not the key that signed the last checkpoint'];
}

/** Without it everybody loses the second factor. */
async function checkSecretKey(database: Database): Promise<string[]> {
  const rows = await database.withoutScope(
    (tx) => tx.$queryRaw`SELECT person_id::text AS "personId", totp_secret AS sealed FROM identity.person
      WHERE totp_secret IS NOT NULL ORDER BY person_id LIMIT 1`,
  );
  const [person] = z.array(personRow).parse(rows);
  if (!person) return [];
  try {
    openSecret(person.sealed, person.personId, setting('secretKey'));
    return [];
  } catch {
    return ['HOLDFAST_SECRET_KEY (secrets.json) does not open the second factors of people'];
  }
}
