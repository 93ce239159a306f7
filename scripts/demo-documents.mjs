// `npm run -s demo:documents -- DIR`: one document of each kind from the running demo, signed, with its bundle, and the certificate.
import fs from 'node:fs';
import path from 'node:path';
import { bundleFile } from './bundle.mjs';
import { explain, Failure } from './failure.mjs';
import { readIfThere, ROOT } from './project.mjs';
import { isRunning, runProgram } from './run-program.mjs';
import { DATA_DIR } from './settings.mjs';

try {
  await writeDocuments(process.argv[2]);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

async function writeDocuments(given) {
  if (!given) throw new Failure('Into which folder?', 'npm run -s demo:documents -- FOLDER');
  const runtime = JSON.parse(readIfThere(path.join(DATA_DIR, 'runtime.json')) ?? 'null');
  if (!runtime || !isRunning(runtime.pid, 'start.mjs'))
    throw new Failure(`No system runs on the data folder ${DATA_DIR}.`, 'Start it with `npm start`.');
  const folder = path.resolve(given);
  fs.mkdirSync(folder, { recursive: true });
  const args = ['--enable-source-maps', bundleFile('demo-documents'), folder];
  const env = { ...process.env, ...runtime.environment, LOG_LEVEL: 'silent' };
  const { code, output } = await runProgram(process.execPath, args, { cwd: ROOT, env });
  if (code !== 0)
    throw new Failure(`The documents could not be made:\n${output.trim()}`, 'Is the worker running?');
  console.log(output.trim());
}
