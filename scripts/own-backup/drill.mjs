// Restores a backup into a folder of its own, asks everything of it that can be asked, and removes it again.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bundleFile } from '../bundle.mjs';
import { isOpenToPostgres, SHARED_HOME } from '../embedded-postgres.mjs';
import { explain, Failure } from '../failure.mjs';
import { applyMigrations } from '../migrate.mjs';
import { ROOT } from '../project.mjs';
import { isRunning, runProgram } from '../run-program.mjs';
import { readSecrets } from '../settings.mjs';
import { connectTo } from './cluster.mjs';
import { abandon, recover, unlessStopped } from './restore.mjs';

/** Files without which a restored system does not start, unless the environment gives what they hold. */
const NEEDED = [
  { name: 'secrets.json', variables: [] },
  { name: 'evidence-key', variables: ['HOLDFAST_EVIDENCE_KEY'] },
  { name: 'document-key', variables: ['HOLDFAST_DOCUMENT_KEY', 'HOLDFAST_DOCUMENT_CERTIFICATES'] },
];
const FOLDER = 'holdfast-drill-';
const INSTALLATION = '00000000-0000-0000-0000-000000000000';

/**
 * @typedef {{ isGood: boolean, problems: string[], facts: string[] }} DrillResult sentences for people
 */

/**
 * @param {{ backup: import('./backup-folder.mjs').Backup, dataDir: string, say?: (line: string) => void }} options `dataDir`: the drill takes
 *   place beside what lies in there, when Postgres may go there
 * @returns {Promise<DrillResult>} a backup that cannot be restored is a result, too
 */
export async function drill({ backup, dataDir, say = () => {} }) {
  const began = performance.now();
  const room = roomFor(dataDir);
  await removeLeftovers(room);
  const folder = path.join(room, `${FOLDER}${process.pid}`);
  try {
    const { restored, port } = await recover({ folder, backup, isPassing: true, say });
    say('asking it …');
    const { problems, facts } = await examine(folder, port, backup.manifest);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const first = `${backup.id} restored in ${seconds} s, with everything until ${restored.until}`;
    return { isGood: problems.length === 0, problems, facts: [first, ...facts] };
  } catch (error) {
    await unlessStopped();
    if (!(error instanceof Failure) && !error.code) throw error;
    return { isGood: false, problems: [explain(error)], facts: [] };
  } finally {
    await abandon(folder);
  }
}

/** Of drills that were killed. */
async function removeLeftovers(room) {
  for (const name of fs.readdirSync(room))
    if (name.startsWith(FOLDER) && !isRunning(Number(name.slice(FOLDER.length)), 'node'))
      await abandon(path.join(room, name));
}

/** Where there is room and Postgres may go: it does not run as root, and a home of root is closed to it. */
function roomFor(dataDir) {
  const places = process.getuid?.() === 0 ? [dataDir, path.dirname(SHARED_HOME)] : [dataDir];
  return places.find((place) => fs.existsSync(place) && isOpenToPostgres(place)) ?? os.tmpdir();
}

const isGiven = ({ variables }) => variables.length > 0 && variables.every((one) => process.env[one]);

async function examine(folder, port, manifest) {
  const missing = NEEDED.filter((one) => !fs.existsSync(path.join(folder, one.name)) && !isGiven(one)).map(
    ({ name }) => `${name} is not in the backup: what it held cannot be opened or signed again`,
  );
  if (missing.length > 0) return { problems: missing, facts: [] };
  const secrets = readSecrets(folder);
  const at = (role, password) => `postgresql://${role}:${password}@127.0.0.1:${port}/holdfast`;
  const ownerUrl = at('postgres', secrets.postgres);
  // With the key of the seal that the backup has: a wrong one shows itself by logs that are empty.
  const applied = await applyMigrations(ownerUrl);
  const client = await connectTo(ownerUrl);
  try {
    const tables = await readEveryTable(client);
    const compared = await compare(client, manifest);
    const { rows } = await client.query('SELECT msp_id::text AS chain FROM audit.read_heads() ORDER BY 1');
    const chains = rows.map(({ chain }) => chain).filter((chain) => chain !== INSTALLATION);
    const asked = await askProduct(chains, {
      DATABASE_URL: ownerUrl,
      DATABASE_URL_WORKER: at('holdfast_worker', secrets.worker),
      HOLDFAST_CONTEXT_KEY: secrets.contextKey,
      HOLDFAST_SECRET_KEY: secrets.secretKey,
      HOLDFAST_EVIDENCE_KEY: secrets.evidenceKey,
      HOLDFAST_DATA_DIR: folder,
    });
    return {
      problems: [...compared, ...asked.problems],
      facts: [
        `${tables.count} tables with ${tables.rows} rows read to the last page`,
        applied.length === 0 ? 'no migration is missing' : `${applied.length} newer migrations went through`,
        ...asked.facts,
      ],
    };
  } finally {
    await client.end().catch(() => {});
  }
}

/** Every page of every table passes its checksum on the way. */
async function readEveryTable(client) {
  const { rows: tables } = await client.query(`SELECT format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')`);
  let total = 0;
  for (const { name } of tables) {
    try {
      // The text of a row fetches what is kept apart from it.
      const { rows } = await client.query(
        `SELECT count(*)::int AS rows, sum(length(t::text)) AS length FROM ${name} t`,
      );
      total += rows[0].rows;
    } catch (error) {
      throw new Failure(`The table ${name} cannot be read: ${error.message}.`, 'Use another backup.');
    }
  }
  return { count: tables.length, rows: total };
}

/** What the backup said of the database when it was made. The log may have brought more since, and taken little. */
async function compare(client, { heads, counts }) {
  const problems = [];
  for (const { chain, seq, head } of heads) {
    const isInstallation = chain === INSTALLATION;
    const { rows } = await client.query(
      isInstallation
        ? `SELECT encode(hash, 'hex') AS head FROM audit.instance_event WHERE seq = $1`
        : `SELECT encode(hash, 'hex') AS head FROM audit.event WHERE seq = $1 AND msp_id = $2`,
      isInstallation ? [seq] : [seq, chain],
    );
    const name = isInstallation ? 'the log of the installation' : `the evidence log of ${chain}`;
    if (!rows[0]) problems.push(`${name} lacks event ${seq}, which the backup had`);
    else if (rows[0].head !== head) problems.push(`${name} has another event ${seq} than the backup had`);
  }
  for (const [table, had] of Object.entries(counts)) {
    const { rows } = await client.query(`SELECT count(*)::int AS rows FROM ${table}`);
    if (had > 0 && rows[0].rows === 0) problems.push(`${table} is empty, and had ${had} rows`);
  }
  return problems;
}

async function askProduct(chains, environment) {
  const args = ['--enable-source-maps', bundleFile('check-restored'), ...chains];
  const { PATH, HOME, TMPDIR } = process.env;
  const env = { PATH, HOME, TMPDIR, LOG_LEVEL: 'silent', NODE_ENV: 'production', ...environment };
  const { code, output } = await runProgram(process.execPath, args, { cwd: ROOT, env });
  if (code !== 0)
    throw new Failure(`The restored system does not answer:\n${output.trim()}`, 'Use another backup.');
  const { chains: results, problems } = JSON.parse(output);
  const events = results.reduce((sum, one) => sum + one.events, 0);
  const unsigned = results.filter(({ isSigned }) => !isSigned).length;
  return {
    problems: [
      ...problems,
      ...results.flatMap((one) =>
        one.problems.map((why) => `the evidence log of ${one.chain} is broken: ${why}`),
      ),
    ],
    facts: [
      `the evidence log is whole: ${results.length} MSPs, ${events} events${unsigned > 0 ? `; ${unsigned} not yet signed by a checkpoint` : ''}`,
      'the restored keys open the second factors, and signed last',
    ],
  };
}
