// `npm run -s add-msp -- --name … --owner …`: a further MSP for the running system; prints the link for its first owner.
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { bundleFile } from './bundle.mjs';
import { explain, Failure } from './failure.mjs';
import { readIfThere, ROOT } from './project.mjs';
import { isRunning } from './run-program.mjs';
import { DATA_DIR } from './settings.mjs';

try {
  process.exitCode = createMsp(runningEnvironment());
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

function runningEnvironment() {
  const runtime = JSON.parse(readIfThere(path.join(DATA_DIR, 'runtime.json')) ?? 'null');
  if (!runtime || !isRunning(runtime.pid, 'start.mjs'))
    throw new Failure(`No system runs on the data folder ${DATA_DIR}.`, 'Start it with `npm start`.');
  return runtime.environment;
}

/** With our input and output; answers how it ended. */
function createMsp(environment) {
  const args = ['--enable-source-maps', bundleFile('create-msp'), ...process.argv.slice(2)];
  const env = { ...process.env, ...environment, LOG_LEVEL: 'silent' };
  return spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' }).status ?? 1;
}
