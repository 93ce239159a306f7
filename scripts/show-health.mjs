// How a running system stands, from the processes themselves. By hand, where `npm start` does not run:
//   node scripts/show-health.mjs web=http://web:3000 ingest=http://ingest:3001 worker=http://127.0.0.1:3002
import { pathToFileURL } from 'node:url';

const TIMEOUT_MS = 5_000;

/** What `/readyz` says, in words for somebody who was woken. */
const WORDS = {
  ready: 'Serves.',
  stopping: 'Is stopping.',
  starting: 'Has begun; no sweep got through yet.',
  stuck: 'Lives, but no sweep gets through. Look at its log.',
  'no-database': 'Cannot reach its database.',
  'not-migrated': 'Its database is older than it: run the migration again.',
};

/**
 * Asks web, ingestion and worker whether they serve, and the worker how everything else stands.
 * @param {{ web: string, ingest: string, worker: string }} origins of the processes, as they are reached from here
 * @returns {Promise<{ isWell: boolean, lines: string[] }>} a line for each thing that is looked at
 */
export async function askHealth(origins) {
  const processes = await Promise.all(
    Object.entries(origins).map(([name, origin]) => askProcess(name, origin)),
  );
  const report = await ask(`${origins.worker}/report`);
  const found = report.text !== null && [200, 503].includes(report.status);
  const rest = found
    ? report.text.trimEnd().split('\n')
    : [line('UNKNOWN', 'everything else', 'The worker does not tell.')];
  return {
    isWell: report.status === 200 && processes.every(({ isReady }) => isReady),
    lines: [...processes.map(({ text }) => text), ...rest],
  };
}

async function askProcess(name, origin) {
  const { status, text, problem } = await ask(`${origin}/readyz`);
  const isReady = status === 200;
  const word = isReady ? 'ready' : wordIn(text);
  const words = WORDS[word] ?? `Does not answer at ${origin}${problem ? ` (${problem})` : ''}.`;
  return { isReady, text: line(isReady ? 'GOOD' : 'BAD', `the process "${name}"`, words) };
}

function wordIn(text) {
  try {
    return JSON.parse(text ?? '').status;
  } catch {
    return null;
  }
}

async function ask(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: answer.status, text: await answer.text(), problem: null };
  } catch (error) {
    return { status: null, text: null, problem: error.cause?.code ?? error.name };
  }
}

const line = (state, subject, words) => `${state.padEnd(12)}${subject.padEnd(42)}${words}`;

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const given = Object.fromEntries(process.argv.slice(2).map((word) => word.split(/=(.*)/, 2)));
  const origins = {
    web: 'http://127.0.0.1:3000',
    ingest: 'http://127.0.0.1:3001',
    worker: 'http://127.0.0.1:3002',
    ...given,
  };
  const { isWell, lines } = await askHealth(origins);
  console.log(lines.join('\n'));
  process.exitCode = isWell ? 0 : 1;
}
